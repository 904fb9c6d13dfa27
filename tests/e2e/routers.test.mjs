// Routers and tabstate on one address: each sees what the other writes, and neither loses the other's.

import assert from "node:assert/strict";
import test, { before } from "node:test";
import { addPage, engine, openTab } from "../support/claims.mjs";
import { fileOf, routed } from "../support/frontends.mjs";

const head = ["/support/claims-page.js", "/pages/observed.js", "/pages/frontend.js"]
  .map((path) => `<script src="${path}"></script>`)
  .join("");
const chosen = Object.entries(routed).filter(([, { engines }]) => engines.includes(engine));

before(async () => {
  for (const [name, frontend] of chosen) {
    await frontend.build();
    addPage(`/${name}/*`, ({ url }) => {
      const { pathname } = new URL(url, "http://x");
      if (frontend.hasPages) return fileOf(frontend, pathname.slice(name.length + 2), head);
      const path = pathname.replace(/^\/[^/]+\/\d+\//, "");
      return fileOf(frontend, /\.\w+$/.test(path) ? path : "", head);
    });
  }
});

// A file without a test would leave its browser open.
if (chosen.length === 0) test(`no_router_is_tried_in_${engine}`, { skip: true }, () => {});

let opened = 0;

/** Until the app has taken over what a server made of it. */
async function isThere(tab) {
  await tab.run(async () => {
    await app.until(() => app.text("router") !== undefined);
    await app.settle();
  });
}

const claims = {
  async the_router_shows_what_tabstate_writes(tab) {
    const seen = await tab.run(async () => {
      app.click("next");
      await app.shows("page", "2");
      await app.shows("router", "?page=2");
      app.click("sort");
      await app.shows("router", "?page=2&sort=name");
      return location.search;
    });
    assert.equal(seen, "?page=2&sort=name");
  },
  async tabstate_shows_where_the_router_goes(tab) {
    const seen = await tab.run(async () => {
      app.click("to-third");
      await app.shows("page", "3");
      // Its link to the other page has it then.
      await app.shows("router", "?page=3");
      app.click("to-about");
      await app.shows("about", "3");
      return [app.text("path"), location.search];
    });
    assert.deepEqual(seen, ["/about", "?page=3"]);
  },
  async the_router_keeps_what_tabstate_wrote(tab) {
    const seen = await tab.run(async () => {
      app.click("sort");
      await app.shows("router", "?sort=name");
      app.click("routed");
      await app.shows("page", "2");
      return location.search;
    });
    assert.equal(seen, "?sort=name&page=2");
  },
  async back_and_forward_go_through_the_steps_of_both(tab) {
    const seen = await tab.run(async () => {
      const steps = [];
      const note = () =>
        steps.push([app.text("path"), location.search, app.text("router"), app.text("page") ?? app.text("about")]);
      app.click("next");
      await app.shows("router", "?page=2");
      app.click("routed");
      await app.shows("router", "?page=3");
      app.click("to-about");
      await app.shows("about", "3");
      for (const [delta, search] of [
        [-1, "?page=3"],
        [-1, "?page=2"],
        [-1, ""],
        [1, "?page=2"],
        [1, "?page=3"],
      ]) {
        history.go(delta);
        await app.shows("router", search);
        await app.until(() => app.text("path") === "/");
        await app.settle();
        note();
      }
      history.go(1);
      await app.shows("about", "3");
      note();
      app.click("back");
      await app.shows("page", "3");
      note();
      return steps;
    });
    assert.deepEqual(seen, [
      ["/", "?page=3", "?page=3", "3"],
      ["/", "?page=2", "?page=2", "2"],
      ["/", "", "", "1"],
      ["/", "?page=2", "?page=2", "2"],
      ["/", "?page=3", "?page=3", "3"],
      ["/about", "?page=3", "?page=3", "3"],
      ["/", "?page=3", "?page=3", "3"],
    ]);
  },
  async writes_in_quick_succession_are_all_shown_and_none_is_lost(tab) {
    const seen = await tab.run(async () => {
      for (let nth = 0; nth < 8; nth++) {
        app.click("next");
        if (nth % 2) app.click("sort");
        await app.sleep(nth * 4);
      }
      await app.shows("page", "9");
      await app.until(() => location.search === "?page=9&sort=name");
      await app.shows("router", "?page=9&sort=name");
      await app.settle();
      return [location.search, app.text("page"), app.text("router")];
    });
    assert.deepEqual(seen, ["?page=9&sort=name", "9", "?page=9&sort=name"]);
  },
  async a_burst_of_typing_is_one_step_back_for_both(tab) {
    const seen = await tab.run(async () => {
      const { length } = history;
      for (const text of ["b", "bu", "buo", "buoy"]) {
        app.set("q", text);
        await app.sleep(30);
      }
      await app.shows("router", "?q=buoy");
      const made = history.length - length;
      history.back();
      await app.shows("router", "");
      await app.settle();
      return [made, app.value("q"), location.search];
    });
    assert.deepEqual(seen, [1, "", ""]);
  },
  async what_the_router_keeps_in_an_entry_is_still_there_after_a_write(tab) {
    const seen = await tab.run(async () => {
      app.click("to-third");
      await app.shows("router", "?page=3");
      await app.settle();
      const kept = Object.entries(history.state ?? {}).flatMap(([key, value]) => (value == null ? [] : [key]));
      const lost = () => kept.filter((key) => history.state?.[key] == null);
      app.click("sort");
      await app.shows("router", "?page=3&sort=name");
      await app.settle();
      const replaced = lost();
      app.click("next");
      await app.shows("router", "?page=4&sort=name");
      await app.settle();
      return { isKept: kept.length > 0, replaced, pushed: lost() };
    });
    assert.deepEqual(seen, { isKept: true, replaced: [], pushed: [] });
  },
  async after_a_reload_both_go_back_through_the_same_steps(tab) {
    await tab.run(async () => {
      app.click("next");
      await app.shows("router", "?page=2");
      app.click("to-about");
      await app.shows("about", "2");
      await app.settle();
    });
    await tab.reload();
    await isThere(tab);
    const seen = await tab.run(async () => {
      await app.shows("about", "2");
      app.click("back");
      await app.shows("page", "2");
      const first = [app.text("path"), await app.shows("router", "?page=2"), location.search];
      history.back();
      await app.shows("page", "1");
      return [first, [app.text("path"), await app.shows("router", ""), location.search]];
    });
    assert.deepEqual(seen, [
      ["/", "?page=2", "?page=2"],
      ["/", "", ""],
    ]);
  },
  // TanStack Router writes every query that it finds in its own form.
  async bytes_that_nobody_manages_stay_as_they_are(tab, name) {
    await tab.goto(`${new URL(await tab.url()).pathname}?sig=a%20b%2Cc&flag`);
    await isThere(tab);
    const seen = await tab.run(async () => {
      app.click("next");
      await app.shows("page", "2");
      await app.until(() => location.search.includes("page=2"));
      await app.settle();
      const written = location.search;
      app.click("to-about");
      await app.shows("about", "2");
      await app.settle();
      history.back();
      await app.shows("page", "2");
      await app.settle();
      return [written, location.search];
    });
    assert.deepEqual(seen, Array(2).fill("?sig=a%20b%2Cc&flag&page=2"), name);
  },
  async a_write_that_is_settled_before_the_router_goes_is_of_the_page_that_is_left(tab) {
    const seen = await tab.run(async () => {
      // Apps in Rust share no module: there the address tells.
      const shared = globalThis[Symbol.for("tabstate")];
      app.click("next");
      await (shared?.queryParams.settled() ?? app.until(() => location.search === "?page=2"));
      app.click("to-third");
      await app.shows("router", "?page=3");
      history.back();
      await app.shows("router", "?page=2");
      await app.settle();
      return [location.search, app.text("page")];
    });
    assert.deepEqual(seen, ["?page=2", "2"]);
  },
  // docs/query-params.md: a pending write is for its page.
  async a_write_just_before_the_router_goes_to_another_path_is_not_of_the_new_page(tab) {
    const seen = await tab.run(async () => {
      // In a task of their own: in WebKit, `click` in a microtask does what other microtasks wait for.
      await new Promise((resolve) => {
        setTimeout(() => {
          app.click("next");
          app.click("to-about");
          resolve();
        });
      });
      await app.shows("about", "1");
      await app.settle();
      return [location.pathname.includes("/about"), app.text("path"), location.search, app.text("router")];
    });
    assert.deepEqual(seen, [true, "/about", "", ""]);
  },
};

for (const [name, frontend] of chosen.filter(([, { hasPages }]) => hasPages)) {
  test(`${name}: what_is_made_ahead_has_the_defaults`, () => {
    assert.match(String(fileOf(frontend, "").body), /data-testid="page"[^>]*>(<!--.*?-->)*1</);
  });
}

/** What is not so there, which docs/frameworks.md says. */
const exceptions = {
  "vue-router": ["a_write_just_before_the_router_goes_to_another_path_is_not_of_the_new_page"],
  "tanstack-router": [
    "a_write_just_before_the_router_goes_to_another_path_is_not_of_the_new_page",
    "bytes_that_nobody_manages_stay_as_they_are",
  ],
  next: ["a_write_just_before_the_router_goes_to_another_path_is_not_of_the_new_page"],
};

for (const [name, frontend] of chosen) {
  for (const [what, check] of Object.entries(claims)) {
    if (exceptions[name]?.includes(what)) continue;
    test(`${name}: ${what}`, async () => {
      opened += 1;
      const tab = await openTab(frontend.hasPages ? `/${name}/` : `/${name}/${opened}/`);
      await isThere(tab);
      await check(tab);
      assert.deepEqual(await tab.errors(), []);
    });
  }
}
