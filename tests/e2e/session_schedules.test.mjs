// A storage whose writes fail by a schedule that no browser can be made to show: at random, or for good in the midst of a
// batch. After each call and after each reload the state is what the outcomes said, and no previous value is lost.

import assert from "node:assert/strict";
import test from "node:test";
import { packageSource, scriptOf } from "../support/bundle.mjs";
import { addPage, engine, html, openTab } from "../support/claims.mjs";

const isQuick = process.env.TABSTATE_QUICK !== undefined;

// A document each would take minutes: the package is opened anew in one page instead, on the same storage.
addPage("/package.js", {
  body: await scriptOf(packageSource, "openPackage", { anew: true }),
  type: "text/javascript; charset=utf-8",
});
addPage("/schedules/*", {
  body: html('<script src="/pages/stored.js"></script><script src="/package.js"></script>'),
});

/** Plays the schedules from a seed on, in the page; gives what was wrong, and what was seen. */
async function play(first, count) {
  const faults = [];
  const seen = {
    schedules: 0,
    calls: 0,
    done: 0,
    full: 0,
    pending: 0,
    owed: 0,
    atRisk: 0,
    died: 0,
    restored: 0,
    setAside: 0,
  };
  const keys = ["a", "b", "c", "d", "e"];
  const nameOf = (key) => `tabstate:${key}`;

  const schedule = (seed) => {
    let state = seed * 2654435761 + 1;
    const random = () => {
      state = (state ^ (state << 13)) >>> 0;
      state = (state ^ (state >>> 17)) >>> 0;
      state = (state ^ (state << 5)) >>> 0;
      return state / 2 ** 32;
    };
    const below = (limit) => Math.floor(random() * limit);
    const oneOf = (list) => list[below(list.length)];
    const fault = (what) => faults.push(`seed ${seed}: ${what}`);

    // The storage's part
    const rate = oneOf([0, 0.1, 0.3, 0.6]);
    let isFailing = false;
    let isDead = false;
    let callsLeft = Infinity;
    class Death extends Error {}
    stored.before = (what, name) => {
      // Where not even that is written, all is in memory, and said to be.
      if (what === "get" || name === "tabstate!probe") return;
      seen.calls++;
      if (--callsLeft < 0) isDead = true;
      if (isDead) throw new Death("the page has ended");
      if (what === "set" && isFailing && random() < rate) throw stored.noRoom();
    };

    // The application's part
    let pkg;
    const open = () => {
      pkg = openPackage();
      return pkg.sessionState;
    };
    const release = () => globalThis[Symbol.for("tabstate")]?.release();
    const textOf = (value) => JSON.stringify(value);
    const newValue = () => ({ n: below(1000), pad: "x".repeat(below(3) * 20) });
    /** The value in force of each key, in order, as text. */
    let model = new Map();
    /** What was last known to be in the storage. */
    const saved = new Map();
    const broken = new Map();

    stored.clear();
    for (const key of keys) if (random() < 0.1) broken.set(key, `broken ${key}`);
    for (const [key, text] of broken) stored.put(nameOf(key), text);
    let session = open();
    for (const key of keys) {
      if (broken.has(key) || random() < 0.3) continue;
      const value = newValue();
      session.set(key, value);
      model.set(key, textOf(value));
      saved.set(key, textOf(value));
    }

    const outcomeOf = (f) => {
      try {
        f();
        return "done";
      } catch (error) {
        if (error instanceof pkg.TabstateError && error.code === "full") return "full";
        throw error;
      }
    };
    const recordEnds = (key, text) => stored.get(nameOf(key))?.endsWith(`=${text}`) === true;

    const compare = (when) => {
      const now = [...session.keys()];
      const expected = [...model.keys()];
      if (now.join() !== expected.join()) fault(`${when}: keys ${now} instead of ${expected}`);
      for (const key of keys) {
        const text = model.get(key);
        if (session.has(key) !== (text !== undefined)) fault(`${when}: has ${key}`);
        if (text !== undefined && textOf(session.get(key)) !== text) {
          fault(`${when}: ${key} is ${textOf(session.get(key))} instead of ${text}`);
        }
      }
    };
    const compareStorage = (when) => {
      for (const key of keys) {
        const text = model.get(key);
        const durability = session.durability(key);
        if (text === undefined) {
          const left = stored.get(nameOf(key));
          if (left !== null && left !== broken.get(key))
            fault(`${when}: ${key} is removed, and the storage has ${left}`);
        } else if (durability === "durable") {
          if (!recordEnds(key, text))
            fault(`${when}: ${key} is durable, and the storage has ${stored.get(nameOf(key))}`);
          saved.set(key, text);
        } else {
          seen.pending++;
          if (durability !== "pending") fault(`${when}: ${key} is ${durability}`);
        }
      }
      for (const [key, text] of broken) {
        const places = stored.names().filter((name) => name.startsWith("tabstate") && stored.get(name) === text);
        // A page that ended between the copy and the write left both.
        if (places.length !== 1 && !(places.length === 2 && when === "after the end"))
          fault(`${when}: the broken ${key} is in ${places.length} places`);
        if (places[0]?.includes("!aside")) seen.setAside++;
      }
    };

    /** One call: what it does, and what the model is when it is done. */
    const call = () => {
      const after = new Map(model);
      const put = (key) => {
        const value = newValue();
        after.set(key, textOf(value));
        return [key, value];
      };
      const kind = oneOf([
        "set",
        "set",
        "delete",
        "update",
        "update",
        "transaction",
        "transaction",
        "clear",
        "change",
        "change",
      ]);
      if (kind === "set") {
        const [key, value] = put(oneOf(keys));
        return { kind, after, run: () => session.set(key, value) };
      }
      if (kind === "delete") {
        const key = oneOf(keys);
        after.delete(key);
        return { kind, after, run: () => session.delete(key) };
      }
      if (kind === "update") {
        const pairs = keys.filter(() => random() < 0.6).map(put);
        return { kind, after, run: () => session.update(pairs) };
      }
      if (kind === "clear" && random() < 0.3) {
        return { kind, after: new Map(), run: () => session.clear() };
      }
      if (kind === "change") {
        const there = [...model.keys()];
        if (there.length === 0) return { kind, after, run: () => {} };
        const key = oneOf(there);
        const value = session.get(key);
        value.n = below(1000);
        // It is in memory whatever becomes of the rest.
        model.set(key, textOf(value));
        const run = oneOf([() => session.touch(key), () => session.flush(), () => {}]);
        return { kind, after: new Map(model), run };
      }
      const edits = keys
        .filter(() => random() < 0.7)
        .map((key) => (random() < 0.4 ? { key } : { key, pair: put(key) }));
      for (const { key, pair } of edits) if (pair === undefined) after.delete(key);
      const run = () =>
        session.transaction(() => {
          for (const { key, pair } of edits) {
            if (pair === undefined) session.delete(key);
            else session.set(...pair);
          }
        });
      return { kind: "transaction", after, run };
    };

    const playCalls = (count) => {
      for (let nth = 0; nth < count; nth++) {
        const { kind, after, run } = call();
        const outcome = outcomeOf(run);
        seen[outcome]++;
        if (outcome === "done") model = after;
        const when = `call ${nth}, ${kind}, ${outcome}`;
        compare(when);
        compareStorage(when);
      }
    };
    const ending = oneOf(["reload", "crash", "death", "death", "failing reload"]);
    isFailing = true;
    playCalls(4 + below(10));
    if (stored.get("tabstate!undo") !== null) seen.owed++;

    if (ending === "death") {
      // Without other failures: all is stored.
      isFailing = false;
      session.flush();
      compareStorage("before the end");
      const before = new Map(model);
      const { after, run } = call();
      const changedInPlace = new Map(model);
      callsLeft = below(7);
      let ended = false;
      try {
        run();
      } catch {
        ended = true;
      }
      callsLeft = Infinity;
      // The page does nothing more, whatever it was told.
      isDead = true;
      release();
      isDead = false;
      if (ended) seen.died++;
      session = open();
      for (const key of keys) {
        const now = session.has(key) ? textOf(session.get(key)) : undefined;
        const old = before.get(key);
        const next = after.get(key);
        if (now !== old && now !== next && now !== changedInPlace.get(key)) {
          fault(`after the end ${key} is ${now}, which was ${old} and was to be ${next}`);
        }
      }
      model = new Map([...session].map(([key, value]) => [key, textOf(value)]));
      compare("after the end");
      compareStorage("after the end");
    } else {
      if (ending === "reload") {
        isFailing = false;
        session.flush();
        if (session.durability() !== "durable") fault("flushed, and not durable");
      }
      const wasPending = new Set(keys.filter((key) => model.has(key) && session.durability(key) === "pending"));
      // What could not be put back, nor written down, is in memory alone: it is said to be pending, and ends with the page.
      const undo = stored.get("tabstate!undo") ?? "";
      const isAtRisk = (key) =>
        wasPending.has(key) && !undo.includes(`"${nameOf(key)}"`) && saved.has(key) && !recordEnds(key, saved.get(key));
      const atRisk = new Set(keys.filter(isAtRisk));
      seen.atRisk += atRisk.size;
      release();
      isFailing = ending === "failing reload";
      session = open();
      for (const key of keys) {
        const now = session.has(key) ? textOf(session.get(key)) : undefined;
        const isTrue = now === model.get(key) || (wasPending.has(key) && now === saved.get(key));
        if (!isTrue && !atRisk.has(key))
          fault(`${ending}: ${key} is ${now}, which was ${model.get(key)}, stored as ${saved.get(key)}`);
      }
      if (ending === "failing reload") {
        model = new Map([...session].map(([key, value]) => [key, textOf(value)]));
        compareStorage(ending);
        playCalls(below(6));
        isFailing = false;
        session.flush();
        release();
        session = open();
        compare("after all");
        compareStorage("after all");
        if (stored.get("tabstate!undo") !== null) fault("something is still written down");
      }
      seen.restored++;
    }
    release();
    seen.schedules++;
  };

  for (let seed = first; seed < first + count && faults.length < 8; seed++) {
    try {
      schedule(seed);
    } catch (error) {
      faults.push(`seed ${seed}: ${error.stack}`);
      globalThis[Symbol.for("tabstate")]?.release();
    }
    if (seed % 50 === 0) await stored.sleep(0);
  }
  return { faults, seen };
}

test("whatever_write_fails_no_value_is_lost_and_every_outcome_is_true", async (t) => {
  const tab = await openTab("/schedules/1");
  const { faults, seen } = await tab.run(play, 1, isQuick ? 400 : 1200);
  t.diagnostic(`${engine}: ${JSON.stringify(seen)}`);
  assert.deepEqual(faults, []);
  assert.deepEqual(await tab.errors(), []);
});
