// Values of `cacheData` in the session storage of the tab: an entry for each, a session record whose order is the time at which
// it was made. See `docs/session-format.md`.

import { entryNames, openStorage, readEntry, removeEntry, writeEntry } from "../src/web/session_state.js";
import type { Kept, Persistence } from "./cache.js";
import { isOtherVersion } from "./cache_options.js";
import { headerOf, recordOf } from "./session_record.js";

/** What the names of all begin with. */
const startOf = (namespace: string) => `${namespace}!cache:`;

export function openSessionCache(
  namespace: string,
  cache: string,
  keptOf: (form: string, isAsync: boolean) => Kept,
  troubled: (code: "full" | "blocked") => void,
): Persistence {
  const storage = openStorage();
  const start = `${startOf(namespace)}${cache.length}:${cache}`;
  let reason = storage === undefined ? "the browser denies it" : undefined;
  const names = () => (storage ? entryNames(storage).filter((name) => name.startsWith(start)) : []);
  const write = (key: string, { form, isAsync }: Kept, time: number): void => {
    if (storage === undefined) return;
    const name = start + key;
    const code = writeEntry(storage, name, recordOf(time, Number(isAsync), form));
    reason = [undefined, "there is no room", "the browser denies it"][code];
    if (code === 0) return;
    // What was there is older.
    removeEntry(storage, name);
    troubled(code === 1 ? "full" : "blocked");
  };
  const remove = (name: string) => storage && removeEntry(storage, name);
  // What other versions of the same name have kept.
  for (const name of storage ? entryNames(storage) : []) {
    const other = cacheIn(namespace, name);
    if (other !== undefined && isOtherVersion(other, cache)) remove(name);
  }

  return {
    get state() {
      return reason === undefined ? "session" : "memory";
    },
    get reason() {
      return reason;
    },
    all() {
      const now = Date.now();
      const found = names().flatMap((name) => {
        const record = (storage && readEntry(storage, name)) ?? "";
        const header = headerOf(record);
        try {
          if (typeof header === "string") throw new Error(header);
          const kept = keptOf(record.slice(header.form), header.version === 1);
          const key = name.slice(start.length);
          // From a time that is yet to come: the clock was set back. It counts from now on.
          if (header.order > now) write(key, kept, now);
          return [{ key, kept, age: Math.max(0, now - header.order) }];
        } catch {
          // A cache has no need of what cannot be read.
          remove(name);
          return [];
        }
      });
      return found.sort((one, other) => other.age - one.age);
    },
    put: (key, kept) => write(key, kept, Date.now()),
    drop: (key) => remove(start + key),
    remove(key) {
      for (const name of key === undefined ? names() : [start + key]) remove(name);
    },
  };
}

/** Removes what caches have kept, those of earlier pages too: all of them, or one, or one key's value. */
export function clearSessionCaches(namespace: string, cache?: string, key = ""): void {
  const storage = openStorage();
  if (storage === undefined) return;
  const all = startOf(namespace);
  const start = cache === undefined ? all : `${all}${cache.length}:${cache}${key}`;
  for (const name of entryNames(storage))
    if (key === "" ? name.startsWith(start) : name === start) removeEntry(storage, name);
}

/** The cache that an entry is of. */
function cacheIn(namespace: string, name: string): string | undefined {
  if (!name.startsWith(startOf(namespace))) return undefined;
  const [, length, rest = ""] = /^(\d+):(.*)$/s.exec(name.slice(startOf(namespace).length)) ?? [];
  return rest.slice(0, Number(length ?? 0));
}
