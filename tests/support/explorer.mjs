// The explorer in www/, as it is built, in the browser of a test file: opened before its tests, closed behind them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { By, Key } from "selenium-webdriver";
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
export const press = async (css) => (await find(css)).sendKeys(Key.ENTER);
export const run = (script, ...args) => browser.driver.executeScript(script, ...args);
export const textOf = (css) => run("return document.querySelector(arguments[0])?.innerText ?? ''", css);
export const isThere = (css) => run("return document.querySelector(arguments[0]) !== null", css);
export const focused = () => run("return document.activeElement.id");
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

export async function reload() {
  await browser.driver.navigate().refresh();
  await arrived();
}

/** How often the page fails keyboards, screen readers and narrow screens, by the kind of fault; `targets` are not to be small. */
export const faults = (targets = "none") =>
  run((targets) => {
    const seen = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
    const all = (css) => [...document.querySelectorAll(css)].filter(seen);
    const name = (control) => control.ariaLabel || control.labels?.[0]?.textContent || control.textContent;
    const ids = Array.from(document.querySelectorAll("[id]"), ({ id }) => id);
    const levels = all("h1, h2, h3").map(({ tagName }) => Number(tagName[1]));
    const dangling = (attribute) =>
      all(`[${attribute}]`).filter((one) => !ids.includes(one.getAttribute(attribute))).length;
    const isSmall = (target) => {
      const { width, height } = (target.closest("label") ?? target).getBoundingClientRect();
      return Math.min(width, height) < 24;
    };
    return {
      unnamed: all("button, input, select, textarea, a[href]").filter((control) => !name(control).trim()).length,
      positiveTabs: all("[tabindex]").filter(({ tabIndex }) => tabIndex > 0).length,
      headless: all("table th").filter(({ scope }) => scope === "").length,
      dangling: dangling("aria-labelledby") + dangling("aria-describedby"),
      twice: ids.length - new Set(ids).size,
      mains: all("main").length - 1,
      skips: levels.filter((level, nth) => nth > 0 && level - levels[nth - 1] > 1).length,
      small: all(targets).filter(isSmall).length,
      overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    };
  }, targets);
