// The history of a simulated tab: its entries, the calls that engines let through, and the traversals under way. What a page
// hears of it is the page's.

import type { Clock } from "./testing_clock.js";

/** Whose limits and ways the simulated browser has. */
export type Engine = "chromium" | "firefox" | "webkit";

/** A call of `history.pushState` or `history.replaceState`. */
export interface HistoryCall {
  readonly method: "pushState" | "replaceState";
  readonly url: string;
  /** Whether the address became this one: engines drop or refuse calls above their limit, and pages cancel them. */
  readonly isApplied: boolean;
}

export interface Entry {
  url: string;
  state: unknown;
  /** Of which document it is: between two of the same one, no page is loaded. */
  readonly document: number;
}

/** What the page of the moment is told. */
export interface Ear {
  /** Before an entry changes; returns whether a listener cancelled it. */
  navigate(type: NavigationType, url: string): boolean;
  /** After it has changed, by a call or by another fragment. */
  changed(type: NavigationType, before: string, isFragment: boolean): void;
  /** The entry is to be one of another document: `move` makes it so, between the end of one page and the next one. */
  load(arrival: Arrival, move: () => void): void;
}

export type NavigationType = "push" | "replace" | "traverse";

/** How a page was reached, in the words of `PerformanceNavigationTiming`. */
export type Arrival = "navigate" | "reload" | "back_forward";

const windowMs = 10_000;
/** As engines were measured: when a traversal's `navigate` event comes, and when it lands. */
const navigateMs = 5;
export const landingMs = 20;

export const withoutFragment = (url: string) => url.replace(/#.*$/s, "");
const securityError = (message: string) => new DOMException(message, "SecurityError");

export class TabHistory {
  entries: Entry[];
  index = 0;
  readonly calls: HistoryCall[] = [];
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #ear: Ear;
  #lastDocument = 0;
  #windowStart = Number.NEGATIVE_INFINITY;
  #windowCalls = 0;
  #traversals = new Set<number>();

  constructor(engine: Engine, clock: Clock, url: string, ear: Ear) {
    this.#engine = engine;
    this.#clock = clock;
    this.#ear = ear;
    this.entries = [{ url: new URL(url).href, state: null, document: 0 }];
  }

  get entry(): Entry {
    return this.entries[this.index] as Entry;
  }

  get url(): string {
    return this.entry.url;
  }

  /** Whether the engine lets one more call through. Chromium looks at its window only above the limit. */
  #admits(): boolean {
    const limit = this.#engine === "webkit" ? 100 : 200;
    const isOver = this.#clock.now - this.#windowStart > windowMs;
    if (isOver && this.#engine !== "chromium") this.#beginWindow();
    this.#windowCalls += 1;
    if (this.#windowCalls <= limit) return true;
    if (!isOver || this.#engine !== "chromium") return false;
    this.#beginWindow();
    this.#windowCalls = 1;
    return true;
  }

  /** Another page begins. Firefox counts for the tab, the others for each page. */
  pageBegins(): void {
    if (this.#engine !== "firefox") this.#beginWindow();
  }

  #beginWindow(): void {
    this.#windowStart = this.#clock.now;
    this.#windowCalls = 0;
  }

  #resolved(url: string): string {
    try {
      return new URL(url, this.url).href;
    } catch {
      throw securityError(`'${url}' is no address`);
    }
  }

  /** `history.pushState` and `history.replaceState`. */
  call(method: HistoryCall["method"], given: unknown, url: string | URL | null | undefined): void {
    const state = structuredClone(given);
    const target = url === null || url === undefined ? this.url : this.#resolved(`${url}`);
    if (new URL(target).origin !== new URL(this.url).origin)
      throw securityError(`a history entry of ${this.url} cannot have the address ${target}`);
    const note = (isApplied: boolean) => this.calls.push({ method, url: target, isApplied });
    if (!this.#admits()) {
      note(false);
      if (this.#engine === "chromium") return;
      throw securityError(`too many calls of history.${method}`);
    }
    const type = method === "pushState" ? "push" : "replace";
    if (this.#ear.navigate(type, target)) {
      note(false);
      return;
    }
    note(true);
    this.#put(type, target, state);
  }

  /** Another fragment, by `location`: an entry of the same document. WebKit has no limit for it. */
  setFragment(url: string, replaces: boolean): void {
    const type = replaces || url === this.url ? "replace" : "push";
    if (this.#engine !== "webkit" && !this.#admits()) {
      if (this.#engine === "chromium") return;
      throw securityError("too many changes of location");
    }
    if (!this.#ear.navigate(type, url)) this.#put(type, url, null, true);
  }

  #put(type: "push" | "replace", url: string, state: unknown, isFragment = false): void {
    const before = this.url;
    const entry = { url, state, document: this.entry.document };
    if (type === "push") {
      this.entries.splice(this.index + 1, Number.POSITIVE_INFINITY, entry);
      this.index += 1;
      // Chromium goes back all the same.
      if (this.#engine === "firefox") this.#endTraversals();
    } else {
      this.entries[this.index] = entry;
    }
    this.#ear.changed(type, before, isFragment);
  }

  /** An address that is typed, a link that is followed, `location.assign`. The same one again is the same entry, by HTML. */
  navigate(given: string, replaces = false): void {
    const url = new URL(given, this.url).href;
    if (url.includes("#") && withoutFragment(url) === withoutFragment(this.url)) {
      this.setFragment(url, replaces);
      return;
    }
    this.#endTraversals();
    this.#lastDocument += 1;
    const entry = { url, state: null, document: this.#lastDocument };
    const isReplaced = replaces || url === this.url;
    this.#ear.load("navigate", () => {
      if (!isReplaced) this.index += 1;
      this.entries.splice(this.index, isReplaced ? 1 : Number.POSITIVE_INFINITY, entry);
    });
  }

  reload(): void {
    this.#endTraversals();
    this.#ear.load("reload", () => {});
  }

  /** `history.go`: lands a little later, if there is such an entry. */
  go(delta: number): void {
    const isThere = () => this.entries[this.index + delta];
    if (isThere() === undefined) return;
    const ask = (delay: number, run: () => void) => {
      const id = this.#clock.after(delay, () => {
        this.#traversals.delete(id);
        run();
      });
      this.#traversals.add(id);
    };
    ask(navigateMs, () => {
      const to = isThere();
      if (to?.document === this.entry.document) this.#ear.navigate("traverse", to.url);
    });
    ask(landingMs, () => this.#land(delta));
  }

  #land(delta: number): void {
    const to = this.entries[this.index + delta];
    if (to === undefined) return;
    const before = this.entry;
    if (to.document === before.document) {
      this.index += delta;
      this.#ear.changed("traverse", before.url, false);
      return;
    }
    this.#ear.load("back_forward", () => {
      // The page that is left may have written: it moves what is behind it, and a push ends what is before it.
      if (!this.entries.includes(to)) this.entries.splice(this.index + 1, Number.POSITIVE_INFINITY, to);
      this.index = this.entries.indexOf(to);
    });
  }

  #endTraversals(): void {
    for (const id of this.#traversals) this.#clock.cancel(id);
    this.#traversals.clear();
  }
}
