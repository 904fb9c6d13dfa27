// `cacheData` in several tabs of one browser: one of them computes, all hear what is cleared, and no data goes between them but by
// way of the disk. And what a page does that is left, and comes back.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, engine, html, openTab } from "../support/claims.mjs";

const script = '<script src="/pages/cached.js"></script>';
const withoutLocks = '<script>Object.defineProperty(navigator, "locks", { value: undefined });</script>';
addPage("/tabs/*", { body: html(script) });
addPage("/tabs-no-locks/*", { body: html(withoutLocks + script) });
addPage("/tabs-kept/*", { body: html(script), headers: { "cache-control": "max-age=0" } });

let pages = 0;

/** Two real tabs on pages of one origin, in a namespace of their own. */
async function openTabs(kind = "tabs") {
  pages += 1;
  const namespace = `${kind}-${pages}`;
  const tab = await openTab(`/${kind}/${pages}-one`);
  const { driver } = tab;
  const handles = [await driver.getWindowHandle()];
  await driver.switchTo().newWindow(engine === "webkit" ? "window" : "tab");
  await tab.goto(`/${kind}/${pages}-two`);
  handles.push(await driver.getWindowHandle());
  const at = (handle) => ({
    handle,
    async run(...args) {
      await driver.switchTo().window(handle);
      return tab.run(...args);
    },
    async goto(path) {
      await driver.switchTo().window(handle);
      await tab.goto(path);
    },
    async reload() {
      await driver.switchTo().window(handle);
      await tab.reload();
    },
    async close() {
      await driver.switchTo().window(handle);
      await driver.close();
    },
  });
  const [one, two] = handles.map(at);
  for (const each of [one, two]) {
    await each.run(async (namespace) => void (await cached.open({ namespace })), namespace);
  }
  return { one, two, namespace, driver };
}

/** Has the function of this tab wait for `gate`. */
const gated = () => {
  globalThis.gate = cached.gate();
  globalThis.load = cached.wrap("shared@1", {}, async (...args) => {
    await gate.promise;
    return { of: args, by: document.URL.slice(-3) };
  });
};
const free = (name) => {
  globalThis.load = cached.wrap("shared@1", {}, (...args) => ({ of: args, by: name }));
};

test("two_tabs_that_ask_at_once_run_the_function_once", async () => {
  const { one, two } = await openTabs();
  await one.run(gated);
  await one.run(async () => {
    globalThis.pending = load("a");
    await cached.until(() => cached.count("shared@1") === 1);
  });
  await two.run(free, "two");
  await two.run(() => {
    globalThis.pending = Promise.all(Array.from({ length: 10 }, () => load("a")));
  });
  const waited = await two.run(async () => {
    await cached.sleep(300);
    // Another key waits for nobody.
    const other = await load("b");
    return [cached.runs["shared@1"], other.by];
  });
  await one.run(() => gate.resolve());
  const mine = await one.run(() => pending);
  const theirs = await two.run(async () => [await pending, cached.runs["shared@1"], load.stats().hits, cached.heard()]);
  assert.deepEqual(waited, [["b"], "two"]);
  assert.deepEqual(mine, { of: ["a"], by: "one" });
  assert.deepEqual(theirs.slice(0, 3), [Array(10).fill(mine), ["b"], 1]);
  assert.match(theirs[3], /hit shared@1$/);
});

for (const how of ["closes", "navigates"]) {
  test(`a_tab_that ${how} while it computes lets the other one go on`, async () => {
    const { one, two } = await openTabs();
    await one.run(gated);
    await one.run(async () => {
      load("a");
      await cached.until(() => cached.count("shared@1") === 1);
    });
    await two.run(free, "two");
    await two.run(async () => {
      globalThis.pending = load("a");
      await cached.sleep(200);
    });
    const waiting = await two.run(() => cached.count("shared@1"));
    if (how === "closes") await one.close();
    else await one.goto("/tabs/elsewhere");
    const value = await two.run(async () => {
      await cached.until(() => cached.count("shared@1") === 1, 10_000);
      return pending;
    });
    assert.deepEqual([waiting, value], [0, { of: ["a"], by: "two" }]);
  });
}

test("a_function_that_fails_in_one_tab_does_not_fail_the_other", async () => {
  const { one, two } = await openTabs();
  await one.run(() => {
    globalThis.gate = cached.gate();
    globalThis.load = cached.wrap("shared@1", {}, () => gate.promise);
    globalThis.pending = cached.outcomeOf(load("a"));
  });
  await one.run(() => cached.until(() => cached.count("shared@1") === 1));
  await two.run(free, "two");
  await two.run(() => {
    globalThis.pending = load("a");
  });
  await one.run(() => gate.reject(new Error("mine alone")));
  assert.deepEqual(await one.run(() => pending), { error: "mine alone" });
  assert.deepEqual(await two.run(() => pending), { of: ["a"], by: "two" });
});

test("without_locks_each_tab_runs_it", async () => {
  const { one, two } = await openTabs("tabs-no-locks");
  await one.run(gated);
  await one.run(async () => {
    globalThis.pending = load("a");
    await cached.until(() => cached.count("shared@1") === 1);
  });
  await two.run(free, "two");
  const theirs = await two.run(() => load("a"));
  await one.run(() => gate.resolve());
  const mine = await one.run(() => pending);
  assert.deepEqual([theirs.by, mine.by], ["two", "one"]);
});

test("a_caller_that_gives_up_while_it_waits_for_the_other_tab_hears_its_reason_at_once", async () => {
  const { one, two } = await openTabs();
  await one.run(gated);
  await one.run(async () => {
    globalThis.pending = load("a");
    await cached.until(() => cached.count("shared@1") === 1);
  });
  await two.run(free, "two");
  const seen = await two.run(async () => {
    const controller = new AbortController();
    const given = cached.outcomeOf(load("a", controller.signal));
    await cached.sleep(200);
    const from = performance.now();
    controller.abort(new Error("enough"));
    const outcome = await given;
    const ms = performance.now() - from;
    const before = cached.count("shared@1");
    await cached.sleep(50);
    const { pending: waiting } = await navigator.locks.query();
    const left = waiting.filter(({ name }) => name.startsWith(`${cached.namespace}!cache`)).length;
    // Somebody else asks once more.
    globalThis.pending = load("a");
    return [outcome, ms < 100, before, left, cached.heard()];
  });
  await one.run(() => gate.resolve());
  const value = await two.run(() => pending);
  assert.deepEqual(seen, [{ error: "enough" }, true, 0, 0, ""]);
  assert.deepEqual(value, { of: ["a"], by: "one" });
  assert.equal(await two.run(() => cached.count("shared@1")), 0);
});

// Clearing

for (const how of ["arguments", "cache", "all"]) {
  test(`a_clear_of ${how} in one tab is one in the other, and no data goes between them`, async () => {
    const { one, two, namespace } = await openTabs();
    const prepare = () => {
      globalThis.load = cached.wrap("shared@1", {}, (x) => ({ x, secret: "42" }));
      globalThis.memory = cached.wrap("memory@1", { persist: false }, (x) => ({ x, secret: "42" }));
      globalThis.session = cached.wrap("session@1", { persist: "session" }, (x) => ({ x, secret: "42" }));
      globalThis.nameless = tabstate.cacheData((x) => ({ x, secret: "42" }));
    };
    for (const each of [one, two]) await each.run(prepare);
    await two.run((namespace) => {
      globalThis.said = [];
      new BroadcastChannel(`${namespace}!cache`).onmessage = ({ data }) => said.push(data);
    }, namespace);
    for (const each of [one, two])
      await each.run(async () => {
        for (const f of [load, memory, session, nameless]) for (const x of ["a", "b"]) await f(x);
        await cached.keys("shared@1", 2);
        cached.heard();
      });
    await one.run((how) => {
      if (how === "all") return tabstate.cacheData.clear();
      for (const f of [load, memory, session, nameless]) how === "arguments" ? f.clear("a") : f.clear();
    }, how);
    const left = how === "arguments" ? "b" : "";
    const look = async (left) => {
      const held = (f) => ["a", "b"].filter((x) => f.has(x)).join("");
      await cached.until(() => held(load) === left && held(memory) === left && held(session) === left);
      await cached.until(async () => (await cached.keys("shared@1")).length === left.length);
      const names = Object.keys(sessionStorage).filter((name) => name.includes("!cache:"));
      return [held(load), held(memory), held(session), names.length, held(nameless)];
    };
    assert.deepEqual((await one.run(look, left)).slice(0, 4), [left, left, left, left.length]);
    // A function without a name has nothing to do with that of another tab.
    assert.deepEqual(await two.run(look, left), [left, left, left, left.length, "ab"]);
    const [said, heard] = await two.run(async () => {
      await cached.sleep(100);
      return [said, cached.heard()];
    });
    assert.ok(said.length >= (how === "all" ? 1 : 3), JSON.stringify(said));
    assert.ok(!JSON.stringify(said).includes("42"), JSON.stringify(said));
    const names = [undefined, "shared@1", "memory@1", "session@1"];
    for (const [name, key] of said)
      assert.ok(names.includes(name ?? undefined) && [undefined, null, "a1:s1:a"].includes(key));
    assert.match(heard, /clear shared@1/);
    await two.run(async () => void (await load("a")));
    assert.equal(await two.run(() => cached.runs["shared@1"].join("")), "a");
  });
}

test("nothing_but_what_is_cleared_is_told_to_other_tabs", async () => {
  const { one, two, namespace } = await openTabs();
  await two.run((namespace) => {
    globalThis.said = [];
    new BroadcastChannel(`${namespace}!cache`).onmessage = ({ data }) => said.push(data);
  }, namespace);
  await one.run(async () => {
    for (const options of [{}, { persist: "session" }, { persist: false }]) {
      const load = cached.wrap(`quiet ${options.persist}@1`, { maxEntries: 2, ttl: 60, ...options }, (x) => ({ x }));
      for (const x of [1, 2, 3, 3]) await load(x);
      cached.now += 60_000;
      await load(3);
    }
    await cached.sleep(100);
  });
  assert.deepEqual(await two.run(() => said), []);
});

test("a_clear_reaches_what_another_tab_has_in_its_session_of_a_cache_that_it_has_not_wrapped_yet", async () => {
  const { one, two } = await openTabs();
  const keep = () => {
    globalThis.load = cached.wrap("late@1", { persist: "session" });
    return [load("a"), load("b"), sessionStorage.length];
  };
  await one.run(keep);
  await one.reload();
  const before = await one.run(async (namespace) => {
    await cached.open({ namespace });
    // With a name, it hears the others.
    cached.wrap("other@1", { persist: "session" });
    return Object.keys(sessionStorage).filter((name) => name.includes("late@1")).length;
  }, `tabs-${pages}`);
  await two.run(keep);
  await two.run(() => load.clear("a"));
  const left = await one.run(async () => {
    const names = () => Object.keys(sessionStorage).filter((name) => name.includes("late@1"));
    await cached.until(() => names().length === 1);
    globalThis.load = cached.wrap("late@1", { persist: "session" });
    return [load("a"), load("b"), cached.runs["late@1"]];
  });
  assert.equal(before, 2);
  assert.deepEqual(left, [{ of: ["a"] }, { of: ["b"] }, ["a"]]);
});

test("a_tab_that_asks_while_the_other_one_clears_does_not_keep_what_was_cleared", async () => {
  for (const how of ["cache", "all"]) {
    const { one, two } = await openTabs();
    await two.run(free, "old");
    await two.run(async () => {
      await load("a");
      await cached.keys("shared@1", 1);
    });
    // The disk of the tab that clears is slow to open.
    await one.run(async () => {
      const { open } = IDBFactory.prototype;
      globalThis.isSlow = cached.gate();
      IDBFactory.prototype.open = function (...args) {
        const asked = open.apply(this, args);
        const { addEventListener } = asked;
        asked.addEventListener = function (type, listener) {
          const later = (event) => isSlow.promise.then(() => listener.call(this, event));
          addEventListener.call(this, type, type === "success" ? later : listener);
        };
        return asked;
      };
      const { databases } = IDBFactory.prototype;
      IDBFactory.prototype.databases = async function () {
        await isSlow.promise;
        return databases.call(this);
      };
    });
    await one.run(free, "one");
    await one.run((how) => (how === "all" ? tabstate.cacheData.clear() : load.clear()), how);
    await two.run(async () => {
      await cached.until(() => !load.has("a"));
      // What is still on disk.
      globalThis.before = (await load("a")).by;
    });
    await one.run(() => isSlow.resolve());
    const seen = await two.run(async () => {
      await cached.until(async () => (await cached.rows("shared@1")).length === 0);
      await cached.until(() => !load.has("a"));
      return [before, (await load("a")).by, cached.count("shared@1")];
    });
    assert.deepEqual(seen, ["old", "old", 2], how);
  }
});

test("whoever_asks_behind_a_clear_of_all_does_not_get_what_was_cleared", async () => {
  const { one, two } = await openTabs();
  await two.run(free, "old");
  await two.run(async () => {
    await load("a");
    await cached.keys("shared@1", 1);
  });
  const seen = await one.run(async () => {
    const load = cached.wrap("shared@1", {}, () => "new");
    tabstate.cacheData.clear();
    return [await load("a"), cached.count("shared@1")];
  });
  assert.deepEqual(seen, ["new", 1]);
});

for (const how of ["arguments", "cache", "all"]) {
  test(`a_clear_of ${how} in another tab during a run keeps nothing`, async () => {
    const { one, two } = await openTabs();
    await two.run(free, "two");
    const clear = (how) => {
      if (how === "all") tabstate.cacheData.clear();
      else if (how === "cache") load.clear();
      else load.clear("a");
    };
    const isCleared = async () => {
      await cached.until(() => cached.events.some((event) => event.startsWith("clear")));
      await cached.sleep(200);
    };
    await one.run(gated);
    await one.run(async () => {
      globalThis.pending = load("a");
      await cached.until(() => cached.count("shared@1") === 1);
    });
    await two.run(clear, how);
    await one.run(isCleared);
    const during = await one.run(async () => {
      gate.resolve();
      const value = await pending;
      await cached.sleep(200);
      return [value.of, load.has("a"), await cached.keys("shared@1")];
    });
    assert.deepEqual(during, [["a"], false, []]);
  });
}

test("a_write_that_was_under_way_when_another_tab_cleared_is_not_kept", async () => {
  const { one, two, namespace } = await openTabs();
  // A tab that does not hear the others.
  await one.goto(`/tabs/deaf-${pages}`);
  await one.run(async (namespace) => {
    globalThis.BroadcastChannel = class extends EventTarget {
      postMessage() {}
      close() {}
    };
    await cached.open({ namespace });
  }, namespace);
  await one.run(gated);
  await two.run(free, "two");
  for (const how of ["arguments", "cache", "all"]) {
    await one.run(async (how) => {
      globalThis.gate = cached.gate();
      globalThis.pending = load(how);
      await cached.until(() => cached.runs["shared@1"].includes(how));
    }, how);
    await two.run(async (how) => {
      if (how === "arguments") load.clear(how);
      else if (how === "cache") load.clear();
      else tabstate.cacheData.clear();
      await cached.sleep(300);
    }, how);
    const seen = await one.run(async (how) => {
      gate.resolve();
      await pending;
      await cached.sleep(300);
      return [load.has(how), await cached.keys("shared@1")];
    }, how);
    assert.deepEqual(seen, [true, []], `${how}: it has a value that it did not hear of, and the disk has none`);
  }
});

// The back/forward cache

test("a_page_with_a_disk_comes_back_without_what_was_cleared_meanwhile_and_has_nothing_open_while_it_is_away", async (t) => {
  pages += 1;
  const namespace = `kept-${pages}`;
  const tab = await openTab(`/tabs-kept/${pages}-1`);
  const { driver } = tab;
  const go = async (f, path, ...args) => {
    await tab.run(f, ...args);
    await driver.wait(async () => (await tab.url()).endsWith(path), 10_000);
    await driver.wait(() => tab.run(() => globalThis.cached !== undefined).catch(() => false), 10_000);
  };
  await go(
    async (namespace, path) => {
      globalThis.isFirst = true;
      globalThis.open = new Set();
      const { open } = IDBFactory.prototype;
      IDBFactory.prototype.open = function (...args) {
        const asked = open.apply(this, args);
        asked.addEventListener("success", () => globalThis.open.add(asked.result));
        return asked;
      };
      const { close } = IDBDatabase.prototype;
      IDBDatabase.prototype.close = function () {
        globalThis.open.delete(this);
        close.call(this);
      };
      await cached.open({ namespace });
      globalThis.load = cached.wrap("kept@1", {}, (x) => [x, "first"]);
      for (const x of ["stays", "goes"]) await load(x);
      await cached.keys("kept@1", 2);
      addEventListener("pagehide", ({ persisted }) => {
        globalThis.left = { persisted };
        queueMicrotask(() => Promise.resolve().then(() => Object.assign(left, { open: globalThis.open.size })));
      });
      setTimeout((path) => location.assign(path), 10, path);
    },
    "-2",
    namespace,
    `/tabs-kept/${pages}-2`,
  );
  const between = await tab.run(async (namespace) => {
    await cached.open({ namespace });
    const load = cached.wrap("kept@1", {}, (x) => [x, "second"]);
    const found = [await load("stays"), await load("goes"), cached.count("kept@1")];
    load.clear("goes");
    await cached.keys("kept@1", 1);
    return found;
  }, namespace);
  assert.deepEqual(between, [["stays", "first"], ["goes", "first"], 0]);
  await go(() => void setTimeout(() => history.back(), 10), "-1");
  const seen = await tab.run(async (namespace) => {
    const isRestored = globalThis.isFirst ?? false;
    await cached.open({ namespace });
    globalThis.load ??= cached.wrap("kept@1", {}, (x) => [x, "first"]);
    const before = cached.count("kept@1");
    const had = load.has("goes");
    return [isRestored, globalThis.left, had, await load("stays"), await load("goes"), cached.count("kept@1") - before];
  }, namespace);
  const [isRestored, left, ...rest] = seen;
  t.diagnostic(`${engine}: ${isRestored ? "restored from the back/forward cache" : "loaded anew"}`);
  assert.deepEqual(rest, [false, ["stays", "first"], ["goes", "first"], 1]);
  if (isRestored) assert.deepEqual(left, { persisted: true, open: 0 });
  if (engine === "chromium") assert.ok(isRestored);
  // It hears again.
  const handle = await driver.getWindowHandle();
  await driver.switchTo().newWindow(engine === "webkit" ? "window" : "tab");
  await tab.goto("/tabs/other");
  await tab.run(async (namespace) => {
    await cached.open({ namespace });
    cached.wrap("kept@1").clear();
    await cached.keys("kept@1", 0);
  }, namespace);
  await driver.switchTo().window(handle);
  await tab.run(() => cached.until(() => !load.has("stays")));
});

test("a_page_that_is_left_in_the_midst_of_its_writes_holds_up_nobody_and_goes_on_when_it_is_back", async (t) => {
  pages += 1;
  const namespace = `left-${pages}`;
  const tab = await openTab(`/tabs-kept/${pages}-1`);
  const { driver } = tab;
  const arrive = async (end) => {
    await driver.wait(async () => (await tab.url()).endsWith(end), 10_000);
    await driver.wait(() => tab.run(() => globalThis.cached !== undefined).catch(() => false), 10_000);
  };
  await tab.run(
    async (namespace, path) => {
      globalThis.isFirst = true;
      await cached.open({ namespace });
      globalThis.load = cached.wrap("left@1", {}, (x) => [x, "first"]);
      await load("before");
      await cached.keys("left@1", 1);
      addEventListener("pagehide", () => {
        for (let n = 0; n < 50; n += 1) load(`at the end ${n}`).catch(() => {});
      });
      setTimeout(() => {
        for (let n = 0; n < 200; n += 1) load(`midst ${n}`).catch(() => {});
        location.assign(path);
      }, 10);
    },
    namespace,
    `/tabs-kept/${pages}-2`,
  );
  await arrive("-2");
  const between = await tab.run(async (namespace) => {
    await cached.open({ namespace });
    const from = performance.now();
    const load = cached.wrap("left@1", {}, (x) => [x, "second"]);
    const found = await load("before");
    await load("mine");
    await cached.until(async () => (await cached.keys("left@1")).some((key) => key.includes("mine")));
    const { persistence } = load.stats();
    return [found, persistence, cached.errors, await cached.drift(), performance.now() - from < 1800];
  }, namespace);
  assert.deepEqual(between, [["before", "first"], "disk", [], [], true]);
  await tab.run(() => void setTimeout(() => history.back(), 10));
  await arrive("-1");
  const seen = await tab.run(async (namespace) => {
    const isRestored = globalThis.isFirst ?? false;
    await cached.open({ namespace });
    globalThis.load ??= cached.wrap("left@1", {}, (x) => [x, "first"]);
    const value = await load("mine");
    await load("anew");
    await cached.until(async () => (await cached.keys("left@1")).some((key) => key.includes("anew")));
    return [isRestored, value, load.stats().persistence, cached.errors, await cached.drift()];
  }, namespace);
  t.diagnostic(`${engine}: ${seen[0] ? "restored from the back/forward cache" : "loaded anew"}`);
  assert.deepEqual(seen.slice(1), [["mine", "second"], "disk", [], []]);
});

test("other_pages_can_delete_the_database_while_a_page_has_it_open", async () => {
  const { one, two } = await openTabs();
  await one.run(free, "one");
  await one.run(async () => {
    await load("a");
    await cached.keys("shared@1", 1);
  });
  assert.equal(await two.run(() => cached.delete()), false, "nobody stands in the way");
  const seen = await one.run(async () => {
    cached.now += 1;
    const value = await load("b");
    return [value.by, await cached.keys("shared@1", 1), load.stats().persistence];
  });
  assert.deepEqual(seen, ["one", ["a1:s1:b"], "disk"]);
});
