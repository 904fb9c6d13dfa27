// Something of this tab that can be read, written and listened to, as one object: what bindings to frameworks stand on.

import { report } from "./errors.js";

/** Something of this tab. */
export interface Watched<Value> {
  /** What it is, in an object that stays the same until it changes, or is changed in place. */
  snapshot(): { readonly value: Value };
  /** The same where nothing is known of a tab: on a server, and in a page that takes over what a server made. */
  initial(): { readonly value: Value };
  /** Calls `listener` after each change; returns the function that unsubscribes. */
  subscribe(listener: () => void): () => void;
}

/** Something that can be written too. Listeners have heard of it when `set` returns. */
export interface WatchedState<Value, Change, Options = undefined> extends Watched<Value> {
  /** Writes a value, or what a function makes of the value as it is. */
  set(change: Change | ((previous: Value) => Change), options?: Options): void;
}

/** Where it comes from. */
interface Source<Value> {
  read: () => Value;
  first: () => Value;
  /** Calls `changed` after each change, with `true` when the value may be the same object; returns what ends it. */
  follow: (changed: (isInPlace?: boolean) => void) => () => void;
}

/** What is followed now, by what ends its following: the page that it is of may go away under a simulated browser. */
export const followed = /* @__PURE__ */ new Set<() => void>();

export function watch<Value>({ read, first, follow }: Source<Value>) {
  const listeners = new Set<() => void>();
  let now: { readonly value: Value } | undefined;
  let told: typeof now;
  let start: typeof now;
  let end: (() => void) | undefined;

  const forget = () => listeners.clear();
  const snapshot = () => {
    const value = read();
    if (now === undefined || !Object.is(now.value, value)) now = { value };
    return now;
  };
  const changed = (isInPlace = false) => {
    if (isInPlace) now = undefined;
    if (told === snapshot()) return;
    told = now;
    for (const listener of [...listeners]) {
      if (!listeners.has(listener)) continue;
      try {
        listener();
      } catch (error) {
        report(error);
      }
    }
  };
  return {
    snapshot,
    initial() {
      start ??= { value: first() };
      return start;
    },
    subscribe(listener: () => void) {
      // The same function may be given twice.
      const own = () => listener();
      if (listeners.size === 0) {
        told = snapshot();
        end = follow(changed);
        followed.add(forget);
      }
      listeners.add(own);
      return () => {
        if (!listeners.delete(own) || listeners.size > 0) return;
        followed.delete(forget);
        end?.();
      };
    },
  };
}
