// A page with controls in it: `globalThis.tabstate` and `globalThis.dom` are the package and its `tabstate/dom`.

import { addPage, html, openTab } from "./claims.mjs";

const head = `<script src="/pages/observed.js"></script>
    <script type="module">
      import * as tabstate from "/package/dist/index.js";
      import * as dom from "/package/dist/dom.js";
      globalThis.tabstate = tabstate;
      globalThis.dom = dom;
    </script>`;

let pages = 0;

/** The path of a new page with this body. */
export function pageWith(body) {
  pages += 1;
  addPage(`/controls/${pages}`, { body: html(head, body) });
  return `/controls/${pages}`;
}

/** Opens a tab with this body at this query; `select` finds an element, `type` replaces a field's text by real keys. */
export async function openControls(body, query = "") {
  const tab = await openTab(`${pageWith(body)}${query}`);
  await isReady(tab);
  return { ...tab, ...handsOn(tab) };
}

/** WebKit calls a page complete whose modules have not run. */
export function isReady({ driver }) {
  return driver.wait(() => driver.executeScript("return window.dom !== undefined"), 10_000, "no modules", 10);
}

export function handsOn({ driver }) {
  const select = (css) => driver.findElement({ css });
  return {
    select,
    async type(css, text) {
      const field = await select(css);
      // A modifier is held to the end of a call.
      await field.sendKeys("\uE009a");
      await field.sendKeys("\uE003");
      if (text !== "") await field.sendKeys(text);
    },
    /** Waits for the address to have this query; gives the query that it has in the end. */
    async query(expected, ms = 3000) {
      const read = () => driver.executeScript("return location.search");
      await driver.wait(async () => (await read()) === expected, ms, undefined, 20).catch(() => undefined);
      return read();
    },
  };
}
