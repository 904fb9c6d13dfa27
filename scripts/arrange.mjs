// Finds the order of a module's functions in which deflate makes the least of them: alike ones close together. Changes no
// code: it names functions by their places, and wasm-opt's `--reorder-functions-by-name` lays them so.

import { deflateRawSync } from "node:zlib";

/** Orders that are tried, a millisecond each: twice as many find a few bytes more. */
const tries = 6_000;
/** A function is tried beside so many of those that are most like it. */
const neighbours = 8;

/**
 * The module with a name for each function, in a good order.
 *
 * @param {Buffer} wasm without a section of names
 */
export function arranged(wasm) {
  const { imported, before, bodies, after } = cut(wasm);
  const size = (order) => {
    const code = order.map((nth) => bodies[nth]);
    return deflateRawSync(Buffer.concat([before, ...code, after]), { level: 9 }).length;
  };
  const near = alike(bodies);
  const random = randoms();
  let order = [...bodies.keys()];
  let least = size(order);
  for (let nth = 0; nth < tries; nth++) {
    const tried = [...order];
    if (random(3) > 0) {
      const moved = random(order.length);
      tried.splice(tried.indexOf(moved), 1);
      const beside = near[moved][random(near[moved].length)];
      tried.splice(tried.indexOf(beside) + random(2), 0, moved);
    } else {
      const moved = tried.splice(random(order.length), 1 + random(12));
      tried.splice(random(tried.length + 1), 0, ...moved);
    }
    const found = size(tried);
    if (found <= least) [least, order] = [found, tried];
  }
  return Buffer.concat([wasm, names(order, imported)]);
}

/** The module's parts, and how many functions it imports: those are counted first. */
function cut(wasm) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const skip = () => {
    const length = number();
    at += length;
  };
  let imported = 0;
  while (at < wasm.length) {
    const section = wasm[at++];
    const end = number() + at;
    if (section === 2) {
      for (let left = number(); left > 0; left--) {
        // Module and name; then the kind, which is a function, and its type.
        for (let text = 0; text < 2; text++) skip();
        if (wasm[at++] !== 0) throw new Error("the module imports what is no function");
        number();
        imported++;
      }
    } else if (section === 10) {
      const bodies = Array(number());
      const start = at;
      for (let nth = 0; nth < bodies.length; nth++) {
        const from = at;
        skip();
        bodies[nth] = wasm.subarray(from, at);
      }
      return { imported, before: wasm.subarray(0, start), bodies, after: wasm.subarray(end) };
    }
    at = end;
  }
  throw new Error("the module has no code");
}

/** For each function those that share most with it, by runs of five bytes. */
function alike(bodies) {
  const runs = bodies.map((body) => new Set(Array.from(body, (_, at) => body.toString("latin1", at, at + 5))));
  return runs.map((ours, nth) => {
    const shared = runs.map((theirs) => [...ours].filter((run) => theirs.has(run)).length / Math.sqrt(theirs.size));
    const others = [...runs.keys()].filter((other) => other !== nth);
    return others.sort((a, b) => shared[b] - shared[a]).slice(0, neighbours);
  });
}

/** The same numbers with every build, so that a module is always the same bytes. */
function randoms() {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A section of names that sort like the places. */
function names(order, imported) {
  const places = [];
  order.forEach((nth, place) => {
    places[nth] = String(place).padStart(6, "0");
  });
  const entries = places.map((name, nth) => [...leb(imported + nth), ...text(name)]);
  const functions = [...leb(entries.length), ...entries.flat()];
  const section = [...text("name"), 1, ...leb(functions.length), ...functions];
  return Buffer.from([0, ...leb(section.length), ...section]);
}

function text(ascii) {
  return [...leb(ascii.length), ...Buffer.from(ascii)];
}

function leb(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}
