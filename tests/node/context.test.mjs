// Context and cookies on a server, where there is nobody in front and no jar; and the choice of a locale, which needs neither.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { copyPackage, importFrom, packed, tabstate, thrownBy, unused } from "../support/packages.mjs";

const { context, cookies, negotiateLocale, status, TabstateError } = tabstate;

const absent = ["locale", "direction", "timezone", "timezoneOffset", "url", "isEmbedded", "isFramed"];

test("on_a_server_nothing_is_known_of_a_tab", () => {
  for (const name of absent) assert.equal(context[name], undefined, name);
  assert.deepEqual([context.locales, context.embedOptions, context.ipAddress], [[], [], null]);
  const theme = { type: undefined, contrast: undefined, forcedColors: undefined, reducedMotion: undefined };
  assert.deepEqual(context.theme, theme);
  assert.deepEqual([context.cookies.size, context.headers.size], [0, 0]);
  assert.deepEqual([context.headers.get("User-Agent"), context.headers.source("User-Agent")], [undefined, "unknown"]);
  assert.deepEqual(context.toDict(), {
    ...Object.fromEntries(absent.map((name) => [name, undefined])),
    ...{ cookies: {}, headers: {}, locales: [], embedOptions: [], ipAddress: null, theme },
  });
});

test("on_a_server_all_facts_are_explained_as_unknown", () => {
  const rows = context.explain();
  assert.deepEqual(
    rows.map(({ name }) => name),
    Object.keys(context.toDict()),
  );
  for (const { name, source, note } of rows) {
    assert.equal(source, "unknown", name);
    if (note !== undefined) assert.match(note, /\w/);
  }
});

test("nothing_of_context_can_be_written", () => {
  for (const name of [...absent, "nothing", "explain"]) {
    assert.throws(() => {
      context[name] = 1;
    }, TypeError);
  }
  assert.throws(() => [...context], TypeError);
  assert.throws(() => context.locales.push("en"), TypeError);
  assert.ok(absent.every((name) => name in context));
  assert.ok(!("nothing" in context) && !("constructor" in context));
  assert.equal(context.nothing, undefined);
});

test("on_a_server_there_are_no_cookies_and_writes_are_blocked", () => {
  assert.equal(status().cookies, "blocked");
  assert.match(status().reasons.cookies, /no page/);
  assert.deepEqual(
    [cookies.get("a"), cookies.getAll("a"), cookies.raw("a"), cookies.has("a")],
    [undefined, [], undefined, false],
  );
  assert.deepEqual([cookies.size, { ...cookies }, [...cookies], "a" in cookies], [0, {}, [], false]);
  for (const write of [
    () => cookies.set("a", "1"),
    () => cookies.set("a", "1", { secure: true, path: "/b", maxAge: 60 }),
    () => cookies.set("a", "1", { maxAge: 0 }),
    () => cookies.delete("a"),
    () => cookies.delete("a", { path: "/" }),
  ]) {
    const error = thrownBy(write);
    assert.ok(error instanceof TabstateError);
    assert.deepEqual([error.code, error.key, error.reason], ["blocked", "a", undefined]);
    assert.match(error.message, /"a"/);
  }
  assert.equal(thrownBy(() => cookies.set("a", {})).code, "unsupported-value");
  assert.equal(thrownBy(() => cookies.set("a", "1", { path: 1 })).key, "path");
});

test("on_a_server_one_may_listen_and_hears_nothing", () => {
  const end = [context.subscribe(() => assert.fail()), cookies.subscribe(() => assert.fail())];
  for (const unsubscribe of end) unsubscribe();
});

test("a_locale_is_chosen_from_lists_and_from_other_iterables", () => {
  const available = ["en", "de", "pt-BR"];
  for (const [requested, expected] of [
    [["de-AT"], "de"],
    [new Set(["xx", "pt"]), "pt-BR"],
    [["de", "en"].values(), "de"],
    [[], undefined],
    [["ja"], undefined],
    ["fr-CH, de;q=0.9, en;q=0.8", "de"],
    ["en;q=0.1, de;q=0.9", "de"],
    ["de;q=0, en", "en"],
    ["", undefined],
    [";;,q=", undefined],
  ]) {
    const list = typeof requested === "string" || Array.isArray(requested) ? requested : [...requested];
    assert.equal(negotiateLocale(list, available), expected, String(list));
    assert.equal(negotiateLocale(list, new Set(available), "none"), expected ?? "none");
    assert.equal(negotiateLocale(list, available.values()), expected);
  }
  assert.equal(negotiateLocale(new Set(["de"]), available), "de");
  assert.equal(negotiateLocale(["de"].values(), available), "de");
});

test("a_locale_is_spelled_as_it_is_available_and_a_fallback_is_given_back", () => {
  assert.equal(negotiateLocale(["PT-br"], ["pt_BR"]), "pt_BR");
  const fallback = {};
  assert.equal(negotiateLocale(["ja"], ["en"], fallback), fallback);
  assert.equal(negotiateLocale(["ja"], ["en"], null), null);
  assert.equal(context.negotiateLocale(["en"], "none"), "none");
  assert.equal(context.negotiateLocale(["en"]), undefined);
});

test("an_answer_that_is_kept_is_the_answer_to_that_question_alone", () => {
  const available = ["en", "de"];
  assert.equal(negotiateLocale(["de"], available), "de");
  assert.equal(negotiateLocale(["de"], available, "none"), "de");
  available[1] = "fr";
  assert.equal(negotiateLocale(["de"], available), undefined);
  assert.equal(negotiateLocale(["de"], available, "none"), "none");
  assert.equal(negotiateLocale("de", ["en", "de"]), "de");
  assert.equal(negotiateLocale(["de", "en"], ["en"]), "en");
});

test("what_is_no_list_of_texts_is_refused_by_its_name", () => {
  for (const [args, key] of [
    [[1, ["en"]], "requested"],
    [[undefined, ["en"]], "requested"],
    [[["en", 1], ["en"]], "requested"],
    [[{}, ["en"]], "requested"],
    [[["en"], "en"], "available"],
    [[["en"], undefined], "available"],
    [[["en"], [null]], "available"],
    [[["en"], {}], "available"],
  ]) {
    const error = thrownBy(() => negotiateLocale(...args));
    assert.ok(error instanceof TabstateError);
    assert.deepEqual([error.code, error.key], ["invalid-option", key]);
  }
  assert.equal(thrownBy(() => context.negotiateLocale("en")).key, "available");
});

test("a_listener_and_its_options_are_checked", () => {
  for (const [subscribe, ...args] of [
    [context.subscribe, "listener"],
    [context.subscribe, () => {}, { facts: ["direction"] }],
    [context.subscribe, () => {}, { names: ["a"] }],
    [cookies.subscribe, () => {}, { facts: ["theme"] }],
    [cookies.subscribe, () => {}, { names: "a" }],
    [cookies.subscribe, () => {}, { signal: 1 }],
    [cookies.subscribe, () => {}, null],
  ]) {
    assert.equal(thrownBy(() => subscribe(...args)).code, "invalid-option");
  }
});

test("importing_asks_nothing_of_the_environment", async () => {
  const asked = [];
  const spied = ["document", "cookieStore", "matchMedia", "location", "BroadcastChannel", "sessionStorage"];
  const before = spied.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  globalThis[Symbol.for("tabstate")]?.release();
  const directory = copyPackage();
  try {
    for (const name of spied) {
      Object.defineProperty(globalThis, name, { configurable: true, get: () => void asked.push(name) });
    }
    await importFrom(directory);
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) delete globalThis[name];
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }
  assert.deepEqual(asked, []);
});

test("slim_tells_nothing_before_init_and_chooses_locales_at_once", async () => {
  const slim = await unused("slim");
  assert.equal(slim.negotiateLocale(["de"], ["en", "de"]), "de");
  for (const call of [
    () => slim.context.locale,
    () => slim.context.explain(),
    () => slim.cookies.get("a"),
    () => slim.cookies.a,
    () => slim.context.subscribe(() => {}),
  ]) {
    const error = thrownBy(call);
    assert.ok(error instanceof slim.TabstateError);
    assert.equal(error.code, "not-ready");
  }
  await slim.init(readFileSync(join(packed, "dist", "tabstate.wasm")));
  for (const subscribe of [slim.context.subscribe, slim.cookies.subscribe]) subscribe(() => assert.fail())();
});

test("a_subscription_does_not_keep_a_server_alive", () => {
  const from = JSON.stringify(pathToFileURL(join(packed, "dist", "index.js")));
  const program = `import { context, cookies } from ${from}; for (const { subscribe } of [context, cookies]) subscribe(() => {});`;
  execFileSync(process.execPath, ["--input-type=module", "--eval", program], { timeout: 10_000 });
});
