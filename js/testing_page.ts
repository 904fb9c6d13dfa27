// A page of a simulated tab: what it has as its globals, and the events that it hears. A page that is loaded is another one.

import type { Clock } from "./testing_clock.js";
import type { Jar } from "./testing_cookies.js";
import { eventClasses, eventOf, handlersOf } from "./testing_events.js";
import { type Arrival, type Engine, type NavigationType, type TabHistory, withoutFragment } from "./testing_history.js";
import { SimulatedStorage } from "./testing_storage.js";

/** What is wanted of how things look, by media features. */
export type Media = ReadonlyMap<string, string>;

/** What a page is shown of the browser around it. */
export interface Surroundings {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly jar: Jar;
  readonly history: TabHistory;
  languages: readonly string[];
  media: Media;
  storage(kind: "localStorage" | "sessionStorage"): SimulatedStorage;
}

const vendors = { chromium: "Google Inc.", firefox: "", webkit: "Apple Computer, Inc." };
const agents = {
  chromium: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
  webkit: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
};

const { HashChangeEvent, PageTransitionEvent, PopStateEvent } = eventClasses;

/** Those that a page may have handlers for as properties, whether it hears of them here or from itself. */
const windowEvents =
  "popstate hashchange pageshow pagehide beforeunload visibilitychange focus blur storage languagechange".split(" ");

export class Page {
  readonly #around: Surroundings;
  readonly #window = new EventTarget();
  readonly #document = new EventTarget();
  readonly #navigation = new EventTarget();
  readonly #cookieStore = new EventTarget();
  readonly #lists = new Set<MediaList>();
  readonly #channels = new Set<SimulatedChannel>();
  readonly #locks = new Map<string, Promise<unknown>>();
  /** The address that it came by: its cookies go by it. */
  readonly #place: URL;
  #isHere = true;
  #isHidden = false;

  constructor(
    around: Surroundings,
    readonly arrival: Arrival,
  ) {
    this.#around = around;
    this.#place = new URL(around.history.url);
  }

  get #hasNavigation(): boolean {
    return this.#around.engine !== "webkit";
  }

  // ---- what happens to it

  navigate(navigationType: NavigationType, url: string): boolean {
    if (!this.#hasNavigation) return false;
    const said = { navigationType, destination: { url, sameDocument: true }, userInitiated: false };
    return !this.#navigation.dispatchEvent(eventOf("navigate", said, navigationType !== "traverse"));
  }

  changed(navigationType: NavigationType, before: string, isFragment: boolean): void {
    const { history, clock } = this.#around;
    if (this.#hasNavigation) this.#navigation.dispatchEvent(eventOf("currententrychange", { navigationType }));
    const isTraversal = navigationType === "traverse";
    const [oldURL, newURL] = [before, history.url];
    const tellsFragment =
      (isTraversal || isFragment) && oldURL !== newURL && withoutFragment(oldURL) === withoutFragment(newURL);
    if (isTraversal || isFragment) this.#tell(new PopStateEvent("popstate", { state: history.entry.state }));
    if (tellsFragment) clock.after(0, () => this.#tell(new HashChangeEvent("hashchange", { oldURL, newURL })));
  }

  #tell(event: Event): void {
    if (this.#isHere) this.#window.dispatchEvent(event);
  }

  setHidden(isHidden: boolean): void {
    if (this.#isHidden === isHidden) return;
    this.#isHidden = isHidden;
    this.#document.dispatchEvent(new Event("visibilitychange"));
    // It bubbles.
    this.#window.dispatchEvent(new Event("visibilitychange"));
    if (!isHidden) this.#tell(new Event("focus"));
  }

  leave(): void {
    this.#tell(new PageTransitionEvent("pagehide"));
    this.setHidden(true);
  }

  end(): void {
    this.#isHere = false;
    for (const channel of this.#channels) channel.close();
    this.#around.clock.endPage();
  }

  languagesChanged(): void {
    this.#tell(new Event("languagechange"));
  }

  mediaChanged(): void {
    for (const list of this.#lists) list.look();
  }

  cookiesChanged(): void {
    this.#around.clock.after(0, () => this.#isHere && this.#cookieStore.dispatchEvent(new Event("change")));
  }

  // ---- what it has

  /** By their names. A getter is one of the page, too. */
  globals(): PropertyDescriptorMap {
    const { clock, history } = this.#around;
    const window = this.#window;
    const values: Record<string, unknown> = {
      window: globalThis,
      self: globalThis,
      top: globalThis,
      parent: globalThis,
      document: this.#documentObject(),
      history: this.#historyObject(),
      navigator: this.#navigatorObject(),
      Storage: SimulatedStorage,
      BroadcastChannel: this.#channelClass(),
      matchMedia: (query: string) => new MediaList(query, () => this.#around.media, this.#lists),
      addEventListener: window.addEventListener.bind(window),
      removeEventListener: window.removeEventListener.bind(window),
      dispatchEvent: window.dispatchEvent.bind(window),
      ...eventClasses,
      ...(this.#hasNavigation ? { navigation: this.#navigationObject() } : {}),
      ...(this.#hasNavigation && this.#place.protocol === "https:" ? { cookieStore: this.#cookieStoreObject() } : {}),
      ...clock.globals(() => ({ name: this.#place.href, type: this.arrival })),
    };
    const location = this.#locationObject();
    values.History = (values.history as object).constructor;
    const of = (value: unknown): PropertyDescriptor => ({ value, writable: true, configurable: true });
    return {
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, of(value)])),
      ...handlersOf(window, ...windowEvents),
      location: { get: () => location, set: (url: string) => history.navigate(`${url}`), configurable: true },
      sessionStorage: { get: () => this.#around.storage("sessionStorage"), configurable: true },
      localStorage: { get: () => this.#around.storage("localStorage"), configurable: true },
    };
  }

  #documentObject(): EventTarget {
    const page = this;
    const { history, jar } = this.#around;
    const place = this.#place;
    return Object.defineProperties(this.#document, {
      ...handlersOf(this.#document, "visibilitychange"),
      URL: { get: () => history.url },
      documentURI: { get: () => history.url },
      location: { get: () => (globalThis as { location?: unknown }).location },
      defaultView: { get: () => (page.#isHere ? globalThis : null) },
      cookie: {
        get: () => jar.text(place, false),
        set(text: string) {
          const before = jar.text(place, false);
          jar.set(`${text}`, place, false);
          if (jar.text(place, false) !== before) page.cookiesChanged();
        },
      },
      visibilityState: { get: () => (page.#isHidden ? "hidden" : "visible") },
      hidden: { get: () => page.#isHidden },
      readyState: { value: "complete" },
      referrer: { value: "" },
      title: { value: "", writable: true },
      getElementById: { value: () => null },
    });
  }

  #locationObject(): object {
    const { history } = this.#around;
    const part = (name: "hash" | "host" | "hostname" | "origin" | "pathname" | "port" | "protocol" | "search") => {
      const get = () => new URL(history.url)[name];
      if (name === "origin") return { get, enumerable: true };
      const set = (text: string) => {
        const url = new URL(history.url);
        url[name] = text;
        // The same fragment again is no navigation.
        if (name !== "hash" || url.href !== history.url) history.navigate(url.href);
      };
      return { get, set, enumerable: true };
    };
    const names = ["hash", "host", "hostname", "origin", "pathname", "port", "protocol", "search"] as const;
    return Object.defineProperties(
      {
        assign: (url: string) => history.navigate(`${url}`),
        replace: (url: string) => history.navigate(`${url}`, true),
        reload: () => history.reload(),
        toString: () => history.url,
      },
      {
        href: { get: () => history.url, set: (url: string) => history.navigate(`${url}`), enumerable: true },
        ...Object.fromEntries(names.map((name) => [name, part(name)])),
      },
    );
  }

  /** Its methods stand on a prototype, as those of browsers do: other code may wrap them, and take its wrapper away. */
  #historyObject(): object {
    const { history } = this.#around;
    const ifHere = () => {
      if (!this.#isHere) throw new DOMException("the document is not fully active", "SecurityError");
      return history;
    };
    class History {
      scrollRestoration = "auto";
      get length(): number {
        return history.entries.length;
      }
      get state(): unknown {
        return history.entry.state;
      }
      pushState(state: unknown, _unused: string, url?: string | URL | null): void {
        ifHere().call("pushState", state, url);
      }
      replaceState(state: unknown, _unused: string, url?: string | URL | null): void {
        ifHere().call("replaceState", state, url);
      }
      go(delta = 0): void {
        if (delta === 0) ifHere().reload();
        else ifHere().go(delta);
      }
      back(): void {
        ifHere().go(-1);
      }
      forward(): void {
        ifHere().go(1);
      }
    }
    return new History();
  }

  #navigationObject(): EventTarget {
    const { history } = this.#around;
    const entryAt = (index: number) => {
      const entry = history.entries[index];
      return entry && { url: entry.url, index, sameDocument: true, getState: () => undefined };
    };
    return Object.defineProperties(this.#navigation, {
      ...handlersOf(this.#navigation, "navigate", "currententrychange"),
      currentEntry: { get: () => entryAt(history.index) },
      entries: { value: () => history.entries.map((_, index) => entryAt(index)) },
      canGoBack: { get: () => history.index > 0 },
      canGoForward: { get: () => history.index < history.entries.length - 1 },
    });
  }

  #navigatorObject(): object {
    const around = this.#around;
    const locks = this.#locks;
    /** One at a time, by the name; who waits may give up. */
    const request = async (name: string, ...rest: unknown[]): Promise<unknown> => {
      const callback = rest.pop() as (lock: { name: string; mode: string }) => unknown;
      const [{ signal } = {}] = rest as [{ signal?: AbortSignal }?];
      const before = locks.get(name) ?? Promise.resolve();
      let letGo = () => {};
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      locks.set(
        name,
        before.then(() => held),
      );
      const givenUp = new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      try {
        signal?.throwIfAborted();
        await Promise.race([before, givenUp]);
        return await callback({ name, mode: "exclusive" });
      } finally {
        letGo();
      }
    };
    return {
      get language() {
        return around.languages[0];
      },
      get languages() {
        return around.languages;
      },
      vendor: vendors[around.engine],
      userAgent: agents[around.engine],
      cookieEnabled: true,
      onLine: true,
      locks: { request },
    };
  }

  #cookieStoreObject(): EventTarget {
    const { jar } = this.#around;
    return Object.defineProperties(this.#cookieStore, {
      ...handlersOf(this.#cookieStore, "change"),
      getAll: { value: async () => jar.at(this.#place, false) },
    });
  }

  #channelClass() {
    const channels = this.#channels;
    const { clock } = this.#around;
    return class BroadcastChannel extends SimulatedChannel {
      constructor(name: string) {
        super(name, channels, clock);
      }
    };
  }
}

class MediaList extends EventTarget {
  #seen: boolean;

  constructor(
    readonly media: string,
    readonly current: () => Media,
    readonly listened: Set<MediaList>,
  ) {
    super();
    this.#seen = this.matches;
    Object.defineProperties(this, handlersOf(this, "change"));
  }

  get matches(): boolean {
    return matchesMedia(this.media, this.current());
  }

  override addEventListener(...given: Parameters<EventTarget["addEventListener"]>): void {
    this.listened.add(this);
    super.addEventListener(...given);
  }

  look(): void {
    const { media, matches } = this;
    if (matches === this.#seen) return;
    this.#seen = matches;
    this.dispatchEvent(eventOf("change", { media, matches }));
  }
}

/** What documents and workers of an origin say to one another: in a simulated tab, this page to itself. */
class SimulatedChannel extends EventTarget {
  onmessage: ((event: Event) => void) | undefined;

  constructor(
    readonly name: string,
    readonly channels: Set<SimulatedChannel>,
    readonly clock: Clock,
  ) {
    super();
    channels.add(this);
  }

  postMessage(message: unknown): void {
    const data = structuredClone(message);
    for (const other of this.channels) {
      if (other === this || other.name !== this.name) continue;
      this.clock.after(0, () => {
        if (!this.channels.has(other)) return;
        const event = eventOf("message", { data: structuredClone(data) });
        other.dispatchEvent(event);
        other.onmessage?.(event);
      });
    }
  }

  close(): void {
    this.channels.delete(this);
  }
}

/** Whether a media query holds: features of `media` alone, joined by `and` and commas. Anything else does not. */
function matchesMedia(query: string, media: Media): boolean {
  const holds = (part: string) => {
    const [, feature = "", value] = /^\(\s*([\w-]+)\s*(?::\s*([\w-]+)\s*)?\)$/.exec(part.trim()) ?? [];
    const is = media.get(feature);
    if (is === undefined) return part.trim() === "all" || part.trim() === "screen";
    return value === undefined ? !["none", "no-preference"].includes(is) : is === value;
  };
  return query.split(",").some((one) => one.split(/\sand\s/).every(holds));
}
