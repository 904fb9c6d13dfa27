// Where the browser denies cookies: by the user's own preference, in frames with an origin of their own, in frames of
// another site. No read throws, `status()` says why, no write is said to be done.

import assert from "node:assert/strict";
import test from "node:test";
import { openBrowser } from "../support/browsers.mjs";
import { addPage, engine, openTab, origins } from "../support/claims.mjs";
import { blocking, toldByFrame } from "../support/denied.mjs";

/** Runs in each of the documents, and tells whoever is outside. */
const reporting = (origin) => `
  (async () => {
    const { context, cookies, status, TabstateError } = await import("${origin}/package/dist/index.js");
    const errors = [];
    addEventListener("error", ({ message }) => errors.push(message));
    addEventListener("unhandledrejection", ({ reason }) => errors.push(String(reason)));
    const outcomeOf = (f) => {
      try {
        return f();
      } catch (error) {
        if (!(error instanceof TabstateError)) throw error;
        return { code: error.code, reason: error.reason, key: error.key };
      }
    };
    const shown = () => {
      try {
        return document.cookie;
      } catch (error) {
        return error.name;
      }
    };
    const told = { before: status(), shown: shown() };
    told.reads = [
      cookies.get("a") ?? null, cookies.getAll("a"), cookies.has("a"), cookies.size, cookies.raw("a") ?? null, [...cookies],
      cookies.toDict(), "a" in cookies, Object.keys(cookies), cookies.a ?? null, context.cookies.toDict(),
      context.headers.get("Cookie") ?? null,
    ];
    const heard = [];
    const ends = [cookies.subscribe(({ names }) => heard.push(...names)), context.subscribe(({ facts }) => heard.push(...facts))];
    told.writes = [{}, { maxAge: 60 }, { sameSite: "strict" }, { secure: false }].map((options) =>
      outcomeOf(() => cookies.set("a", "1", options)),
    );
    told.other = outcomeOf(() => cookies.set("b", "1", { sameSite: "none", secure: true }));
    told.otherRead = cookies.get("b") ?? null;
    told.partitioned = outcomeOf(() => cookies.set("c", "1", { sameSite: "none", secure: true, partitioned: true }));
    told.deletes = [{}, { path: "/" }].map((options) => outcomeOf(() => cookies.delete("a", options)));
    told.otherDeletes = ["b", "c"].map((name) => outcomeOf(() => cookies.delete(name)));
    told.over = outcomeOf(() => cookies.set("a", "1", { maxAge: 0 }));
    told.facts = [context.locale !== undefined, context.isFramed, context.theme.type];
    const { source, value } = context.explain().find(({ name }) => name === "cookies");
    told.row = { source, value };
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const end of ends) end();
    return { ...told, after: status(), end: shown(), heard, errors };
  })().catch((error) => ({ failed: String(error && error.stack) })).then((told) => {
    globalThis.told = JSON.stringify(told);
    if (parent !== window) parent.postMessage(globalThis.told, "*");
  });
`;
const report = (origin) => `<!doctype html><meta charset="utf-8"><script type="module">${reporting(origin)}</script>`;
addPage("/denied/*", { body: report("") });

/** No read shows anything, no usual write is done, and all of it is said. */
function assertDenied(told) {
  assert.equal(told.failed, undefined);
  assert.deepEqual(told.reads, [null, [], false, 0, null, [], {}, false, [], null, {}, null]);
  assert.deepEqual(told.writes, Array(4).fill({ code: "blocked", key: "a" }));
  for (const { cookies, reasons } of [told.before, told.after]) {
    assert.equal(cookies, "blocked");
    assert.match(reasons.cookies, /denies/);
  }
  assert.deepEqual(told.row.value, {});
  assert.equal(told.end, told.shown, "no probe is left");
  assert.deepEqual(told.errors, []);
  assert.equal(told.facts[0], true);
}

test("a_browser_that_keeps_no_cookies_is_told", {
  skip: !blocking[engine] && "MiniBrowser has no such setting",
}, async (t) => {
  const { driver, close } = await openBrowser(engine, { prefs: blocking[engine] });
  t.after(close);
  for (const host of ["127.0.0.1", "localhost"]) {
    await driver.get(`${origins[0].replace("127.0.0.1", host)}/denied/by-preference`);
    await driver.wait(() => driver.executeScript("return globalThis.told"), 30_000);
    const told = JSON.parse(await driver.executeScript("return globalThis.told"));
    assertDenied(told);
    assert.deepEqual(told.other, { code: "blocked", key: "b" });
    assert.deepEqual([told.shown, told.deletes, told.facts[1], told.heard], ["", [false, false], false, []]);
    assert.deepEqual(await driver.manage().getCookies(), []);
  }
});

/** What a frame on a page of 127.0.0.1 tells. */
async function cookiesToldByFrame(attributes) {
  const tab = await openTab("", { bare: true });
  await tab.driver.manage().deleteAllCookies();
  const told = await toldByFrame(tab, attributes);
  assert.deepEqual(await tab.errors(), []);
  assert.equal(await tab.run(() => document.cookie), "");
  return JSON.parse(told);
}

const sandboxed = {
  "a sandboxed frame": { src: "/denied/sandboxed", sandbox: "allow-scripts" },
  "a sandboxed srcdoc frame": { srcdoc: report(origins[0]), sandbox: "allow-scripts" },
  "a data: frame": { src: `data:text/html,${encodeURIComponent(report(origins[0]))}` },
};

for (const [name, attributes] of Object.entries(sandboxed)) {
  test(`cookies_are_denied_in ${name}`, async () => {
    const told = await cookiesToldByFrame(attributes);
    assertDenied(told);
    // Some engines show an empty jar to documents without a host, which are not secure either; else it throws.
    const throws = told.shown === "SecurityError";
    const refused = throws ? { code: "blocked", key: "b" } : { code: "rejected", reason: "secure", key: "b" };
    assert.deepEqual(told.other, refused);
    assert.deepEqual(told.over, { code: "blocked", key: "a" });
    const deleted = throws ? { code: "blocked", key: "a" } : false;
    assert.deepEqual([told.deletes, told.row.source], [[deleted, deleted], throws ? "unknown" : "observed"]);
    assert.deepEqual([told.facts[1], told.heard], [true, []]);
  });
}

// Firefox keeps a jar for each site that a frame is on, Chromium keeps partitioned cookies only, WebKit keeps none.
test("usual_cookies_are_denied_in_a_frame_of_another_site", async () => {
  const told = await cookiesToldByFrame({ src: `${origins[0].replace("127.0.0.1", "localhost")}/denied/other-site` });
  assertDenied(told);
  const isKept = [told.other, told.partitioned].map((outcome) => outcome === "stored");
  assert.deepEqual(isKept, { chromium: [false, true], firefox: [true, true], webkit: [false, false] }[engine]);
  assert.equal(told.otherRead, isKept[0] ? "1" : null);
  assert.deepEqual(told.otherDeletes, isKept, "what is kept is deleted");
  assert.deepEqual([told.deletes, told.facts[1]], [[false, false], true]);
});
