// Holds `context.headers` against what a server received for the very document that reads them, for many settings of a
// browser; and what a server hands over in the page. Each setting is a browser of its own, one at a time: a profile's
// languages are fixed at its start.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import test from "node:test";
import { openBrowser } from "../support/browsers.mjs";
import { addPage, engine, html, importing, openTab, origins } from "../support/claims.mjs";

/** A page in WebKitGTK sees one language, and whoever embeds it may send more. */
const hidesLanguages = engine === "webkit";

/** Headers that a page can know, of which an engine sends some and others not. */
const knowable = [
  ...["User-Agent", "Host", "Referer", "DNT", "Sec-GPC"],
  ...(hidesLanguages ? [] : ["Accept-Language"]),
  ...["Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform"],
];

/** Headers that no page can know, sent or not. */
const unknowable = [
  ...["Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User"],
  ...["Authorization", "X-Forwarded-For", "X-Real-IP", "Save-Data"],
  ...(hidesLanguages ? ["Accept-Language"] : []),
];

/** A page with the headers of its own request, and a link to wherever its query tells. */
const echo = ({ rawHeaders, url }) => {
  const pairs = rawHeaders.flatMap((name, nth) => (nth % 2 === 0 ? [[name, rawHeaders[nth + 1]]] : []));
  const query = new URL(url, "http://server").searchParams;
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return {
    body: html(
      `<script type="application/json" id="received">${JSON.stringify(pairs).replaceAll("<", "\\u003c")}</script>${importing}`,
      query.has("to") ? `<a href="${escaped(query.get("to"))}">there</a>` : "",
    ),
    headers: query.has("policy") ? { "referrer-policy": query.get("policy") } : {},
  };
};
addPage("/echo/*", echo);

let pagesAsked = 0;
/** The address of an echo that no test has asked for yet. */
const newEcho = (origin = origins[0]) => {
  pagesAsked += 1;
  return `${origin}/echo/${pagesAsked}`;
};
const linkTo = (address, origin) => `${newEcho(origin)}?to=${encodeURIComponent(address)}`;

/** A browser with these settings, closed when the test is over. */
async function browserWith(t, settings) {
  const { driver, close } = await openBrowser(engine, settings);
  t.after(close);
  return driver;
}

async function arrive(driver, address) {
  const isThere = "return document.readyState === 'complete' && location.href";
  const there = () =>
    driver.executeScript(isThere).then(
      (href) => href === address,
      () => false,
    );
  await driver.wait(there, 30_000, `${address} does not load`, 10);
}

async function visit(driver, address) {
  await driver.get(address);
  await arrive(driver, address);
}

async function follow(driver, address) {
  await driver.executeScript("document.querySelector('a').click()");
  await arrive(driver, address);
}

/** What the page's server received, and what the page tells of it. */
async function seenBy(driver) {
  const read = (names) => {
    const { headers } = globalThis.tabstate.context;
    const told = names.map((name) => [
      name,
      {
        value: headers.get(name) ?? null,
        values: headers.getAll(name),
        has: headers.has(name),
        source: headers.source(name),
      },
    ]);
    return {
      received: JSON.parse(document.getElementById("received").textContent),
      told: Object.fromEntries(told),
      dict: headers.toDict(),
      languages: [...navigator.languages],
    };
  };
  const text = await driver.executeAsyncScript(
    "window.claims.run(arguments[0], arguments[1]).then(arguments[2])",
    `${read}`,
    JSON.stringify([[...knowable, ...unknowable]]),
  );
  const { value, error } = JSON.parse(text);
  if (error) throw Object.assign(new Error(error.message), error);
  const received = new Map(value.received.map(([name, text]) => [name.toLowerCase(), text]));
  return { ...value, received: { get: (name) => received.get(name.toLowerCase()) } };
}

/** The one claim of this file: what is told is, byte for byte, what was received; what was not received is absent. */
function assertTrue({ received, told, dict }) {
  for (const name of knowable) {
    const { source, ...known } = told[name];
    const value = received.get(name);
    if (value === undefined) {
      assert.deepEqual({ name, ...known, source }, { name, value: null, values: [], has: false, source: "unknown" });
    } else {
      assert.deepEqual({ name, ...known }, { name, value, values: [value], has: true });
      assert.ok(["derived", "observed"].includes(source), `${name} is ${source}`);
    }
  }
  for (const name of unknowable) {
    assert.deepEqual({ name, ...told[name] }, { name, value: null, values: [], has: false, source: "unknown" });
  }
  for (const [name, value] of Object.entries(dict)) assert.equal(value, received.get(name), `${name} of toDict()`);
  const names = Object.keys(dict).map((name) => name.toLowerCase());
  for (const name of knowable) {
    assert.equal(names.includes(name.toLowerCase()), received.get(name) !== undefined, `${name} in toDict()`);
  }
}

const regions = [
  "en-US",
  "fr-FR",
  "de-DE",
  "es-ES",
  "it-IT",
  "pt-PT",
  "nl-NL",
  "sv-SE",
  "da-DK",
  "fi-FI",
  "pl-PL",
  "cs-CZ",
];

/** Languages that a user may have set, the first one first, and what the page sees of them where that is not all. */
const settings = {
  chromium: {
    one_language: [["de"]],
    one_language_with_a_region: [["en-US"]],
    a_region_and_its_language: [["en-US", "en"]],
    a_language_before_its_region: [["en", "en-US"]],
    two_regions_without_their_languages: [["fr-CH", "en-US"]],
    a_run_of_one_language: [["en-GB", "en-US", "fr"]],
    one_language_in_two_runs: [["en-US", "de", "en-GB"]],
    a_language_that_is_listed_later: [["en-US", "fr", "en"]],
    a_language_that_is_listed_in_a_later_run: [["de-AT", "en", "de-DE", "de"]],
    languages_that_are_listed_crosswise: [["zh-TW", "en-US", "zh-CN", "en", "zh"]],
    the_same_language_twice: [["en-US", "en-US", "fr"]],
    regions_of_chinese: [["zh-HK", "zh-CN"]],
    scripts: [["sr-Latn", "sr", "zh-Hant-TW", "zh-Hans-CN"]],
    a_region_that_is_a_number: [["es-419", "es", "en"]],
    three_languages_of_norway: [["nb", "no", "nn", "en"]],
    old_and_new_codes: [["he", "iw", "fil", "tl"]],
    a_variant: [["ca-valencia"]],
    a_private_language: [["x-pig", "en"]],
    twelve_regions: [regions, regions.slice(0, 10)],
    twelve_languages: [regions.map((tag) => tag.slice(0, 2)), regions.slice(0, 10).map((tag) => tag.slice(0, 2))],
  },
  firefox: {
    one_language: [["de"]],
    two_languages: [["en-US", "en"]],
    three_languages: [["fr-CH", "en-US", "en"]],
    five_languages: [["fr-CH", "fr", "de-CH", "en-US", "en"]],
    nine_languages: [regions.slice(0, 9)],
    twelve_languages: [regions],
    scripts_in_any_case: [
      ["zh-hant-tw", "sr-latn-rs", "EN-us"],
      ["zh-hant-TW", "sr-latn-RS", "EN-US"],
    ],
    a_private_language: [["x-pig-latin", "man-Nkoo-GN", "ca-valencia"]],
  },
  webkit: {
    one_language: [["en-US"]],
    no_language: [["C"]],
    ...(engine === "webkit" && installedLanguages()),
  },
};

/** The inner loop takes some of them: each is a browser's start. */
const isQuick = process.env.TABSTATE_QUICK !== undefined;
const tried = Object.entries(settings[engine]).filter((_, nth) => !isQuick || nth % 6 === 0);

for (const [name, [languages, visible = languages]] of tried) {
  test(`headers_are_those_that_the_server_received_with_${name}`, async (t) => {
    const driver = await browserWith(t, { languages });
    const address = newEcho();
    await visit(driver, linkTo(address));
    await follow(driver, address);
    const seen = await seenBy(driver);
    // Else it would be the same claim again and again, of the languages that the system has.
    assert.deepEqual(seen.languages, visible);
    assertTrue(seen);
  });
}

const untracked = {
  chromium: { enable_do_not_track: true },
  firefox: { "privacy.donottrackheader.enabled": true, "privacy.globalprivacycontrol.enabled": true },
};

test("a_wish_not_to_be_tracked_is_told_as_it_was_sent", {
  skip: !untracked[engine] && "no such setting",
}, async (t) => {
  const driver = await browserWith(t, { prefs: untracked[engine] });
  await visit(driver, newEcho());
  const seen = await seenBy(driver);
  assert.equal(seen.received.get("DNT"), "1");
  assertTrue(seen);
});

test("the_referer_is_what_the_server_received", async () => {
  const { driver } = await openTab("", { bare: true });
  const [own, other] = origins;
  /** What was received, after the claim has been held against it. */
  const referer = async () => {
    const seen = await seenBy(driver);
    assertTrue(seen);
    return seen.received.get("Referer");
  };

  await visit(driver, newEcho());
  assert.equal(await referer(), undefined, "an address that was typed");

  const address = newEcho();
  const from = `${linkTo(address)}&name=a+b`;
  await visit(driver, `${from}#fragment`);
  await follow(driver, address);
  assert.equal(await referer(), from, "a link of the same origin");

  await driver.navigate().refresh();
  await arrive(driver, address);
  assert.equal(await referer(), from, "after a reload");

  await driver.executeScript("history.pushState(null, '', '?pushed')");
  await driver.navigate().refresh();
  await arrive(driver, `${address}?pushed`);
  assert.equal(await referer(), from, "after a reload of an address that was pushed");

  const abroad = newEcho(other);
  await visit(driver, linkTo(abroad));
  await follow(driver, abroad);
  assert.equal(await referer(), `${own}/`, "a link of another origin");

  const secret = newEcho();
  await visit(driver, `${linkTo(secret)}&policy=no-referrer`);
  await follow(driver, secret);
  assert.equal(await referer(), undefined, "a page that wants none");

  const told = newEcho(other);
  const teller = `${linkTo(told)}&policy=unsafe-url`;
  await visit(driver, teller);
  await follow(driver, told);
  assert.equal(await referer(), teller, "a page that tells everybody");
});

test("the_host_is_what_the_server_received", async () => {
  const { driver } = await openTab("", { bare: true });
  const address = newEcho(origins[0].replace("127.0.0.1", "localhost"));
  await visit(driver, address);
  const seen = await seenBy(driver);
  assertTrue(seen);
  assert.equal(seen.received.get("Host"), new URL(address).host);
});

const outside = Object.values(networkInterfaces())
  .flat()
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

test("a_page_that_is_not_secure_has_no_client_hints", { skip: !outside && "no network" }, async (t) => {
  const { driver } = await openTab("", { bare: true });
  await visit(driver, newEcho(await originAt(t, outside)));
  const seen = await seenBy(driver);
  assert.equal(seen.received.get("Sec-CH-UA"), undefined);
  assertTrue(seen);
});

test("the_cookie_header_is_the_part_of_it_that_is_readable", async (t) => {
  addPage("/cookies", {
    body: html(""),
    headers: { "set-cookie": ["shown=%C3%A6+a; Path=/echo", "hidden=1; Path=/echo; HttpOnly", "other=2; Path=/echo"] },
  });
  const { driver } = await openTab("/cookies", { bare: true });
  t.after(() => driver.manage().deleteAllCookies());
  await visit(driver, newEcho());
  const read =
    "const { headers } = globalThis.tabstate.context; return [headers.get('Cookie'), headers.source('cookie')]";
  const [cookie, source] = await driver.executeScript(read);
  const received = JSON.parse(await driver.executeScript("return document.getElementById('received').textContent"));
  const [, sent] = received.find(([name]) => name.toLowerCase() === "cookie");
  assert.match(sent, /hidden=1/);
  assert.equal(
    cookie,
    sent.replace(/(^|; )hidden=1(; )?/, (_, before, after) => (before && after ? "; " : "")),
  );
  assert.ok(["derived", "observed"].includes(source), source);
});

/** A tab on a page in which a server handed over this text, or none. */
function openHanded(text) {
  pagesAsked += 1;
  const path = `/handed/${pagesAsked}`;
  const element = text === undefined ? "" : `<script type="application/json" id="tabstate-context">${text}</script>`;
  addPage(path, { body: html(element + importing) });
  return openTab(path);
}

/** What a page tells that a server may have handed over something to. */
const readHanded = () => {
  const { context } = globalThis.tabstate;
  const { headers } = context;
  const told = ["X-Tag", "x-good", "X-BAD", "accept-language", "User-Agent"].map((name) => [
    name.toLowerCase(),
    {
      value: headers.get(name) ?? null,
      values: headers.getAll(name),
      has: headers.has(name),
      source: headers.source(name),
    },
  ]);
  return {
    headers: Object.fromEntries(told),
    dict: Object.fromEntries(Object.entries(headers.toDict()).map(([name, value]) => [name.toLowerCase(), value])),
    ipAddress: context.ipAddress === undefined ? "undefined" : context.ipAddress,
    rows: context.explain(),
    userAgent: navigator.userAgent,
  };
};

const notesOf = ({ rows }) => rows.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`]));
const absent = { value: null, values: [], has: false, source: "unknown" };

test("what_a_server_hands_over_wins_over_what_is_derived", async () => {
  const handed = { headers: { "X-Tag": ["a", "b"], "Accept-Language": "nb" }, ip_address: "2001:db8::1" };
  const tab = await openHanded(JSON.stringify(handed));
  const seen = await tab.run(readHanded);
  assert.deepEqual(seen.headers["x-tag"], { value: "a", values: ["a", "b"], has: true, source: "server" });
  assert.deepEqual(seen.headers["accept-language"], { value: "nb", values: ["nb"], has: true, source: "server" });
  assert.equal(seen.dict["accept-language"], "nb");
  assert.equal(seen.dict["x-tag"], "a");
  assert.equal(seen.ipAddress, "2001:db8::1");
  const { value, source } = seen.rows.find(({ name }) => name === "ipAddress");
  assert.deepEqual({ value, source }, { value: "2001:db8::1", source: "server" });
  assert.deepEqual(await tab.errors(), []);
});

test("what_a_server_does_not_hand_over_stays_derived", async () => {
  const tab = await openHanded('{"headers": {"X-Tag": "a"}}');
  const seen = await tab.run(readHanded);
  assert.equal(seen.headers["x-tag"].source, "server");
  assert.equal(seen.headers["user-agent"].value, seen.userAgent);
  assert.ok(["derived", "observed"].includes(seen.headers["user-agent"].source));
  assert.equal(seen.ipAddress, null);
});

for (const [name, address] of Object.entries({ ipv4: "127.0.0.1", ipv6: "::1" })) {
  test(`the_loopback_address_of_${name}_is_null`, async () => {
    const tab = await openHanded(JSON.stringify({ ip_address: address }));
    assert.equal((await tab.run(readHanded)).ipAddress, null);
    assert.deepEqual(await tab.errors(), []);
  });
}

test("only_the_script_element_is_a_hand_over_whenever_it_comes", async () => {
  const tab = await openHanded();
  const seen = await tab.run(() => {
    const { context } = globalThis.tabstate;
    const told = [];
    const put = (name, type) => {
      document.getElementById("tabstate-context")?.remove();
      const element = Object.assign(document.createElement(name), { id: "tabstate-context", type });
      element.textContent = '{"ip_address": "192.0.2.1"}';
      document.head.append(element);
      told.push(context.ipAddress);
    };
    put("p");
    put("script", "text/plain");
    put("script", "application/json");
    document.getElementById("tabstate-context").remove();
    return [...told, context.ipAddress];
  });
  assert.deepEqual(seen, [null, null, "192.0.2.1", null]);
});

const wrong = {
  headers_that_are_a_list: { headers: ["X-Bad", "1"] },
  headers_that_are_a_text: { headers: "X-Bad: 1" },
  a_header_that_is_a_number: { headers: { "X-Bad": 1, "X-Good": "yes" } },
  a_header_that_is_null: { headers: { "X-Bad": null, "X-Good": "yes" } },
  a_header_that_is_an_object: { headers: { "X-Bad": { a: 1 }, "X-Good": "yes" } },
  a_header_with_a_number_in_its_list: { headers: { "X-Bad": ["a", 1], "X-Good": "yes" } },
  an_address_that_is_a_number: { headers: { "X-Good": "yes" }, ip_address: 1 },
  an_address_that_is_a_list: { headers: { "X-Good": "yes" }, ip_address: ["192.0.2.1"] },
  a_list: ["X-Bad"],
  null: null,
  broken_json: '{"headers": {"X-Bad": "1"',
  no_text: "",
};

for (const [name, handed] of Object.entries(wrong)) {
  test(`${name}_is_ignored_and_explained`, async () => {
    const plain = await (await openHanded()).run(readHanded);
    const tab = await openHanded(typeof handed === "string" ? handed : JSON.stringify(handed));
    const seen = await tab.run(readHanded);
    assert.deepEqual(seen.headers["x-bad"], absent);
    assert.equal(seen.headers["x-good"].value, handed?.headers?.["X-Good"] ?? null);
    assert.deepEqual(seen.headers["accept-language"], plain.headers["accept-language"]);
    assert.deepEqual(seen.headers["user-agent"], plain.headers["user-agent"]);
    assert.equal(seen.ipAddress, null);
    const before = notesOf(plain);
    assert.notDeepEqual(
      notesOf(seen).filter((note) => !before.includes(note)),
      [],
      "a note tells what is ignored",
    );
    assert.deepEqual(await tab.errors(), []);
  });
}

/** Settings for the languages of the locales that the system has, four at most. */
function installedLanguages() {
  const names = execFileSync("locale", ["-a"], { encoding: "utf8" }).split("\n");
  const locales = names.flatMap((name) => name.match(/^([a-z]{2,3}_[A-Z]{2})\.utf-?8$/i)?.[1] ?? []);
  const others = [...new Set(locales)].filter((locale) => locale !== "en_US").slice(0, 4);
  return Object.fromEntries(others.map((locale) => [locale.toLowerCase(), [[locale.replace("_", "-")]]]));
}

/** The first origin's content at another address of this machine, until the test is over. */
async function originAt(t, address) {
  const { port } = new URL(origins[0]);
  const sockets = new Set();
  const door = createServer((near) => {
    const far = createConnection(port, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => sockets.delete(one));
      one.pipe(other);
    }
  }).listen(0, address);
  await once(door, "listening");
  t.after(() => {
    door.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://${address}:${door.address().port}`;
}
