// The facts of a real tab: what a page reads of the person in front of it, live, in frames and in workers, and how it says
// that it knows. Where a fact is fixed at a browser's start, the claim starts a browser of its own.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { openBrowser } from "../support/browsers.mjs";
import { addPage, engine, html, importing, openTab, origins } from "../support/claims.mjs";

/** What claims use inside the page. */
function prepare() {
  globalThis.ours = {
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async until(isTrue, ms = 5000) {
      for (const end = performance.now() + ms; !(await isTrue()); await ours.sleep(10)) {
        if (performance.now() > end) throw new Error(`not within ${ms} ms: ${isTrue}`);
      }
    },
    nameOfError(f) {
      try {
        f();
      } catch (error) {
        return error.name;
      }
      return "nothing is thrown";
    },
    /** A frame that has the package, after its load. */
    async frame(src, sandbox) {
      const frame = document.createElement("iframe");
      if (sandbox) frame.sandbox = sandbox;
      frame.src = src;
      document.body.append(frame);
      await ours.until(() => frame.contentWindow.tabstate !== undefined);
      return frame.contentWindow;
    },
  };
}

const page = html(`<script>(${prepare})()</script>${importing}`);
addPage("/facts/*", { body: page });

/** The facts and the rows of explain(), as JSON can hold them; `undefined` is `null`. */
const readAll = () => {
  const { context } = globalThis.tabstate;
  const { locale, locales, direction, timezone, timezoneOffset, theme, url } = context;
  const { isEmbedded, embedOptions, isFramed, ipAddress } = context;
  const rows = context.explain().map(({ name, source, value, note }) => [name, { source, value: value ?? null, note }]);
  const facts = { locale, locales, direction, timezone, timezoneOffset, theme, url };
  return { facts: { ...facts, isEmbedded, embedOptions, isFramed, ipAddress }, rows: Object.fromEntries(rows) };
};

/** A browser with these settings, on a page of facts; closed when the test is over. */
async function browserWith(t, settings, path = "/facts/own") {
  const { driver, close } = await openBrowser(engine, settings);
  t.after(close);
  await driver.get(`${origins[0]}${path}`);
  const isThere = "return document.readyState === 'complete' && globalThis.tabstate !== undefined";
  await driver.wait(() => driver.executeScript(isThere), 30_000);
  const run = async (f, ...args) => {
    const call = "window.claims.run(arguments[0], arguments[1]).then(arguments[2])";
    const { value, error } = JSON.parse(await driver.executeAsyncScript(call, `${f}`, JSON.stringify(args)));
    if (error) throw Object.assign(new Error(error.message), error);
    return value;
  };
  return { driver, run };
}

/** What browsers inherit that are started in this test. */
function setInEnvironment(t, name, value) {
  const before = process.env[name];
  process.env[name] = value;
  t.after(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

const names = [
  ...["cookies", "headers", "locale", "locales", "direction", "timezone", "timezoneOffset", "theme", "url"],
  ...["isEmbedded", "embedOptions", "isFramed", "ipAddress"],
];

test("every_fact_is_read_and_explained", async () => {
  const tab = await openTab("/facts/a?x=1#top");
  const { facts, rows } = await tab.run(readAll);
  const shown = await tab.run(() => ({
    languages: [...navigator.languages],
    zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    offset: new Date().getTimezoneOffset(),
    dict: JSON.parse(JSON.stringify(globalThis.tabstate.context.toDict())),
    keys: Object.keys(globalThis.tabstate.context.toDict()),
  }));
  assert.deepEqual(facts, {
    locale: shown.languages[0],
    locales: shown.languages,
    direction: "ltr",
    timezone: shown.zone,
    timezoneOffset: shown.offset,
    theme: { type: "light", contrast: "no-preference", forcedColors: false, reducedMotion: false },
    url: `${origins[0]}/facts/a`,
    isEmbedded: false,
    embedOptions: [],
    isFramed: false,
    ipAddress: null,
  });
  assert.deepEqual(Object.keys(rows), names);
  assert.deepEqual(shown.keys, names);
  for (const [name, value] of Object.entries(facts)) {
    assert.deepEqual(rows[name].value, value, `${name} is explained`);
    assert.deepEqual(shown.dict[name], value, `${name} is in toDict()`);
  }
  const sources = Object.fromEntries(Object.entries(rows).map(([name, { source }]) => [name, source]));
  assert.deepEqual(sources, {
    cookies: "observed",
    headers: "derived",
    locale: "observed",
    locales: "observed",
    direction: "derived",
    timezone: "observed",
    timezoneOffset: "observed",
    theme: "observed",
    url: "observed",
    isEmbedded: "derived",
    embedOptions: "derived",
    isFramed: "observed",
    ipAddress: "unknown",
  });
  assert.match(rows.ipAddress.note, /server/);
  assert.match(rows.cookies.note, /HttpOnly/);
  assert.deepEqual(await tab.errors(), []);
});

test("nothing_can_be_written_and_unknown_names_are_undefined", async () => {
  const tab = await openTab("/facts/a");
  const seen = await tab.run((names) => {
    const { context } = globalThis.tabstate;
    const strict = (code) => ours.nameOfError(() => Function("context", `"use strict"; ${code}`)(context));
    return {
      in: names.every((name) => name in context),
      unknown: [context.nothing, context.constructor, context.then, context.length].map((value) => value ?? null),
      notIn: ["nothing", "constructor", "__proto__"].map((name) => name in context),
      keys: Object.keys(context).slice(0, names.length),
      thrown: [
        ...names.map((name) => strict(`context.${name} = 1`)),
        ...["context.nothing = 1", "context.explain = 1", "delete context.locale", "context.locales.push('x')"].map(
          strict,
        ),
        ...["context.theme.type = 'dark'", "context.embedOptions.push('x')", "context.headers.Host = 'x'"].map(strict),
        ...["context.cookies.a = '1'", "delete context.headers.Host", "[...context]", "for (const x of context);"].map(
          strict,
        ),
      ],
      same: ["locales", "theme", "headers"].map((name) => new Set([context[name], context[name]]).size),
      locale: context.locale === navigator.languages[0],
      cookie: document.cookie,
      methods: [typeof context.cookies.set, typeof context.cookies.delete, typeof context.cookies.get],
    };
  }, names);
  assert.ok(seen.in);
  assert.deepEqual(seen.unknown, [null, null, null, null]);
  assert.deepEqual(seen.notIn, [false, false, false]);
  assert.deepEqual(seen.keys, names);
  assert.deepEqual(seen.thrown, Array(seen.thrown.length).fill("TypeError"));
  assert.deepEqual(seen.same, [1, 1, 1], "a fact that is the same is the same object");
  assert.ok(seen.locale);
  assert.equal(seen.cookie, "");
  assert.deepEqual(seen.methods, ["undefined", "undefined", "function"]);
});

/** Languages that a user may have, and what becomes of them. */
const languages = {
  from_right_to_left: [["ar-EG", "en"], "ar-EG", ["ar-EG", "en"], "rtl"],
  of_a_script: [["az-Arab", "az"], "az-Arab", ["az-Arab", "az"], "rtl"],
  many: [["fr-CH", "fr", "en-US", "en"], "fr-CH", ["fr-CH", "fr", "en-US", "en"], "ltr"],
};

for (const [name, [given, locale, locales, direction]] of Object.entries(engine === "webkit" ? {} : languages)) {
  test(`languages_${name}_are_told`, async (t) => {
    const { run } = await browserWith(t, { languages: given });
    const { facts, rows } = await run(readAll);
    assert.deepEqual([facts.locale, facts.locales, facts.direction], [locale, locales, direction]);
    assert.deepEqual([rows.locale.source, rows.direction.source], ["observed", "derived"]);
    const chosen = await run((first) => {
      const { context } = globalThis.tabstate;
      return [
        context.negotiateLocale(["xx", first]),
        context.negotiateLocale(["xx"]) ?? null,
        context.negotiateLocale([], 7),
      ];
    }, given.at(-1));
    assert.deepEqual(chosen, [given.at(-1), null, 7]);
  });
}

test("a_browser_without_a_language_has_no_locale", { skip: engine !== "webkit" && "it always has one" }, async (t) => {
  const { run } = await browserWith(t, { languages: ["C"] });
  const { facts, rows } = await run(readAll);
  assert.deepEqual([facts.locale, facts.locales, facts.direction], [undefined, [], undefined]);
  assert.deepEqual([rows.locale.source, rows.locales.source, rows.direction.source], Array(3).fill("unknown"));
  assert.equal(await run(() => globalThis.tabstate.context.negotiateLocale(["de"], "en")), "en");
});

test("new_languages_are_heard", { skip: engine !== "chromium" && "its driver cannot change them" }, async () => {
  const tab = await openTab("/facts/a");
  await tab.run(() => {
    globalThis.heard = [];
    const { context } = globalThis.tabstate;
    context.subscribe(({ facts }) => globalThis.heard.push([facts, context.locale, context.direction]));
  });
  const { userAgent } = await tab.run(() => ({ userAgent: navigator.userAgent }));
  const command = "Emulation.setUserAgentOverride";
  await tab.driver.sendDevToolsCommand(command, { userAgent, acceptLanguage: "he-IL,en" });
  const seen = await tab.run(async () => {
    dispatchEvent(new Event("languagechange"));
    dispatchEvent(new Event("languagechange"));
    dispatchEvent(new Event("focus"));
    return { heard: globalThis.heard, locales: globalThis.tabstate.context.locales };
  });
  assert.deepEqual(seen.heard, [[["locale"], "he-IL", "rtl"]]);
  assert.deepEqual(seen.locales, ["he-IL", "en"]);
});

test("a_new_time_zone_is_seen_when_the_person_comes_back", {
  skip: engine !== "chromium" && "its driver cannot change it",
}, async (t) => {
  const tab = await openTab("/facts/a");
  t.after(() => tab.driver.sendDevToolsCommand("Emulation.setTimezoneOverride", { timezoneId: "" }));
  await tab.run(() => {
    globalThis.heard = [];
    const { context } = globalThis.tabstate;
    // Not one read before: a listener reads what is new all the same.
    context.subscribe(({ facts }) => globalThis.heard.push([facts, context.timezone]), { facts: ["timezone"] });
  });
  const zones = [
    ["Asia/Kolkata", -330],
    ["America/St_Johns", 210],
    ["Asia/Kathmandu", -345],
  ];
  for (const [timezoneId, offset] of zones) {
    await tab.driver.sendDevToolsCommand("Emulation.setTimezoneOverride", { timezoneId });
    const seen = await tab.run(() => {
      document.dispatchEvent(new Event("visibilitychange"));
      document.dispatchEvent(new Event("visibilitychange"));
      const { timezone, timezoneOffset } = globalThis.tabstate.context;
      const winter = new Date(2026, 0, 15).getTimezoneOffset();
      return {
        heard: globalThis.heard.splice(0),
        timezone,
        timezoneOffset,
        now: new Date().getTimezoneOffset(),
        winter,
      };
    });
    assert.equal(seen.heard.length, 1);
    const [facts, zone] = seen.heard[0];
    assert.deepEqual(facts, ["timezone"]);
    // An engine may know it by its old name.
    assert.ok([timezoneId, "Asia/Calcutta", "Asia/Katmandu"].includes(zone), zone);
    assert.equal(seen.timezone, zone);
    assert.equal(seen.timezoneOffset, seen.now);
    assert.equal(seen.winter, offset);
  }
});

test("the_zone_of_the_system_is_told", async (t) => {
  setInEnvironment(t, "TZ", "Asia/Tokyo");
  const { run } = await browserWith(t, {});
  const { facts } = await run(readAll);
  assert.deepEqual([facts.timezone, facts.timezoneOffset], ["Asia/Tokyo", -540]);
});

test("a_theme_is_followed", { skip: engine !== "chromium" && "its driver cannot change it" }, async (t) => {
  const tab = await openTab("/facts/a");
  const emulate = (features) =>
    tab.driver.sendDevToolsCommand("Emulation.setEmulatedMedia", {
      features: Object.entries(features).map(([name, value]) => ({ name, value })),
    });
  t.after(() => emulate({}));
  await tab.run(() => {
    globalThis.heard = [];
    const { context } = globalThis.tabstate;
    context.subscribe(({ facts }) => globalThis.heard.push([facts, context.theme]));
  });
  const usual = { type: "light", contrast: "no-preference", forcedColors: false, reducedMotion: false };
  const steps = [
    [{ "prefers-color-scheme": "dark" }, { ...usual, type: "dark" }],
    [{ "prefers-color-scheme": "light" }, usual],
    [{ "prefers-contrast": "more" }, { ...usual, contrast: "more" }],
    [{ "prefers-contrast": "less" }, { ...usual, contrast: "less" }],
    [{ "prefers-contrast": "custom" }, { ...usual, contrast: "custom" }],
    [{ "prefers-reduced-motion": "reduce" }, { ...usual, reducedMotion: true }],
    [{ "forced-colors": "active" }, undefined],
  ];
  for (const [features, theme] of steps) {
    await emulate(features);
    const seen = await tab.run(async () => {
      await ours.until(() => globalThis.heard.length > 0);
      await ours.sleep(50);
      const { theme } = globalThis.tabstate.context;
      return { heard: globalThis.heard.splice(0), theme };
    });
    const [facts, told] = seen.heard.at(-1);
    assert.deepEqual(facts, ["theme"]);
    assert.deepEqual(told, seen.theme, "the listener reads what is new");
    // Forced colours bring colours of their own, and are a contrast of their own.
    if (theme === undefined) assert.equal(seen.theme.forcedColors, true);
    else assert.deepEqual(seen.theme, theme, JSON.stringify(features));
  }
});

const dark = { "layout.css.prefers-color-scheme.content-override": 0, "ui.prefersReducedMotion": 1 };

test("a_dark_theme_is_told_from_the_start", { skip: engine === "chromium" && "no such preference" }, async (t) => {
  setInEnvironment(t, "GTK_THEME", "Adwaita:dark");
  const { run } = await browserWith(t, engine === "firefox" ? { prefs: dark } : {});
  const { facts } = await run(readAll);
  assert.deepEqual([facts.theme.type, facts.theme.reducedMotion], ["dark", engine === "firefox"]);
});

test("a_change_of_colours_in_a_frame_is_followed", {
  skip: engine === "webkit" && "its frames keep the colours of the page",
}, async () => {
  const tab = await openTab("/facts/a");
  const seen = await tab.run(async () => {
    // The colour scheme of a frame is that of its element.
    const frame = await ours.frame("/facts/frame");
    const { context } = frame.tabstate;
    const heard = [];
    context.subscribe(({ facts }) => heard.push([facts, context.theme.type]), { facts: ["theme"] });
    const before = context.theme.type;
    frame.frameElement.style.colorScheme = "dark";
    await ours.sleep(300);
    return {
      before,
      heard,
      after: context.theme.type,
      shown: frame.matchMedia("(prefers-color-scheme: dark)").matches,
    };
  });
  assert.equal(seen.before, "light");
  assert.ok(seen.shown);
  assert.equal(seen.after, "dark");
  assert.deepEqual(seen.heard, [[["theme"], "dark"]]);
});

test("the_address_is_the_outer_pages_in_frames_of_its_origin", async () => {
  const tab = await openTab("/facts/outer?embed=true#top");
  const seen = await tab.run(async ([own, other]) => {
    const told = ({ tabstate: { context } }) => [
      context.url,
      context.isFramed,
      context.isEmbedded,
      context.embedOptions,
    ];
    const inner = await ours.frame("/facts/inner?x=1&embed_options=Dark");
    const nested = inner.document.createElement("iframe");
    nested.src = "/facts/nested?embed=TRUE";
    inner.document.body.append(nested);
    await ours.until(() => nested.contentWindow.tabstate);
    const before = [told(window), told(inner), told(nested.contentWindow)];
    history.pushState(null, "", "/facts/moved?y=1");
    const after = [told(window), told(inner), told(nested.contentWindow)];
    // A page of another origin between us and the outermost one hides it.
    const abroad = await new Promise((resolve) => {
      addEventListener("message", ({ data }) => resolve(data), { once: true });
      const frame = document.createElement("iframe");
      frame.src = `${other}/facts/abroad?own=${encodeURIComponent(own)}`;
      document.body.append(frame);
    });
    return { before, after, abroad };
  }, origins);
  const [own] = origins;
  assert.deepEqual(seen.before, [
    [`${own}/facts/outer`, false, true, []],
    [`${own}/facts/outer`, true, false, ["dark"]],
    [`${own}/facts/outer`, true, true, []],
  ]);
  assert.deepEqual(
    seen.after.map(([url]) => url),
    Array(3).fill(`${own}/facts/moved`),
  );
  assert.deepEqual(seen.abroad, { url: `${origins[1]}/facts/abroad`, isFramed: true, source: "observed" });
  assert.deepEqual(await tab.errors(), []);
});

addPage("/facts/abroad", {
  body: html(`<script type="module">
    const { context } = await import("/package/dist/index.js");
    const { source } = context.explain().find(({ name }) => name === "url");
    parent.postMessage({ url: context.url, isFramed: context.isFramed, source }, "*");
  </script>`),
});

const embedded = {
  "": [false, []],
  "?embed=true": [true, []],
  "?embed=TRUE": [true, []],
  "?EMBED=True": [true, []],
  "?embed=tru%65": [true, []],
  "?embed=1": [false, []],
  "?embed": [false, []],
  "?embed=true&embed=false": [true, []],
  "?embed=false&embed=true": [true, []],
  "?embed_options=Dark_Theme&embed_options=show%20toolbar": [false, ["dark_theme", "show toolbar"]],
  "?EMBED_OPTIONS=a": [false, ["a"]],
  "?embed=true&embed_options=": [true, [""]],
  "#?embed=true": [false, []],
};

test("what_the_address_says_of_embedding_is_told_at_once", async () => {
  const tab = await openTab("/facts/a");
  const seen = await tab.run((queries) => {
    const { context } = globalThis.tabstate;
    return queries.map((query) => {
      history.replaceState(null, "", `/facts/a${query}`);
      return [context.isEmbedded, context.embedOptions];
    });
  }, Object.keys(embedded));
  assert.deepEqual(Object.fromEntries(Object.keys(embedded).map((query, nth) => [query, seen[nth]])), embedded);
});

test("a_new_address_is_heard_once_by_whomever_it_is_made", async () => {
  const tab = await openTab("/facts/a?x=1");
  const seen = await tab.run(async () => {
    const { context, queryParams, configure } = globalThis.tabstate;
    const heard = [];
    const read = [];
    context.subscribe(
      ({ facts }) => {
        heard.push(...facts);
        read.push(context.url.replace(/^.*\//, ""));
      },
      { facts: ["url"] },
    );
    const told = {};
    const steps = {
      push: () => history.pushState(null, "", "/facts/b"),
      replace: () => {
        // To listen is no use of the parameters.
        configure({ history: "replace" });
        history.replaceState(null, "", "/facts/c?y=1");
      },
      the_query: () => history.pushState(null, "", "/facts/c?y=2"),
      a_fragment: () => {
        location.hash = "#there";
      },
      a_parameter: async () => {
        queryParams.set("n", 1);
        await queryParams.settled();
      },
      push_again: () => history.pushState(null, "", "/facts/d"),
      back: async () => {
        history.back();
        await ours.until(() => location.pathname === "/facts/c");
      },
      forward: async () => {
        history.forward();
        await ours.until(() => location.pathname === "/facts/d");
      },
    };
    for (const [name, step] of Object.entries(steps)) {
      await step();
      await ours.sleep(100);
      told[name] = [heard.splice(0).join(), read.splice(0).join()];
    }
    return told;
  });
  assert.deepEqual(seen, {
    push: ["url", "b"],
    replace: ["url", "c"],
    the_query: ["", ""],
    a_fragment: ["", ""],
    a_parameter: ["", ""],
    push_again: ["url", "d"],
    back: ["url", "c"],
    forward: ["url", "d"],
  });
  assert.deepEqual(await tab.errors(), []);
});

test("listeners_hear_the_facts_that_they_asked_for", async () => {
  const tab = await openTab("/facts/a");
  const seen = await tab.run(async () => {
    const { context, cookies } = globalThis.tabstate;
    addEventListener("error", (event) => event.preventDefault());
    const abort = new AbortController();
    const heard = { all: [], cookies: [], others: [], aborted: [], ended: [] };
    context.subscribe(() => {
      throw new Error("a listener's own");
    });
    const hear =
      (name) =>
      ({ facts }) =>
        heard[name].push(...facts);
    context.subscribe(hear("all"));
    context.subscribe(hear("cookies"), { facts: ["cookies"] });
    context.subscribe(hear("others"), { facts: new Set(["theme", "locale", "timezone"]) });
    context.subscribe(hear("aborted"), { signal: abort.signal });
    const end = context.subscribe(hear("ended"));
    cookies.set("a", "1");
    abort.abort();
    end();
    history.pushState(null, "", "/facts/b");
    cookies.delete("a");
    await ours.sleep(100);
    const refused = [{ facts: ["direction"] }, { facts: "url" }, { fact: ["url"] }, { signal: 1 }].map((options) => {
      try {
        return context.subscribe(() => {}, options);
      } catch ({ code, key }) {
        return [code, key];
      }
    });
    return { heard, refused };
  });
  assert.deepEqual(seen.heard, {
    all: ["cookies", "url", "cookies"],
    cookies: ["cookies", "cookies"],
    others: [],
    aborted: ["cookies"],
    ended: ["cookies"],
  });
  assert.deepEqual(
    seen.refused,
    ["facts", "facts", "fact", "signal"].map((key) => ["invalid-option", key]),
  );
});

test("release_ends_all_following", async () => {
  const tab = await openTab("/facts/a");
  const seen = await tab.run(async () => {
    const added = new Map();
    const counted = (target) => {
      const { addEventListener: add, removeEventListener: remove } = target;
      target.addEventListener = (...given) => {
        added.set(given[1], given[0]);
        return add.apply(target, given);
      };
      target.removeEventListener = (...given) => {
        added.delete(given[1]);
        return remove.apply(target, given);
      };
    };
    for (const target of [window, document]) counted(target);
    const { context, cookies } = globalThis.tabstate;
    const heard = [];
    const end = context.subscribe(({ facts }) => heard.push(...facts));
    cookies.subscribe(({ names }) => heard.push(...names));
    void [context.locale, context.headers.size];
    const during = added.size;
    globalThis[Symbol.for("tabstate")].release();
    const left = [...added.values()];
    history.pushState(null, "", "/facts/b");
    // biome-ignore lint/suspicious/noDocumentCookie: other scripts do
    document.cookie = "released=1";
    for (const event of ["focus", "pageshow", "languagechange"]) dispatchEvent(new Event(event));
    await ours.sleep(200);
    end();
    const { locale, url } = context;
    // biome-ignore lint/suspicious/noDocumentCookie: other scripts do
    document.cookie = "released=; max-age=0";
    return { during, left, heard, locale, url };
  });
  assert.ok(seen.during > 0);
  assert.deepEqual([seen.left, seen.heard], [[], []]);
  assert.equal(seen.url, `${origins[0]}/facts/b`);
  assert.ok(seen.locale);
});

const table = JSON.parse(readFileSync(new URL("../cases/negotiation.json", import.meta.url), "utf8"));

test("locales_are_negotiated_by_the_table", async () => {
  const tab = await openTab("/facts/a");
  const seen = await tab.run((table) => {
    const { negotiateLocale } = globalThis.tabstate;
    return table.map(({ requested, available }) => [
      negotiateLocale(requested, available) ?? null,
      negotiateLocale(new Set(requested), available.values(), "none of them"),
    ]);
  }, table);
  assert.ok(table.length >= 60);
  for (const [nth, { name, expected }] of table.entries()) {
    assert.deepEqual([name, ...seen[nth]], [name, expected, expected ?? "none of them"]);
  }
});

test("no_tag_makes_a_negotiation_throw", async () => {
  const tab = await openTab("/facts/a");
  const seen = await tab.run(() => {
    const { negotiateLocale } = globalThis.tabstate;
    let seed = 7;
    const random = (below) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const pieces = [
      "en",
      "zh",
      "Hant",
      "TW",
      "x",
      "u",
      "co",
      "*",
      "-",
      "_",
      ".UTF-8",
      "@euro",
      "C",
      "419",
      "1996",
      ";q=",
    ];
    const characters = ["\0", " ", "%", "=", "é", "語", "\uD800", "\uFEFF", "🚀", "a", "Z", "0", ",", "\n"];
    const tag = () => {
      let text = "";
      for (let left = random(6); left > 0; left -= 1) {
        text += random(3) === 0 ? characters[random(characters.length)] : pieces[random(pieces.length)];
        if (random(2) === 0) text += "-";
      }
      return text;
    };
    const wrong = [];
    for (let nth = 0; nth < 10_000; nth += 1) {
      const requested = [tag(), tag()];
      // Half a character does not come back as it was, so no available locale has one.
      const available = ["en", tag().replaceAll("\uD800", ""), "zh-TW"];
      try {
        const list = negotiateLocale(requested, available);
        const text = negotiateLocale(requested.join(), available, "none");
        if (list !== undefined && !available.includes(list)) wrong.push([requested, available, list]);
        if (text !== "none" && !available.includes(text)) wrong.push([requested, available, text]);
      } catch (error) {
        wrong.push([requested, available, `${error}`]);
      }
    }
    return wrong.slice(0, 5);
  });
  assert.deepEqual(seen, []);
});

addPage("/facts-worker.js", {
  type: "text/javascript",
  body: `
    import { context, cookies, negotiateLocale, status } from "/package/dist/index.js";
    const outcomeOf = (f) => {
      try {
        return f();
      } catch ({ code, key }) {
        return { code, key };
      }
    };
    const { locale, locales, direction, timezone, url, isEmbedded, embedOptions, isFramed, ipAddress, theme } = context;
    const unknown = [url, isEmbedded, isFramed, theme.type, theme.contrast].map((value) => value === undefined);
    postMessage({
      locale, locales: [...locales], direction, timezone, embedOptions: [...embedOptions], ipAddress, unknown,
      jar: [cookies.toDict(), cookies.get("a") === undefined, cookies.size],
      set: outcomeOf(() => cookies.set("a", "1")),
      remove: outcomeOf(() => cookies.delete("a")),
      ends: [typeof context.subscribe(() => {}), typeof cookies.subscribe(() => {})],
      agent: context.headers.get("User-Agent") === navigator.userAgent,
      sources: Object.fromEntries(context.explain().map(({ name, source }) => [name, source])),
      chosen: negotiateLocale(["zh-HK"], ["en", "zh", "zh-TW"]),
      cookies: status().cookies,
    });
  `,
});

test("a_worker_knows_the_language_and_the_zone_and_no_cookies", async () => {
  const tab = await openTab("/facts/a");
  const { shown, ...told } = await tab.run(
    () =>
      new Promise((resolve, reject) => {
        // biome-ignore lint/suspicious/noDocumentCookie: other scripts do
        document.cookie = "a=1; path=/; max-age=5";
        const worker = new Worker("/facts-worker.js", { type: "module" });
        const shown = [...navigator.languages];
        worker.onmessage = ({ data }) => resolve({ ...data, shown });
        worker.onerror = ({ message }) => reject(new Error(message ?? "the worker did not start"));
      }),
  );
  const { timezone, ...rest } = told;
  assert.match(timezone, /\w/);
  const blocked = { code: "blocked", key: "a" };
  assert.deepEqual(rest, {
    locale: shown[0],
    locales: shown,
    direction: "ltr",
    embedOptions: [],
    ipAddress: null,
    unknown: Array(5).fill(true),
    jar: [{}, true, 0],
    set: blocked,
    remove: blocked,
    ends: ["function", "function"],
    agent: true,
    sources: {
      ...{ cookies: "unknown", headers: "derived", locale: "observed", locales: "observed", direction: "derived" },
      ...{ timezone: "observed", timezoneOffset: "observed", theme: "unknown", url: "unknown", isEmbedded: "unknown" },
      ...{ embedOptions: "unknown", isFramed: "unknown", ipAddress: "unknown" },
    },
    chosen: "zh-TW",
    cookies: "blocked",
  });
  assert.deepEqual(await tab.errors(), []);
});

test("what_is_handed_over_and_is_none_of_it_is_explained", async () => {
  const element = (text) => `<script type="application/json" id="tabstate-context">${text}</script>`;
  const handed = { headers: { "X-Good": "1" }, ip: "192.0.2.1", ip_address: "192.0.2.7" };
  addPage("/facts/handed", { body: html(`${element(JSON.stringify(handed))}${importing}`) });
  const tab = await openTab("/facts/handed");
  const { facts, rows } = await tab.run(readAll);
  assert.equal(facts.ipAddress, "192.0.2.7");
  assert.deepEqual([rows.ipAddress.source, rows.ipAddress.value], ["server", "192.0.2.7"]);
  assert.match(rows.headers.note, /\bip: /);
  assert.doesNotMatch(rows.ipAddress.note, /\bip: /);
});
