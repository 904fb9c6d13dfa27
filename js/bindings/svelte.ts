// Svelte 5: stores that read this tab, and write it. In runes, `current` does both.

import { createSubscriber } from "svelte/reactivity";
import { type Readable, toStore } from "svelte/store";
import type * as tab from "../index.js";
import { watchCached, watchQueryParam, watchQueryParams, watchSessionState, watchTabContext } from "../index.js";

/** A store, `$name` in a component; and what is reactive in runes. */
export interface ReadableState<Value> extends Readable<Value> {
  readonly current: Value;
}

/** The same to write: by `$name = value`, `bind:value={$name}`, `name.current = value`, or with the options of a write. */
export interface WritableState<Value, Written, Options = undefined> extends Readable<Value> {
  get current(): Value;
  set current(value: Written);
  set(value: Written, options?: Options): void;
  update(change: (value: Value) => Written, options?: Options): void;
}

/** A page shows at once what its tab has: taking over, Svelte mends what a server made of defaults. */
const isServer = typeof document === "undefined";

function readable<Value>(watched: tab.Watched<Value>): ReadableState<Value> {
  const track = createSubscriber(watched.subscribe);
  const value = () => (isServer ? watched.initial() : watched.snapshot()).value;
  return {
    subscribe(run) {
      const stop = watched.subscribe(() => run(value()));
      run(value());
      return stop;
    },
    get current() {
      track();
      return value();
    },
  };
}

function writable<Value, Written, Options>(
  watched: tab.WatchedState<Value, Written, Options>,
): WritableState<Value, Written, Options> {
  const { subscribe, ...rest } = Object.getOwnPropertyDescriptors(readable(watched));
  const current = { ...rest.current, set: watched.set };
  const methods = { subscribe: subscribe.value as Readable<Value>["subscribe"], set: watched.set, update: watched.set };
  return Object.defineProperty(methods, "current", current) as unknown as WritableState<Value, Written, Options>;
}

/** A query parameter; without a codec it is a text, or `undefined`. `undefined` removes it. */
export function useQueryParam<Value = string, Read = Value | undefined>(
  key: string,
  codec?: tab.Param<Value, Read>,
): WritableState<Read, Value | null | undefined, tab.WriteOptions> {
  return writable(watchQueryParam(key, codec as tab.Param<Value, Read>));
}

/** The parameters of a definition; what is set names those to write. */
export function useQueryParams<D extends tab.Definition>(
  defined: tab.Params<D>,
): WritableState<tab.ParamValues<D>, tab.ParamChanges<D>, tab.WriteOptions> {
  return writable(watchQueryParams(defined));
}

/** A value that outlives a reload; `initial`, or what that function makes, while the key is absent. */
export function useSessionState<Value>(key: string, initial: Value | (() => Value)): WritableState<Value, Value> {
  return writable(watchSessionState(key, initial));
}

/** A fact of this tab, live. */
export function useTabContext<Name extends tab.Fact>(fact: Name): ReadableState<tab.Context[Name]> {
  return readable(watchTabContext(fact));
}

/**
 * What a function of `cacheData` or `cacheResource` makes of these arguments, which are compared by value; runes that a function of
 * them reads are followed.
 */
export function useCached<Args extends readonly unknown[] | [], Result>(
  run: tab.CachedFunction<Args, Result>,
  args: NoInfer<Args> | (() => NoInfer<Args>),
): ReadableState<tab.CachedState<Awaited<Result>>> {
  let last: tab.WatchedCall<Result> | undefined;
  let state: ReadableState<tab.CachedState<Awaited<Result>>>;
  const now = () => {
    const watched = watchCached(run, typeof args === "function" ? args() : args, last);
    if (watched !== last) state = readable(watched);
    last = watched;
    return state.current;
  };
  const { subscribe } = toStore(now);
  return {
    subscribe,
    get current() {
      return now();
    },
  };
}
