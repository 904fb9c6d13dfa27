"use client";
// React: hooks that read this tab and re-render when what they read changes.

import { useState, useSyncExternalStore } from "react";
import type * as tab from "../index.js";
import { watchCached, watchQueryParam, watchQueryParams, watchSessionState, watchTabContext } from "../index.js";

function useWatched<Value>({ subscribe, snapshot, initial }: tab.Watched<Value>): Value {
  return useSyncExternalStore(subscribe, snapshot, initial).value;
}

/**
 * A query parameter: its value, and the function that writes it. Without a codec it is a text, or `undefined`.
 *
 * ```jsx
 * const [page, setPage] = useQueryParam("page", int({ min: 1 }).default(1));
 * <button onClick={() => setPage((page) => page + 1, { history: "push" })}>{page}</button>;
 * ```
 */
export function useQueryParam(key: string): [string | undefined, tab.WatchedParam<string, string | undefined>["set"]];
export function useQueryParam<Value, Read>(
  key: string,
  codec: tab.Param<Value, Read>,
): [Read, tab.WatchedParam<Value, Read>["set"]];
export function useQueryParam<Value, Read>(key: string, codec?: tab.Param<Value, Read>) {
  const watched = watchQueryParam(key, codec);
  return [useWatched(watched), watched.set] as const;
}

/** The parameters of a definition, and the function that writes some of them. */
export function useQueryParams<D extends tab.Definition>(
  defined: tab.Params<D>,
): [ReturnType<tab.WatchedParams<D>["snapshot"]>["value"], tab.WatchedParams<D>["set"]] {
  const watched = watchQueryParams(defined);
  return [useWatched(watched), watched.set];
}

/** A value that outlives a reload; `initial`, or what that function makes, while the key is absent. The first one counts. */
export function useSessionState<Value>(
  key: string,
  initial: Value | (() => Value),
): [Value, tab.WatchedState<Value, Value>["set"]] {
  const open = () => ({ key, watched: watchSessionState(key, initial) });
  let [held, hold] = useState(open);
  if (held.key !== key) {
    held = open();
    hold(held);
  }
  return [useWatched(held.watched), held.watched.set];
}

/** A fact of this tab, live. */
export function useTabContext<Name extends tab.Fact>(fact: Name): tab.Context[Name] {
  return useWatched(watchTabContext(fact));
}

/** What a function of `cacheData` or `cacheResource` makes of these arguments, which are compared by value. */
export function useCached<Args extends readonly unknown[] | [], Result>(
  run: tab.CachedFunction<Args, Result>,
  args: NoInfer<Args>,
): tab.CachedState<Awaited<Result>> {
  const [held, hold] = useState(() => watchCached(run, args));
  const watched = watchCached(run, args, held);
  if (watched !== held) hold(watched);
  return useWatched(watched);
}
