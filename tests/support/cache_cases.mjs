// Plays a case of tests/cases/cache.json on `globalThis.tabstate`, by a clock of its own: in Node, or by `tab.run` in a page.

import { readFileSync } from "node:fs";

const all = JSON.parse(readFileSync(new URL("../cases/cache.json", import.meta.url), "utf8"));

/** Those that JavaScript can say, those that no host can, and those of Rust alone. */
export const cases = all.filter(({ only, inapplicable }) => only !== "rust" && inapplicable === undefined);
export const inapplicable = all.filter((row) => row.inapplicable !== undefined);
export const ofRust = all.filter(({ only }) => only === "rust");

/** What a case is to give. A time to live below nothing is none. */
export function expectedOf({ option, expect }) {
  return option === "ttl" && typeof expect === "number" ? Math.max(0, expect) : expect;
}

/** What a case gives. Closes over nothing, so that a page can run it; it uses `values` of tests/pages/session_values.js. */
export async function playCache(row) {
  const { cacheData, cacheResource, TabstateError } = globalThis.tabstate;
  const { now: realNow } = Date;
  let now = 1_700_000_000_000;
  Date.now = () => now;
  const codeOf = (error) => {
    if (!(error instanceof TabstateError)) throw error;
    return { error: error.code };
  };
  class Refusing {}

  const playOps = async ({ cache, options = {}, returns = "list", ops, about = "" }) => {
    let runs = 0;
    let asked = 0;
    let isValid = true;
    const released = [];
    const validate = () => {
      asked++;
      return isValid;
    };
    const given = {
      validate: { true: validate, async: async () => isValid },
      onRelease: { true: (value) => released.push(value[0]) },
    };
    const made = Object.entries(options).map(([name, value]) => [name, given[name]?.[value] ?? value]);
    const all = Object.fromEntries(made);
    if (ops.some(([, what]) => what === "refusing")) {
      const refuse = () => {
        throw new Error("on purpose");
      };
      all.hashFuncs = [[Refusing, refuse]];
    }
    const results = { list: (runs) => [runs], null: () => null };
    results.object = () =>
      about.includes("generator") ? (function* () {})() : about.includes("lock") ? new WeakMap() : () => {};
    const odd = { weakMap: () => new WeakMap(), function: () => () => {}, refusing: () => new Refusing() };
    const build = () => (cache === "data" ? cacheData : cacheResource)(() => results[returns](++runs), all);
    let remembering;
    const call = (...args) => {
      const before = runs;
      const value = remembering(...args);
      const isShown = value === null || Object.getPrototypeOf(value) === Array.prototype;
      return { ran: runs > before, value: isShown ? value : "<object>" };
    };
    const does = {
      build: () => {},
      call: (args) => call(...args),
      callWith: (what) => call(odd[what]()),
      clear: (args) => remembering.clear(...args),
      clearAll: () => remembering.clear(),
      has: (args) => remembering.has(...args),
      peek: (args) => remembering.peek(...args),
      sameObject(args) {
        const one = remembering(...args);
        return remembering(...args) === one;
      },
      runs: () => runs,
      released: () => [...released],
      validateCalls: () => asked,
      advance(milliseconds) {
        now += milliseconds;
      },
      setValid(given) {
        isValid = given;
      },
      settle: () => new Promise((resolve) => setTimeout(resolve, 20)),
    };
    const seen = [];
    for (const [op, given] of ops) {
      try {
        remembering ??= build();
        const args = Array.isArray(given) ? given.map((value) => values.build(value)) : given;
        seen.push((await does[op](args)) ?? null);
      } catch (error) {
        seen.push(codeOf(error));
      }
    }
    return seen;
  };

  const playConcurrent = async ({ concurrent, returns }) => {
    let runs = 0;
    let open;
    const isOpen = new Promise((resolve) => {
      open = resolve;
    });
    const remembering = cacheData(async () => {
      const number = ++runs;
      await isOpen;
      if (returns === "failure") throw new Error("failure");
      return [number];
    });
    const asked = Array.from({ length: concurrent }, () => remembering("key"));
    open();
    const settled = await Promise.allSettled(asked);
    return { runs, results: settled.map(({ value, reason }) => value ?? reason.message) };
  };

  /** By the caches of one key, whose options have to be the same; and, of a time to live, by what is kept. */
  const playOption = ({ id, option, input, expect }) => {
    try {
      cacheData(() => 0, { key: id, [option]: input });
    } catch (error) {
      return codeOf(error);
    }
    const isShared = (value) => {
      try {
        return cacheData(() => 0, { key: id, [option]: value }) !== undefined;
      } catch (error) {
        return codeOf(error) && false;
      }
    };
    if (!isShared(expect ?? undefined)) return "another";
    if (expect === null || option === "maxSize") return isShared((expect ?? 0) + 1) ? "anything" : expect;
    const isAliveAt = (milliseconds) => {
      const remembering = cacheData(() => 0, { ttl: input });
      remembering();
      now += milliseconds;
      return remembering.has();
    };
    let [alive, over] = [-1, 1e12];
    while (over - alive > 1) {
      const middle = Math.floor((alive + over) / 2);
      if (isAliveAt(middle)) alive = middle;
      else over = middle;
    }
    return over / 1000;
  };

  try {
    if (row.concurrent !== undefined) return await playConcurrent(row);
    return row.option === undefined ? await playOps(row) : playOption(row);
  } finally {
    Date.now = realNow;
  }
}
