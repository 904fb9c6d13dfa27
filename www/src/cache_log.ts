// What the caches of the page have done since it was loaded, as they tell it: the last events, and which entries there are since when.
import { type CacheEvent, cacheData, cacheResource } from "tabstate";

const LAST = 12;

export interface LoggedEvent {
  at: Date;
  kind: CacheEvent["kind"];
  cache: string;
  key: string | undefined;
}

export interface LoggedEntry {
  key: string;
  /** When it was made; `undefined` if that was before this page, which no event tells. */
  since: Date | undefined;
}

/** The last one first. */
export const lastEvents: LoggedEvent[] = [];

const entries = new Map<string, Map<string, LoggedEntry>>();

export const entriesOf = (cache: string): LoggedEntry[] => [...(entries.get(cache)?.values() ?? [])];

function note({ kind, cache, key }: CacheEvent, at: Date): void {
  const ofCache = entries.get(cache) ?? new Map<string, LoggedEntry>();
  entries.set(cache, ofCache);
  if (key === undefined) {
    if (kind === "clear") ofCache.clear();
  } else if (kind === "store") {
    ofCache.set(key, { key, since: at });
  } else if (kind === "hit") {
    if (!ofCache.has(key)) ofCache.set(key, { key, since: undefined });
  } else if (kind === "expire" || kind === "evict" || kind === "clear") {
    ofCache.delete(key);
  }
}

let tell = (): void => {};

/** Calls `redraw` after each event. */
export function followCaches(redraw: () => void): void {
  tell = redraw;
}

for (const { subscribe } of [cacheData, cacheResource]) {
  subscribe((event) => {
    const at = new Date();
    note(event, at);
    const { kind, cache, key } = event;
    lastEvents.unshift({ at, kind, cache, key });
    lastEvents.length = Math.min(lastEvents.length, LAST);
    tell();
  });
}
