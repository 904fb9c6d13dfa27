// `cacheData` with a disk that is denied, closed, aborted, silent or out of reach: values come from memory, which is said, and
// from the disk again when that works again.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { openBrowser } from "../support/browsers.mjs";
import { addPage, engine, html, openTab, origins } from "../support/claims.mjs";
import { blocking, toldByFrame } from "../support/denied.mjs";

const script = '<script src="/pages/cached.js"></script>';
addPage("/denied/*", { body: html(script) });

/** The file that has the disk's code; it comes and goes in the package's copy. */
const dist = new URL("../../build/package/dist/", import.meta.url);
const chunk = readdirSync(dist).find(
  (name) => name.endsWith(".js") && readFileSync(new URL(name, dist), "utf8").includes("IndexedDB does not answer"),
);
let isReachable = false;
let asked = 0;
addPage(`/copy/dist/${chunk}`, () => {
  asked += 1;
  return isReachable
    ? { body: readFileSync(new URL(chunk, dist), "utf8"), type: "text/javascript" }
    : { body: "gone", type: "text/plain", status: 404 };
});
addPage("/switch", ({ url }) => {
  isReachable = url.includes("on");
  return { body: `${asked}` };
});

let pages = 0;
async function openPage() {
  pages += 1;
  const tab = await openTab(`/denied/${pages}`);
  await tab.run((namespace) => {
    globalThis.namespace = namespace;
    /** What a cache does now: a value twice, another one, and what is said of it. */
    globalThis.look = async (load, key) => {
      cached.heard();
      const before = cached.count(key);
      const from = performance.now();
      const values = [await load("a"), await load("a"), await load("b")].map(({ of: [x] }) => x).join("");
      const ms = performance.now() - from;
      const { persistence, reason } = load.stats();
      return { values, runs: cached.count(key) - before, persistence, reason: reason ?? null, ms };
    };
  }, `denied-${pages}`);
  return tab;
}

/** Denials: what is done to the page before its first use, and what undoes it. */
const denials = {
  "the getter throws": () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, "indexedDB");
    Object.defineProperty(globalThis, "indexedDB", {
      configurable: true,
      get() {
        throw new DOMException("denied here", "SecurityError");
      },
    });
    return () => Object.defineProperty(globalThis, "indexedDB", own);
  },
  "there is none": () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, "indexedDB");
    Object.defineProperty(globalThis, "indexedDB", { configurable: true, value: undefined });
    return () => Object.defineProperty(globalThis, "indexedDB", own);
  },
  "open throws": () => {
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = () => {
      throw new DOMException("denied here", "SecurityError");
    };
    return () => {
      IDBFactory.prototype.open = open;
    };
  },
  "open fails": () => {
    const { open } = IDBFactory.prototype;
    // The database is of a later release.
    IDBFactory.prototype.open = function () {
      return open.call(this, "later-release", 1);
    };
    return () => {
      IDBFactory.prototype.open = open;
    };
  },
  "no transaction begins": () => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = () => {
      throw new DOMException("the database connection is closing", "InvalidStateError");
    };
    return () => {
      IDBDatabase.prototype.transaction = transaction;
    };
  },
  "every transaction is aborted": () => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      const under = transaction.apply(this, args);
      queueMicrotask(() => under.abort());
      return under;
    };
    return () => {
      IDBDatabase.prototype.transaction = transaction;
    };
  },
};

for (const [name, deny] of Object.entries(denials)) {
  test(`where ${name}, values come from memory, which is said, and from the disk once it works`, async () => {
    const tab = await openPage();
    const seen = await tab.run(
      async (name, deny) => {
        if (name === "open fails") {
          await new Promise((resolve) => {
            indexedDB.open("later-release", 2).onsuccess = ({ target: { result } }) => {
              result.close();
              resolve();
            };
          });
        }
        await cached.open({ namespace });
        // biome-ignore lint/security/noGlobalEval: the table's function, in this realm
        const allow = globalThis.eval(`(${deny})`)();
        const load = cached.wrap("denied@1");
        const denied = await look(load, "denied@1");
        load.clear("b");
        const gone = load.has("b");
        await cached.sleep(50);
        const errors = [...cached.errors];
        allow();
        await load("c");
        const allowed = load.stats();
        const keys = await cached.keys("denied@1", 1);
        return { denied, gone, errors, allowed: [allowed.persistence, allowed.reason ?? null], keys };
      },
      name,
      `${deny}`,
    );
    const { ms, reason, ...denied } = seen.denied;
    assert.deepEqual(denied, { values: "aab", runs: 2, persistence: "memory" });
    assert.ok(typeof reason === "string" && reason.length > 3, reason);
    assert.ok(ms < 2000, `${ms}`);
    assert.equal(seen.gone, false);
    assert.deepEqual(seen.errors, ["blocked"], "told once, not with each call");
    assert.deepEqual([seen.allowed, seen.keys], [["disk", null], ["a1:s1:c"]]);
    assert.deepEqual(await tab.errors(), []);
  });
}

test("a_value_arrives_all_the_same_where_the_database_never_answers", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    await cached.open({ namespace });
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = () =>
      Object.create(IDBOpenDBRequest.prototype, {
        addEventListener: { value() {} },
        removeEventListener: { value() {} },
      });
    const load = cached.wrap("silent@1");
    const from = performance.now();
    const value = await load("a");
    const ms = performance.now() - from;
    const { persistence, reason } = load.stats();
    IDBFactory.prototype.open = open;
    await load("b");
    const keys = await cached.keys("silent@1", 1);
    return [value, ms, persistence, reason, cached.errors, load.stats().persistence, keys];
  });
  const [value, ms, ...rest] = seen;
  assert.deepEqual(value, { of: ["a"] });
  assert.ok(ms > 1500 && ms < 5000, `${ms}`);
  assert.deepEqual(rest, ["memory", "IndexedDB does not answer", ["blocked"], "disk", ["a1:s1:b"]]);
});

test("a_page_that_is_busy_for_longer_than_the_disk_is_waited_for_has_its_hit", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    await cached.open({ namespace });
    const load = cached.wrap("busy@1");
    await load("a");
    await cached.keys("busy@1", 1);
    const other = tabstate.cacheData(() => {}, { key: "x@1" });
    const value = load("b");
    await Promise.resolve();
    for (const end = performance.now() + 3000; performance.now() < end; );
    await value;
    await cached.keys("busy@1", 2);
    return [cached.errors, load.stats().persistence, typeof other];
  });
  assert.deepEqual(seen, [[], "disk", "function"]);
});

test("somebodys_transaction_that_never_ends_holds_nobody_up_for_good", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    await cached.open({ namespace });
    const load = cached.wrap("held@1");
    await load("a");
    await cached.keys("held@1", 1);
    let isHeld = true;
    const held = cached.edit(async ({ caches }, ask) => {
      while (isHeld) await ask(caches.get(0));
    });
    await cached.sleep(50);
    const from = performance.now();
    const value = await load("b");
    const ms = performance.now() - from;
    const { persistence, reason } = load.stats();
    isHeld = false;
    await held;
    await load("c");
    await cached.until(async () => (await cached.keys("held@1")).some((key) => key.includes("s1:c")));
    return [value, ms < 6000, persistence, reason, load.stats().persistence];
  });
  assert.deepEqual(seen, [{ of: ["b"] }, true, "memory", "IndexedDB does not answer", "disk"]);
});

const ends = {
  "the connection is closed underneath": () => {
    for (const database of cached.opened) database.close();
  },
  "the database is deleted": () => {
    cached.now += 1;
    return cached.delete();
  },
  "one transaction is aborted": () => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      const under = transaction.apply(this, args);
      IDBDatabase.prototype.transaction = transaction;
      queueMicrotask(() => under.abort());
      return under;
    };
  },
};
for (const [name, end] of Object.entries(ends)) {
  test(`when ${name}, the disk is used on without a word`, async () => {
    const tab = await openPage();
    const seen = await tab.run(async (end) => {
      cached.opened = [];
      const { open } = IDBFactory.prototype;
      IDBFactory.prototype.open = function (...args) {
        const asked = open.apply(this, args);
        asked.addEventListener("success", () => cached.opened.push(asked.result));
        return asked;
      };
      await cached.open({ namespace });
      const load = cached.wrap("ends@1");
      await load("a");
      await cached.keys("ends@1", 1);
      // biome-ignore lint/security/noGlobalEval: the table's function, in this realm
      await globalThis.eval(`(${end})`)();
      const value = await load("b");
      await cached.until(async () => (await cached.keys("ends@1")).some((key) => key.includes("s1:b")));
      return [value, load.stats().persistence, cached.errors, await cached.drift()];
    }, `${end}`);
    assert.deepEqual(seen, [{ of: ["b"] }, "disk", [], []]);
    // And what is there is a hit for the next page.
    await tab.reload();
    const again = await tab.run(async (namespace) => {
      await cached.open({ namespace });
      const load = cached.wrap("ends@1");
      await load("b");
      return cached.count("ends@1");
    }, `denied-${pages}`);
    assert.equal(again, 0);
    assert.deepEqual(await tab.errors(), []);
  });
}

test("a_database_that_is_deleted_in_the_midst_of_many_calls_fails_none_of_them", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    await cached.open({ namespace });
    const load = cached.wrap("midst@1");
    await load("first");
    const many = Array.from({ length: 40 }, (_, n) => load(n));
    const gone = cached.delete();
    const more = Array.from({ length: 40 }, (_, n) => load(`m${n}`));
    const values = await Promise.all([...many, ...more]);
    await gone;
    await load("last");
    await cached.until(async () => (await cached.keys("midst@1")).some((key) => key.includes("last")));
    return [values.length, cached.count("midst@1"), load.stats().persistence, await cached.drift()];
  });
  assert.deepEqual(seen, [80, 82, "disk", []]);
  assert.deepEqual(await tab.errors(), []);
});

test("a_database_of_a_later_release_is_left_alone", async () => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    const later = () =>
      new Promise((resolve, reject) => {
        const asked = indexedDB.open(`${namespace}!cache`, 99);
        asked.onupgradeneeded = () => asked.result.createObjectStore("theirs").put("kept", 1);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    (await later()).close();
    await cached.open({ namespace });
    const load = cached.wrap("later@1");
    await load("a");
    await load("a");
    tabstate.cacheData.clear();
    await cached.sleep(200);
    const database = await later();
    const kept = await new Promise((resolve) => {
      database.transaction("theirs").objectStore("theirs").get(1).onsuccess = ({ target }) => resolve(target.result);
    });
    database.close();
    const { persistence, reason } = load.stats();
    return [kept, persistence, typeof reason, cached.count("later@1")];
  });
  assert.deepEqual(seen, ["kept", "memory", "string", 1]);
});

test("where_the_code_of_the_disk_cannot_be_loaded_values_come_from_memory_and_it_is_tried_again", async (t) => {
  const tab = await openPage();
  const seen = await tab.run(async () => {
    await fetch("/switch?off");
    await cached.open({ namespace, from: "/copy/dist/index.js" });
    const load = cached.wrap("chunk@1");
    const denied = await look(load, "chunk@1");
    load.clear("a");
    tabstate.cacheData.clear();
    await cached.sleep(100);
    const gone = load.has("a") || load.has("b");
    const errors = [...new Set(cached.errors)];
    const before = Number(await (await fetch("/switch?on")).text());
    await load("c");
    const after = Number(await (await fetch("/switch?on")).text());
    return { denied, gone, errors, isAsked: after > before, allowed: load.stats().persistence };
  });
  const { reason, ms, ...denied } = seen.denied;
  assert.deepEqual(denied, { values: "aab", runs: 2, persistence: "memory" });
  assert.ok(reason.length > 3, reason);
  assert.ok(ms < 2000, `${ms}`);
  assert.deepEqual([seen.gone, seen.errors], [false, ["blocked"]]);
  t.diagnostic(`${engine}: ${seen.isAsked ? "asks for a file that failed once more" : "remembers that a file failed"}`);
  // Firefox keeps the failure for as long as the page is there.
  if (engine !== "firefox") assert.ok(seen.isAsked);
  assert.equal(seen.allowed, seen.isAsked ? "disk" : "memory");
});

// Documents that have no disk

const reporting = `
  import { cacheData, TabstateError } from "${origins[0]}/package/dist/index.js";
  const told = { errors: [] };
  cacheData.subscribe(({ error }) => told.errors.push(error.code), { kinds: ["error"] });
  let runs = 0;
  const load = cacheData((n) => ({ n, runs: ++runs }), { key: "opaque@1", persist: "disk" });
  const from = performance.now();
  told.values = [await load(1), await load(1), await load(2)];
  told.isQuick = performance.now() - from < 2000;
  load.clear(1);
  told.again = await load(1);
  cacheData.clear();
  told.has = load.has(1);
  const session = cacheData((n) => ({ n }), { key: "opaque-session@1", persist: "session" });
  told.session = [session(1), session.stats().persistence];
  const { persistence, reason } = load.stats();
  Object.assign(told, { persistence, reason: typeof reason });
  globalThis.told = JSON.stringify(told);
  if (parent !== globalThis) parent.postMessage(globalThis.told, "*");
`;
const page = `<!doctype html><meta charset="utf-8"><script type="module">${reporting}</script>`;
addPage("/opaque/*", { body: page });

function assertMemory(told) {
  assert.deepEqual(
    { ...told, errors: [...new Set(told.errors)] },
    {
      errors: ["blocked"],
      values: [
        { n: 1, runs: 1 },
        { n: 1, runs: 1 },
        { n: 2, runs: 2 },
      ],
      isQuick: true,
      again: { n: 1, runs: 3 },
      has: false,
      session: [{ n: 1 }, "memory"],
      persistence: "memory",
      reason: "string",
    },
  );
}

const opaque = {
  "a sandboxed frame": { src: "/opaque/1", sandbox: "allow-scripts" },
  "a sandboxed srcdoc frame": { srcdoc: page, sandbox: "allow-scripts" },
  "a data: frame": { src: `data:text/html,${encodeURIComponent(page)}` },
};
for (const [name, attributes] of Object.entries(opaque)) {
  test(`all_is_in_memory_in ${name}`, async () => {
    const tab = await openTab("", { bare: true });
    const told = await toldByFrame(tab, attributes);
    assertMemory(JSON.parse(told));
    assert.deepEqual(await tab.errors(), []);
  });
}

test("a_browser_that_denies_storage_is_told_and_all_is_in_memory", {
  skip: !blocking[engine] && "MiniBrowser has no such setting",
}, async (t) => {
  const { driver, close } = await openBrowser(engine, { prefs: blocking[engine] });
  t.after(close);
  await driver.get(`${origins[0]}/opaque/preference`);
  await driver.wait(() => driver.executeScript("return globalThis.told"), 30_000);
  assertMemory(JSON.parse(await driver.executeScript("return globalThis.told")));
});

test("with_no_room_on_disk_values_are_handed_out_full_is_told_and_what_is_there_stays", {
  skip: engine !== "firefox" && "the room of the disk can be set in Firefox alone",
}, async (t) => {
  const { driver, close } = await openBrowser(engine, {
    prefs: { "dom.quotaManager.temporaryStorage.fixedLimit": 20 * 1024 },
  });
  t.after(close);
  await driver.get(`${origins[0]}/denied/quota`);
  await driver.wait(() => driver.executeScript("return globalThis.claims !== undefined"), 30_000);
  const fill = async () => {
    await cached.open();
    const noise = () =>
      Array.from({ length: 1 << 19 }, () => String.fromCharCode(256 + Math.random() * 50_000)).join("");
    const load = cached.wrap("quota@1", {}, (n) => (n === "small" ? n : noise()));
    await load("small");
    let lengths = 0;
    for (let n = 0; n < 24; n += 1) lengths += (await load(n)).length === 1 << 19 ? 1 : 0;
    await cached.sleep(500);
    const { persistence, reason, entries } = load.stats();
    const read = await load("small");
    const full = [persistence, typeof reason, entries, read, [...new Set(cached.errors)]];
    const kept = (await cached.keys("quota@1")).length;
    load.clear();
    await cached.keys("quota@1", 0);
    await load("again");
    await cached.keys("quota@1", 1);
    return { lengths, full, kept, later: load.stats().persistence };
  };
  const text = await driver.executeAsyncScript("window.claims.run(arguments[0], '[]').then(arguments[1])", `${fill}`);
  const { value, error } = JSON.parse(text);
  assert.equal(error, undefined);
  t.diagnostic(`${value.kept} of 25 kept`);
  assert.ok(value.kept >= 2 && value.kept < 25, `${value.kept}`);
  assert.deepEqual([value.lengths, value.full, value.later], [24, ["memory", "string", 25, "small", ["full"]], "disk"]);
});

test("what_is_wiped_by_the_server_is_gone_and_the_disk_is_used_on", async () => {
  addPage("/wipe", { body: html(""), headers: { "clear-site-data": '"storage"' } });
  const tab = await openPage();
  const seen = await tab.run(async () => {
    await cached.open({ namespace });
    const load = cached.wrap("wiped@1");
    await load("a");
    await cached.keys("wiped@1", 1);
    cached.now += 1;
    await fetch("/wipe");
    await cached.sleep(500);
    const left = (await cached.rows("wiped@1")).length;
    const value = await load("b");
    await cached.until(async () => (await cached.keys("wiped@1")).some((key) => key.includes("s1:b")));
    return [left, value, load.stats().persistence, cached.errors, await cached.drift()];
  });
  assert.deepEqual(seen.slice(1), [{ of: ["b"] }, "disk", [], []]);
  assert.ok(seen[0] <= 1);
});
