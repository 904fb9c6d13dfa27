// Writing query parameters, up to the history call. One contender in a document, so that no other's listeners are in its
// way, and pauses between the calls, so that the browser's limit of 200 in 10 seconds is never near.

const pause = 60;

/** The address before the writes of a sample: what is there is kept by every contender. */
const address = "?city=S%C3%A3o+Paulo&page=2&sort=price";

const keys = Array.from({ length: 1000 }, (_, nth) => `key${nth}`);

const one = ({ set, flush }, value) => {
  set("n", value);
  flush();
  return `n=${value}`;
};

const oneKey = ({ set, flush }, value) => {
  for (let nth = 0; nth <= 999; nth += 1) set("n", `${value}-${nth}`);
  flush();
  return `n=${value}-999`;
};

const manyKeys = ({ set, flush }, value) => {
  for (const key of keys) set(key, value);
  flush();
  return `key999=${value}`;
};

/** `write` returns a field that the address has to show then; with `anew`, each sample begins with the first address. */
export const cases = {
  "one set + flush": { write: one, most: { "parse, set, replaceState": 1.15 } },
  "1,000 writes of one key in one turn": { write: oneKey, most: { "parse, set, replaceState": 2 } },
  "1,000 new keys in one turn": { write: manyKeys, anew: true, most: { "parse, set, replaceState": 1 } },
  "1,000 keys that are there, in one turn": { write: manyKeys, most: { "parse, set, replaceState": 1 } },
};

function replace(query) {
  history.replaceState(history.state, "", `${location.pathname}${query}${location.hash}`);
}

/** What people write by hand: the last value of each key waits for the flush. */
function coalescing(queryWith) {
  const pending = new Map();
  const flush = () => {
    if (pending.size === 0) return;
    replace(queryWith(pending));
    pending.clear();
  };
  const set = (key, value) => {
    if (pending.size === 0) queueMicrotask(flush);
    pending.set(key, value);
  };
  return { set, flush };
}

export const sides = {
  async tabstate() {
    const { queryParams } = await import("tabstate");
    return { set: (key, value) => queryParams.set(key, value), flush: () => queryParams.flush() };
  },
  async "parse, set, replaceState"(name) {
    if (name.startsWith("one")) {
      const set = (key, value) => {
        const params = new URLSearchParams(location.search);
        params.set(key, value);
        replace(`?${params}`);
      };
      return { set, flush() {} };
    }
    return coalescing((pending) => {
      const params = new URLSearchParams(location.search);
      for (const [key, value] of pending) params.set(key, value);
      return `?${params}`;
    });
  },
  async "nuqs serializer, replaceState"() {
    const { createSerializer, parseAsString } = await import("nuqs/server");
    const serialize = createSerializer(Object.fromEntries(["n", ...keys].map((key) => [key, parseAsString])));
    return coalescing((pending) => serialize(location.search, Object.fromEntries(pending)));
  },
};

/** Milliseconds of each sample, after `warming` samples that do not count. */
export async function sample({ name, side, warming, samples }) {
  const { write, anew } = cases[name];
  const contender = await sides[side](name);
  let calls = 0;
  navigation.addEventListener("currententrychange", () => {
    calls += 1;
  });
  const measured = [];
  for (let nth = 0; nth < warming + samples; nth += 1) {
    if (anew || nth === 0) {
      history.replaceState(null, "", address);
      await rest();
    }
    await rest();
    calls = 0;
    const value = `v${nth}`;
    const began = performance.now();
    const written = write(contender, value);
    measured.push(performance.now() - began);
    await null;
    const landed = location.search.split("&").includes(written);
    if (!landed || calls !== 1)
      throw new Error(`${side}: ${calls} history calls, address ${location.search.slice(-80)}`);
  }
  return measured.slice(warming);
}

/** Waits for the next call's turn, then keeps busy for a moment: a processor that just woke up is slow. */
async function rest() {
  await new Promise((resolve) => setTimeout(resolve, pause));
  const awake = performance.now() + 1;
  while (performance.now() < awake);
}
