// The router of Dioxus and tabstate on one address: each sees what the other does, and none loses the other's.

import assert from "node:assert/strict";
import test, { before } from "node:test";
import { addPage, openTab } from "../support/claims.mjs";
import { dioxusRouter, fileOf } from "../support/frontends.mjs";

const head = ["/support/claims-page.js", "/pages/observed.js", "/pages/frontend.js"]
  .map((path) => `<script src="${path}"></script>`)
  .join("");

before(async () => {
  await dioxusRouter.build();
  addPage("/routed/*", ({ url }) => {
    const path = new URL(url, "http://x").pathname.split("/").at(-1);
    return fileOf(dioxusRouter, path.startsWith("app") ? path : "", head);
  });
});

let opened = 0;

async function open(where = "") {
  opened += 1;
  const tab = await openTab(`/routed/${opened}/${where}`);
  await tab.run(async () => {
    await app.until(() => app.text("path") !== undefined);
    await app.settle();
  });
  return tab;
}

const claim = (name, check) =>
  test(name, async () => {
    let tab;
    await check(async (where) => {
      tab = await open(where);
      return tab;
    });
    assert.deepEqual(await tab.errors(), []);
  });

claim("the_router_shows_what_tabstate_writes", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    app.click("next");
    await app.shows("page", "2");
    await app.shows("router", "?page=2");
    app.click("sort");
    await app.shows("router", "?page=2&sort=name");
    return location.search;
  });
  assert.equal(seen, "?page=2&sort=name");
});

claim("tabstate_shows_where_the_router_goes", async (open) => {
  const tab = await open("?page=2");
  const seen = await tab.run(async () => {
    app.click("to-third");
    await app.shows("page", "3");
    app.click("to-about");
    await app.shows("about", "1");
    return [app.text("path"), location.pathname.split("/").at(-1), location.search];
  });
  assert.deepEqual(seen, ["/about", "about", ""]);
});

claim("a_parameter_that_a_route_names_is_the_same_for_both", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    app.click("to-third");
    await app.shows("page", "3");
    app.click("next");
    await app.shows("page", "4");
    await app.shows("routed-page", "4");
    history.back();
    await app.shows("routed-page", "3");
    return [app.text("page"), app.text("router"), location.search];
  });
  assert.deepEqual(seen, ["3", "?page=3", "?page=3"]);
});

claim("a_query_that_no_route_names_is_still_there_when_the_router_has_started", async (open) => {
  const tab = await open("?page=2&sig=a%20b%2Cc&flag#top");
  const seen = await tab.run(() => [app.text("page"), app.text("router"), location.search + location.hash]);
  assert.deepEqual(seen, ["2", "?page=2&sig=a%20b%2Cc&flag#top", "?page=2&sig=a%20b%2Cc&flag#top"]);
});

claim("the_router_follows_what_other_code_pushes", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    history.pushState(null, "", "about?page=5");
    await app.shows("about", "5");
    await app.shows("router", "?page=5");
    history.replaceState(null, "", "about?page=6");
    await app.shows("about", "6");
    return [await app.shows("router", "?page=6"), app.text("path")];
  });
  assert.deepEqual(seen, ["?page=6", "/about"]);
});

claim("back_and_forward_go_through_the_steps_of_both", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    const steps = [];
    const note = () =>
      steps.push([app.text("path"), location.search, app.text("router"), app.text("page") ?? app.text("about")]);
    app.click("next");
    await app.shows("router", "?page=2");
    app.click("to-third");
    await app.shows("router", "?page=3");
    app.click("to-about");
    await app.shows("about", "1");
    note();
    for (const [delta, search] of [
      [-1, "?page=3"],
      [-1, "?page=2"],
      [-1, ""],
      [1, "?page=2"],
    ]) {
      history.go(delta);
      await app.shows("router", search);
      await app.settle();
      note();
    }
    return steps;
  });
  assert.deepEqual(seen, [
    ["/about", "", "", "1"],
    ["/third", "?page=3", "?page=3", "3"],
    ["/", "?page=2", "?page=2", "2"],
    ["/", "", "", "1"],
    ["/", "?page=2", "?page=2", "2"],
  ]);
});

claim("a_write_just_before_the_router_goes_to_another_path_is_not_of_the_new_page", async (open) => {
  const tab = await open();
  const seen = await tab.run(async () => {
    app.click("next");
    app.click("to-about");
    await app.shows("about", "1");
    await app.settle();
    return [app.text("path"), location.search, app.text("router")];
  });
  assert.deepEqual(seen, ["/about", "", ""]);
});
