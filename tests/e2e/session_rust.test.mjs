// A tab that JavaScript and a frontend in Rust share: each reads what the other has stored, and finds what the other has computed.
// The table and the cache are those of tests/frontends/session_values.rs.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, html, importing, openTab } from "../support/claims.mjs";
import { buildFrontend } from "../support/rust_frontend.mjs";

const frontend = buildFrontend("session_values", "tests/frontends");
addPage("/frontend/*", ({ url }) => frontend(new URL(url, "http://server").pathname.replace("/frontend/", "")));

const table = `<script>
  globalThis.table = () => ({
    yes: true,
    no: false,
    none: null,
    unit: null,
    unit_struct: null,
    empty_text: "",
    text: "Oslo",
    text_of_all_planes: "São Paulo ∀ 🎈 \\u{10FFFF}",
    controls: "\\0\\u0001\\t\\n\\r\\"\\\\/\\u007F\\u2028",
    letter: "é",
    zero: 0,
    byte: 255,
    negative: -128,
    largest_plain: Number.MAX_SAFE_INTEGER,
    smallest_plain: Number.MIN_SAFE_INTEGER,
    first_bigint: 2n ** 53n,
    largest_u64: 2n ** 64n - 1n,
    smallest_i64: -(2n ** 63n),
    largest_u128: 2n ** 128n - 1n,
    half: 0.5,
    third: 1 / 3,
    single: Math.fround(0.1),
    huge: Number.MAX_VALUE,
    tiny: Number.MIN_VALUE,
    exponent: 1e21,
    minus_zero: -0,
    not_a_number: Number.NaN,
    infinite: -Infinity,
    empty_list: [],
    list: [1, -2, 3],
    lists: [["a"], [], ["b", "c"]],
    options: [true, null, false],
    tuple: [1, "a", 0.25, null],
    set: ["a", "b"],
    with_not_a_number: [1, Number.NaN, -0],
    object: { a: 1, b: 2 },
    empty_object: {},
    odd_keys: JSON.parse('{"":1,"__proto__":2,"ключ":3}'),
    nested: { a: { b: [1] } },
    by_number: new Map([[-1, "a"], [2, "b"]]),
    by_pair: new Map([[[1, 2], true]]),
    place: { name: "Ålesund", population: 66258, position: [62.4722, 6.1549], tags: ["sea"] },
    place_without: { name: "?", population: null, position: [0, -0.5], tags: [] },
    places: [1, 2],
    name_of_a_variant: "Red",
    variant_of_one: { Grey: 7 },
    variant_of_many: { Rgb: [1, 2, 3] },
    variant_of_fields: { Named: { name: "teal" } },
    bytes: Uint8Array.from({ length: 256 }, (_, nth) => nth),
    no_bytes: new Uint8Array(),
    parts_of_bytes: [new Uint8Array([0]), new Uint8Array([255, 254])],
    long_text: "🎈 long ".repeat(2000),
    long_list: Array.from({ length: 5000 }, (_, nth) => nth),
  });
</script>`;
const cache = `<script>
  globalThis.runs = [];
  const made = (name) => {
    runs.push(name);
    return { name, population: null, position: [0.5, NaN], tags: ["javascript"] };
  };
  globalThis.open = () => {
    const options = { persist: "session", key: "cities@1", ttl: "1h" };
    globalThis.load = tabstate.cacheData(made, options);
    globalThis.loadLater = tabstate.cacheData(async (name) => made(name), options);
  };
</script>`;
const rust = `<script type="module">
  import start, * as rust from "/frontend/session_values.js";
  await start();
  globalThis.rust = rust;
</script>`;
addPage("/shared-session/*", {
  body: html(`<script src="/pages/session_values.js"></script>${table}${cache}${rust}${importing}`),
});

async function openShared() {
  const tab = await openTab("/shared-session/");
  await tab.driver.wait(
    () => tab.run(() => globalThis.rust !== undefined && globalThis.tabstate !== undefined),
    30_000,
  );
  return tab;
}

test("what_rust_stores_javascript_reads", async () => {
  const tab = await openShared();
  const seen = await tab.run(() => {
    rust.write_all();
    const wanted = table();
    const wrong = Object.keys(wanted).flatMap((name) => {
      const difference = values.difference(tabstate.sessionState.get(name), wanted[name]);
      return difference === undefined ? [] : [`${name}: ${difference}`];
    });
    return { wrong, count: tabstate.sessionState.size, quarantined: tabstate.sessionState.quarantined() };
  });
  assert.deepEqual(seen, { wrong: [], count: 53, quarantined: [] });
  assert.deepEqual(await tab.errors(), []);
});

test("what_javascript_stores_rust_reads", async () => {
  const tab = await openShared();
  const seen = await tab.run(() => {
    tabstate.sessionState.update(table());
    return { misread: rust.misread(), count: tabstate.sessionState.size };
  });
  assert.deepEqual(seen, { misread: [], count: 53 });
});

test("the_same_value_has_the_same_record_whoever_writes_it", async () => {
  const tab = await openShared();
  const seen = await tab.run(() => {
    const records = () =>
      Object.keys(table()).map((name) => [name, sessionStorage.getItem(`tabstate:${name}`).replace(/^1\/\d+\//, "")]);
    rust.write_all();
    const ofRust = new Map(records());
    tabstate.sessionState.flush();
    tabstate.sessionState.update(table());
    return records().flatMap(([name, record]) => (record === ofRust.get(name) ? [] : [[record, ofRust.get(name)]]));
  });
  assert.deepEqual(seen, []);
});

test("rust_sees_at_once_what_javascript_stores_and_javascript_with_its_next_flush", async () => {
  const tab = await openShared();
  const seen = await tab.run(() => {
    const { sessionState } = tabstate;
    const heard = [];
    sessionState.subscribe(({ keys, source }) => heard.push([keys.length, source]));
    sessionState.update(table());
    sessionState.set("text", "Bergen");
    const misread = rust.misread();
    rust.write_all();
    const before = sessionState.get("text");
    sessionState.flush();
    return { misread, before, after: sessionState.get("text"), heard };
  });
  assert.deepEqual(seen.misread, ['text: Ok(Some("Bergen"))']);
  assert.deepEqual([seen.before, seen.after], ["Bergen", "Oslo"]);
  assert.deepEqual(seen.heard.at(-1), [1, "external"]);
});

/** The next page of the tab. */
async function reload(tab) {
  await tab.driver.navigate().refresh();
  await tab.driver.wait(
    () => tab.run(() => globalThis.rust !== undefined && globalThis.tabstate !== undefined),
    30_000,
  );
}

const kept = { name: "Ålesund", population: null, position: [0.5, "NaN"], tags: ["rust"] };

test("what_rust_has_computed_javascript_finds_without_running_its_function", async () => {
  const tab = await openShared();
  const seen = await tab.run(async () => {
    await rust.city_later("Bodø");
    rust.city("Ålesund");
    open();
    const found = load("Ålesund");
    const later = loadLater("Bodø");
    const { hits, misses } = load.stats();
    const isPromise = later instanceof Promise;
    const tags = (await later).tags;
    found.position[1] = String(found.position[1]);
    return { found, isPromise, tags, runs, hits, misses, persistence: rust.persistence() };
  });
  assert.deepEqual(seen, {
    found: kept,
    isPromise: true,
    tags: ["rust"],
    runs: [],
    hits: 2,
    misses: 0,
    persistence: "session",
  });
  await reload(tab);
  const after = await tab.run(() => {
    open();
    return { found: load("Ålesund").tags, own: rust.city("Ålesund"), runs };
  });
  assert.deepEqual(after, { found: ["rust"], own: ["rust"], runs: [] });
  assert.deepEqual(await tab.errors(), []);
});

test("what_javascript_has_computed_rust_finds_without_running_its_function", async () => {
  const tab = await openShared();
  const seen = await tab.run(async () => {
    open();
    load("Ålesund");
    await loadLater("Bodø");
    const first = [rust.city("Ålesund"), await rust.city_later("Bodø"), rust.city("Bodø")];
    // Also what is kept once Rust has looked.
    load("Tromsø");
    return { first, later: rust.city("Tromsø"), runs };
  });
  const javascript = ["javascript"];
  assert.deepEqual(seen, {
    first: [javascript, javascript, javascript],
    later: javascript,
    runs: ["Ålesund", "Bodø", "Tromsø"],
  });
  await reload(tab);
  const after = await tab.run(async () => [rust.city("Tromsø"), await rust.city_later("Ålesund"), rust.city("Oslo")]);
  assert.deepEqual(after, [javascript, javascript, ["rust"]]);
});

test("the_same_value_is_kept_in_the_same_entry_whoever_computed_it", async () => {
  const tab = await openShared();
  const entries = () =>
    tab.run(() =>
      Object.entries(sessionStorage)
        .filter(([name]) => name.includes("!cache:"))
        .map(([name, record]) => [name, record.replace(/^1\/\d+\//, "").replace(/rust|javascript/, "")])
        .sort(),
    );
  await tab.run(async () => {
    rust.city("Ålesund");
    await rust.city_later("São Paulo 🎈");
  });
  const ofRust = await entries();
  assert.equal(ofRust.length, 2);
  await tab.run(() => {
    for (const name of Object.keys(sessionStorage)) if (name.includes("!cache:")) sessionStorage.removeItem(name);
  });
  await reload(tab);
  await tab.run(async () => {
    open();
    load("Ålesund");
    await loadLater("São Paulo 🎈");
  });
  assert.deepEqual(await entries(), ofRust);
});

test("what_one_language_clears_the_other_does_not_find_in_the_next_page", async () => {
  const tab = await openShared();
  await tab.run(() => {
    open();
    load("Ålesund");
    load("Bodø");
    rust.city("Ålesund");
    rust.clear_city("Ålesund");
  });
  await reload(tab);
  const seen = await tab.run(() => {
    open();
    load("Bodø");
    load("Ålesund");
    load.clear("Bodø");
    return { runs, own: rust.city("Bodø") };
  });
  assert.deepEqual(seen, { runs: ["Ålesund"], own: ["rust"] });
});
