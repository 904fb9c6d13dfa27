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
      const path = new URL(url, "http://x").pathname.replace(/^\/[^/]+\/\d+\//, "");
      return fileOf(frontend, path.startsWith("assets/") ? path : "", head);
    });
  }
});

// A file without a test would leave its browser open.
if (chosen.length === 0) test(`no_router_is_tried_in_${engine}`, { skip: true }, () => {});

let opened = 0;

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
      app.click("to-about");
      await app.shows("about", "3");
      return location.pathname.split("/").at(-1) + location.search;
    });
    assert.equal(seen, "about?page=3");
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
  // docs/query-params.md: a pending write is for its page.
  async a_write_just_before_the_router_goes_to_another_path_is_not_of_the_new_page(tab) {
    const seen = await tab.run(async () => {
      app.click("next");
      app.click("to-about");
      await app.shows("about", "1");
      await app.settle();
      return [location.pathname.split("/").at(-1), location.search, app.text("router")];
    });
    assert.deepEqual(seen, ["about", "", ""]);
  },
};

for (const [name] of chosen) {
  for (const [what, check] of Object.entries(claims)) {
    test(`${name}: ${what}`, async () => {
      opened += 1;
      const tab = await openTab(`/${name}/${opened}/`);
      await tab.run(() => app.until(() => app.text("page") !== undefined));
      await check(tab);
      assert.deepEqual(await tab.errors(), []);
    });
  }
}
