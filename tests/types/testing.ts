// What TypeScript knows of `tabstate/testing`. Compiled by tests/packed/types.test.mjs against the packed package, and never
// run: a line that should not compile is marked, and is an error where it does.

import { type Browser, type BrowserOptions, createBrowser, type Engine, type HistoryCall } from "tabstate/testing";

const engine: Engine = "webkit";
const options: BrowserOptions = {
  url: "https://app.test/",
  engine,
  languages: ["de-DE", "en"],
  theme: { contrast: "more" },
};
const browser: Browser = createBrowser(options);
createBrowser({ languages: "nb", theme: "dark", timezone: "Asia/Tokyo", cookies: ["a=1"], quota: 100 });
// @ts-expect-error there is no such engine
createBrowser({ engine: "presto" });
// @ts-expect-error there is no such option
createBrowser({ locale: "nb" });
// @ts-expect-error there is no such theme
browser.setTheme("sepia");
// @ts-expect-error the address is the page's to write
browser.url = "https://app.test/";

const page: string | undefined = browser.queryParams.get("page");
const told: "stored" | "unverified" = browser.cookies.set("a", "1");
const sent: string = browser.serverCookies;
const calls: readonly HistoryCall[] = browser.historyCalls;
const method: "pushState" | "replaceState" | undefined = calls[0]?.method;
const landed: Promise<void> = browser.back();
const passed: Promise<void> = browser.advance(10);
browser[Symbol.dispose]();

export { landed, method, page, passed, sent, told };
