// Vue: refs that read this tab, and write it.

import type { ComputedRef, MaybeRefOrGetter, Ref, WatchEffect } from "vue";
import {
  computed,
  customRef,
  getCurrentScope,
  onScopeDispose,
  shallowReadonly,
  shallowRef,
  toValue,
  watchEffect,
} from "vue";
import type * as tab from "../index.js";
import { watchCached, watchQueryParam, watchQueryParams, watchSessionState, watchTabContext } from "../index.js";

/** A ref, and a function for what an assignment cannot say: the options of a write, and what becomes of the value as it is. */
export type WritableRef<Value, Written, Set> = Ref<Value, Written> & { readonly set: Set };

/** The components that a server renders never end. */
const isServer = typeof document === "undefined";

function refOf<Value>(watched: tab.Watched<Value>, set: (value: never) => void): Ref<Value> {
  return customRef((track, trigger) => {
    const stop = isServer ? undefined : watched.subscribe(trigger);
    if (stop && getCurrentScope()) onScopeDispose(stop);
    return {
      get() {
        track();
        return watched.snapshot().value;
      },
      set: set as (value: Value) => void,
    };
  });
}

function writable<Ref>(watched: tab.Watched<unknown> & Pick<tab.WatchedState<unknown, never>, "set">): Ref {
  return Object.assign(
    refOf(watched, (value) => watched.set(value)),
    { set: watched.set },
  ) as Ref;
}

/**
 * A query parameter; without a codec it is a text, or `undefined`. `undefined` removes it.
 *
 * ```js
 * const page = useQueryParam("page", int({ min: 1 }).default(1));
 * page.set((page) => page + 1, { history: "push" });
 * ```
 */
export function useQueryParam<Value = string, Read = Value | undefined>(
  key: string,
  codec?: tab.Param<Value, Read>,
): WritableRef<Read, Value | null | undefined, tab.WatchedParam<Value, Read>["set"]> {
  return writable(watchQueryParam(key, codec as tab.Param<Value, Read>));
}

/** The parameters of a definition; what is assigned names those to write. */
export function useQueryParams<D extends tab.Definition>(
  defined: tab.Params<D>,
): WritableRef<tab.ParamValues<D>, tab.ParamChanges<D>, tab.WatchedParams<D>["set"]> {
  return writable(watchQueryParams(defined));
}

/** A value that outlives a reload; `initial`, or what that function makes, while the key is absent. */
export function useSessionState<Value>(
  key: string,
  initial: Value | (() => Value),
): WritableRef<Value, Value, tab.WatchedState<Value, Value>["set"]> {
  return writable(watchSessionState(key, initial));
}

/** A fact of this tab, live. */
export function useTabContext<Name extends tab.Fact>(fact: Name): Readonly<Ref<tab.Context[Name]>> {
  return shallowReadonly(refOf(watchTabContext(fact), () => {}));
}

/** What a function of `cacheData` or `cacheResource` makes of these arguments, which are compared by value. */
export function useCached<Args extends readonly unknown[] | [], Result, Value = Awaited<Result>>(
  run: tab.CachedFunction<Args, Result>,
  args: MaybeRefOrGetter<NoInfer<Args>>,
): { [Name in keyof tab.CachedState<Value>]: ComputedRef<tab.CachedState<Value>[Name]> } {
  let last: tab.WatchedCall<Result> | undefined;
  const watched = computed(() => {
    last = watchCached(run, toValue(args), last);
    return last;
  });
  const state = shallowRef(watched.value.snapshot());
  const follow: WatchEffect = (onCleanup) => {
    const look = () => {
      state.value = watched.value.snapshot();
    };
    onCleanup(watched.value.subscribe(look));
    look();
  };
  if (!isServer) watchEffect(follow, { flush: "sync" });
  const part = (name: "data" | "error" | "status") => computed(() => state.value.value[name]);
  return { data: part("data"), error: part("error"), status: part("status") } as never;
}
