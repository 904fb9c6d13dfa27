// `tabstate/testing`: a browser with one tab, simulated in Node, that the package really runs on. It is for tests of code that
// uses tabstate; elements of a document are no part of it.

/// <reference lib="esnext.disposable" preserve="true" />

import {
  type CacheData,
  type CacheResource,
  type Context,
  type Cookies,
  cacheData,
  cacheResource,
  context,
  cookies,
  type QueryParams,
  queryParams,
  type SessionState,
  sessionState,
  TabstateError,
  type Theme,
} from "./index.js";
import { invalid, refuseUnknown } from "./query_options.js";
import { Clock } from "./testing_clock.js";
import { Jar } from "./testing_cookies.js";
import { type Arrival, type Engine, type HistoryCall, landingMs, TabHistory } from "./testing_history.js";
import { type Media, Page, type Surroundings } from "./testing_page.js";
import { addressChanged, begin, ours, release } from "./testing_restart.js";
import { createStorage, denyStorage, fillStorage, limitStorage, type SimulatedStorage } from "./testing_storage.js";

export type { Engine, HistoryCall };

/** How a simulated browser begins. */
export interface BrowserOptions {
  /** The address of the first page; `"https://app.test/"` by default. */
  url?: string | undefined;
  /**
   * Whose limits it has: 200 history calls in 10 seconds and then silence (`"chromium"`, the default), or an error
   * (`"firefox"`); 100 and an error, without the Navigation API (`"webkit"`).
   */
  engine?: Engine | undefined;
  /** The languages that the person wants, the first one first; `["en-US"]` by default. */
  languages?: string | readonly string[] | undefined;
  /** How things should look; `"light"` by default. */
  theme?: WantedTheme | undefined;
  /** The name of the time zone; that of the process by default. */
  timezone?: string | undefined;
  /** Cookies that the server sets with the first page, as in `Set-Cookie`. */
  cookies?: readonly string[] | undefined;
  /** The room in each storage in units of UTF-16, names included; 5,242,880 by default, half of it in WebKit. */
  quota?: number | undefined;
}

/** The type alone, or what is wanted of each. */
export type WantedTheme = "light" | "dark" | Partial<Theme>;

/**
 * A simulated browser with one tab. Until it is closed, this process is the page in it. When it is closed, what happened to it
 * can still be read, and all else is refused with a `TabstateError`, `unavailable`.
 */
export interface Browser {
  /** The package's own, for the page that is there now: what `import { queryParams } from "tabstate"` gives. */
  readonly queryParams: QueryParams;
  /** The same, of what surrounds the page. */
  readonly context: Context;
  /** The same, of the cookies that the page is shown. */
  readonly cookies: Cookies;
  /** The same, of the tab's values. */
  readonly sessionState: SessionState;
  /** The same, of the cache for data. */
  readonly cacheData: CacheData;
  /** The same, of the cache for resources. */
  readonly cacheResource: CacheResource;

  /** The address. */
  readonly url: string;
  /** The addresses of the history's entries, the oldest first. */
  readonly entries: readonly string[];
  /** Which of them is the current one. */
  readonly index: number;
  /** Every call of `pushState` and `replaceState` since the browser began, by whomever. */
  readonly historyCalls: readonly HistoryCall[];

  /** The person types an address, or follows a link: another page, unless only the fragment is another one. */
  navigate(url: string): void;
  /** The page is loaded anew: storage, cookies and history stay. */
  reload(): void;
  /** The person goes back. Resolves when the entry is reached. */
  back(): Promise<void>;
  /** The person goes forward. Resolves when the entry is reached. */
  forward(): Promise<void>;
  /** The person goes so many entries on, or back. Resolves when the entry is reached. */
  go(delta: number): Promise<void>;
  /** Other code of the page calls `replaceState` until the engine lets no call through. */
  spendHistoryBudget(): void;

  /** Other code of the page fills the session storage, but for so many units of UTF-16. */
  fillStorage(left?: number): void;
  /** The room in each storage, in units of UTF-16. */
  limitStorage(units: number): void;
  /** From now on the browser denies storage, and keeps no cookies: where the person blocks cookies, browsers do both. */
  denyStorage(): void;

  /** The cookies that the page's server is sent, those that the page is not shown included. */
  readonly serverCookies: string;
  /** The server sets a cookie, by a text as in `Set-Cookie`. */
  setCookie(text: string): void;
  /** The person deletes all cookies. */
  clearCookies(): void;

  /** The person wants other languages, the first one first. */
  setLanguages(...tags: string[]): void;
  /** Things should look different from now on. What is not named stays. */
  setTheme(theme: WantedTheme): void;
  /** The person travels. A page notices when it is shown again. */
  setTimezone(name: string): void;
  /** The person looks at another tab. */
  hide(): void;
  /** The person is back. */
  show(): void;

  /** Lets so many milliseconds pass, with all timers that are due, and all promises that are kept on the way. */
  advance(milliseconds: number): Promise<void>;
  /** Closes the tab: all globals are what they were before, and the package works in memory. */
  close(): void;
  /** The same, for `using`. */
  [Symbol.dispose](): void;
}

/** Media features by what a theme calls them, with the texts of its values; the first one is the default. */
const features: { readonly [Name in keyof Theme]: readonly [feature: string, texts: ReadonlyMap<unknown, string>] } = {
  type: ["prefers-color-scheme", asThemselves("light", "dark")],
  contrast: ["prefers-contrast", asThemselves("no-preference", "more", "less", "custom")],
  forcedColors: ["forced-colors", texts(["none", "active"])],
  reducedMotion: ["prefers-reduced-motion", texts(["no-preference", "reduce"])],
};

function asThemselves(...values: string[]): ReadonlyMap<unknown, string> {
  return new Map(values.map((value) => [value, value]));
}

function texts([off, on]: readonly [string, string]): ReadonlyMap<unknown, string> {
  return new Map([
    [false, off],
    [true, on],
  ]);
}

const plainMedia: Media = new Map(
  Object.values(features).map(([feature, texts]) => [feature, texts.values().next().value as string]),
);

function mediaWith(media: Media, theme: WantedTheme): Media {
  const wanted: Partial<Theme> = typeof theme === "string" ? { type: theme } : theme;
  refuseUnknown(wanted, Object.keys(features));
  const changed = new Map(media);
  for (const [name, [feature, texts]] of Object.entries(features)) {
    const value = wanted[name as keyof Theme];
    const text = texts.get(value);
    if (text !== undefined) changed.set(feature, text);
    else if (value !== undefined) throw invalid("theme", `${name} is one of ${[...texts.keys()].join(", ")}`);
  }
  return changed;
}

function checkedLanguages(given: string | readonly string[]): readonly string[] {
  const tags = [given].flat();
  if (tags.length === 0 || !tags.every((tag) => typeof tag === "string" && tag !== ""))
    throw invalid("languages", "it is a language's tag, or a list of them");
  return Object.freeze(tags);
}

function checkedQuota(units: number): number {
  if (!(Number.isSafeInteger(units) && units >= 0)) throw invalid("quota", "it is a whole number from 0");
  return units;
}

const environment = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env;

/** The zone, if there is such a one. */
function checkedZone(name: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    throw invalid("timezone", 'it is the name of a zone, such as "Europe/Oslo"');
  }
  return name;
}

const zoneOf = (format: Intl.DateTimeFormat) => format.resolvedOptions().timeZone;

/** Node takes the zone of the process from its environment, and notices when it changes, in its main thread. */
function putZone(zone: string | undefined): void {
  if (environment === undefined) throw new TabstateError("unavailable", "only Node can be given another time zone");
  if (zone === undefined) delete environment.TZ;
  else environment.TZ = zone;
}

function setZone(zone: string): void {
  const before = environment?.TZ;
  putZone(zone);
  if (zoneOf(new Intl.DateTimeFormat()) === zoneOf(new Intl.DateTimeFormat("en", { timeZone: zone }))) return;
  putZone(before);
  const hint = "a thread cannot be given another time zone: run the tests in a process (in Vitest, pool: 'forks')";
  throw new TabstateError("unavailable", hint);
}

/** The options, those that were left out included. */
type Checked = ReturnType<typeof checked>;

function checked(options: BrowserOptions) {
  refuseUnknown(options, [
    "url",
    "engine",
    "languages",
    "theme",
    "timezone",
    "cookies",
    "quota",
  ] satisfies (keyof BrowserOptions)[]);
  const { url = "https://app.test/", engine = "chromium", theme = "light", timezone, cookies = [], quota } = options;
  if (!URL.canParse(url)) throw invalid("url", "it is a whole address");
  if (!["chromium", "firefox", "webkit"].includes(engine))
    throw invalid("engine", 'it is "chromium", "firefox" or "webkit"');
  if (!Array.isArray(cookies) || !cookies.every((text) => typeof text === "string"))
    throw invalid("cookies", "it is a list of texts, as in Set-Cookie");
  if (quota !== undefined) checkedQuota(quota);
  if (timezone !== undefined) checkedZone(timezone);
  const languages = checkedLanguages(options.languages ?? "en-US");
  return { url, engine, languages, media: mediaWith(plainMedia, theme), timezone, cookies, quota };
}

class Tab implements Browser {
  readonly #around: Surroundings;
  readonly #replaced = new Map<string, PropertyDescriptor | undefined>();
  readonly #storages = new Map<string, SimulatedStorage>();
  #quota: number;
  #isStorageDenied = false;
  #page: Page;
  #isLeaving = false;
  #zone = environment?.TZ;
  #isZoneSet = false;

  constructor({ url, engine, languages, media, timezone, cookies, quota }: Checked) {
    this.#quota = quota ?? (engine === "webkit" ? 2_621_440 : 5_242_880);
    const clock = new Clock();
    const history = new TabHistory(engine, clock, url, {
      navigate: (type, to) => this.#page.navigate(type, to),
      changed: (type, before, isFragment) => {
        if (engine === "webkit") addressChanged();
        this.#page.changed(type, before, isFragment);
      },
      load: (arrival, move) => this.#load(arrival, move),
    });
    this.#around = {
      engine,
      clock,
      history,
      jar: new Jar(clock.since1970, engine !== "webkit"),
      languages,
      media,
      storage: (kind) => this.#storage(kind),
    };
    for (const text of cookies) this.#around.jar.set(text, new URL(url), true);
    if (timezone !== undefined) this.#travel(timezone);
    release();
    this.#page = this.#enter("navigate");
  }

  /** The storage of the page's origin. */
  #storage(kind: "localStorage" | "sessionStorage"): SimulatedStorage {
    if (this.#isStorageDenied)
      throw new DOMException(`Failed to read '${kind}': access is denied for this document.`, "SecurityError");
    const name = `${kind} ${new URL(this.url).origin}`;
    const found = this.#storages.get(name) ?? createStorage(this.#quota, false);
    this.#storages.set(name, found);
    return found;
  }

  // ---- what the package is on this page

  get queryParams(): QueryParams {
    this.#ifOpen();
    return queryParams;
  }

  get context(): Context {
    this.#ifOpen();
    return context;
  }

  get cookies(): Cookies {
    this.#ifOpen();
    return cookies;
  }

  get sessionState(): SessionState {
    this.#ifOpen();
    return sessionState;
  }

  get cacheData(): CacheData {
    this.#ifOpen();
    return cacheData;
  }

  get cacheResource(): CacheResource {
    this.#ifOpen();
    return cacheResource;
  }

  // ---- pages come and go

  #enter(arrival: Arrival): Page {
    this.#around.history.pageBegins();
    const page = new Page(this.#around, arrival);
    for (const [name, descriptor] of Object.entries(page.globals())) {
      if (!this.#replaced.has(name)) this.#replaced.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
      Object.defineProperty(globalThis, name, descriptor);
    }
    begin();
    return page;
  }

  #leave(): void {
    this.#isLeaving = true;
    this.#page.leave();
    release();
    this.#page.end();
    this.#isLeaving = false;
  }

  #load(arrival: Arrival, move: () => void): void {
    // Who hears that a page is left leads nowhere else.
    if (this.#isLeaving) return;
    this.#ifOpen();
    this.#leave();
    move();
    this.#page = this.#enter(arrival);
  }

  /** The tab, for what needs a page in it. */
  #ifOpen(): this {
    if (open !== this) throw new TabstateError("unavailable", "this simulated browser is closed: create another one");
    return this;
  }

  close(): void {
    if (open !== this) return;
    open = undefined;
    this.#leave();
    this.#around.clock.close();
    for (const [name, before] of this.#replaced) {
      if (before === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, before);
    }
    if (this.#isZoneSet) putZone(this.#zone);
    begin();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  // ---- the address and its history

  get url(): string {
    return this.#around.history.url;
  }

  get entries(): readonly string[] {
    return this.#around.history.entries.map(({ url }) => url);
  }

  get index(): number {
    return this.#around.history.index;
  }

  get historyCalls(): readonly HistoryCall[] {
    return this.#around.history.calls;
  }

  navigate(url: string): void {
    this.#ifOpen().#around.history.navigate(url);
  }

  reload(): void {
    this.#ifOpen().#around.history.reload();
  }

  back(): Promise<void> {
    return this.go(-1);
  }

  forward(): Promise<void> {
    return this.go(1);
  }

  async go(delta: number): Promise<void> {
    const { history, clock } = this.#ifOpen().#around;
    if (delta === 0) history.reload();
    else history.go(delta);
    await clock.advance(delta === 0 ? 0 : landingMs);
  }

  spendHistoryBudget(): void {
    const { calls } = this.#ifOpen().#around.history;
    // Through the page's own `history`, so that whoever wraps its methods hears of it.
    const { history } = globalThis;
    do {
      try {
        history.replaceState(history.state, "");
      } catch (error) {
        if ((error as Error).name !== "SecurityError") throw error;
      }
    } while (calls.at(-1)?.isApplied);
  }

  // ---- storage

  fillStorage(left = 0): void {
    fillStorage(this.#ifOpen().#storage("sessionStorage"), left);
  }

  limitStorage(units: number): void {
    this.#ifOpen().#quota = checkedQuota(units);
    for (const storage of this.#storages.values()) limitStorage(storage, units);
  }

  denyStorage(): void {
    this.#ifOpen().#isStorageDenied = true;
    this.#around.jar.isDenied = true;
    for (const storage of this.#storages.values()) denyStorage(storage);
  }

  // ---- cookies

  get serverCookies(): string {
    return this.#around.jar.text(new URL(this.url), true);
  }

  setCookie(text: string): void {
    this.#ifOpen().#around.jar.set(text, new URL(this.url), true);
    this.#page.cookiesChanged();
  }

  clearCookies(): void {
    this.#ifOpen().#around.jar.clear();
    this.#page.cookiesChanged();
  }

  // ---- the person

  setLanguages(...tags: string[]): void {
    this.#ifOpen().#around.languages = checkedLanguages(tags);
    this.#page.languagesChanged();
  }

  setTheme(theme: WantedTheme): void {
    this.#ifOpen().#around.media = mediaWith(this.#around.media, theme);
    this.#page.mediaChanged();
  }

  setTimezone(name: string): void {
    this.#ifOpen().#travel(checkedZone(name));
  }

  #travel(zone: string): void {
    setZone(zone);
    this.#isZoneSet = true;
  }

  hide(): void {
    this.#ifOpen().#page.setHidden(true);
  }

  show(): void {
    this.#ifOpen().#page.setHidden(false);
  }

  async advance(milliseconds: number): Promise<void> {
    await this.#ifOpen().#around.clock.advance(milliseconds);
  }
}

/** The one that is open. */
let open: Tab | undefined;

/**
 * Opens a simulated browser. From now on, until it is closed, this process is the page in it, and the package begins anew on
 * that page: with its address, no values of an earlier one, and no subscribers. One that is still open is closed before.
 *
 * @throws {TabstateError} `invalid-option` for an unknown option or a wrong value; `unavailable` where another copy of the
 * package was imported first. Then one that is open stays open.
 *
 * ```js
 * const browser = createBrowser({ url: "https://app.test/?page=2" });
 * queryParams.get("page"); // "2"
 * browser.spendHistoryBudget();
 * queryParams.set("page", 3);
 * queryParams.get("page"); // "3", at once
 * browser.url; // "https://app.test/?page=2"
 * await browser.advance(20_000);
 * browser.url; // "https://app.test/?page=3"
 * browser.close();
 * ```
 */
export function createBrowser(options: BrowserOptions = {}): Browser {
  const wanted = checked(options);
  ours();
  open?.close();
  open = new Tab(wanted);
  return open;
}
