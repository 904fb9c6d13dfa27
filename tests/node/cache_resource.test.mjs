// `cacheResource`: the same object for all, `validate`, and each object that the cache lets go of released exactly once. What
// holds for both caches alike is in tests/node/cache_data.test.mjs.

import assert from "node:assert/strict";
import test, { afterEach, mock } from "node:test";
import fc from "fast-check";
import { advance, stopClock } from "../support/clock.mjs";
import { tabstate, thrownBy, turn, unused } from "../support/packages.mjs";

const { cacheResource, TabstateError } = tabstate;

afterEach(() => mock.restoreAll());

/** A cache that makes objects with numbers, and what it released. */
function numbered(options = {}) {
  const made = [];
  const released = [];
  const load = cacheResource(
    (key) => {
      made.push({ key, number: made.length + 1 });
      return made.at(-1);
    },
    { onRelease: (value) => released.push(value.number), ...options },
  );
  return { load, made, released };
}

const reported = () => {
  const errors = [];
  mock.method(console, "error", (error) => errors.push(error.message));
  return errors;
};

test("every_caller_gets_the_same_object_whatever_it_is", async () => {
  class Connection {
    #secret = 1;
    open = () => this.#secret;
  }
  const things = [new Connection(), () => {}, Symbol("a"), new WeakMap(), (function* () {})(), [new Connection()]];
  for (const thing of things) {
    const load = cacheResource(() => thing);
    const later = cacheResource(async () => thing);
    assert.ok(load() === thing && load() === thing && load.peek() === thing);
    const [one, two] = [later(), later()];
    assert.ok((await one) === thing && (await two) === thing && (await later()) === thing && later.peek() === thing);
  }
  const load = cacheResource(() => ({ count: 0 }));
  load().count++;
  assert.equal(load().count, 1, "a change is seen by all");
});

test("it_is_released_when_it_is_cleared_evicted_expired_not_valid_or_replaced", async () => {
  stopClock();
  let isValid = true;
  const validate = () => isValid;
  const { load, released } = numbered({ ttl: 10, maxEntries: 2, refreshMode: "background", validate });
  const call = (...keys) => {
    for (const key of keys) load(key);
  };
  /** What was released since, in order. */
  const since = () => released.splice(0);
  call("a");
  load.clear("a");
  assert.deepEqual(since(), [1], "cleared");
  call("a", "b");
  load.clear();
  assert.deepEqual(since(), [2, 3], "all cleared");
  call("a", "b", "c");
  assert.deepEqual(since(), [4], "evicted");
  isValid = false;
  call("c");
  isValid = true;
  assert.deepEqual(since(), [6], "not valid");
  advance(20);
  assert.deepEqual(since(), [], "nobody looks");
  call("c");
  assert.deepEqual(since(), [7, 5], "expired, and others with it");
  advance(10);
  call("c");
  assert.deepEqual(since(), [], "stale");
  await turn();
  assert.deepEqual(since(), [8], "replaced");
  load.clear();
  assert.deepEqual(since(), [9]);
});

test("the_same_object_made_again_replaces_nothing", async () => {
  stopClock();
  const released = [];
  const pool = { one: 1 };
  let runs = 0;
  const options = { ttl: 10, refreshMode: "background", onRelease: (value) => released.push(value) };
  const load = cacheResource(() => {
    runs++;
    return pool;
  }, options);
  load();
  for (let nth = 0; nth < 3; nth++) {
    advance(10);
    assert.equal(load(), pool);
    await turn();
  }
  assert.deepEqual([runs, released.length, load.stats().stores], [4, 0, 4]);
  load.clear();
  assert.deepEqual(released, [pool]);
});

test("it_is_released_after_the_cache_let_go_of_it_and_before_the_next_one_is_made", () => {
  stopClock();
  const order = [];
  const load = cacheResource(
    () => {
      order.push("made");
      return { n: order.length };
    },
    { ttl: 10, onRelease: () => order.push(`released, has: ${load.has()}`) },
  );
  load();
  advance(10);
  load();
  assert.deepEqual(order, ["made", "released, has: false", "made"]);
});

test("a_value_whose_run_was_overtaken_is_its_callers_and_is_not_released", async () => {
  const released = [];
  const runs = [];
  const onRelease = (value) => released.push(value.n);
  const load = cacheResource(() => new Promise((resolve) => runs.push(resolve)), { onRelease });
  const before = load();
  load.clear();
  const after = load();
  runs[1]({ n: 2 });
  runs[0]({ n: 1 });
  assert.deepEqual([await before, await after], [{ n: 1 }, { n: 2 }]);
  assert.deepEqual(released, []);
  load.clear();
  assert.deepEqual(released, [2]);
  const controller = new AbortController();
  const given = load(controller.signal);
  controller.abort();
  await assert.rejects(given);
  runs[2]({ n: 3 });
  await turn();
  assert.deepEqual([released, load.has()], [[2, 3], false], "nobody has it");
});

test("what_a_refresh_makes_that_is_overtaken_is_nobodys_and_released", async () => {
  stopClock();
  const released = [];
  const runs = [];
  const load = cacheResource(() => new Promise((resolve) => runs.push(resolve)), {
    ttl: 10,
    refreshMode: "background",
    onRelease: (value) => released.push(value.n),
  });
  const first = load();
  runs[0]({ n: 1 });
  await first;
  advance(11);
  load();
  await turn();
  load.clear();
  runs[1]({ n: 2 });
  await turn();
  assert.deepEqual(released, [1, 2]);
});

test("a_release_that_fails_later_is_reported", async () => {
  const errors = reported();
  const load = cacheResource(() => ({}), {
    async onRelease() {
      throw new Error("on purpose, later");
    },
  });
  load();
  load.clear();
  await turn();
  assert.deepEqual(errors, ["on purpose, later"]);
});

test("a_function_that_returns_at_once_does_so_also_when_its_refresh_waits_for_its_turn", () => {
  stopClock();
  let made = 0;
  const load = cacheResource(() => ({ n: ++made }), { ttl: 10, refreshMode: "background" });
  load();
  advance(15);
  assert.equal(load().n, 1);
  advance(10);
  assert.equal(load().n, 2, "the refresh had no turn yet, and the value is too old");
  assert.equal(made, 2);
});

test("a_value_that_is_never_kept_is_not_released", () => {
  const { load, released } = numbered({ ttl: 0 });
  load("a");
  load("a");
  load.clear();
  assert.deepEqual(released, []);
});

test("on_release_that_throws_is_reported_and_stops_nothing", () => {
  const errors = reported();
  const { load } = numbered({
    maxEntries: 2,
    onRelease: ({ number }) => {
      throw new Error(`release ${number}`);
    },
  });
  for (const key of ["a", "b", "c"]) load(key);
  load.clear();
  assert.deepEqual(errors, ["release 1", "release 2", "release 3"]);
  assert.equal(load.stats().entries, 0);
});

test("on_release_that_rejects_is_the_pages_own_and_its_promise_is_not_waited_for", async () => {
  let isDone = false;
  const { load } = numbered({ onRelease: async () => { await turn(); isDone = true; } }); // biome-ignore format: a row
  load("a");
  load.clear();
  assert.equal(isDone, false);
  load("a");
  await turn();
  await turn();
  assert.equal(isDone, true);
});

test("on_release_may_use_the_cache", () => {
  const released = [];
  let isAgain = true;
  const { load } = numbered({
    onRelease: (value) => {
      released.push(value.number);
      if (!isAgain) return;
      isAgain = false;
      assert.equal(load.has(value.key), false);
      const again = load(value.key);
      assert.notEqual(again, value);
      load.clear();
    },
  });
  load("a");
  load("b");
  load.clear();
  assert.deepEqual(released.toSorted(), [1, 2, 3]);
  assert.equal(load.stats().entries, 0);
});

test("validate_is_asked_with_the_object_and_the_arguments_before_each_hit", () => {
  const asked = [];
  const validate = (value, ...args) => {
    asked.push([value.number, ...args]);
    return asked.length !== 2;
  };
  const { load, released } = numbered({ validate, skipArgs: [1] });
  const one = load("a", "x");
  assert.deepEqual(asked, [], "not before it is handed out first");
  assert.equal(load("a", "y"), one);
  const two = load("a", "z");
  assert.notEqual(two, one);
  assert.deepEqual([asked, released], [[[1, "a", "y"], [1, "a", "z"]], [1]]); // biome-ignore format: a row
  assert.equal(load("a", "z"), two);
  assert.deepEqual([load.peek("a"), load.has("a")], [two, true]);
  assert.equal(asked.length, 3, "to peek is no hit");
  assert.deepEqual([load.stats().hits, load.stats().misses], [2, 2]);
});

test("what_validate_says_is_a_truth_or_none", () => {
  for (const [answer, isKept] of [
    [1, true],
    ["", false],
    [null, false],
    [undefined, false],
    [{}, true],
  ]) {
    // biome-ignore format: a row
    const { load } = numbered({ validate: () => answer });
    const one = load("a");
    assert.equal(load("a") === one, isKept, String(answer));
  }
});

test("a_validate_that_answers_later_is_an_error_and_loses_nothing", () => {
  const { load, released } = numbered({ validate: async () => false });
  const one = load("a");
  const error = thrownBy(() => load("a"));
  assert.ok(error instanceof TabstateError);
  assert.deepEqual([error.code, error.key], ["invalid-option", "validate"]);
  assert.deepEqual([load.peek("a"), released], [one, []]);
});

test("a_validate_that_throws_is_the_callers_error_and_loses_nothing", async () => {
  stopClock();
  let isBroken = true;
  const validate = () => {
    if (isBroken) throw new Error("broken");
    return true;
  };
  const { load, released } = numbered({ validate, ttl: 10, refreshMode: "background" });
  const one = load("a");
  assert.throws(() => load("a"), { message: "broken" });
  advance(11);
  assert.throws(() => load("a"), { message: "broken" });
  isBroken = false;
  assert.equal(load("a"), one);
  await turn();
  assert.deepEqual([load("a").number, released], [2, [1]]);
});

test("a_validate_that_uses_the_cache_gets_no_released_object_handed_out", () => {
  for (const answer of [true, false]) {
    for (const clear of [(load) => load.clear("a"), (load) => load.clear()]) {
      let asked = 0;
      const { load, released } = numbered({
        validate: () => {
          if (asked++ === 0) clear(load);
          return answer || asked > 1;
        },
      });
      const one = load("a");
      const two = load("a");
      assert.notEqual(two, one);
      assert.deepEqual(released, [1], "once");
      assert.equal(load("a"), two);
    }
  }
});

test("a_stale_object_that_is_not_valid_is_not_handed_out", () => {
  stopClock();
  let isValid = true;
  const { load, released } = numbered({ ttl: 10, refreshMode: "background", validate: () => isValid });
  load("a");
  advance(11);
  isValid = false;
  assert.equal(load("a").number, 2);
  assert.deepEqual(released, [1]);
});

test("dispose_lets_go_of_all_as_clear_does", { skip: Symbol.dispose === undefined && "no Symbol.dispose here" }, () => {
  const { load, released } = numbered();
  load("a");
  load("b");
  assert.equal(typeof load[Symbol.dispose], "function");
  load[Symbol.dispose]();
  assert.deepEqual([released, load.stats().entries], [[1, 2], 0]);
  load("a");
  load[Symbol.dispose]("a");
  assert.deepEqual(released, [1, 2, 3]);
});

test("clear_of_all_resources_reaches_each_also_of_functions_that_nobody_holds", () => {
  const released = [];
  for (let nth = 0; nth < 20; nth++)
    cacheResource(() => ({ nth }), { onRelease: (value) => released.push(value.nth) })();
  cacheResource.clear();
  assert.deepEqual(
    released,
    Array.from({ length: 20 }, (_, nth) => nth),
  );
});

test("functions_with_one_key_share_objects", () => {
  const make = () => ({});
  const [one, two] = [cacheResource(make, { key: "shared" }), cacheResource(make, { key: "shared" })];
  assert.equal(one("a"), two("a"));
  two.clear("a");
  assert.equal(one.has("a"), false);
  assert.notEqual(cacheResource(make)("a"), one("a"));
});

test("a_key_is_made_as_for_data_and_what_has_none_is_refused", () => {
  const load = cacheResource((of) => ({ of }));
  assert.equal(load({ a: 1, b: 2 }), load({ b: 2, a: 1 }));
  assert.equal(thrownBy(() => load(() => {})).code, "unsupported-value");
});

// Schedules

const numberIn = (key) => Number(key.match(/n(\d)/)[1]);

/** What may happen to a cache; each takes small numbers. */
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constantFrom("call"), key: fc.nat(3), how: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom("settle"), which: fc.nat(5), fails: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom("advance"), seconds: fc.nat(12) }) },
  fc.record({ does: fc.constantFrom("clear"), key: fc.nat(3) }),
  fc.record({ does: fc.constantFrom("clearAll", "turn", "giveUp"), which: fc.nat(5) }),
  fc.record({ does: fc.constantFrom("isValid"), answer: fc.boolean() }),
);
const settings = fc.record({
  ttl: fc.constantFrom(undefined, 10),
  isRefreshed: fc.boolean(),
  maxEntries: fc.constantFrom(undefined, 1, 2),
  validates: fc.boolean(),
  /** What is done while one is released. */
  inRelease: fc.constantFrom("nothing", "throws", "calls", "clears"),
  reuses: fc.boolean(),
});

test("in_every_schedule_each_object_that_was_kept_is_released_exactly_once_and_never_while_it_is_kept", async (t) => {
  const errors = reported();
  const counts = { kept: 0, released: 0, overtaken: 0, hits: 0 };
  const numRuns = process.env.TABSTATE_QUICK === undefined ? 2000 : 400;
  await fc.assert(
    fc.asyncProperty(settings, fc.array(happening, { minLength: 5, maxLength: 40 }), async (given, happenings) => {
      stopClock();
      const { ttl, isRefreshed, maxEntries, validates, inRelease, reuses } = given;
      /** How often each object is kept now, and was kept and released so far. */
      const kept = new Map();
      const stored = new Map();
      const released = new Map();
      const ownerless = new Set();
      const add = (map, object, count = 1) => map.set(object, (map.get(object) ?? 0) + count);
      const running = [];
      const waiting = [];
      const pool = { pool: true };
      let isValid = true;
      let number = 0;
      let depth = 0;
      let load;
      const problems = [];
      const make = (key, how) => {
        const object = reuses && how === 3 ? pool : { key, number: number++ };
        if (how % 2 === 0) return object;
        return new Promise((resolve, reject) => running.push({ resolve: () => resolve(object), reject }));
      };
      const onRelease = (object) => {
        // What was overtaken, and nobody waits for, was never kept.
        if ((released.get(object) ?? 0) === (stored.get(object) ?? 0)) {
          if (ownerless.has(object) && object !== pool) problems.push("released twice");
          ownerless.add(object);
          return;
        }
        add(released, object);
        // Of what is not valid, no event tells.
        for (const [key, one] of kept) if (load.peek(numberIn(key)) !== one) kept.delete(key);
        if (released.get(object) > (stored.get(object) ?? 0)) problems.push("released more often than kept");
        if (!reuses && [0, 1, 2, 3].some((key) => load.peek(key) === object)) problems.push("released and kept");
        if (inRelease === "throws") throw new Error("on purpose");
        if (depth > 0) return;
        depth++;
        if (inRelease === "calls") Promise.resolve(load(number % 4, { skipped: 0 })).catch(() => {});
        if (inRelease === "clears") load.clear(number % 4);
        depth--;
      };
      load = cacheResource((key, { skipped }) => make(key, skipped), {
        ...{ ttl, maxEntries, onRelease, skipArgs: [1], key: undefined },
        ...(isRefreshed && ttl !== undefined && { refreshMode: "background" }),
        ...(validates && { validate: () => isValid }),
      });
      // What is kept, is told: `store` with a value that peek gives.
      const stop = cacheResource.subscribe(
        ({ key }) => {
          const object = load.peek(numberIn(key));
          if (object === undefined) problems.push("stored, and not there");
          const before = kept.get(key);
          if (before !== object || (stored.get(object) ?? 0) === (released.get(object) ?? 0)) add(stored, object);
          kept.set(key, object);
        },
        { kinds: ["store"] },
      );
      const forget = cacheResource.subscribe(({ key }) => {
        for (const one of key === undefined ? [...kept.keys()] : [key]) if (!load.has(numberIn(one))) kept.delete(one); // biome-ignore format: a row
      }, { kinds: ["clear", "evict", "expire"] }); // biome-ignore format: a row
      try {
        for (const { does, key, how, which, fails, seconds, answer } of happenings) {
          if (does === "call") {
            const controller = how > 3 ? new AbortController() : undefined;
            const value = controller ? load(key, { skipped: how }, controller.signal) : load(key, { skipped: how });
            if (value instanceof Promise) {
              waiting.push(controller);
              value.catch(() => {});
            } else if (released.get(value) > 0 && !reuses && load.peek(key) === value)
              problems.push("handed out again");
          } else if (does === "settle") {
            const [run] = running.splice(which % Math.max(1, running.length), 1);
            if (fails === 0) run?.reject(new Error("no"));
            else run?.resolve();
            await null;
            await turn();
          } else if (does === "advance") advance(seconds);
          else if (does === "clear") load.clear(key);
          else if (does === "clearAll") load.clear();
          else if (does === "giveUp") waiting.splice(which % Math.max(1, waiting.length), 1)[0]?.abort();
          else if (does === "isValid") isValid = answer;
          else await turn();
          assert.deepEqual(problems, []);
          if (reuses) continue;
          let entries = 0;
          for (const [object, count] of stored) {
            const times = released.get(object) ?? 0;
            assert.ok(times <= count);
            entries += count - times;
          }
          assert.equal(load.stats().entries, entries, "what is kept, is what was stored and not released");
        }
        for (const run of running) run.resolve();
        await turn();
        depth = 1;
        load.clear();
        assert.equal(load.stats().entries, 0);
        assert.deepEqual(problems, []);
        if (!reuses) assert.deepEqual(released, stored);
        for (const count of stored.values()) counts.kept += count;
        for (const count of released.values()) counts.released += count;
        counts.overtaken += number - stored.size;
        counts.hits += load.stats().hits;
        const sum = (map) => [...map.values()].reduce((total, count) => total + count, 0);
        assert.equal(sum(released), sum(stored));
      } finally {
        stop();
        forget();
      }
    }),
    { numRuns },
  );
  assert.ok(errors.every((message) => message === "on purpose"));
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.kept > numRuns && counts.overtaken > numRuns / 20 && counts.hits > numRuns / 4);
});

// The last one: after it, this file's copy shares nothing any more.
test("all_are_released_when_the_package_lets_go_of_the_page", async () => {
  const copy = await unused();
  const released = [];
  const load = copy.cacheResource((n) => ({ n }), { onRelease: (value) => released.push(value.n) });
  load(1);
  load(2);
  globalThis[Symbol.for("tabstate")].release();
  assert.deepEqual(released, [1, 2]);
});
