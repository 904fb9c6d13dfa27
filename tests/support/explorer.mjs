// The explorer in www/, as it is built, in the browser of a test file: opened before its tests, closed behind them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { By } from "selenium-webdriver";
import { openBrowser } from "./browsers.mjs";
import { serve } from "./serve.mjs";

const dist = join(fileURLToPath(new URL("../..", import.meta.url)), "www", "dist");

export let browser;
export let server;

/** @param {(document: string) => object} pages more pages than the document's own, and a sandboxed one */
export function openExplorer(pages) {
  before(async () => {
    const document = readFileSync(join(dist, "index.html"), "utf8");
    const sandbox = { "content-security-policy": "sandbox allow-scripts" };
    server = await serve({
      directories: { "/": dist },
      pages: { "/sandboxed.html": { body: document, headers: sandbox }, ...pages(document) },
      // A sandboxed page has an origin of its own, and loads its scripts all the same.
      headers: { "access-control-allow-origin": "*" },
    });
    browser = await openBrowser();
    await browser.driver.manage().window().setRect({ width: 1280, height: 900 });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
}

export const find = (css) => browser.driver.findElement(By.css(css));
export const query = async () => new URL(await browser.driver.getCurrentUrl()).searchParams;
export const until = (claim, what) => browser.driver.wait(claim, 30_000, what, 50);
/** Its text, shown or not. */
export const summary = () =>
  browser.driver.executeScript("return document.getElementById('results-title')?.textContent ?? ''");

export const arrived = () => until(async () => /\d/.test(await summary()), "the places do not come");

export async function open(search) {
  await browser.driver.get(`${server.origins[0]}/${search}`);
  await arrived();
}
