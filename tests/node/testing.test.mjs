// `tabstate/testing`: what holds in pages holds in the simulated browser, of each engine; and what only a test can do with it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import test, { afterEach } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { copyPackage, packed, tabstate } from "../support/packages.mjs";
import { claims } from "../support/simulated_claims.mjs";

const { createBrowser } = await import(pathToFileURL(join(packed, "dist", "testing.js")));
const { cacheData, context, cookies, defineParams, int, queryParams, sessionState, status, watchQueryParam } = tabstate;
const engines = ["chromium", "firefox", "webkit"];

let browser;
function open(options) {
  browser = createBrowser(options);
  return browser;
}
afterEach(() => browser?.close());

// The steps of claims have these names in a page.
globalThis.tabstate = tabstate;
Object.defineProperty(globalThis, "browser", { get: () => browser, configurable: true });

for (const engine of engines) {
  for (const { name, where = "", steps, seen } of claims) {
    test(`${engine}: ${name}`, async () => {
      open({ url: `http://127.0.0.1:8000/claims/1${where}`, engine });
      const told = [];
      for (const [nth, step] of steps.entries()) {
        if (nth > 0) browser.reload();
        told.push(await step());
      }
      assert.deepEqual(told, typeof seen === "function" ? seen(engine) : seen);
    });
  }

  test(`${engine}: status_says_that_it_is_a_browser`, () => {
    open({ engine });
    assert.deepEqual(status(), {
      environment: "browser",
      queryParams: "url",
      sessionState: "durable",
      cookies: "readable",
      reasons: {},
    });
  });
}

test("each_browser_begins_without_what_the_one_before_knew", async () => {
  open({ url: "https://app.test/?page=2", cookies: ["a=1"] });
  const heard = [];
  queryParams.subscribe((change) => heard.push(change));
  sessionState.set("note", "milk");
  queryParams.set("q", "fjord", { debounce: 1000 });
  open({ url: "https://app.test/?page=3" });
  assert.deepEqual(queryParams.toDict(), { page: "3" });
  assert.equal(sessionState.get("note"), undefined);
  assert.equal(cookies.get("a"), undefined);
  queryParams.set("page", 4);
  await browser.advance(5000);
  assert.equal(browser.url, "https://app.test/?page=4");
  assert.deepEqual(heard, []);
});

test("a_closed_browser_leaves_everything_as_it_was", async () => {
  const names = Object.getOwnPropertyNames(globalThis);
  const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  const zone = new Date(0).getTimezoneOffset();
  open({ timezone: "Asia/Tokyo" });
  queryParams.set("page", 2);
  sessionState.set("note", "milk");
  browser.close();
  browser.close();
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), names);
  assert.deepEqual(
    names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name)),
    before,
  );
  assert.equal(new Date(0).getTimezoneOffset(), zone);
  assert.equal(status().environment, "server");
  assert.equal(queryParams.get("page"), undefined);
  assert.equal(sessionState.get("note"), undefined);
});

test("what_was_defined_before_the_browser_works_on_it", async () => {
  const filters = defineParams({ page: int({ min: 1 }).default(1) });
  assert.equal(filters.get("page"), 1);
  open({ url: "https://app.test/?page=2" });
  assert.equal(filters.get("page"), 2);
  filters.set({ page: 3 });
  await browser.advance(0);
  assert.equal(browser.url, "https://app.test/?page=3");
  browser.navigate("/elsewhere?page=7");
  assert.equal(filters.get("page"), 7);
});

test("what_was_configured_stays_and_can_be_settled_once_more_by_each_page", async () => {
  open();
  tabstate.configure({ history: "push" });
  queryParams.set("a", 1);
  await browser.advance(0);
  assert.equal(browser.entries.length, 2);
  browser.reload();
  queryParams.set("a", 2);
  await browser.advance(0);
  assert.equal(browser.entries.length, 3);
  browser.reload();
  tabstate.configure({ history: "replace" });
  queryParams.set("a", 3);
  await browser.advance(0);
  assert.equal(browser.entries.length, 3);
});

test("another_page_is_another_entry_and_back_loads_the_one_before", async () => {
  open({ url: "https://app.test/?page=1" });
  sessionState.set("note", ["milk"]);
  const note = sessionState.get("note");
  browser.navigate("https://app.test/other?page=2");
  assert.deepEqual(browser.entries, ["https://app.test/?page=1", "https://app.test/other?page=2"]);
  assert.equal(queryParams.get("page"), "2");
  assert.deepEqual(sessionState.get("note"), ["milk"]);
  assert.notEqual(sessionState.get("note"), note);
  await browser.back();
  assert.equal(queryParams.get("page"), "1");
  assert.equal(browser.index, 0);
  browser.navigate("https://elsewhere.test/");
  assert.equal(sessionState.get("note"), undefined);
  browser.navigate("#top");
  assert.equal(browser.url, "https://elsewhere.test/#top");
});

test("a_page_that_is_left_writes_what_waits", async () => {
  open();
  queryParams.set("q", "fjord", { debounce: 60_000 });
  sessionState.set("draft", []);
  sessionState.get("draft").push("sea");
  browser.reload();
  assert.equal(browser.url, "https://app.test/?q=fjord");
  assert.deepEqual(sessionState.get("draft"), ["sea"]);
});

test("every_history_call_is_listed_with_what_became_of_it", async () => {
  open();
  queryParams.set("a", 1);
  queryParams.set("b", 2);
  await browser.advance(0);
  assert.deepEqual(browser.historyCalls, [
    { method: "replaceState", url: "https://app.test/?a=1&b=2", isApplied: true },
  ]);
  browser.spendHistoryBudget();
  assert.deepEqual(browser.historyCalls.at(-1), {
    method: "replaceState",
    url: "https://app.test/?a=1&b=2",
    isApplied: false,
  });
});

test("time_stands_still_until_it_is_advanced", async () => {
  open();
  const clocks = () => {
    const date = new Date();
    return [Date.now(), performance.now(), date.getTime()];
  };
  const began = clocks();
  const ran = [];
  setTimeout(() => ran.push("second"), 20);
  setTimeout(async () => {
    ran.push("first");
    await null;
    setTimeout((text) => ran.push(text), 5, "between");
  }, 10);
  const every = setInterval(() => ran.push("every"), 30);
  await browser.advance(19);
  assert.deepEqual(ran, ["first", "between"]);
  await browser.advance(41);
  assert.deepEqual(ran, ["first", "between", "second", "every", "every"]);
  clearInterval(every);
  await browser.advance(1000);
  assert.equal(ran.length, 5);
  assert.deepEqual(
    clocks(),
    began.map((at) => at + 1060),
  );
  for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, "10", undefined])
    await assert.rejects(browser.advance(wrong), RangeError, `${wrong}`);
});

test("time_goes_on_where_two_let_it_pass_at_once", async () => {
  open();
  const began = performance.now();
  const seen = [];
  const look = () => seen.push(performance.now() - began);
  setTimeout(look, 10);
  setTimeout(look, 40);
  await Promise.all([browser.advance(50).then(look), browser.advance(20).then(look), browser.advance(0).then(look)]);
  assert.deepEqual(
    seen,
    seen.toSorted((one, other) => one - other),
  );
  assert.equal(performance.now() - began, 50);
});

test("a_debounced_write_waits_for_its_time", async () => {
  open();
  queryParams.set("q", "fjord", { debounce: 300 });
  await browser.advance(299);
  assert.equal(browser.url, "https://app.test/");
  assert.equal(queryParams.get("q"), "fjord");
  await browser.advance(10);
  assert.equal(browser.url, "https://app.test/?q=fjord");
});

test("a_cached_value_ages_with_the_clock", async () => {
  open();
  let runs = 0;
  const load = cacheData(() => ++runs, { ttl: "10m" });
  assert.deepEqual([load(), load()], [1, 1]);
  await browser.advance(601_000);
  assert.equal(load(), 2);
});

test("the_quota_can_be_set_filled_and_denied", () => {
  open({ quota: 200 });
  sessionState.set("a", 1);
  const refusal = (set) => {
    try {
      set();
    } catch (error) {
      return error.code;
    }
  };
  assert.equal(
    refusal(() => sessionState.set("b", "x".repeat(200))),
    "full",
  );
  browser.limitStorage(1000);
  sessionState.set("b", "x".repeat(200));
  cookies.set("d", "1");
  browser.denyStorage();
  assert.equal(
    refusal(() => sessionState.set("c", 1)),
    "blocked",
  );
  assert.throws(() => sessionStorage.length, { name: "SecurityError" });
  assert.equal(cookies.get("d"), undefined);
  assert.throws(() => cookies.set("d", "1"), { code: "blocked" });
  browser.reload();
  assert.equal(status().sessionState, "memory");
  assert.equal(status().cookies, "blocked");
  sessionState.set("c", 1);
  assert.equal(sessionState.durability("c"), "memory");
});

test("the_servers_cookies_are_seen_and_their_changes_told", async () => {
  open({ cookies: ["theme=dark; Max-Age=60", "id=1; HttpOnly"] });
  const heard = [];
  cookies.subscribe(({ names }) => heard.push(...names));
  assert.deepEqual(cookies.toDict(), { theme: "dark" });
  assert.equal(browser.serverCookies, "theme=dark; id=1");
  browser.setCookie("city=Oslo; Path=/");
  await browser.advance(0);
  assert.deepEqual(heard, ["city"]);
  await browser.advance(60_000);
  assert.equal(cookies.get("theme"), undefined);
  browser.clearCookies();
  assert.equal(browser.serverCookies, "");
});

test("what_the_person_wants_is_seen_and_its_changes_told", () => {
  open({ languages: ["nb-NO", "en"], theme: { type: "dark", contrast: "more" }, timezone: "Europe/Oslo" });
  assert.deepEqual([context.locale, context.timezone], ["nb-NO", "Europe/Oslo"]);
  assert.deepEqual(context.theme, { type: "dark", contrast: "more", forcedColors: false, reducedMotion: false });
  assert.equal(context.headers.get("Accept-Language"), "nb-NO,nb;q=0.9,en;q=0.8");
  const heard = [];
  context.subscribe(({ facts }) => heard.push(...facts));
  browser.setTheme("light");
  browser.setLanguages("ar");
  browser.setTimezone("Asia/Tokyo");
  browser.hide();
  browser.show();
  assert.deepEqual(heard, ["theme", "locale", "timezone"]);
  assert.deepEqual([context.theme.type, context.theme.contrast], ["light", "more"]);
  assert.deepEqual([context.direction, context.timezone, context.timezoneOffset], ["rtl", "Asia/Tokyo", -540]);
});

test("the_browser_has_the_package_as_it_is_on_its_page", async () => {
  open({ url: "https://app.test/?page=2", languages: "nb-NO", cookies: ["a=1"] });
  for (const name of ["queryParams", "context", "cookies", "sessionState", "cacheData", "cacheResource"])
    assert.equal(browser[name], tabstate[name], name);
  assert.equal(browser.queryParams.get("page"), "2");
  assert.equal(browser.context.locale, "nb-NO");
  assert.equal(browser.cookies.get("a"), "1");
  browser.navigate("/?page=3");
  assert.equal(browser.queryParams.get("page"), "3");
});

test("an_option_that_is_unknown_or_wrong_is_refused_and_an_open_browser_stays", () => {
  open({ url: "https://app.test/?page=2" });
  const rows = {
    unknown: { locale: "nb" },
    url: { url: "/relative" },
    engine: { engine: "presto" },
    "no language": { languages: [] },
    "a language that is no text": { languages: [1] },
    theme: { theme: "sepia" },
    "a theme's part": { theme: { reducedMotion: "reduce" } },
    "a theme's part of another name": { theme: { colour: "dark" } },
    "cookies in one text": { cookies: "a=1" },
    quota: { quota: -1 },
    timezone: { timezone: "Europe/Olso" },
    "no object": "https://app.test/",
  };
  for (const [name, options] of Object.entries(rows))
    assert.throws(() => createBrowser(options), { name: "TabstateError", code: "invalid-option" }, name);
  assert.throws(() => browser.setLanguages(), { code: "invalid-option" });
  assert.throws(() => browser.limitStorage(Number.NaN), { code: "invalid-option" });
  const { TZ } = process.env;
  assert.throws(() => browser.setTimezone("Europe/Olso"), { code: "invalid-option" });
  assert.equal(process.env.TZ, TZ);
  assert.equal(queryParams.get("page"), "2");
});

/** That this process is no page. */
function assertNoPage() {
  assert.equal(typeof document, "undefined");
  assert.ok(Math.abs(Date.now() - performance.timeOrigin - performance.now()) < 1000);
  assert.equal(status().environment, "server");
}

test("a_step_that_is_not_awaited_ends_with_its_browser", async () => {
  open();
  browser.navigate("/two");
  const landed = browser.back();
  browser.close();
  await landed;
  assertNoPage();
});

test("time_that_passes_stops_with_its_browser", async () => {
  open();
  const ran = [];
  setInterval(() => ran.push("interval"), 10);
  const passed = browser.advance(1000);
  await browser.advance(15);
  browser.close();
  await passed;
  assert.deepEqual(ran, ["interval"]);
  assertNoPage();
});

test("a_browser_that_closes_itself_in_a_timer_acts_no_more", async () => {
  open();
  const ran = [];
  setTimeout(() => browser.close(), 10);
  setTimeout(() => ran.push("later"), 10);
  await browser.advance(20);
  assert.deepEqual(ran, []);
  assertNoPage();
});

test("a_browser_that_is_closed_or_replaced_refuses_what_it_is_asked", async () => {
  const actions = {
    navigate: (closed) => closed.navigate("/two"),
    reload: (closed) => closed.reload(),
    go: (closed) => closed.go(0),
    back: (closed) => closed.back(),
    forward: (closed) => closed.forward(),
    advance: (closed) => closed.advance(1),
    spendHistoryBudget: (closed) => closed.spendHistoryBudget(),
    fillStorage: (closed) => closed.fillStorage(),
    limitStorage: (closed) => closed.limitStorage(100),
    denyStorage: (closed) => closed.denyStorage(),
    setCookie: (closed) => closed.setCookie("a=1"),
    clearCookies: (closed) => closed.clearCookies(),
    setLanguages: (closed) => closed.setLanguages("nb"),
    setTheme: (closed) => closed.setTheme("dark"),
    setTimezone: (closed) => closed.setTimezone("Asia/Tokyo"),
    hide: (closed) => closed.hide(),
    show: (closed) => closed.show(),
    queryParams: (closed) => closed.queryParams,
    cacheData: (closed) => closed.cacheData,
  };
  const unavailable = { name: "TabstateError", code: "unavailable" };
  const first = open({ url: "https://app.test/?page=1" });
  first.navigate("/one");
  const second = open({ url: "https://app.test/?page=2" });
  for (const [name, act] of Object.entries(actions))
    await assert.rejects(async () => act(first), unavailable, `${name} of the one that was replaced`);
  first.close();
  assert.deepEqual([second.url, queryParams.get("page")], ["https://app.test/?page=2", "2"]);
  second.close();
  for (const [name, act] of Object.entries(actions))
    await assert.rejects(async () => act(second), unavailable, `${name} of the one that was closed`);
  assert.deepEqual([first.entries.length, second.url], [2, "https://app.test/?page=2"]);
  assertNoPage();
});

test("what_a_page_left_behind_opens_no_page", () => {
  open();
  const { location, history } = globalThis;
  browser.close();
  assert.throws(() => location.assign("/two"), { code: "unavailable" });
  assert.throws(() => location.reload(), { code: "unavailable" });
  assert.throws(() => history.go(0), { name: "SecurityError" });
  assertNoPage();
});

test("fetch_works_while_a_browser_is_open_and_after_it", async () => {
  const server = createServer((_, response) => response.end("fjord")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const ask = async () => (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
  try {
    open();
    assert.equal(await ask(), "fjord");
    browser.reload();
    assert.equal(await ask(), "fjord");
    await browser.advance(5000);
    browser.close();
    assert.equal(await ask(), "fjord");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("a_timer_can_be_what_it_is_in_node", async () => {
  open();
  const ran = [];
  const timer = setTimeout((text) => ran.push(text), 10, "once");
  assert.equal(timer.unref().hasRef(), false);
  assert.equal(timer.ref().hasRef(), true);
  await browser.advance(9);
  assert.equal(timer.refresh(), timer);
  await browser.advance(9);
  assert.deepEqual(ran, []);
  await browser.advance(1);
  timer.refresh();
  await browser.advance(10);
  assert.deepEqual(ran, ["once", "once"]);
  const cleared = setTimeout(() => ran.push("cleared"), 10);
  clearTimeout(Number(cleared));
  cleared.refresh();
  const named = setTimeout(() => ran.push("cleared by its text"), 10);
  clearTimeout(`${Number(named)}`);
  setInterval(() => ran.push("closed"), 10).close();
  clearTimeout(undefined);
  await browser.advance(100);
  assert.equal(ran.length, 2);
});

test("a_timer_of_before_can_be_cleared_and_one_that_a_page_left_behind_goes_by_real_time", async () => {
  const ran = [];
  const before = setTimeout(() => ran.push("before"), 5);
  open();
  clearTimeout(before);
  const pages = globalThis.setTimeout;
  const left = setTimeout(() => ran.push("refreshed"), 5);
  const cleared = setTimeout(() => ran.push("cleared"), 5);
  browser.close();
  left.refresh();
  cleared.refresh();
  cleared.close();
  await new Promise((resolve) => pages(resolve, 30));
  assert.deepEqual(ran, ["refreshed"]);
});

test("who_waits_for_writes_of_a_page_that_is_gone_hears_that_they_are", async () => {
  open();
  browser.spendHistoryBudget();
  queryParams.set("page", 2);
  const reloaded = queryParams.settled();
  browser.reload();
  assert.equal(await reloaded, "superseded");
  browser.spendHistoryBudget();
  queryParams.set("page", 3);
  const closed = queryParams.settled();
  browser.close();
  assert.equal(await closed, "superseded");
});

test("the_lines_for_routers_run_as_in_a_page", async () => {
  open();
  const heard = [];
  window.onpopstate = ({ state }) => heard.push(["property", state]);
  addEventListener("popstate", (event) => heard.push(["listener", event.state, event instanceof PopStateEvent]));
  queryParams.subscribe(async ({ source }) => {
    if (source !== "local") return;
    await queryParams.settled();
    dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
  });
  history.replaceState({ router: 1 }, "");
  queryParams.set("page", 2);
  await browser.advance(10);
  assert.deepEqual(heard, [
    ["property", { router: 1 }],
    ["listener", { router: 1 }, true],
  ]);
  assert.equal(typeof onpopstate, "function");
  window.onpopstate = null;
  browser.navigate("#top");
  assert.equal(heard.length, 3);
  window.onpopstate = () => heard.push("a page that is gone");
  browser.reload();
  assert.equal(onpopstate, null);
});

test("the_events_of_a_page_have_its_classes_and_reach_its_properties", async () => {
  open();
  const heard = [];
  const hear = (event) => heard.push(`${event.type} ${event.constructor.name}`);
  for (const type of ["popstate", "hashchange", "pagehide", "languagechange", "focus"]) globalThis[`on${type}`] = hear;
  document.onvisibilitychange = hear;
  navigation.onnavigate = ({ destination }) => !destination.url.includes("refused");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.onchange = ({ matches }) => heard.push(`dark ${matches}`);
  cookieStore.onchange = hear;
  location.hash = "a";
  await browser.advance(0);
  history.pushState(null, "", "?refused");
  browser.setLanguages("nb");
  browser.setTheme("dark");
  browser.setCookie("a=1");
  browser.hide();
  browser.show();
  await browser.advance(0);
  browser.reload();
  assert.equal(browser.url, "https://app.test/#a");
  assert.deepEqual(heard, [
    "popstate PopStateEvent",
    "hashchange HashChangeEvent",
    "languagechange Event",
    "dark true",
    "visibilitychange Event",
    "visibilitychange Event",
    "focus Event",
    "change Event",
    "pagehide PageTransitionEvent",
    "visibilitychange Event",
  ]);
  const { oldURL, newURL } = new HashChangeEvent("hashchange", { newURL: "#b" });
  assert.deepEqual([oldURL, newURL], ["", "#b"]);
  assert.equal(new StorageEvent("storage", { key: "a" }).oldValue, null);
  assert.equal(new PageTransitionEvent("pageshow", { persisted: true }).persisted, true);
  browser.close();
  assert.equal(typeof PopStateEvent, "undefined");
});

test("the_same_address_again_is_no_other_entry", async () => {
  open({ url: "https://app.test/?page=1" });
  browser.navigate("https://app.test/?page=1");
  assert.deepEqual(browser.entries, ["https://app.test/?page=1"]);
  browser.navigate("/two");
  await browser.back();
  browser.navigate("?page=1");
  assert.deepEqual(browser.entries, ["https://app.test/?page=1", "https://app.test/two"]);
});

test("a_traversal_lands_where_it_was_to_whatever_the_page_writes_when_it_is_left", async () => {
  open({ url: "https://app.test/one" });
  browser.navigate("/two");
  queryParams.set("q", "fjord", { history: "push", debounce: 60_000 });
  await browser.back();
  assert.equal(browser.url, "https://app.test/one");
  assert.deepEqual(browser.entries, ["https://app.test/one", "https://app.test/two", "https://app.test/two?q=fjord"]);
  await browser.go(1);
  await browser.back();
  queryParams.set("q", "sea", { history: "push", debounce: 60_000 });
  await browser.forward();
  assert.equal(browser.url, "https://app.test/two");
});

test("a_page_without_security_cannot_set_a_cookie_in_the_place_of_a_secure_one", () => {
  open({ url: "https://app.test/shop/" });
  browser.setCookie("id=1; Secure; Path=/shop; Domain=app.test");
  browser.navigate("http://app.test/shop/cart");
  browser.setCookie("id=2");
  browser.setCookie("id=3; Path=/");
  browser.setCookie("other=4; Path=/");
  assert.equal(browser.serverCookies, "id=3; other=4");
  browser.navigate("https://app.test/shop/");
  assert.equal(browser.serverCookies, "id=1; id=3; other=4");
});

test("a_zone_that_only_the_process_knows_is_put_back", () => {
  const { TZ } = process.env;
  try {
    process.env.TZ = ":UTC";
    open({ timezone: "Asia/Tokyo", theme: { forcedColors: true, reducedMotion: true } });
    assert.deepEqual([context.theme.forcedColors, context.theme.reducedMotion], [true, true]);
    browser.close();
    assert.equal(process.env.TZ, ":UTC");
  } finally {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  }
});

test("a_page_knows_how_it_was_reached", async () => {
  open();
  const type = () => performance.getEntriesByType("navigation")[0].type;
  const types = [type()];
  browser.reload();
  types.push(type());
  browser.navigate("/two");
  types.push(type());
  await browser.back();
  types.push(type());
  assert.deepEqual(types, ["navigate", "reload", "navigate", "back_forward"]);
});

test("who_watched_a_page_before_keeps_nobody_from_hearing_of_the_next_one", async () => {
  open();
  watchQueryParam("page").subscribe(() => {});
  browser.reload();
  const seen = [];
  const watched = watchQueryParam("page");
  watched.subscribe(() => seen.push(watched.snapshot().value));
  history.replaceState(null, "", "?page=7");
  await browser.advance(0);
  assert.deepEqual(seen, ["7"]);
});

test("another_copy_that_came_first_is_told_of", async () => {
  const script = `
    import assert from "node:assert/strict";
    const first = await import(process.argv[1]);
    const { createBrowser } = await import(process.argv[2]);
    assert.throws(() => createBrowser(), { name: "TabstateError", code: "unavailable", message: /another copy/ });
    assert.equal(typeof document, "undefined");
    assert.equal(first.queryParams.get("page"), undefined);
  `;
  const ours = (path) => pathToFileURL(join(packed, "dist", path)).href;
  const copy = pathToFileURL(join(copyPackage(), "dist", "index.js")).href;
  for (const first of [ours("js/index.js"), copy]) {
    const { NODE_TEST_CONTEXT, ...env } = process.env;
    const args = ["--input-type=module", "--eval", script, first, ours("testing.js")];
    await promisify(execFile)(process.execPath, args, { env });
  }
});
