// `cacheData` without persistence: copies, runs, failures, clearing, signals, refreshing, bounds, events. What holds for both
// caches alike is told here.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import test, { afterEach } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { advance, stopClock } from "../support/clock.mjs";
import { copyPackage, importFrom, packed, tabstate, thrownBy, turn, within } from "../support/packages.mjs";

await import("../pages/session_values.js");
const { values } = globalThis;
const { cacheData, cacheResource, TabstateError } = tabstate;

let subscriptions = [];
afterEach(() => {
  for (const unsubscribe of subscriptions) unsubscribe();
  subscriptions = [];
});

/** What a cache tells, as texts: of those of one name. */
function listen(name, options) {
  const heard = [];
  const unsubscribe = cacheData.subscribe(({ kind, cache, key }) => {
    if (cache === name) heard.push(key === undefined ? kind : `${kind} ${key}`);
  }, options);
  subscriptions.push(unsubscribe);
  return heard;
}

/** A promise, and what settles it. */
function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((...both) => {
    [resolve, reject] = both;
  });
  return { promise, resolve, reject };
}

/** Runs that end when the test says so. */
function gated(wrap = cacheData, options = {}) {
  const runs = [];
  const load = wrap((...args) => {
    const run = { ...deferred(), args };
    runs.push(run);
    return run.promise;
  }, options);
  return { load, runs };
}

const isPending = async (promise) => {
  const none = Symbol("none");
  await turn();
  return (await Promise.race([promise.catch(() => {}), Promise.resolve(none)])) === none;
};

// Copies

test("every_caller_gets_its_own_copy_the_first_one_too", () => {
  const made = [];
  const load = cacheData(() => {
    made.push({ list: [1], map: new Map([["a", new Set([2n])]]) });
    return made[0];
  });
  const [one, two] = [load(), load()];
  assert.deepEqual(one, made[0]);
  assert.ok(one !== made[0] && one !== two && one.list !== two.list && one.map.get("a") !== two.map.get("a"));
  one.list.push(9);
  one.map.get("a").add("more");
  made[0].list.push(8);
  two.extra = true;
  assert.deepEqual(load(), { list: [1], map: new Map([["a", new Set([2n])]]) });
  load.peek().list.length = 0;
  assert.deepEqual(load.peek(), { list: [1], map: new Map([["a", new Set([2n])]]) });
  assert.equal(made.length, 1);
});

test("copies_of_a_promises_value_are_each_callers_own", async () => {
  const made = { a: [1] };
  const load = cacheData(async () => {
    await turn();
    return made;
  });
  const [one, two] = await Promise.all([load(), load()]);
  const three = await load();
  assert.ok(new Set([made, one, two, three, load.peek()]).size === 5);
  one.a.push(2);
  made.a.push(3);
  assert.deepEqual([two, three, await load()], [{ a: [1] }, { a: [1] }, { a: [1] }]);
});

for (const [name, value] of Object.entries(values.every())) {
  test(`a_copy_is_the_same_in_all_that_can_be_seen: ${name}`, async () => {
    const load = cacheData(() => values.every()[name]);
    const later = cacheData(async () => values.every()[name]);
    for (const copy of [load(), load(), load.peek(), await later(), await later(), later.peek()]) {
      assert.equal(values.difference(value, copy), undefined);
    }
    assert.deepEqual([load.has(), later.has()], [true, true]);
    const isObject = typeof value === "object" && value !== null;
    const one = load();
    assert.equal(Object.is(load(), one), !isObject);
  });
}

const unsupported = {
  "a function": [() => () => {}, "value is a function"],
  "a symbol in a list": [() => [1, Symbol("a")], "value[1] is a symbol"],
  "a promise in an object": [() => ({ a: { b: Promise.resolve(1) } }), "value.a.b is an instance of Promise"],
  "an instance": [() => new (class Point {})(), "value is an instance of Point"],
  "a WeakMap in a Map": [() => new Map([["k", new WeakMap()]]), 'value.get("k") is an instance of WeakMap'],
};
for (const [name, [make, place]] of Object.entries(unsupported)) {
  test(`what_has_no_record_is_refused_with_its_place_and_not_kept: ${name}`, async () => {
    let runs = 0;
    const load = cacheData(() => make(++runs));
    const later = cacheData(async () => make(++runs));
    for (let nth = 0; nth < 2; nth++) {
      const error = thrownBy(load);
      assert.deepEqual([error instanceof TabstateError, error.code], [true, "unsupported-value"]);
      assert.ok(error.message.startsWith(place), error.message);
      await assert.rejects(later(), { code: "unsupported-value", message: error.message });
    }
    assert.deepEqual([runs, load.has(), later.has(), load.stats().errors], [4, false, false, 2]);
  });
}

test("what_the_page_gave_to_prototypes_changes_no_copy", () => {
  const load = cacheData(() => ({ a: [1, { b: "c" }] }));
  Object.prototype.toJSON = () => "other";
  Array.prototype.toJSON = () => "other";
  Object.prototype.more = 1;
  try {
    assert.deepEqual(load(1), { a: [1, { b: "c" }] });
    assert.ok(!Object.hasOwn(load(1), "more"));
  } finally {
    delete Object.prototype.toJSON;
    delete Array.prototype.toJSON;
    delete Object.prototype.more;
  }
  assert.deepEqual(load(1), { a: [1, { b: "c" }] });
});

// Runs

test("a_sync_function_stays_sync_and_an_async_one_async", async () => {
  const sync = cacheData((n) => n + 1);
  assert.deepEqual([sync(1), sync(1)], [2, 2]);
  const later = cacheData(async (n) => n + 1);
  const [first, second] = [later(1), later(1)];
  assert.ok(first instanceof Promise && second instanceof Promise && first !== second);
  assert.deepEqual([await first, await second, await later(1)], [2, 2, 2]);
  assert.ok(later(1) instanceof Promise);
  // biome-ignore lint/suspicious/noThenProperty: a promise of another library
  const thenable = cacheData(() => ({ then: (resolve) => resolve([5]) }));
  assert.ok(thenable() instanceof Promise);
  assert.deepEqual([await thenable(), await thenable()], [[5], [5]]);
});

test("a_function_gets_its_arguments_as_they_are", () => {
  const seen = [];
  const load = cacheData((...args) => void seen.push(args), { skipArgs: [1] });
  const [one, two] = [{ a: 1 }, () => {}];
  load(one, two, undefined);
  assert.ok(seen[0][0] === one && seen[0][1] === two && seen[0].length === 3);
});

for (const [name, wrap] of Object.entries({ cacheData, cacheResource })) {
  test(`a_hundred_callers_run_the_function_once: ${name}`, async () => {
    const { load, runs } = gated(wrap);
    const asked = Array.from({ length: 100 }, () => load("a"));
    const other = load("b");
    assert.equal(runs.length, 2);
    runs[0].resolve({ n: 1 });
    const given = await Promise.all(asked);
    assert.ok(given.every((value) => value.n === 1));
    assert.equal(new Set(given).size, wrap === cacheData ? 100 : 1);
    const { hits, misses, joins, stores } = load.stats();
    assert.deepEqual({ hits, misses, joins, stores }, { hits: 0, misses: 2, joins: 99, stores: 1 });
    assert.ok(await isPending(other), "another key waits for itself");
    runs[1].resolve(2);
    assert.equal(await other, 2);
  });

  test(`a_rejection_reaches_all_and_is_not_kept: ${name}`, async () => {
    const { load, runs } = gated(wrap);
    const asked = Array.from({ length: 100 }, () => load("a"));
    const reason = new Error("no");
    runs[0].reject(reason);
    for (const { status, reason: given } of await Promise.allSettled(asked))
      assert.ok(status === "rejected" && given === reason);
    assert.deepEqual([load.has("a"), load.peek("a"), load.stats().errors], [false, undefined, 1]);
    const again = load("a");
    runs[1].resolve(5);
    assert.equal(await again, 5);
    assert.equal(load.peek("a"), 5);
  });

  test(`an_exception_is_thrown_as_it_is_and_not_kept: ${name}`, () => {
    const thrown = [new Error("no"), "text", undefined, null, 0];
    let run = 0;
    const load = wrap(() => {
      throw thrown[run++ % 5];
    });
    for (const expected of thrown) {
      try {
        load();
        assert.fail("nothing was thrown");
      } catch (error) {
        assert.equal(error, expected);
      }
    }
    assert.deepEqual([load.has(), load.stats().errors, load.stats().entries], [false, 5, 0]);
  });

  test(`a_clear_during_an_async_run_keeps_nothing_and_callers_get_the_value: ${name}`, async () => {
    for (const clear of [(load) => load.clear("a"), (load) => load.clear(), () => wrap.clear()]) {
      const { load, runs } = gated(wrap);
      const before = [load("a"), load("a")];
      clear(load);
      const after = load("a");
      assert.equal(runs.length, 2, "who asks after it does not get what is from before");
      runs[0].resolve("old");
      assert.deepEqual(await Promise.all(before), ["old", "old"]);
      assert.equal(load.has("a"), false);
      runs[1].resolve("new");
      assert.equal(await after, "new");
      assert.equal(load.peek("a"), "new");
    }
  });

  test(`an_overtaken_run_that_ends_last_does_not_replace_the_newer_value: ${name}`, async () => {
    const { load, runs } = gated(wrap);
    const before = load("a");
    load.clear("a");
    const after = load("a");
    runs[1].resolve("new");
    await after;
    runs[0].resolve("old");
    assert.equal(await before, "old");
    assert.equal(load.peek("a"), "new");
    load.clear();
    const failing = load("a");
    load.clear();
    runs[2].reject(new Error("no"));
    await assert.rejects(failing, { message: "no" });
    assert.equal(load.stats().errors, 0, "a failure of what was cleared is none of the cache's");
  });

  test(`a_clear_during_a_sync_run_keeps_nothing: ${name}`, () => {
    let runs = 0;
    const load = wrap((what) => {
      runs++;
      if (what === "all") load.clear();
      else load.clear(what);
      return [runs];
    });
    assert.deepEqual([load("all"), load("all")], [[1], [2]]);
    assert.deepEqual([load("b"), load("b")], [[3], [4]]);
    assert.deepEqual([load.has("all"), load.has("b"), load.stats().entries], [false, false, 0]);
  });

  test(`a_function_that_asks_for_its_own_key_passes_the_cache_over: ${name}`, () => {
    let depth = 0;
    const load = wrap((key) => (++depth < 5 ? [...load(key), depth] : ["end"]));
    assert.deepEqual(load("a").length, 5);
    assert.equal(depth, 5);
    assert.ok(load.has("a"));
    assert.deepEqual(load("a").length, 5);
    assert.equal(depth, 5);
  });

  test(`a_function_that_asks_for_other_keys_has_them_kept: ${name}`, () => {
    let runs = 0;
    const fibonacci = wrap((n) => {
      runs++;
      return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
    });
    assert.equal(fibonacci(70), 190392490709135);
    assert.equal(runs, 71);
    const even = wrap((n) => n === 0 || odd(n - 1));
    const odd = wrap((n) => n !== 0 && even(n - 1));
    assert.deepEqual([even(50), odd(50)], [true, false]);
  });

  test(`an_async_function_may_ask_for_other_keys: ${name}`, async () => {
    const sum = wrap(async (n) => (n === 0 ? 0 : n + (await sum(n - 1))));
    assert.equal(await sum(50), 1275);
    assert.equal(sum.stats().entries, 51);
  });
}

// In a thread of its own: what would be wrong there is a loop.
test("a_stack_that_is_full_inside_a_function_leaves_all_in_working_order", () =>
  within(120_000, ({ cacheData, cacheResource }, assert) => {
    for (const wrap of [cacheData, cacheResource]) {
      const other = wrap((n) => ({ n }));
      for (let width = 0; width < 60; width++) {
        // With each width of the frames between, the stack is full at another place.
        const names = Array.from({ length: width }, (_, nth) => `a${nth}`);
        const through = new Function("load", "n", ...names, "return load(n);");
        let isDeep = true;
        let deepest = 0;
        const load = wrap((n) => {
          deepest = n;
          if (isDeep) through(load, n + 1);
          return { n };
        });
        for (const first of [0, 1_000_000]) {
          isDeep = true;
          assert.throws(() => load(first));
          isDeep = false;
          for (let n = deepest + 3; n >= first; n--) {
            if (load(n).n !== n) assert.fail(`another value for ${n}`);
          }
          assert.equal(load.has(first), true);
          assert.equal(other(width).n, width);
        }
      }
      assert.ok(other.has(59));
    }
  }));

// Signals

test("options_without_a_signal_are_those_of_a_call_that_has_one", async () => {
  let runs = 0;
  const load = cacheData(async () => ++runs);
  const { signal } = new AbortController();
  const calls = [["a"], ["a", { signal }], ["a", { signal: undefined }], ["a", undefined], ["a", signal]];
  assert.deepEqual(await Promise.all(calls.map((args) => load(...args))), [1, 1, 1, 1, 1]);
  assert.equal(await load("a", { signal, page: 2 }), 2);
  assert.equal(await load("a", { signal: undefined, page: 2 }), 2);
  assert.equal(await load("a", { page: 2 }), 2);
  assert.equal(await load("a", { signal: "red" }), 3, "a signal of another kind is data");
});

test("a_signal_among_what_is_skipped_is_one_all_the_same", async () => {
  const signals = [];
  const load = cacheData(
    (_x, { signal }) => {
      signals.push(signal);
      return new Promise((resolve) => setTimeout(resolve, 20, 5));
    },
    { skipArgs: [1] },
  );
  const [one, two] = [new AbortController(), new AbortController()];
  const calls = [load("a", { signal: one.signal, log: 1 }), load("a", { signal: two.signal, log: 2 })];
  one.abort(new Error("gave up"));
  await assert.rejects(calls[0], { message: "gave up" });
  assert.equal(await calls[1], 5);
  assert.deepEqual([signals.length, signals[0].aborted, signals[0] === one.signal], [1, false, false]);
});

test("a_caller_that_gives_up_while_the_function_begins_has_given_up", async () => {
  const controller = new AbortController();
  let own;
  const load = cacheData(async (signal) => {
    own = signal;
    controller.abort(new Error("at once"));
    return 1;
  });
  await assert.rejects(load(controller.signal), { message: "at once" });
  assert.equal(own.aborted, true);
});

test("a_function_that_is_called_later_gets_its_arguments_as_they_were", async () => {
  stopClock();
  const seen = [];
  const load = cacheData((given) => seen.push(given) && seen.length, { ttl: 10, refreshMode: "background" });
  class Failure extends Error {
    name = "Failure";
  }
  const url = new URL("http://a/");
  const failure = new Failure("no");
  const given = { n: 1, url: new URL("http://a/") };
  for (const one of [url, failure, given]) load(one);
  advance(15);
  for (const one of [url, failure, given]) load(one);
  given.n = 99;
  await turn();
  assert.equal(seen[3].href, "http://a/");
  assert.ok(seen[4] instanceof Failure);
  assert.deepEqual([seen[5].n, seen[5].url.href], [1, "http://a/"]);
  // What cannot be copied, and was changed, makes nothing for anybody else.
  const list = [new Failure("no"), 1];
  load(list);
  advance(15);
  load(list);
  list[1] = 2;
  await turn();
  assert.equal(load.peek([new Failure("no"), 1]), 7, "the value of before");
});

/** A caller's signal, as an argument, or in an object of options. */
const asArgument = (signal) => ["a", signal];
const inOptions = (signal) => ["a", { signal }];

for (const [name, args] of Object.entries({ asArgument, inOptions })) {
  const signalIn = (run) => run.args[1].signal ?? run.args[1];

  test(`a_signal_is_no_part_of_the_key_and_the_function_gets_one_of_the_run: ${name}`, async () => {
    const { load, runs } = gated();
    const [one, two] = [new AbortController(), new AbortController()];
    const asked = [load(...args(one.signal)), load(...args(two.signal)), load("a")];
    assert.equal(runs.length, 1);
    const signal = signalIn(runs[0]);
    assert.ok(signal instanceof AbortSignal && signal !== one.signal && signal !== two.signal && !signal.aborted);
    runs[0].resolve(5);
    assert.deepEqual(await Promise.all(asked), [5, 5, 5]);
    assert.deepEqual([load.has("a"), load.has(...args(one.signal)), load.peek(...args(two.signal))], [true, true, 5]);
    one.abort();
    assert.equal(signal.aborted, false, "what is over is not aborted");
    load.clear(...args(one.signal));
    assert.equal(load.has("a"), false);
  });

  test(`the_run_is_aborted_when_the_last_one_gave_up_and_not_before: ${name}`, async () => {
    const { load, runs } = gated();
    const controllers = Array.from({ length: 3 }, () => new AbortController());
    const asked = controllers.map(({ signal }) => load(...args(signal)));
    const signal = signalIn(runs[0]);
    for (const [nth, controller] of controllers.entries()) {
      assert.equal(signal.aborted, false);
      controller.abort(new Error(`gave up: ${nth}`));
      await assert.rejects(asked[nth], { message: `gave up: ${nth}` });
    }
    assert.ok(signal.aborted);
    assert.equal(signal.reason.message, "gave up: 2");
    const again = load(...args(new AbortController().signal));
    assert.equal(runs.length, 2, "a new call runs anew");
    runs[0].resolve("old");
    runs[1].resolve("new");
    assert.equal(await again, "new");
    assert.equal(load.peek("a"), "new");
    assert.equal(load.stats().errors, 0, "who gave up is no failure");
  });

  test(`one_who_gives_up_does_not_hurt_the_others: ${name}`, async () => {
    const { load, runs } = gated();
    const controller = new AbortController();
    const first = load(...args(controller.signal));
    const others = [load(...args(new AbortController().signal)), load("a")];
    controller.abort();
    await assert.rejects(first, { name: "AbortError" });
    assert.equal(signalIn(runs[0]).aborted, false);
    runs[0].resolve([5]);
    assert.deepEqual(await Promise.all(others), [[5], [5]]);
    assert.deepEqual(load.peek("a"), [5]);
  });

  test(`one_without_a_signal_keeps_the_run_alive: ${name}`, async () => {
    for (const isFirst of [true, false]) {
      const { load, runs } = gated();
      const controller = new AbortController();
      const stays = isFirst ? load("a") : undefined;
      const gives = load(...args(controller.signal));
      const alsoStays = load("a");
      controller.abort();
      await assert.rejects(gives, { name: "AbortError" });
      if (!isFirst) assert.equal(signalIn(runs[0]).aborted, false);
      runs[0].resolve(5);
      assert.deepEqual([await (stays ?? 5), await alsoStays, load.peek("a")], [5, 5, 5]);
    }
  });

  test(`one_that_is_aborted_already_asks_for_nothing: ${name}`, async () => {
    const { load, runs } = gated();
    await assert.rejects(load(...args(AbortSignal.abort(new Error("before")))), { message: "before" });
    assert.deepEqual([runs.length, load.stats().misses], [0, 0]);
    const asked = load("a");
    await assert.rejects(load(...args(AbortSignal.abort())), { name: "AbortError" });
    runs[0].resolve(5);
    assert.equal(await asked, 5);
    await assert.rejects(load(...args(AbortSignal.abort())), { name: "AbortError" }, "not what is kept, either");
  });

  test(`a_kept_value_is_given_to_one_with_a_signal_and_nothing_stays_behind: ${name}`, async () => {
    const { load, runs } = gated();
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...rest) => {
      listeners++;
      addEventListener.apply(signal, rest);
    };
    signal.removeEventListener = (...rest) => {
      listeners--;
      removeEventListener.apply(signal, rest);
    };
    const asked = load(...args(signal));
    assert.equal(listeners, 1);
    runs[0].resolve(5);
    await asked;
    await turn();
    assert.equal(listeners, 0);
    assert.equal(await load(...args(signal)), 5);
    assert.deepEqual([listeners, runs.length], [0, 1]);
    const failing = load("b", signal);
    runs[1].reject(new Error("no"));
    await assert.rejects(failing, { message: "no" });
    await turn();
    assert.equal(listeners, 0);
  });
}

test("other_options_beside_a_signal_are_part_of_the_key_and_are_handed_over", async () => {
  const { load, runs } = gated();
  const { signal } = new AbortController();
  load({ page: 1, signal });
  load({ page: 1, signal: new AbortController().signal });
  load({ page: 2, signal });
  load({ page: 1 });
  assert.equal(runs.length, 2);
  assert.deepEqual([runs[0].args[0].page, runs[0].args[0].signal instanceof AbortSignal], [1, true]);
  assert.notEqual(runs[0].args[0].signal, signal);
  for (const run of runs) run.resolve(1);
});

test("a_function_that_ends_when_its_signal_is_aborted_hurts_nobody", async () => {
  let aborted = 0;
  const load = cacheData(
    (_, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          aborted++;
          reject(signal.reason);
        });
      }),
  );
  const controller = new AbortController();
  const asked = load("a", controller.signal);
  controller.abort(new Error("gave up"));
  await assert.rejects(asked, { message: "gave up" });
  await turn();
  assert.deepEqual([aborted, load.stats().errors, load.has("a")], [1, 0, false]);
});

test("two_signals_in_one_call_each_give_up", async () => {
  const { load, runs } = gated();
  const [one, two] = [new AbortController(), new AbortController()];
  const asked = load("a", one.signal, { signal: two.signal });
  two.abort(new Error("two"));
  await assert.rejects(asked, { message: "two" });
  one.abort(new Error("one"));
  assert.ok(runs[0].args[1] === runs[0].args[2].signal && runs[0].args[1].reason.message === "two");
  const other = load("a");
  assert.equal(runs.length, 2);
  runs[1].resolve(1);
  assert.equal(await other, 1);
});

// Time

test("a_value_is_alive_strictly_before_its_time_is_up_and_asking_gives_it_no_more", () => {
  stopClock();
  let runs = 0;
  const load = cacheData(() => ++runs, { ttl: 10 });
  load();
  for (let second = 0; second < 9; second++) {
    advance(1);
    assert.equal(load(), 1);
  }
  advance(0.999);
  assert.deepEqual([load(), load.has(), load.peek()], [1, true, 1]);
  advance(0.001);
  assert.deepEqual([load.has(), load.peek(), load()], [false, undefined, 2]);
  assert.equal(load.stats().expired, 1);
});

test("the_time_counts_from_the_end_of_the_run", async () => {
  stopClock();
  const { load, runs } = gated(cacheData, { ttl: 10 });
  const asked = load("a");
  advance(100);
  runs[0].resolve(1);
  await asked;
  advance(9.999);
  assert.ok(load.has("a"));
  advance(0.001);
  assert.ok(!load.has("a"));
});

test("a_clock_that_is_set_back_makes_no_value_younger", () => {
  stopClock();
  let runs = 0;
  const load = cacheData(() => ++runs, { ttl: 10 });
  load();
  advance(6);
  assert.equal(load(), 1);
  advance(-3600);
  assert.equal(load(), 1);
  advance(3.999);
  assert.equal(load(), 1);
  advance(0.001);
  assert.equal(load(), 2);
});

test("between_its_time_and_twice_of_it_the_old_value_is_given_at_once_and_one_run_is_behind_it", async () => {
  stopClock();
  const heard = listen("refreshing");
  const { load, runs } = gated(cacheData, { ttl: 10, refreshMode: "background", key: "refreshing" });
  const first = load("a");
  runs[0].resolve("old");
  await first;
  advance(9.999);
  await load("a");
  await turn();
  assert.equal(runs.length, 1, "not before");
  advance(0.001);
  assert.deepEqual(await Promise.all([load("a"), load("a"), load("a")]), ["old", "old", "old"]);
  assert.equal(runs.length, 1, "behind the caller's back");
  await turn();
  assert.equal(runs.length, 2, "and only one");
  assert.equal(await load("a"), "old");
  assert.deepEqual([load.has("a"), load.peek("a")], [true, "old"]);
  runs[1].resolve("new");
  await turn();
  assert.equal(await load("a"), "new");
  assert.equal(runs.length, 2);
  const { hits, misses, refreshes, stores } = load.stats();
  assert.deepEqual({ hits, misses, refreshes, stores }, { hits: 6, misses: 1, refreshes: 1, stores: 2 });
  assert.deepEqual(heard.filter((what) => !what.startsWith("hit")), [
    "miss a1:s1:a", "store a1:s1:a", "refresh a1:s1:a", "store a1:s1:a"]); // biome-ignore format: a row
});

test("a_sync_function_is_refreshed_too_and_stays_sync", async () => {
  stopClock();
  let runs = 0;
  const load = cacheData(() => [++runs], { ttl: 10, refreshMode: "background" });
  load();
  advance(15);
  assert.deepEqual([load(), load(), runs], [[1], [1], 1]);
  await turn();
  assert.deepEqual([load(), runs], [[2], 2]);
});

test("a_refresh_that_fails_keeps_the_old_value_and_is_told", async () => {
  stopClock();
  const errors = [];
  subscriptions.push(
    cacheData.subscribe(({ kind, error }) => errors.push([kind, error.message]), { kinds: ["error"] }),
  );
  let runs = 0;
  for (const fail of [
    async () => Promise.reject(new Error("async")),
    () => {
      throw new Error("sync");
    },
  ]) {
    // biome-ignore format: a row
    runs = 0;
    const load = cacheData(() => (++runs === 1 ? "old" : fail()), { ttl: 10, refreshMode: "background" });
    load();
    advance(11);
    assert.equal(load(), "old");
    await turn();
    assert.deepEqual([load.peek(), load.stats().errors, runs], ["old", 1, 2]);
    assert.equal(load(), "old");
    await turn();
    assert.equal(runs, 3, "the next one tries again");
    advance(10);
    assert.ok(!load.has(), "and no longer than twice its time");
  }
  assert.deepEqual(errors, [["error", "async"], ["error", "async"], ["error", "sync"], ["error", "sync"]]); // biome-ignore format: a row
});

test("after_twice_its_time_callers_wait_for_the_run_behind", async () => {
  stopClock();
  const { load, runs } = gated(cacheData, { ttl: 10, refreshMode: "background" });
  const first = load("a");
  runs[0].resolve("old");
  await first;
  advance(19.999);
  assert.equal(await load("a"), "old");
  const early = load("a");
  advance(0.001);
  const waiting = load("a");
  assert.equal(await early, "old");
  await turn();
  assert.equal(runs.length, 2, "it is that run");
  runs[1].resolve("new");
  assert.equal(await waiting, "new");
});

test("a_refresh_that_is_cleared_before_its_turn_does_not_run_and_one_on_its_way_keeps_nothing", async () => {
  stopClock();
  const { load, runs } = gated(cacheData, { ttl: 10, refreshMode: "background" });
  const first = load("a");
  runs[0].resolve("old");
  await first;
  advance(11);
  await load("a");
  load.clear("a");
  await turn();
  assert.equal(runs.length, 1);
  const second = load("a");
  runs[1].resolve("second");
  await second;
  advance(11);
  await load("a");
  await turn();
  load.clear();
  runs[2].resolve("late");
  await turn();
  assert.equal(load.has("a"), false);
});

test("a_refresh_has_the_arguments_of_its_call_and_no_signal_of_the_caller", async () => {
  stopClock();
  const seen = [];
  const load = cacheData(async (where, { signal }) => void seen.push([structuredClone(where), signal]), {
    ttl: 10,
    refreshMode: "background",
  });
  const { signal } = new AbortController();
  const where = { city: ["Oslo"] };
  await load(where, { signal });
  advance(11);
  const controller = new AbortController();
  await load(where, { signal: controller.signal });
  where.city.push("changed");
  controller.abort();
  await turn();
  assert.equal(seen.length, 2);
  assert.deepEqual(seen[1][0], { city: ["Oslo"] });
  assert.equal(seen[1][1].aborted, false);
});

// Bounds

test("the_one_that_was_not_used_for_the_longest_time_goes", () => {
  let runs = 0;
  const heard = listen("bounded", { kinds: ["evict"] });
  const load = cacheData((key) => [key, ++runs], { maxEntries: 3, key: "bounded" });
  for (const key of ["a", "b", "c", "a", "d"]) load(key);
  assert.deepEqual(["a", "b", "c", "d"].map((key) => load.has(key)), [true, false, true, true]); // biome-ignore format: a row
  load.peek("c");
  load.has("c");
  load("e");
  assert.ok(!load.has("c"), "to peek is no use");
  assert.deepEqual([load.stats().entries, load.stats().evicted], [3, 2]);
  assert.deepEqual(heard, ["evict a1:s1:b", "evict a1:s1:c"]);
});

test("what_is_past_its_time_goes_before_what_was_not_used", () => {
  stopClock();
  const load = cacheData((key) => key, { maxEntries: 2, ttl: 10 });
  load("old");
  advance(6);
  load("young");
  advance(3);
  load("old");
  advance(2);
  load("new");
  assert.deepEqual([load.has("old"), load.has("young"), load.has("new")], [false, true, true]);
  assert.deepEqual([load.stats().expired, load.stats().evicted], [1, 0]);
});

test("the_bytes_of_all_records_are_bounded_and_what_is_larger_is_returned_and_not_kept", () => {
  let runs = 0;
  const load = cacheData((length) => [++runs, "x".repeat(length)], { maxSize: 100 });
  for (const length of [20, 30, 21]) load(length);
  const { bytes, entries } = load.stats();
  assert.ok(bytes > 71 && bytes <= 100, `${bytes}`);
  assert.equal(entries, 3);
  load(22);
  assert.deepEqual([20, 30, 21, 22].map((length) => load.has(length)), [false, true, true, true]); // biome-ignore format: a row
  assert.equal(load(200)[1].length, 200);
  assert.deepEqual([load.has(200), load.stats().entries], [false, 3], "and nothing goes for it");
  assert.equal(load(200)[0], runs, "it runs each time");
  load.clear();
  assert.deepEqual([load.stats().bytes, load.stats().entries], [0, 0]);
});

test("a_text_beyond_latin_takes_two_bytes_a_unit", () => {
  const sizeOf = (value) => {
    const load = cacheData(() => value);
    load();
    return load.stats().bytes;
  };
  assert.equal(sizeOf("é".repeat(100)), 103);
  assert.equal(sizeOf("ж".repeat(100)), 206);
});

// What is there

test("peek_and_has_run_nothing_and_count_for_nothing", async () => {
  const { load, runs } = gated();
  assert.deepEqual([load.peek("a"), load.has("a"), runs.length], [undefined, false, 0]);
  const asked = load("a");
  assert.deepEqual([load.peek("a"), load.has("a")], [undefined, false]);
  runs[0].resolve([1]);
  await asked;
  assert.deepEqual([load.peek("a"), load.has("a")], [[1], true]);
  const { hits, misses, joins } = load.stats();
  assert.deepEqual([hits, misses, joins], [0, 1, 0]);
});

test("a_kept_undefined_is_a_value", () => {
  let runs = 0;
  const load = cacheData(() => void runs++);
  load();
  load();
  assert.deepEqual([runs, load.has(), load.peek()], [1, true, undefined]);
});

test("clear_with_arguments_is_about_them_alone_and_without_about_all", () => {
  const load = cacheData((...args) => args);
  for (const args of [[], [1], [1, 2], [undefined, 1]]) load(...args);
  load.clear(1);
  assert.deepEqual([load.has(), load.has(1), load.has(1, 2), load.has(undefined, 1)], [true, false, true, true]);
  load.clear(undefined);
  assert.deepEqual([load.has(), load.has(1, 2)], [false, true]);
  load.clear();
  assert.equal(load.stats().entries, 0);
});

test("the_numbers_are_those_of_one_cache", () => {
  const [one, two] = [cacheData((n) => n), cacheData((n) => n)];
  one(1);
  one(1);
  assert.deepEqual(two.stats(), {
    ...{ hits: 0, misses: 0, joins: 0, stores: 0, expired: 0, evicted: 0, refreshes: 0, errors: 0, entries: 0 },
    ...{ bytes: 0, persistence: "memory" },
  });
  assert.deepEqual([one.stats().hits, one.stats().misses, one.stats().stores], [1, 1, 1]);
});

// Events

test("each_thing_is_told_with_its_kind_cache_and_key", () => {
  stopClock();
  const heard = listen("told");
  const load = cacheData((n) => { if (n < 0) throw new Error("no"); return n; }, { key: "told", ttl: 10, maxEntries: 1 }); // biome-ignore format: a row
  load(1);
  load(1);
  load(2);
  assert.throws(() => load(-1));
  advance(10);
  load(2);
  load.clear(2);
  load.clear();
  assert.deepEqual(heard, [
    ...["miss a1:n1;", "store a1:n1;", "hit a1:n1;", "miss a1:n2;", "store a1:n2;", "evict a1:n1;"],
    ...["miss a1:n-1;", "error a1:n-1;", "expire a1:n2;", "miss a1:n2;", "store a1:n2;", "clear a1:n2;", "clear"],
  ]);
});

test("a_cache_without_a_key_is_told_by_its_functions_name", () => {
  const heard = listen("loadCity");
  cacheData(function loadCity() {})();
  assert.deepEqual(heard, ["miss a0:", "store a0:"]);
});

test("a_listener_hears_the_kinds_it_asks_for_until_it_is_unsubscribed_or_its_signal_aborted", () => {
  const controller = new AbortController();
  const some = listen("heard", { kinds: new Set(["hit"]) });
  const signalled = listen("heard", { signal: controller.signal });
  const load = cacheData(() => 1, { key: "heard" });
  load();
  controller.abort();
  load();
  subscriptions[0]();
  load();
  assert.deepEqual([some, signalled], [["hit a0:"], ["miss a0:", "store a0:"]]);
  listen("heard", { signal: AbortSignal.abort() });
});

test("listeners_of_one_kind_of_cache_hear_nothing_of_the_other", () => {
  const heard = [];
  subscriptions.push(cacheResource.subscribe(({ cache, kind }) => cache === "both" && heard.push(kind)));
  cacheData(() => 1, { key: "both" })();
  assert.deepEqual(heard, []);
  cacheResource(() => 1, { key: "both" })();
  assert.deepEqual(heard, ["miss", "store"]);
});

test("a_listener_that_throws_stops_nothing", async () => {
  const reported = [];
  const { error } = console;
  console.error = (what) => reported.push(what.message);
  try {
    subscriptions.push(
      cacheData.subscribe(({ cache, kind }) => {
        if (cache === "throwing") throw new Error(kind);
      }),
    );
    const heard = listen("throwing");
    const load = cacheData(() => 1, { key: "throwing" });
    assert.deepEqual([load(), load()], [1, 1]);
    load.clear();
    assert.deepEqual(heard, ["miss a0:", "store a0:", "hit a0:", "clear"]);
    assert.deepEqual(reported, ["miss", "store", "hit", "clear"]);
  } finally {
    console.error = error;
  }
});

test("a_listener_that_uses_the_cache_sees_it_in_order_and_is_told_of_that_too", () => {
  const seen = [];
  let load;
  let depth = 0;
  subscriptions.push(
    cacheData.subscribe((event) => {
      if (event.cache !== "used inside" || depth > 2) return;
      depth++;
      seen.push(`${event.kind} ${load.has(1)} ${load.peek(1)} ${load.stats().entries}`);
      if (event.kind === "store") load(1);
      if (event.kind === "hit") load.clear(1);
      depth--;
    }),
  );
  const heard = listen("used inside");
  load = cacheData((n) => n * 10, { key: "used inside" });
  assert.equal(load(1), 10);
  assert.deepEqual(seen, [
    "miss false undefined 0",
    "store true 10 1",
    "hit true 10 1",
    "clear false undefined 0",
  ]); // biome-ignore format: a list
  // Another one hears all of it, the inner ones first.
  assert.deepEqual(heard, ["miss a1:n1;", "clear a1:n1;", "hit a1:n1;", "store a1:n1;"]);
  assert.equal(load.has(1), false);
  assert.equal(load(1), 10);
});

test("a_listener_that_calls_the_function_during_a_miss_gets_a_value_and_so_does_the_caller", () => {
  let isInside = false;
  let load;
  let runs = 0;
  subscriptions.push(
    cacheData.subscribe(
      ({ cache }) => {
        if (cache !== "missed" || isInside) return;
        isInside = true;
        assert.deepEqual(load(), [1]);
      },
      { kinds: ["miss"] },
    ),
  );
  load = cacheData(() => [++runs], { key: "missed" });
  load();
  assert.ok(runs <= 2);
  assert.ok(load.has());
  assert.deepEqual(load(), [1]);
});

// Sharing

test("functions_with_one_key_share_what_is_kept_and_others_do_not", () => {
  const make = (n) => (key) => [n, key];
  const [one, two] = [1, 2].map((n) => cacheData(make(n), { key: "shared" }));
  assert.deepEqual([one("a"), two("a"), two("b"), one("b")], [[1, "a"], [1, "a"], [2, "b"], [2, "b"]]); // biome-ignore format: a row
  two.clear("a");
  assert.equal(one.has("a"), false);
  assert.deepEqual(one.stats(), two.stats());
  const [three, four] = [3, 4].map((n) => cacheData(make(n)));
  assert.deepEqual(
    [three("a"), four("a")],
    [
      [3, "a"],
      [4, "a"],
    ],
  );
});

test("clear_of_all_caches_reaches_each_of_them_with_a_key_or_without", () => {
  const caches = [cacheData((n) => n), cacheData((n) => n, { key: "to be cleared" })];
  for (const load of caches) load(1);
  const resource = cacheResource((n) => ({ n }));
  const kept = resource(1);
  cacheData.clear();
  assert.deepEqual(caches.map((load) => load.has(1)), [false, false]); // biome-ignore format: a row
  assert.equal(resource(1), kept, "of its own kind");
});

test("two_copies_of_the_package_share_named_caches_events_and_clear", async () => {
  const other = await importFrom(copyPackage());
  assert.notEqual(other.cacheData, cacheData);
  const heard = listen("in both");
  let runs = 0;
  const [one, two] = [cacheData, other.cacheData].map((wrap) => wrap(() => [++runs], { key: "in both", ttl: 60 }));
  assert.deepEqual([one(), two(), runs], [[1], [1], 1]);
  assert.deepEqual(heard, ["miss a0:", "store a0:", "hit a0:"]);
  other.cacheData.clear();
  assert.equal(one.has(), false);
  const unnamed = other.cacheData(() => [++runs]);
  unnamed();
  cacheData.clear();
  assert.equal(unnamed.has(), false);
  assert.throws(() => other.cacheData(() => 1, { key: "in both", ttl: 61 }), TabstateError);
  const [held, also] = [cacheResource, other.cacheResource].map((wrap) => wrap(() => ({}), { key: "in both" }));
  assert.equal(held(), also());
});

test("functions_that_are_not_used_any_more_are_collected_with_what_they_kept", async () => {
  const source = `
    const { cacheData } = await import(${JSON.stringify(pathToFileURL(join(packed, "dist", "index.js")))});
    const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    for (let nth = 0; nth < 50; nth++) {
      const load = cacheData((n) => "x".repeat(100) + n);
      registry.register(load);
      // What the cache itself has.
      registry.register(load.stats);
      load(1);
    }
    const stays = cacheData(() => [1]);
    const named = (() => { const load = cacheData(() => [2], { key: "named" }); load(); return new WeakRef(load); })();
    stays();
    for (let nth = 0; nth < 50 && collected < 100; nth++) { gc(); await turn(); }
    cacheData.clear();
    const others = cacheData(() => [3], { key: "named" });
    console.log(JSON.stringify({ collected, stays: stays(), named: others(), cleared: stays.stats().entries }));
  `;
  const args = ["--expose-gc", "--input-type=module", "--eval", source];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { collected, ...seen } = JSON.parse(stdout);
  // The last ones may be on the stack still.
  assert.ok(collected >= 90, `${collected} of 100`);
  assert.deepEqual(seen, { stays: [1], named: [3], cleared: 1 });
});

/** In a process of its own, which a throwing finalizer would end. */
async function inProcess(source) {
  const address = JSON.stringify(pathToFileURL(join(packed, "dist", "index.js")));
  const text = source.replace('"tabstate"', address);
  const args = ["--expose-gc", "--input-type=module", "--eval", text];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
  return JSON.parse(stdout);
}

test("a_stack_that_is_full_in_any_call_of_the_module_costs_that_call_and_what_was_kept_and_no_more", async () => {
  const seen = await inProcess(`
    const { Instance } = WebAssembly;
    /** The call of the caches' module that fails; from then on, that module is in no known state and fails always. */
    let failing = 0;
    WebAssembly.Instance = function (...given) {
      const { exports } = new Instance(...given);
      if (exports.next_gone === undefined) return { exports };
      let isLost = false;
      const entries = Object.entries(exports).map(([name, value]) => {
        if (typeof value !== "function") return [name, value];
        return [name, (...args) => {
          if (isLost || --failing === 0) {
            isLost = true;
            throw new RangeError("Maximum call stack size exceeded");
          }
          return value(...args);
        }];
      });
      return { exports: Object.fromEntries(entries) };
    };
    const { cacheData, cacheResource } = await import("tabstate");
    const faults = [];
    let failures = 0;
    for (let nth = 1; nth <= 60; nth++) {
      const released = new Map();
      const stored = new Set();
      const resource = cacheResource((key) => ({ key }), {
        maxEntries: 2,
        ttl: 1000,
        onRelease: (value) => released.set(value, (released.get(value) ?? 0) + 1),
      });
      const data = cacheData((key) => [key]);
      const stop = cacheResource.subscribe(({ key }) => stored.add(resource.peek(Number(key[4]))), { kinds: ["store"] });
      failing = nth;
      let failed = 0;
      for (let key = 0; key < 4; key++) {
        for (const use of [() => resource(key), () => data(key), () => resource(key), () => resource.clear(key - 1)]) {
          try { use(); } catch { failed++; }
        }
      }
      failing = 0;
      failures += failed;
      if (failed > 3) faults.push(nth + ": " + failed + " calls failed");
      for (let key = 0; key < 4; key++) {
        try {
          if (resource(key).key !== key || resource(key) !== resource.peek(key)) faults.push(nth + ": resource " + key);
          if (data(key)[0] !== key || !data.has(key)) faults.push(nth + ": data " + key);
        } catch (error) {
          faults.push(nth + ": " + error.message);
        }
      }
      resource.clear();
      stop();
      for (const times of released.values()) if (times !== 1) faults.push(nth + ": released " + times + " times");
      for (const value of stored) if (value && !released.has(value)) faults.push(nth + ": not released " + value.key);
    }
    for (let nth = 0; nth < 10; nth++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(JSON.stringify({ faults, failures }));
  `);
  assert.deepEqual(seen.faults, []);
  assert.ok(seen.failures > 30, `${seen.failures}`);
});

test("a_run_that_a_full_stack_ended_before_it_was_noted_makes_no_loop_and_hinders_no_clear", () =>
  within(20_000, ({ cacheData }, assert) => {
    const { set } = Map.prototype;
    let fullAt = "";
    Map.prototype.set = function (key, value) {
      const isFull = fullAt !== "" && key === "a1:n1;";
      if (!isFull || fullAt === "after") set.call(this, key, value);
      if (!isFull) return this;
      fullAt = "";
      throw new RangeError("Maximum call stack size exceeded");
    };
    for (const where of ["before", "after"]) {
      for (const isCleared of [true, false]) {
        const load = cacheData((n) => n);
        fullAt = where;
        assert.throws(() => load(1), RangeError);
        if (isCleared) load.clear();
        assert.equal(load(1), 1);
        assert.equal(load.has(1), true);
        load.clear();
        assert.deepEqual([load.has(1), load.stats().entries], [false, 0]);
        assert.deepEqual([load(1), load(1), load.stats().entries], [1, 1, 1]);
      }
    }
  }));
