// The cases of tests/cases/context.json by their ids: on pages that have what a case gives, and on a server where there is
// no browser.

import assert from "node:assert/strict";
import test from "node:test";
import { casesOf, nameOf } from "../support/cases.mjs";
import { addPage, html, importing, openTab, origins } from "../support/claims.mjs";
import { play } from "../support/context_cases.mjs";
import { tabstate } from "../support/packages.mjs";

/** Runs before the package: a browser that shows this. */
function show({ timezoneOffset, timezone }) {
  if (timezoneOffset !== undefined) Date.prototype.getTimezoneOffset = () => timezoneOffset;
  if (timezone !== undefined) Intl.DateTimeFormat.prototype.resolvedOptions = () => ({ timeZone: timezone });
}

/** A page that was handed over this. */
function pageOf({ headers, ip, browser }) {
  const parts = [importing];
  if (headers !== undefined || ip !== undefined) {
    const handed = { headers: Object.fromEntries(headers ?? []), ip_address: ip };
    parts.unshift(`<script type="application/json" id="tabstate-context">${JSON.stringify(handed)}</script>`);
  }
  if (browser) parts.unshift(`<script>(${show})(${JSON.stringify(browser)})</script>`);
  return { body: html(parts.join("\n")) };
}

const { cases } = casesOf("context");
const playing = openTab("", { bare: true });

for (const entry of cases) {
  test(nameOf(entry), async () => {
    const { address = "http://h/case", cookies, browser, expect } = entry;
    if (browser === null) {
      globalThis.tabstate = tabstate;
      return assert.deepEqual(play(entry), expect);
    }
    const tab = await playing;
    const { origin, pathname, search, hash } = new URL(address);
    addPage(pathname, pageOf(entry));
    await tab.driver.manage().deleteAllCookies();
    await tab.goto(pathname + search + hash);
    const seen = await tab.run(
      (play, entry, cookies) => {
        // biome-ignore lint/suspicious/noDocumentCookie: a case gives what is there
        for (const cookie of cookies) document.cookie = cookie;
        // biome-ignore lint/security/noGlobalEval: the player travels as source text
        return globalThis.eval(`(${play})`)(entry);
      },
      `${play}`,
      entry,
      cookies?.split("; ") ?? [],
    );
    const isAddress = (value) => typeof value === "string" && value.startsWith(`${origin}/`);
    const here = (value) => (isAddress(value) ? value.replace(origin, origins[0]) : value);
    assert.deepEqual(seen, expect.map(here));
    assert.deepEqual(await tab.errors(), []);
  });
}
