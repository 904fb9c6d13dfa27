// Solid: accessors that read this tab, and functions that write it.

import { type Accessor, createMemo, createSignal, getOwner, onCleanup, onMount, sharedConfig } from "solid-js";
import { isServer } from "solid-js/web";
import type * as tab from "../index.js";
import { watchCached, watchQueryParam, watchQueryParams, watchSessionState, watchTabContext } from "../index.js";

/** Follows until its owner is disposed of. */
function accessorOf<Value>(watched: tab.Watched<Value>): Accessor<Value> {
  const [track, trigger] = createSignal(undefined, { equals: false });
  const takesOver = !isServer && Boolean(sharedConfig.context);
  /** Whether what a server knows is what is shown: there, and until what it made is taken over. */
  let isFirst = isServer || takesOver;
  if (takesOver)
    onMount(() => {
      isFirst = false;
      trigger();
    });
  const stop = isServer ? undefined : watched.subscribe(() => trigger());
  if (stop && getOwner()) onCleanup(stop);
  return () => {
    track();
    return (isFirst ? watched.initial() : watched.snapshot()).value;
  };
}

/**
 * A query parameter: its accessor, and the function that writes it. Without a codec it is a text, or `undefined`.
 *
 * ```jsx
 * const [page, setPage] = useQueryParam("page", int({ min: 1 }).default(1));
 * <button onClick={() => setPage((page) => page + 1, { history: "push" })}>{page()}</button>;
 * ```
 */
export function useQueryParam<Value = string, Read = Value | undefined>(
  key: string,
  codec?: tab.Param<Value, Read>,
): [Accessor<Read>, tab.WatchedParam<Value, Read>["set"]] {
  const watched = watchQueryParam(key, codec as tab.Param<Value, Read>);
  return [accessorOf(watched), watched.set];
}

/** The parameters of a definition, and the function that writes some of them. */
export function useQueryParams<D extends tab.Definition>(
  defined: tab.Params<D>,
): [Accessor<tab.ParamValues<D>>, tab.WatchedParams<D>["set"]] {
  const watched = watchQueryParams(defined);
  return [accessorOf(watched), watched.set];
}

/** A value that outlives a reload; `initial`, or what that function makes, while the key is absent. */
export function useSessionState<Value>(
  key: string,
  initial: Value | (() => Value),
): [Accessor<Value>, tab.WatchedState<Value, Value>["set"]] {
  const watched = watchSessionState(key, initial);
  return [accessorOf(watched), watched.set];
}

/** A fact of this tab, live. */
export function useTabContext<Name extends tab.Fact>(fact: Name): Accessor<tab.Context[Name]> {
  return accessorOf(watchTabContext(fact));
}

/**
 * What a function of `cacheData` or `cacheResource` makes of these arguments, which are compared by value; an accessor of them
 * is followed.
 */
export function useCached<Args extends readonly unknown[] | [], Result>(
  run: tab.CachedFunction<Args, Result>,
  args: NoInfer<Args> | Accessor<NoInfer<Args>>,
): tab.CachedState<Awaited<Result>> {
  type State = tab.CachedState<Awaited<Result>>;
  const watched = createMemo<tab.Watched<State>>((last) =>
    watchCached(run, typeof args === "function" ? args() : args, last),
  );
  const state = createMemo(() => accessorOf(watched()));
  const part = (name: keyof State) => ({ get: () => state()()[name], enumerable: true });
  return Object.defineProperties({}, { data: part("data"), error: part("error"), status: part("status") }) as State;
}
