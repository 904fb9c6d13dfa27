// Writing query parameters, up to the history call. One contender in a document, so that no other's listeners are in its
// way, and pauses between the calls, so that the browser's limit of 200 in 10 seconds is never near.

const pause = 60;

/** The address before the writes of a sample: what is there is kept by every contender. */
const address = "?city=S%C3%A3o+Paulo&page=2&sort=price";

const keys = Array.from({ length: 1000 }, (_, nth) => `key${nth}`);

export const cases = {
  "one set + flush": ({ set, flush }, value) => {
    set("n", value);
    flush();
    return `n=${value}`;
  },
  "1,000 writes of one key in one turn": ({ set, flush }, value) => {
    for (let nth = 0; nth <= 999; nth += 1) set("n", `${value}-${nth}`);
    flush();
    return `n=${value}-999`;
  },
  "1,000 different keys in one turn": ({ set, flush }, value) => {
    for (const key of keys) set(key, value);
    flush();
    return `key999=${value}`;
  },
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

/** Milliseconds of each sample after as many for warming up as `warming` says. */
export async function sample({ name, side, warming, samples }) {
  history.replaceState(null, "", address);
  const contender = await sides[side](name);
  let calls = 0;
  navigation.addEventListener("currententrychange", () => {
    calls += 1;
  });
  const measured = [];
  for (let nth = 0; nth < warming + samples; nth += 1) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    calls = 0;
    const value = `v${nth}`;
    const began = performance.now();
    const written = cases[name](contender, value);
    measured.push(performance.now() - began);
    await null;
    const landed = location.search.split("&").includes(written);
    if (!landed || calls !== 1)
      throw new Error(`${side}: ${calls} history calls, address ${location.search.slice(-80)}`);
  }
  return measured.slice(warming);
}
