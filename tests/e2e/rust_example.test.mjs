// The Rust frontend of examples/context, built as its first lines say and opened as a page.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, engine, openTab } from "../support/claims.mjs";
import { buildFrontend, fileOf } from "../support/rust_frontend.mjs";

const frontend = buildFrontend("context", "examples");
addPage("/example/*", ({ url }) => {
  const path = new URL(url, "http://server").pathname.replace("/example/", "");
  if (path.startsWith("pkg/")) return frontend(path.slice("pkg/".length));
  const { body, type } = fileOf(`examples/context/${path}`);
  return { body: `${body}`.replace("<style>", '<script src="/support/claims-page.js"></script><style>'), type };
});

/** The example with these parameters, once it has drawn itself. */
async function openExample(query = "") {
  const tab = await openTab(`/example/index.html${query}`);
  await otherCodeSets(tab, "colour=; path=/; max-age=0");
  await shown(tab, "greeting", (text) => text !== "…");
  return tab;
}

/** Where there is no cookieStore, a change is seen when the person comes back to the page. */
function otherCodeSets(tab, text) {
  return tab.run((text) => {
    // biome-ignore lint/suspicious/noDocumentCookie: other code does it
    document.cookie = text;
    if (globalThis.cookieStore === undefined) dispatchEvent(new Event("focus"));
  }, text);
}

/** Waits until what the page shows is as it should be. */
async function shown(tab, id, isRight) {
  let text;
  const look = async () => {
    text = await tab.run((id) => document.getElementById(id).textContent, id);
    return isRight(text);
  };
  await tab.driver.wait(look, 10_000).catch(() => assert.fail(`#${id} shows ${JSON.stringify(text)}`));
  return text;
}

test("the_page_shows_the_browsers_locale_and_zone_and_whom_the_address_names", async () => {
  const tab = await openExample("?name=Ada");
  const seen = await tab.run(() => {
    const canonical = (tag) => {
      try {
        return Intl.getCanonicalLocales(tag)[0];
      } catch {
        return "";
      }
    };
    const texts = ["locale", "timezone", "greeting"].map((id) => document.getElementById(id).textContent);
    return { texts, locale: canonical(navigator.language), zone: new Intl.DateTimeFormat().resolvedOptions().timeZone };
  });
  assert.deepEqual(seen.texts, [seen.locale, seen.zone, "Hello, Ada!"]);
  await tab.run(() => history.pushState(null, "", "?name=Grace"));
  await shown(tab, "greeting", (text) => text === "Hello, Grace!");
  assert.deepEqual(await tab.errors(), []);
});

test("the_page_keeps_a_colour_in_a_cookie_and_follows_it", async () => {
  const tab = await openExample();
  await shown(tab, "colour", (text) => text === "seagreen");
  await tab.driver.findElement({ css: "button[value=tomato]" }).click();
  await shown(tab, "colour", (text) => text === "tomato");
  assert.match(await tab.run(() => document.cookie), /colour=tomato/);
  await tab.reload();
  await shown(tab, "colour", (text) => text === "tomato");

  await otherCodeSets(tab, "colour=steelblue; path=/");
  await shown(tab, "colour", (text) => text === "steelblue");
  const colour = () => getComputedStyle(document.documentElement).getPropertyValue("--colour").trim();
  assert.equal(await tab.run(colour), "steelblue");

  // Anybody may have written anything.
  await otherCodeSets(tab, "colour=url(x)%3B; path=/");
  await shown(tab, "colour", (text) => text === "url(x);");
  assert.equal(await tab.run(colour), "gray");
  assert.equal(await tab.run(() => document.getElementById("trouble").textContent), "");
  assert.deepEqual(await tab.errors(), [], engine);
});
