// One suite for all frontends: each of them has the same app (tests/apps/react and its siblings), and has to hold the same
// claims. A part of the page is found by its `data-testid`:
//
//   q            a text field: the parameter `q`, pushed, a burst of typing is one step Back
//   q-echo       shows `q` in another component, which reads it by its key; q-clear removes it; echo-toggle takes the
//                component away and brings it back
//   sort         a select: `name` (default), `newest`;   tag-sea, tag-snow: checkboxes of the list `tags`
//   count, item  what was found, five on a page; an item has its date in a <time>, as the locale writes it
//   page, next, previous   the parameter `page`, pushed, which q, sort and tags reset
//   remark, remark-echo    a parameter that is debounced by 400 ms
//   note, note-echo, note-double   session state `note`; the button doubles what is there
//   notice, accept         a notice, until the cookie `notice` is `seen`
//   theme, locale          facts of the context;   main has the theme as data-theme
//   weather, weather-status, weather-error, weather-clear   what a cached function fetches for the page
//
// `rendered(part, value)` counts in `renders` how often "echo", "list", "note" and "weather" are made.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { addPage, engine, openTab } from "../support/claims.mjs";
import { buildServer, fileOf, frontends } from "../support/frontends.mjs";

const quick = process.env.TABSTATE_QUICK !== undefined;
const chosen = Object.entries(frontends).filter(
  // Of two builds of one app, the one with more warnings.
  ([name, { engines }]) => engines.includes(engine) && name.startsWith("yew") && !(quick && name === "react"),
);
const head = ["/support/claims-page.js", "/pages/observed.js", "/pages/frontend.js"]
  .map((path) => `<script src="${path}"></script>`)
  .join("");
/** By the name of the app: what a server makes of it, and what that needs in the document's head. */
const servers = {};
const appOf = (name) => name.split(",")[0];
/** A mismatch is a warning in some. */
const strict = "<script>console.warn = (...parts) => console.error(...parts);</script>";

const pathOf = (name) => `/${name.replace(/\W+/g, "-")}`;

before(async () => {
  for (const [name, frontend] of chosen) {
    await frontend.build();
    const path = pathOf(name);
    const file = (url) => decodeURI(new URL(url, "http://x").pathname).replace(/^\/[^/]+\/(\d+\/)?/, "");
    addPage(`${path}/*`, ({ url }) => fileOf(frontend, file(url), head));
    addPage(`${path}-sandboxed/*`, ({ url }) => ({
      ...fileOf(frontend, file(url), head),
      headers: { "content-security-policy": "sandbox allow-scripts" },
    }));
    if (!isRendered(frontend, name)) continue;
    const server = await buildServer(appOf(name));
    servers[name] = { html: await server.render() };
    addPage(`${path}-rendered/*`, ({ url }) =>
      fileOf(frontend, file(url), head + strict + (server.head ?? ""), servers[name].html),
    );
  }
});

/** Whether a server is tried that makes the first HTML. */
function isRendered({ isForServers }, name) {
  return isForServers || appOf(name) === "react";
}

let opened = 0;

/** The app with these parameters, once it has drawn itself. */
async function open(name, query = "", kind = "") {
  opened += 1;
  const tab = await openTab(`${pathOf(name)}${kind}/${opened}/${query}`);
  await tab.run(async () => {
    await app.until(() => app.text("page") !== undefined && app.text("page") !== "");
    await app.settle();
  });
  return tab;
}

/** Every claim; `options.of` says of which frontends it is. */
const claims = [];
const claim = (name, check, options = {}) => claims.push({ name, check, ...options });
const inJavaScript = { of: ({ sharesTabstate }) => sharesTabstate };

// ---- reads

claim("an_empty_address_reads_as_the_defaults", async (open) => {
  const tab = await open();
  const seen = await tab.run(() => ({
    q: app.value("q"),
    echo: app.text("q-echo"),
    sort: app.value("sort"),
    tags: ["sea", "snow"].map((tag) => app.find(`tag-${tag}`).checked),
    page: app.text("page"),
    count: app.text("count"),
    items: app.items().length,
    search: location.search,
  }));
  const expected = {
    q: "",
    echo: "",
    sort: "name",
    tags: [false, false],
    page: "1",
    count: "30",
    items: 5,
    search: "",
  };
  assert.deepEqual(seen, expected);
});

claim("typed_values_are_read_from_the_address", async (open) => {
  const tab = await open("?q=an&sort=newest&tags=snow&tags=sea&page=1");
  const seen = await tab.run(() => ({
    q: app.value("q"),
    echo: app.text("q-echo"),
    sort: app.value("sort"),
    tags: ["sea", "snow"].map((tag) => app.find(`tag-${tag}`).checked),
    items: app.items().map((item) => item.slice(0, 8)),
  }));
  assert.deepEqual(seen, {
    q: "an",
    echo: "an",
    sort: "newest",
    tags: [true, true],
    items: ["Anchor 6", "Anchor 2"],
  });
});

claim("invalid_text_in_the_address_reads_as_the_default", async (open) => {
  const tab = await open("?page=12abc&sort=sideways&tags=lava");
  const seen = await tab.run(() => [app.text("page"), app.value("sort"), app.text("count"), location.search]);
  assert.deepEqual(seen, ["1", "name", "30", "?page=12abc&sort=sideways&tags=lava"]);
});

claim("of_a_repeated_key_the_last_value_counts", async (open) => {
  const tab = await open("?page=2&page=3");
  assert.equal(await tab.run(() => app.text("page")), "3");
});

claim("reading_changes_nothing_in_the_address_and_makes_no_history_call", async (open) => {
  const tab = await open("?page=2&flag&x=a%20b%2Cc#top");
  const seen = await tab.run(() => [location.search + location.hash, observed.calls]);
  assert.deepEqual(seen, ["?page=2&flag&x=a%20b%2Cc#top", []]);
});

// ---- writes

claim("a_write_is_shown_and_reaches_the_address", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    app.click("next");
    await app.shows("page", "2");
    await app.until(() => location.search === "?page=2");
    return app.items()[0].slice(0, 8);
  });
  assert.equal(seen, "Anchor 6");
});

claim("a_default_is_left_out_of_the_address", async (open) => {
  const tab = await open("?page=2&sort=newest");
  const seen = await tab.run(async () => {
    app.click("previous");
    await app.shows("page", "1");
    app.set("sort", "name");
    await app.until(() => location.search === "");
    return app.text("page");
  });
  assert.equal(seen, "1");
});

claim("a_list_is_a_repeated_key", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    app.click("tag-snow");
    await app.shows("count", "20");
    app.click("tag-sea");
    await app.shows("count", "10");
    await app.until(() => location.search === "?tags=snow&tags=sea");
    app.click("tag-snow");
    await app.until(() => location.search === "?tags=sea");
    return app.text("count");
  });
  assert.equal(seen, "15");
});

claim("a_select_writes_its_key", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    app.set("sort", "newest");
    await app.until(() => location.search === "?sort=newest");
    await app.settle();
    return [app.value("sort"), app.items()[0].slice(0, 9)];
  });
  assert.deepEqual(seen, ["newest", "Estuary 6"]);
});

claim("a_rule_resets_the_page_in_the_same_history_entry", async (open) => {
  const tab = await open("?page=3");
  const seen = await tab.run(async () => {
    const { length } = history;
    app.set("q", "e");
    await app.shows("page", "1");
    await app.until(() => location.search === "?q=e");
    return history.length - length;
  });
  assert.equal(seen, 1);
});

claim("typing_key_by_key_loses_no_letter_and_leaves_the_cursor_where_it_is", async (open) => {
  const tab = await open("?q=ac");
  const field = await tab.driver.findElement({ css: "[data-testid=q]" });
  await field.click();
  await tab.run(() => app.find("q").setSelectionRange(1, 1));
  await field.sendKeys("nbx");
  const seen = await tab.run(async () => {
    await app.shows("q-echo", "anbxc");
    return [app.value("q"), app.find("q").selectionStart];
  });
  assert.deepEqual(seen, ["anbxc", 4]);
});

claim("the_controls_show_a_write_before_the_task_is_over", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    app.set("q", "buoy");
    await null;
    await new Promise((resolve) => setTimeout(resolve));
    return [app.value("q"), app.text("q-echo"), app.text("count")];
  });
  assert.deepEqual(seen, ["buoy", "buoy", "6"]);
});

claim("what_nobody_manages_keeps_its_bytes", async (open) => {
  const tab = await open("?sig=a%20b%2Cc&flag&bad=%E0%A4%A&dup=1&dup=2#top");
  const seen = await tab.run(async () => {
    history.replaceState({ mine: 1 }, "");
    app.click("next");
    await app.until(() => location.search.includes("page=2"));
    app.set("q", "x y");
    await app.until(() => location.search.includes("q="));
    return [location.search + location.hash, history.state];
  });
  assert.equal(seen[0], "?sig=a%20b%2Cc&flag&bad=%E0%A4%A&dup=1&dup=2&q=x+y#top");
});

claim("undefined_removes_a_key", async (open) => {
  const tab = await open("?q=an&sig=1");
  const seen = await tab.run(async () => {
    app.click("q-clear");
    await app.shows("q-echo", "");
    await app.until(() => location.search === "?sig=1");
    return app.value("q");
  });
  assert.equal(seen, "");
});

claim("writes_of_one_turn_are_one_history_call_and_functions_see_the_one_before", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    observed.calls.length = 0;
    app.click("next");
    app.click("next");
    app.click("next");
    await app.shows("page", "4");
    await app.until(() => location.search === "?page=4");
    return app.items()[0].slice(0, 6);
  });
  assert.equal(seen, "Cove 4");
});

// ---- the history

claim("back_and_forward_are_shown", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    const pages = [];
    app.click("next");
    await app.until(() => location.search === "?page=2");
    app.click("next");
    await app.until(() => location.search === "?page=3");
    for (const [delta, page] of [
      [-1, "2"],
      [-1, "1"],
      [1, "2"],
      [1, "3"],
    ]) {
      history.go(delta);
      pages.push(await app.shows("page", page));
    }
    return [pages, location.search];
  });
  assert.deepEqual(seen, [["2", "1", "2", "3"], "?page=3"]);
});

claim("a_burst_of_typing_is_one_step_back", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    const { length } = history;
    for (const text of ["b", "bu", "buo", "buoy"]) {
      app.set("q", text);
      await app.sleep(30);
    }
    await app.until(() => location.search === "?q=buoy");
    const made = history.length - length;
    history.back();
    await app.shows("q-echo", "");
    return [made, app.value("q"), location.search];
  });
  assert.deepEqual(seen, [1, "", ""]);
});

claim("a_replace_makes_no_history_entry", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    const { length } = history;
    app.set("sort", "newest");
    await app.until(() => location.search === "?sort=newest");
    return history.length - length;
  });
  assert.equal(seen, 0);
});

claim("a_debounce_delays_the_address_and_not_the_state", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    for (const text of ["f", "fi", "fin", "fine"]) {
      app.set("remark", text);
      await app.sleep(20);
    }
    const shown = [app.value("remark"), await app.shows("remark-echo", "fine"), location.search];
    await app.until(() => location.search === "?remark=fine");
    return [shown, observed.calls];
  });
  assert.deepEqual(seen, [["fine", "fine", ""], ["replace"]]);
});

// ---- other code

claim("a_push_by_other_code_is_shown", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    history.pushState(null, "", "?q=buoy&page=2");
    await app.shows("page", "2");
    return [app.value("q"), app.text("q-echo"), app.text("count")];
  });
  assert.deepEqual(seen, ["buoy", "buoy", "6"]);
});

claim("a_replace_by_other_code_is_shown", async (open) => {
  const tab = await open("?page=3");
  const seen = await tab.run(async () => {
    history.replaceState(null, "", "?page=2");
    return app.shows("page", "2");
  });
  assert.equal(seen, "2");
});

claim("a_change_of_the_fragment_makes_nothing_anew", async (open) => {
  const tab = await open("?page=2");
  const seen = await tab.run(async () => {
    const before = ["echo", "list", "note"].map(app.renders);
    location.hash = "below";
    await app.settle();
    return { before, after: ["echo", "list", "note"].map(app.renders), page: app.text("page") };
  });
  assert.deepEqual(seen.after, seen.before);
  assert.equal(seen.page, "2");
});

claim("a_write_after_a_push_by_other_code_keeps_what_that_wrote", async (open) => {
  const tab = await open();
  const search = await tab.run(async () => {
    history.pushState(null, "", "?other=1");
    app.click("next");
    await app.until(() => location.search.includes("page=2"));
    return location.search;
  });
  assert.equal(search, "?other=1&page=2");
});

claim(
  "a_listener_that_throws_stops_nothing",
  async (open) => {
    const tab = await open();
    const seen = await tab.run(async () => {
      const { queryParams } = globalThis[Symbol.for("tabstate")];
      let heard = 0;
      queryParams.subscribe(() => {
        heard += 1;
        throw new Error("a listener of the page's own");
      });
      app.click("echo-toggle");
      await app.until(() => !app.find("q-echo"));
      app.click("echo-toggle");
      await app.until(() => app.find("q-echo"));
      history.pushState(null, "", "?q=cove");
      await app.shows("q-echo", "cove");
      app.click("q-clear");
      await app.shows("q-echo", "");
      return heard;
    });
    assert.equal(seen, 2);
    assert.equal((await tab.errors()).filter((text) => /listener of the page's own/.test(text)).length, 2);
  },
  { ...inJavaScript, errors: true },
);

claim(
  "what_the_module_writes_outside_of_the_framework_is_shown",
  async (open) => {
    const tab = await open();
    const seen = await tab.run(async () => {
      const { queryParams, sessionState } = globalThis[Symbol.for("tabstate")];
      queryParams.update({ q: "delta", page: 2 });
      sessionState.set("note", "from elsewhere");
      await app.shows("page", "2");
      await app.shows("note-echo", "from elsewhere");
      return [app.value("q"), app.value("note")];
    });
    assert.deepEqual(seen, ["delta", "from elsewhere"]);
  },
  inJavaScript,
);

claim(
  "a_transaction_that_fails_is_not_shown",
  async (open) => {
    const tab = await open();
    const seen = await tab.run(async () => {
      const { queryParams } = globalThis[Symbol.for("tabstate")];
      // In a task of its own: in WebKit, `click` in a microtask does what other microtasks wait for.
      await new Promise((resolve) => {
        setTimeout(() => {
          try {
            queryParams.transaction(() => {
              app.click("next");
              throw new Error("no");
            });
          } catch (error) {
            resolve(error);
          }
        });
      });
      await app.settle();
      return [app.text("page"), location.search];
    });
    assert.deepEqual(seen, ["1", ""]);
  },
  inJavaScript,
);

// ---- components

claim("two_components_on_one_key_show_the_same", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    const shown = [];
    for (const text of ["b", "bu", "", "co"]) {
      app.set("q", text);
      await new Promise((resolve) => setTimeout(resolve));
      shown.push([app.value("q"), app.text("q-echo")]);
    }
    return shown;
  });
  assert.deepEqual(
    seen,
    ["b", "bu", "", "co"].map((text) => [text, text]),
  );
});

claim("a_component_is_made_anew_for_its_own_keys_alone", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    const before = ["echo", "note"].map(app.renders);
    app.click("next");
    await app.shows("page", "2");
    app.set("sort", "newest");
    app.set("remark", "x");
    await app.settle();
    const others = ["echo", "note"].map(app.renders);
    app.set("note", "x");
    await app.shows("note-echo", "x");
    await app.settle();
    return { before, others, echo: app.renders("echo"), note: app.renders("note") };
  });
  assert.deepEqual(seen.others, seen.before);
  assert.equal(seen.echo, seen.before[0]);
  assert.ok(seen.note > seen.before[1]);
});

claim("one_change_makes_a_component_anew_once", async (open, { isDevelopment }) => {
  const tab = await open();
  const made = await tab.run(async () => {
    const before = app.renders("echo");
    app.set("q", "buoy");
    await app.shows("q-echo", "buoy");
    await app.settle();
    return app.renders("echo") - before;
  });
  // React's strict mode makes everything twice.
  assert.equal(made, isDevelopment ? 2 : 1);
});

claim("another_spelling_of_the_same_value_makes_nothing_anew", async (open) => {
  const tab = await open("?page=2");
  const seen = await tab.run(async () => {
    const before = app.renders("list");
    history.replaceState(null, "", "?page=002&more=1");
    await app.settle();
    return app.renders("list") - before;
  });
  assert.equal(seen, 0);
});

claim("a_component_that_is_taken_away_leaves_nothing_behind", async (open, { sharesTabstate }) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    const there = app.subscribers();
    app.click("echo-toggle");
    await app.until(() => !app.find("q-echo"));
    await app.settle();
    const left = app.subscribers();
    const before = app.renders("echo");
    app.set("q", "buoy");
    history.pushState(null, "", "?q=cove");
    await app.shows("count", "6");
    await app.settle();
    return { gone: there - left, made: app.renders("echo") - before };
  });
  assert.equal(seen.made, 0);
  if (sharesTabstate) assert.equal(seen.gone, 1);
});

claim("a_component_that_comes_back_shows_what_is_there_and_follows", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    const there = app.subscribers();
    app.click("echo-toggle");
    await app.until(() => !app.find("q-echo"));
    app.set("q", "buoy");
    await app.settle();
    app.click("echo-toggle");
    const shown = [await app.shows("q-echo", (text) => text !== undefined)];
    app.set("q", "cove");
    shown.push(await app.shows("q-echo", "cove"));
    return { shown, more: app.subscribers() - there };
  });
  assert.deepEqual(seen, { shown: ["buoy", "cove"], more: 0 });
});

claim("coming_and_going_twenty_times_leaves_as_many_subscribers", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    const there = app.subscribers();
    for (let n = 0; n < 40; n += 1) {
      app.click("echo-toggle");
      await app.until(() => !!app.find("q-echo") === (n % 2 === 1));
    }
    await app.settle();
    return app.subscribers() - there;
  });
  assert.equal(seen, 0);
});

// ---- session state

claim("session_state_is_shown_by_all_who_use_it", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    app.set("note", "milk");
    await app.shows("note-echo", "milk");
    app.click("note-double");
    await app.shows("note-echo", "milkmilk");
    return app.value("note");
  });
  assert.equal(seen, "milkmilk");
});

claim("session_state_outlives_a_reload", async (open) => {
  const tab = await open();
  await tab.run(async () => {
    app.set("note", "milk");
    await app.shows("note-echo", "milk");
  });
  await tab.reload();
  const seen = await tab.run(async () => {
    await app.shows("note-echo", "milk");
    return app.value("note");
  });
  assert.equal(seen, "milk");
});

claim("reading_session_state_stores_nothing", async (open) => {
  const tab = await open();
  assert.deepEqual(await tab.run(() => Object.keys(sessionStorage).filter((key) => key.endsWith(":note"))), []);
});

claim("session_state_that_a_frame_of_the_tab_writes_is_shown", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    app.set("note", "milk");
    await app.shows("note-echo", "milk");
    const key = Object.keys(sessionStorage).find((key) => key.endsWith(":note"));
    const frame = document.createElement("iframe");
    frame.src = "/bare/frame";
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener("load", resolve));
    const { sessionStorage: theirs } = frame.contentWindow;
    theirs.setItem(key, theirs.getItem(key).replace("milk", "honey"));
    await app.shows("note-echo", "honey");
    return app.value("note");
  });
  assert.equal(seen, "honey");
});

claim("typing_into_session_state_leaves_the_cursor_where_it_is", async (open) => {
  const tab = await open();
  const field = await tab.driver.findElement({ css: "[data-testid=note]" });
  await field.sendKeys("ac");
  await tab.run(() => app.find("note").setSelectionRange(1, 1));
  await field.sendKeys("b");
  const seen = await tab.run(async () => {
    await app.shows("note-echo", "abc");
    return app.find("note").selectionStart;
  });
  assert.equal(seen, 2);
});

claim(
  "a_value_that_is_changed_in_place_is_shown_after_touch",
  async (open) => {
    const tab = await open();
    const seen = await tab.run(async () => {
      const { sessionState } = globalThis[Symbol.for("tabstate")];
      const note = ["a"];
      sessionState.set("note", note);
      await app.until(() => app.text("note-echo").includes("a"));
      note[0] = "changed";
      sessionState.touch("note");
      await app.until(() => app.text("note-echo").includes("changed"));
      return true;
    });
    assert.ok(seen);
  },
  inJavaScript,
);

// ---- the context

claim(
  "a_switch_of_the_theme_is_shown",
  async (open) => {
    const tab = await open();
    const emulate = (value) =>
      tab.driver.sendDevToolsCommand("Emulation.setEmulatedMedia", {
        features: value ? [{ name: "prefers-color-scheme", value }] : [],
      });
    const before = await tab.run(() => [app.text("theme"), document.querySelector("main").dataset.theme]);
    await emulate("dark");
    const dark = await tab.run(() => app.shows("theme", "dark"));
    const attribute = await tab.run(() => document.querySelector("main").dataset.theme);
    await emulate();
    const light = await tab.run(() => app.shows("theme", "light"));
    assert.deepEqual([before, dark, attribute, light], [["light", "light"], "dark", "dark", "light"]);
  },
  { of: () => engine === "chromium" },
);

claim("a_cookie_that_is_set_takes_the_notice_away_and_a_reload_does_not_bring_it_back", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    const before = app.find("notice") !== null;
    app.click("accept");
    await app.until(() => app.find("notice") === null);
    return [before, document.cookie];
  });
  assert.deepEqual(seen, [true, "notice=seen"]);
  await tab.reload();
  assert.equal(
    await tab.run(async () => {
      await app.until(() => app.text("page") === "1");
      await app.settle();
      return app.find("notice") === null;
    }),
    true,
  );
});

claim("a_cookie_that_other_code_deletes_is_seen", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    app.click("accept");
    await app.until(() => app.find("notice") === null);
    // biome-ignore lint/suspicious/noDocumentCookie: other code does it
    document.cookie = "notice=; path=/; max-age=0";
    if (globalThis.cookieStore === undefined) dispatchEvent(new Event("focus"));
    await app.until(() => app.find("notice") !== null);
    return document.cookie;
  });
  assert.equal(seen, "");
});

claim("dates_are_written_as_the_locale_says", async (open) => {
  const tab = await open();
  const seen = await tab.run(() => {
    const { locale } = new Intl.Locale(navigator.languages[0]).baseName ? { locale: navigator.languages[0] } : {};
    const text = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(Date.UTC(2020, 0, 2));
    return [document.querySelector("time").textContent, text, app.text("locale"), locale];
  });
  assert.equal(seen[0], seen[1]);
  assert.equal(seen[2], seen[3]);
});

// ---- caches

claim(
  "what_a_cached_function_makes_is_shown",
  async (open) => {
    const tab = await open();
    const seen = await tab.run(async () => {
      await app.shows("weather", "calm on page 1");
      return [app.text("weather-status"), app.requests.length];
    });
    assert.deepEqual(seen, ["success", 1]);
  },
  inJavaScript,
);

claim(
  "a_call_that_is_under_way_is_pending",
  async (open) => {
    const tab = await open("?held");
    const seen = await tab.run(async () => {
      const before = [app.text("weather"), app.text("weather-status")];
      app.requests[0].resolve("fog");
      await app.shows("weather", "fog");
      return [before, app.text("weather-status"), app.requests.length];
    });
    assert.deepEqual(seen, [["", "pending"], "success", 1]);
  },
  inJavaScript,
);

claim(
  "other_arguments_call_again_and_the_same_ones_take_what_is_kept",
  async (open) => {
    const tab = await open();
    const seen = await tab.run(async () => {
      await app.shows("weather", "calm on page 1");
      app.click("next");
      await app.shows("weather", "calm on page 2");
      app.hold();
      app.click("previous");
      await app.shows("page", "1");
      await new Promise((resolve) => setTimeout(resolve));
      return [app.text("weather"), app.text("weather-status"), app.requests.length];
    });
    assert.deepEqual(seen, ["calm on page 1", "success", 2]);
  },
  inJavaScript,
);

claim(
  "a_result_that_comes_too_late_is_not_shown",
  async (open) => {
    const tab = await open("?held");
    const seen = await tab.run(async () => {
      app.click("next");
      await app.shows("page", "2");
      await app.until(() => app.requests.length === 2);
      app.requests[1].resolve("of page 2");
      await app.shows("weather", "of page 2");
      app.requests[0].resolve("of page 1");
      await app.settle();
      return app.text("weather");
    });
    assert.equal(seen, "of page 2");
  },
  inJavaScript,
);

claim(
  "clear_calls_again_and_keeps_what_is_shown_meanwhile",
  async (open) => {
    const tab = await open();
    const seen = await tab.run(async () => {
      await app.shows("weather", "calm on page 1");
      app.hold();
      app.click("weather-clear");
      await app.shows("weather-status", "pending");
      const meanwhile = app.text("weather");
      app.requests[1].resolve("storm");
      await app.shows("weather", "storm");
      return [meanwhile, app.text("weather-status"), app.requests.length];
    });
    assert.deepEqual(seen, ["calm on page 1", "success", 2]);
  },
  inJavaScript,
);

claim(
  "a_call_that_fails_is_an_error_and_may_be_tried_again",
  async (open) => {
    const tab = await open("?held");
    const seen = await tab.run(async () => {
      app.requests[0].reject(new Error("no wind"));
      await app.shows("weather-status", "error");
      const error = app.text("weather-error");
      app.click("weather-clear");
      await app.until(() => app.requests.length === 2);
      app.requests[1].resolve("breeze");
      await app.shows("weather", "breeze");
      return [error, app.text("weather-status"), app.text("weather-error")];
    });
    assert.deepEqual(seen, ["no wind", "success", ""]);
  },
  inJavaScript,
);

// ---- what browsers do

claim("where_storage_is_denied_all_works_in_memory", async (open) => {
  const tab = await open("", "-sandboxed");
  const seen = await tab.run(async () => {
    const denied = (() => {
      try {
        return sessionStorage.length;
      } catch (error) {
        return error.name;
      }
    })();
    app.set("note", "milk");
    await app.shows("note-echo", "milk");
    app.click("next");
    await app.shows("page", "2");
    await app.until(() => location.search === "?page=2");
    return [denied, app.value("note"), app.find("notice") !== null];
  });
  assert.deepEqual(seen, ["SecurityError", "milk", true]);
});

claim("a_spent_history_budget_delays_the_address_and_not_what_is_shown", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    observed.spend(450);
    const began = performance.now();
    app.set("sort", "newest");
    app.click("next");
    await app.shows("page", "2");
    const shown = [app.value("sort"), new URLSearchParams(location.search).get("page")];
    await app.until(() => new URLSearchParams(location.search).get("page") === "2", 40_000);
    return { shown, sort: new URLSearchParams(location.search).get("sort"), waited: performance.now() - began > 1000 };
  });
  assert.deepEqual(seen, { shown: ["newest", null], sort: "newest", waited: true });
});

claim("a_hundred_writes_in_a_row_end_in_the_address", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    for (let n = 1; n <= 100; n += 1) app.set("remark", `${n}`);
    await app.shows("remark-echo", "100");
    await app.until(() => location.search === "?remark=100");
    return observed.calls.length;
  });
  assert.equal(seen, 1);
});

claim("a_reload_shows_what_the_address_says", async (open) => {
  const tab = await open();
  await tab.run(async () => {
    app.click("next");
    app.click("tag-sea");
    app.set("q", "o");
    await app.until(() => location.search === "?tags=sea&q=o");
    await app.settle();
  });
  await tab.reload();
  const seen = await tab.run(async () => {
    await app.shows("q-echo", "o");
    return [app.value("q"), app.find("tag-sea").checked, app.find("tag-snow").checked, app.text("count")];
  });
  assert.deepEqual(seen, ["o", true, false, "9"]);
});

// ---- servers

const rendered = { of: isRendered, isOfServers: true };

claim(
  "what_a_server_made_is_taken_over_without_a_mismatch_and_then_shows_the_tab",
  async (open) => {
    const tab = await open("?q=buoy&tags=sea", "-rendered");
    const seen = await tab.run(async () => {
      await app.shows("q-echo", "buoy");
      await app.shows("weather", "calm on page 1");
      app.set("note", "milk");
      await app.shows("note-echo", "milk");
      return [
        app.value("q"),
        app.find("tag-sea").checked,
        app.text("count"),
        app.text("theme"),
        app.text("locale") !== "",
      ];
    });
    assert.deepEqual(seen, ["buoy", true, "3", "light", true]);
  },
  rendered,
);

claim(
  "a_server_makes_the_defaults",
  async (_open, _frontend, name) => {
    const { html } = servers[name];
    assert.match(html, /data-testid="count">30</);
    assert.match(html, /data-testid="page">1</);
    assert.match(html, /data-testid="weather-status">pending</);
    assert.match(html, /data-testid="notice"/);
  },
  rendered,
);

for (const [name, frontend] of chosen) {
  for (const { name: what, check, of = () => true, errors = false, isOfServers = false } of claims) {
    if (!of(frontend, name) || (frontend.isForServers && !isOfServers)) continue;
    test(`${name}: ${what}`, async () => {
      let tab;
      await check(
        async (query, kind) => {
          tab = await open(name, query, kind);
          return tab;
        },
        frontend,
        name,
      );
      if (tab && !errors) assert.deepEqual(await tab.errors(), []);
    });
  }
}

after(() => globalThis[Symbol.for("tabstate")]?.release());
