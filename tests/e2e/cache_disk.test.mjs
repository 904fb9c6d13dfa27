// Values of `cacheData` on disk, over reloads: how long they live, which stay, what is told, and what is done with rows that
// nobody can read. Other tabs are in cache_tabs.test.mjs, a disk that does not work in cache_denied.test.mjs.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, engine, html, openTab } from "../support/claims.mjs";

const scripts = ["/pages/cached.js", "/pages/session_values.js"]
  .map((path) => `<script src="${path}"></script>`)
  .join("");
addPage("/cached/*", { body: html(scripts) });
addPage("/cache-worker.js", {
  body: `
    import { cacheData } from "/package/dist/index.js";
    let runs = 0;
    const load = cacheData((n) => ({ n, runs: ++runs }), { key: "worker@1", persist: "disk" });
    onmessage = async ({ data: [what, n] }) => {
      if (what === "clear") load.clear(n);
      else postMessage({ value: await load(n), stats: load.stats() });
    };`,
  type: "text/javascript",
});

let pages = 0;
const openPage = () => openTab(`/cached/${++pages}`);

/** Runs in a page that is loaded anew. */
async function after(tab, f, ...args) {
  await tab.reload();
  await tab.driver.wait(() => tab.run(() => globalThis.cached !== undefined).catch(() => false), 10_000);
  return tab.run(f, ...args);
}

// Time

const start = 1_700_000_000_000;
const ttl = 60_000;

/** Asks for the same value in a new document, at a time; says where it came from. */
async function askAt(now, key, options) {
  cached.now = now;
  await cached.open();
  const load = cached.wrap(key, options);
  const value = await load("Oslo");
  const { hits, misses, stores, persistence, reason } = load.stats();
  if (misses > 0) await cached.until(async () => (await cached.rows(key)).some(({ time }) => time === now));
  return { value, runs: cached.count(key), heard: cached.heard(), stats: [hits, misses, stores, persistence, reason] };
}

const hit = (key) => ({
  value: { of: ["Oslo"] },
  runs: 0,
  heard: `hit ${key}`,
  stats: [1, 0, 0, "disk", null],
});
const miss = (key) => ({
  value: { of: ["Oslo"] },
  runs: 1,
  heard: `miss ${key},store ${key}`,
  stats: [0, 1, 1, "disk", null],
});
const tidy = ({ stats: [...stats], ...seen }) => ({ ...seen, stats: stats.map((value) => value ?? null) });

test("a_value_is_a_hit_after_a_reload_inside_its_ttl_and_a_miss_from_its_ttl_on", async () => {
  const tab = await openPage();
  const key = "ttl@1";
  const at = async (now) => tidy(await after(tab, askAt, now, key, { ttl: 60 }));
  assert.deepEqual(await at(start), miss(key));
  assert.deepEqual(await at(start), hit(key));
  assert.deepEqual(await at(start + ttl - 1), hit(key), "reads do not extend it");
  assert.deepEqual(await at(start + ttl), miss(key));
  assert.deepEqual(await at(start + 2 * ttl - 1), hit(key), "what was made in its place is kept");
  assert.deepEqual(await tab.errors(), []);
});

test("a_value_of_memory_that_came_from_the_disk_lives_no_longer_than_there", async () => {
  const tab = await openPage();
  const key = "ttl-in-memory@1";
  assert.equal((await tab.run(askAt, start, key, { ttl: 60 })).runs, 1);
  const seen = await after(
    tab,
    async (now, key) => {
      const seen = [];
      cached.now = now;
      await cached.open();
      const load = cached.wrap(key, { ttl: 60 });
      await load("Oslo");
      for (const ms of [9_999, 10_000]) {
        cached.now = now + ms;
        const had = load.has("Oslo");
        await load("Oslo");
        seen.push([had, cached.count(key)]);
      }
      return [seen, cached.heard()];
    },
    start + 50_000,
    key,
  );
  assert.deepEqual(seen[0], [
    [true, 0],
    [false, 1],
  ]);
  assert.equal(seen[1], `hit ${key},hit ${key},expire ${key},miss ${key},store ${key}`);
});

test("without_a_ttl_a_value_stays_and_a_ttl_of_0_keeps_nothing", async () => {
  const tab = await openPage();
  const far = start + 1000 * 365 * 86_400_000;
  assert.equal((await tab.run(askAt, start, "for-ever@1")).runs, 1);
  assert.equal((await after(tab, askAt, far, "for-ever@1")).runs, 0);
  const seen = await after(tab, async () => {
    await cached.open();
    const load = cached.wrap("never@1", { ttl: 0 });
    await load("Oslo");
    await load("Oslo");
    await cached.sleep(100);
    return [cached.count("never@1"), await cached.rows("never@1")];
  });
  assert.deepEqual(seen, [2, []]);
});

test("with_the_clock_set_back_before_a_reload_a_value_lives_one_ttl_from_when_that_is_seen", async () => {
  const tab = await openPage();
  const key = "set-back@1";
  const back = start - 1_000_000_000;
  const at = async (now) => (await after(tab, askAt, now, key, { ttl: 60 })).runs;
  assert.equal(await at(start), 1);
  assert.deepEqual([await at(back), await at(back + ttl - 1), await at(back + ttl)], [0, 0, 1]);
  assert.equal(await at(back + 2 * ttl - 1), 0);
});

test("with_the_clock_set_back_in_a_page_a_value_lives_one_ttl_from_when_that_is_seen", async () => {
  const tab = await openPage();
  const key = "set-back-later@1";
  const back = start - 1_000_000_000;
  assert.equal((await tab.run(askAt, start, key, { ttl: 60 })).runs, 1);
  const seen = await after(
    tab,
    async (start, back, ttl, key) => {
      cached.now = start + 10_000;
      await cached.open();
      const load = cached.wrap(key, { ttl: 60 });
      const seen = [];
      for (const now of [start + 10_000, back, back + ttl]) {
        cached.now = now;
        await load("Oslo");
        seen.push(cached.count(key));
      }
      await cached.until(async () => (await cached.rows(key))[0]?.time === cached.now);
      return seen;
    },
    start,
    back,
    ttl,
    key,
  );
  assert.deepEqual(seen, [0, 0, 1]);
  assert.equal((await after(tab, askAt, back + 2 * ttl - 1, key, { ttl: 60 })).runs, 0);
  assert.equal((await after(tab, askAt, back + 2 * ttl, key, { ttl: 60 })).runs, 1);
});

test("a_ttl_that_is_another_one_after_a_reload_counts", async () => {
  const tab = await openPage();
  assert.equal((await tab.run(askAt, start, "shorter@1", { ttl: 60 })).runs, 1);
  assert.equal((await after(tab, askAt, start + 10_000, "shorter@1", { ttl: 10 })).runs, 1);
  assert.equal((await after(tab, askAt, start + 19_999, "shorter@1", { ttl: 10 })).runs, 0);
});

// Values

test("every_kind_of_value_survives_the_disk_and_each_caller_has_a_copy", async () => {
  const tab = await openPage();
  const ask = async () => {
    await cached.open();
    const every = values.every();
    const load = cached.wrap("values@1", {}, (name) => values.every()[name]);
    const faults = [];
    for (const [name, value] of Object.entries(every)) {
      const [one, other] = [await load(name), await load(name)];
      const different = values.difference(value, one) ?? values.difference(value, other);
      if (different !== undefined) faults.push(`${name}: ${different}`);
      if (typeof one === "object" && one !== null && one === other) faults.push(`${name} is shared`);
    }
    const whole = values.difference(every, await cached.wrap("whole@1", {}, () => values.every())());
    const count = Object.keys(every).length;
    await cached.keys("values@1", count);
    await cached.keys("whole@1", 1);
    return { faults, whole: whole ?? null, count, runs: cached.count("values@1") + cached.count("whole@1") };
  };
  const first = await tab.run(ask);
  assert.deepEqual([first.faults, first.whole, first.runs], [[], null, first.count + 1]);
  const again = await after(tab, ask);
  assert.deepEqual([again.faults, again.whole, again.runs], [[], null, 0]);
  assert.ok(first.count > 25);
});

test("a_value_without_a_record_is_refused_and_nothing_is_kept_of_it", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    await cached.open();
    const load = cached.wrap("refused@1", {}, () => ({ f() {} }));
    const outcomes = [await cached.outcomeOf(load(1)), await cached.outcomeOf(load(1))];
    await cached.sleep(50);
    return [outcomes, cached.heard(), load.stats().persistence, await cached.rows("refused@1")];
  });
  const error = { error: "unsupported-value" };
  const events = ["miss", "error", "miss", "error"].map((kind) => `${kind} refused@1`).join();
  assert.deepEqual(seen, [[error, error], events, "disk", []]);
});

test("a_function_on_disk_always_gives_a_promise_whatever_it_does", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    await cached.open();
    const told = {};
    const look = async (name, call) => {
      let promise;
      try {
        promise = call();
      } catch (error) {
        told[name] = `threw ${error.code ?? error.message}`;
        return;
      }
      const outcome = await cached.outcomeOf(promise);
      told[name] = [promise instanceof Promise, outcome.value ?? outcome.error].join();
    };
    const sync = cached.wrap("sync@1", {}, (n) => n + 1);
    await look("first", () => sync(1));
    await look("kept", () => sync(1));
    await look("no key", () => sync(() => {}));
    await look("given up", () => sync(AbortSignal.abort(new Error("gone"))));
    const failing = cached.wrap("failing@1", {}, () => {
      throw new Error("no");
    });
    await look("failing", () => failing());
    await look("failing again", () => failing());
    told.runs = cached.count("failing@1");
    return told;
  });
  assert.deepEqual(seen, {
    first: "true,2",
    kept: "true,2",
    "no key": "true,unsupported-value",
    "given up": "true,gone",
    failing: "true,no",
    "failing again": "true,no",
    runs: 2,
  });
});

test("a_hundred_callers_at_once_run_it_once_and_a_hundred_others_after_a_reload_never", async () => {
  const tab = await openPage();
  const ask = async () => {
    await cached.open();
    const load = cached.wrap("hundred@1", {}, async (n) => {
      await cached.sleep(20);
      return { n };
    });
    const all = await Promise.all(Array.from({ length: 100 }, () => load(7)));
    await cached.keys("hundred@1", 1);
    const { hits, misses, joins } = load.stats();
    return [new Set(all).size, all.every(({ n }) => n === 7), cached.count("hundred@1"), [hits, misses, joins]];
  };
  assert.deepEqual(await tab.run(ask), [100, true, 1, [0, 1, 99]]);
  assert.deepEqual(await after(tab, ask), [100, true, 0, [1, 0, 99]]);
});

test("long_and_odd_keys_and_names_are_told_apart_on_disk", async () => {
  const tab = await openPage();
  const ask = async () => {
    await cached.open();
    const long = "å".repeat(1 << 16);
    const names = ["odd", "odd@1", "odd\0@1", "😀\uffff@2", `${long}@1`, `${long}b@1`, "[object Object]", "a,b"];
    const args = [["a"], ["a", null], ["a\0"], [`${long}1`], [`${long}2`], [1], ["1"], [-0], [0], []];
    const faults = [];
    for (const name of names) {
      const load = cached.wrap(name, {}, (...args) => [name.length, args]);
      for (const list of args) {
        const value = await load(...list);
        if (values.difference([name.length, list], value) !== undefined) faults.push([name.slice(0, 20), list.length]);
      }
    }
    const runs = names.reduce((sum, name) => sum + cached.count(name), 0);
    return { faults, runs, all: names.length * args.length };
  };
  const first = await tab.run(ask);
  assert.deepEqual([first.faults, first.runs], [[], first.all]);
  await tab.run(async (all) => {
    let size = 0;
    await cached.until(async () => {
      const before = size;
      size = (await cached.rows()).length;
      return before === size && size >= all;
    });
  }, first.all);
  const again = await after(tab, ask);
  assert.deepEqual([again.faults, again.runs], [[], 0]);
  assert.deepEqual(await tab.run(() => cached.drift()), []);
});

// Bounds

test("the_most_entries_hold_over_reloads_and_the_one_that_was_not_used_for_longest_goes", async () => {
  const tab = await openPage();
  const ask = async (args, count) => {
    await cached.open();
    const load = cached.wrap("lru@1", { maxEntries: 3 });
    for (const arg of args) await load(arg);
    await cached.keys("lru@1", count);
    // What was used is written down with the next write, or a second later.
    await cached.sleep(1200);
    return cached.runs["lru@1"].join("");
  };
  const left = async () => (await tab.run(() => cached.keys("lru@1"))).map((key) => /s1:(.)/.exec(key)[1]).join("");
  assert.equal(await tab.run(ask, ["a", "b", "c"], 3), "abc");
  assert.equal(await after(tab, ask, ["a"], 3), "");
  assert.equal(await after(tab, ask, ["d"], 3), "d");
  assert.equal(await left(), "acd");
  assert.equal(await after(tab, ask, ["c", "e"], 3), "e");
  assert.equal(await left(), "cde");
  assert.equal(await after(tab, ask, ["c", "d", "e"], 3), "");
  assert.deepEqual(await tab.run(() => cached.drift()), []);
});

test("what_memory_evicts_is_what_the_disk_evicts", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    await cached.open();
    const load = cached.wrap("evict@1", { maxEntries: 2 });
    for (const arg of ["a", "b"]) await load(arg);
    await cached.keys("evict@1", 2);
    // From memory, of which the disk hears nothing.
    await load("a");
    await load("c");
    const held = ["a", "b", "c"].filter((arg) => load.has(arg)).join("");
    await cached.until(async () => (await cached.keys("evict@1")).some((key) => key.includes("s1:c")));
    return [held, (await cached.keys("evict@1", 2)).map((key) => /s1:(.)/.exec(key)[1]).join("")];
  });
  assert.deepEqual(seen, ["ac", "ac"]);
});

test("the_most_bytes_hold_over_reloads_and_what_is_larger_is_handed_out_and_not_kept", async () => {
  const tab = await openPage();
  const ask = async (args) => {
    await cached.open();
    const load = cached.wrap("bytes@1", { maxSize: 1000 }, (n) => "x".repeat(n));
    const lengths = [];
    for (const arg of args) lengths.push((await load(arg)).length);
    await cached.sleep(150);
    const rows = await cached.rows("bytes@1");
    return [lengths, cached.runs["bytes@1"].join(), rows.reduce((sum, { size }) => sum + size, 0) <= 1000];
  };
  assert.deepEqual(await tab.run(ask, [400, 401]), [[400, 401], "400,401", true]);
  assert.deepEqual(await after(tab, ask, [402, 2000]), [[402, 2000], "402,2000", true]);
  assert.deepEqual(await after(tab, ask, [402, 401, 2000]), [[402, 401, 2000], "2000", true]);
  assert.deepEqual(await after(tab, ask, [400]), [[400], "400", true]);
});

test("what_other_versions_kept_is_purged_and_what_has_expired_of_any_cache", async () => {
  const tab = await openPage();
  await tab.run(async () => {
    await cached.open();
    for (const key of ["v@1", "v@2", "v@", "v", "vv@1", "v@1@2"]) await cached.wrap(key)("kept");
    await cached.wrap("short@1", { ttl: 60 })("old");
    for (const key of ["v", "vv@1", "v@1@2", "short@1"]) await cached.keys(key, 1);
  });
  const seen = await after(tab, async () => {
    cached.now += 60_000;
    await cached.open();
    await cached.wrap("v@2")("kept");
    const names = async () => {
      const rows = await cached.rows();
      return rows.map(({ cache }) => cache).filter((name) => /^(vv?@|v$|short)/.test(name));
    };
    await cached.until(async () => !(await names()).includes("short@1") && (await names()).includes("v@2"));
    return [await names(), cached.count("v@2"), await cached.drift()];
  });
  assert.deepEqual([...new Set(seen[0])].sort(), ["v", "v@1@2", "v@2", "vv@1"]);
  assert.deepEqual(seen[2], []);
});

// Rows that nobody can read

const damages = {
  "a text that is no record": ({ values }, [cache, key]) => values.put({ cache, key, form: "no{" }, [cache, key]),
  "an empty text": ({ values }, [cache, key]) => values.put({ cache, key, form: "" }, [cache, key]),
  "a text that is none": ({ values }, [cache, key]) => values.put({ cache, key, form: 5 }, [cache, key]),
  "a value of another key": ({ values }, [cache, key]) => values.put({ cache, key: "other", form: "1" }, [cache, key]),
  "no value": ({ values }, at) => values.delete(at),
  "no entry": ({ entries }, at) => entries.delete(at),
  "no totals": ({ caches }, [cache]) => caches.delete(cache),
  "a time that is none": ({ entries }, [cache, key]) =>
    entries.put({ cache, key, time: "x", size: 1, expires: Number.POSITIVE_INFINITY, used: 1 }),
};
for (const [name, damage] of Object.entries(damages)) {
  test(`a_row_with ${name} is absent or as good as new, and is replaced`, async () => {
    const tab = await openPage();
    const cache = `damage ${name}@1`;
    assert.equal((await tab.run(askAt, start, cache, { ttl: 60 })).runs, 1);
    await tab.run(
      async (cache, damage) => {
        const [key] = await cached.keys(cache, 1);
        // biome-ignore lint/security/noGlobalEval: the table's function, in this realm
        await cached.edit((stores) => void globalThis.eval(`(${damage})`)(stores, [cache, key]));
      },
      cache,
      `${damage}`,
    );
    const seen = await after(
      tab,
      async (cache) => {
        await cached.open();
        const load = cached.wrap(cache, { ttl: 60 });
        const value = await load("Oslo");
        const { persistence } = load.stats();
        await cached.until(async () => (await cached.rows(cache)).some(({ form }) => form?.includes?.("Oslo")));
        return { value, runs: cached.count(cache), persistence, errors: cached.errors };
      },
      cache,
    );
    assert.deepEqual(seen, {
      value: { of: ["Oslo"] },
      runs: name === "no totals" ? 0 : 1,
      persistence: "disk",
      errors: [],
    });
    assert.equal((await after(tab, askAt, start + 1, cache, { ttl: 60 })).runs, 0);
    assert.deepEqual(await tab.errors(), []);
    // Its totals are wrong for good.
    await tab.run(() => cached.delete());
  });
}

// Clearing

test("clear_of_arguments_of_a_cache_and_of_all_reaches_the_disk", async () => {
  const tab = await openPage();
  const ask = async (clear) => {
    await cached.open({ namespace: "clearing" });
    const loads = { one: cached.wrap("one@1"), two: cached.wrap("two@1") };
    if (clear === "key") loads.one.clear("a");
    if (clear === "cache") loads.one.clear();
    if (clear === "all") tabstate.cacheData.clear();
    for (const load of Object.values(loads)) for (const arg of ["a", "b"]) await load(arg);
    for (const key of ["one@1", "two@1"]) await cached.keys(key, 2);
    return ["one@1", "two@1"].map((key) => cached.runs[key].join(""));
  };
  assert.deepEqual(await tab.run(ask), ["ab", "ab"]);
  assert.deepEqual(await after(tab, ask), ["", ""]);
  assert.deepEqual(await after(tab, ask, "key"), ["a", ""], "what is asked for behind a clear is made anew");
  assert.deepEqual(await after(tab, ask, "cache"), ["ab", ""]);
  assert.deepEqual(await after(tab, ask, "all"), ["ab", "ab"]);
  assert.deepEqual(await after(tab, ask), ["", ""]);
});

test("clear_reaches_caches_of_earlier_pages_that_nobody_wrapped_here", async () => {
  const tab = await openPage();
  await tab.run(async () => {
    await cached.open({ namespace: "earlier" });
    await cached.wrap("earlier@1")("a");
    await cached.keys("earlier@1", 1);
  });
  const left = await after(tab, async () => {
    const { cacheData } = await cached.open({ namespace: "earlier" });
    cacheData.clear();
    await cached.until(async () => (await cached.rows()).length === 0);
    return cached.errors;
  });
  assert.deepEqual(left, []);
});

test("clear_of_all_makes_no_database_where_there_is_none", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    const { cacheData } = await cached.open({ namespace: "none-yet" });
    cacheData.clear();
    await cached.sleep(300);
    return [(await indexedDB.databases()).some(({ name }) => name === "none-yet!cache"), cached.errors];
  });
  assert.deepEqual(seen, [false, []]);
});

for (const how of ["its arguments", "the cache", "all"]) {
  test(`a_clear_of ${how} during a run stores nothing, nor on disk`, async () => {
    const tab = await openPage();
    const seen = await tab.run(async (how) => {
      const { cacheData } = await cached.open({ namespace: `during ${how}` });
      const gate = cached.gate();
      const load = cached.wrap("during@1", {}, () => gate.promise);
      const pending = load("a");
      await cached.until(() => cached.count("during@1") === 1);
      if (how === "its arguments") load.clear("a");
      else if (how === "the cache") load.clear();
      else cacheData.clear();
      gate.resolve({ late: true });
      const value = await pending;
      await cached.sleep(200);
      return [value, load.has("a"), load.stats().stores, await cached.rows("during@1")];
    }, how);
    assert.deepEqual(seen, [{ late: true }, false, 0, []]);
    const again = await after(
      tab,
      async (how) => {
        await cached.open({ namespace: `during ${how}` });
        const load = cached.wrap("during@1", {}, () => "new");
        return [await load("a"), cached.count("during@1")];
      },
      how,
    );
    assert.deepEqual(again, ["new", 1]);
  });
}

// Who has a part in it

test("a_page_that_never_asks_for_the_disk_loads_no_further_file_and_opens_no_database", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    const opened = [];
    for (const method of ["open", "deleteDatabase", "databases"]) {
      const native = IDBFactory.prototype[method];
      IDBFactory.prototype[method] = function (...args) {
        opened.push(method);
        return native.apply(this, args);
      };
    }
    const { cacheData, cacheResource, sessionState } = await cached.open();
    const files = () => performance.getEntriesByType("resource").length;
    const before = files();
    const load = cacheData((n) => ({ n }), { ttl: 60 });
    load(1);
    load.clear(1);
    const named = cacheData((n) => ({ n }), { key: "named@1" });
    named(1);
    named.clear();
    const session = cacheData((n) => ({ n }), { key: "session@1", persist: "session" });
    session(1);
    session.clear();
    cacheResource(() => ({}))();
    cacheResource.clear();
    sessionState.set("a", 1);
    // Wrapped, and not called.
    cacheData((n) => ({ n }), { key: "wrapped@1", persist: "disk" });
    await cached.sleep(300);
    const without = [files() - before, ...opened];
    await cached.wrap("asked@1")(1);
    return { without, opened, with: files() - before };
  });
  assert.deepEqual(seen, { without: [0], opened: ["open"], with: seen.with });
  assert.ok(seen.with >= 1);
});

test("a_worker_has_the_same_disk_and_hears_what_is_cleared", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    await cached.open();
    const load = cached.wrap("worker@1", {}, (n) => ({ n, runs: "page" }));
    const worker = new Worker("/cache-worker.js", { type: "module" });
    const ask = (...message) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage(message);
      });
    const first = await ask("ask", 1);
    await cached.keys("worker@1", 1);
    const here = await load(1);
    await load(2);
    await cached.keys("worker@1", 2);
    const second = await ask("ask", 2);
    // To the worker, and from it.
    load.clear(2);
    await cached.keys("worker@1", 1);
    await cached.sleep(50);
    const cleared = await ask("ask", 2);
    worker.postMessage(["clear", 1]);
    await cached.until(() => !load.has(1));
    await cached.until(async () => (await cached.keys("worker@1")).length === 1);
    const anew = await load(1);
    worker.terminate();
    return [first.value, first.stats.persistence, here, second.value, cleared.value, anew, cached.count("worker@1")];
  });
  const theirs = (n, runs) => ({ n, runs });
  assert.deepEqual(seen, [theirs(1, 1), "disk", theirs(1, 1), theirs(2, "page"), theirs(2, 2), theirs(1, "page"), 2]);
});

test("a_page_that_ends_in_the_midst_of_many_writes_leaves_what_is_whole_and_within_bounds", async () => {
  const tab = await openPage();
  for (let round = 0; round < 4; round += 1) {
    const begin = round === 0 ? tab.run : (...args) => after(tab, ...args);
    const seen = await begin(async () => {
      await cached.open({ namespace: "dies" });
      const drift = await cached.drift();
      const count = (await cached.rows()).length;
      const load = cached.wrap("dies@1", { maxEntries: 50 }, () => "v".repeat(2000));
      for (let n = 0; n < 400; n += 1) load(`${Math.random()}`);
      await cached.sleep(50 + Math.random() * 60);
      return [drift ?? [], count];
    });
    assert.deepEqual(seen[0], []);
    assert.ok(seen[1] <= 50, `${seen[1]}`);
  }
  assert.deepEqual(await tab.errors(), []);
});

test("the_rows_and_their_totals_agree_after_all_that_was_done_here", async (t) => {
  const tab = await openPage();
  assert.deepEqual(await tab.run(() => cached.drift()), []);
  t.diagnostic(engine);
});
