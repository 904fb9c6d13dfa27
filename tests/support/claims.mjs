// Runs claims inside real pages: a node:test file opens a tab of the engine that TABSTATE_ENGINE names, runs functions in
// it, and gets their results as JSON. One browser for each test file; closed by itself when the file's tests are done.
//
//     import { openTab } from "../support/claims.mjs";
//
//     test("a_write_reaches_the_address", async () => {
//       const tab = await openTab("?a=1#top");        // a new tab on a new URL: new history budget, no stored state
//       const seen = await tab.run(async (value) => {
//         tabstate.queryParams.set("n", value);        // the page has the module as `globalThis.tabstate`
//         return { outcome: await tabstate.queryParams.settled(), search: location.search };
//       }, 42);                                        // arguments and results travel as JSON
//       assert.deepEqual(seen, { outcome: "applied", search: "?a=1&n=42" });
//     });
//
// `tab.run(f, ...args)`  runs `f` in the page's own realm; it closes over nothing. What it throws is thrown here, with
//                        `name`, `message` and `code`. Each run has 120 seconds. A run does not survive a navigation:
//                        navigate with `tab.goto` or `tab.driver`, then run again.
// `tab.goto(path)`       loads a path (or a full URL) in the same tab; `tab.reload()`, `tab.url()`.
// `tab.errors()`         uncaught errors, rejections and console.error texts of the present document.
// `tab.driver`           selenium's WebDriver, for clicks and keys. In WebKit go back by `run(() => history.back())`.
// `tab.origins`          three origins with the same content, the tab is on the first; `pages` adds more pages to them:
// `addPage(path, page)`  `{ body, type?, status?, headers? }`. `/package/` is the unpacked package,
//                        `/support/claims-page.js` what makes a document fit for `tab.run`.
//                        `/copy/` is the same package by another address: a second copy on a page.
// `openTab(where, { bare: true })` opens a page that does not import tabstate; `{ observed: true }` one that has
//                        tests/pages/observed.js as `observed`: it counts history calls and makes another script's.

import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { engine, openBrowser } from "./browsers.mjs";
import { serve } from "./serve.mjs";

export { engine };

const directory = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The file of the entry that this test run is about, instead of `tabstate`: "js/index". */
const entry = process.env.TABSTATE_ENTRY;

const server = await serve({
  origins: 3,
  directories: {
    "/package": directory("../../build/package"),
    "/copy": directory("../../build/package"),
    "/pages": directory("../pages"),
  },
  // Sandboxed frames have an origin of their own, and import the package all the same.
  headers: { "access-control-allow-origin": "*" },
});
// Whoever imports the package in a page gets it from there.
if (entry) server.pages["/package/dist/index.js"] = { body: `export * from "./${entry}.js";`, type: "text/javascript" };
let browser;
let tabsOpened = 0;

after(async () => {
  await (await browser)?.close();
  await server.close();
});

server.pages["/support/claims-page.js"] = { body: `(${prepareDocument})();`, type: "text/javascript; charset=utf-8" };
/** Makes the module the page's `globalThis.tabstate`. */
export const importing = `<script type="module">
      import * as tabstate from "/package/dist/index.js";
      globalThis.tabstate = tabstate;
    </script>`;
const observing = '<script src="/pages/observed.js"></script>';

server.pages["/tab/*"] = { body: html(importing) };
server.pages["/observed/*"] = { body: html(observing + importing) };
server.pages["/bare/*"] = { body: html("") };

export const origins = server.origins;

export function addPage(path, page) {
  server.pages[path] = page;
}

/** The HTML of a page that `run` works in, with `head` added to its head. */
export function html(head, body = "") {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>claims</title>
    <link rel="icon" href="data:," />
    <script src="/support/claims-page.js"></script>
    ${head}
  </head>
  <body>${body}</body>
</html>
`;
}

/**
 * @param {string} [where] what follows the tab's own path: `?query#fragment`; or a path that begins with `/`
 * @param {{ bare?: boolean, observed?: boolean }} [options]
 */
export async function openTab(where = "", { bare = false, observed = false } = {}) {
  browser ??= openBrowser();
  const { driver } = await browser;
  const [window, ...others] = await driver.getAllWindowHandles();
  for (const other of others) {
    await driver.switchTo().window(other);
    await driver.close();
  }
  await driver.switchTo().window(window);
  // A tab that WebKit's driver opens stays hidden, with timers of a second.
  await driver.switchTo().newWindow(engine === "webkit" ? "window" : "tab");

  // Firefox's driver does not wait for an address with a fragment to load, WebKit's not for the modules of a page.
  const goto = async (path) => {
    await driver.executeScript("window.isLeft = true");
    await driver.get(new URL(path, origins[0]).href);
    const isLoaded = "return !window.isLeft && document.readyState === 'complete'";
    await driver.wait(() => driver.executeScript(isLoaded).catch(() => false), 30_000, `${path} does not load`, 10);
  };
  tabsOpened += 1;
  const kind = bare ? "bare" : observed ? "observed" : "tab";
  await goto(where.startsWith("/") ? where : `/${kind}/${tabsOpened}${where}`);
  return {
    driver,
    origins,
    goto,
    reload: () => driver.navigate().refresh(),
    url: () => driver.getCurrentUrl(),
    errors: () => driver.executeScript("return globalThis.claims.errors"),
    async run(f, ...args) {
      const text = await driver.executeAsyncScript(
        "window.claims.run(arguments[0], arguments[1]).then(arguments[2])",
        `${f}`,
        JSON.stringify(args),
      );
      const { value, error } = JSON.parse(text);
      if (error) throw Object.assign(new Error(error.message), error);
      return value;
    },
  };
}

/** Runs in the page: what WebDriver passes in is run in the page's realm, not in the driver's sandbox. */
function prepareDocument() {
  const errors = [];
  addEventListener("error", ({ message }) => errors.push(message));
  addEventListener("unhandledrejection", ({ reason }) => errors.push(`unhandled: ${reason}`));
  const { error: logError } = console;
  console.error = (...parts) => {
    errors.push(parts.join(" "));
    logError.apply(console, parts);
  };
  const run = async (source, args) => {
    try {
      // biome-ignore lint/security/noGlobalEval: a claim is source text, and has to run in this realm.
      const value = await globalThis.eval(`(${source})`)(...JSON.parse(args));
      return JSON.stringify({ value });
    } catch (error) {
      const { name, message = String(error), code, key, stack } = error ?? {};
      return JSON.stringify({ error: { name, message, code, key, stack } });
    }
  };
  globalThis.claims = { run, errors };
}
