// Vue: refs that read this tab, and write it.

import * as vue from "vue";
import type * as tab from "../index.js";
import { watchCached, watchQueryParam, watchQueryParams, watchSessionState, watchTabContext } from "../index.js";

/** A ref, and a function for what an assignment cannot say: the options of a write, and what becomes of the value as it is. */
export type WritableRef<Value, Written, Set> = vue.Ref<Value, Written> & { readonly set: Set };

const isServer = typeof document === "undefined";

/** Whether the component takes over what a server made, which is its element before it has made one; `then` runs afterwards. */
function takesOver(then: () => void): boolean {
  const component = vue.getCurrentInstance();
  if (isServer || !component?.vnode.el || component.isMounted) return false;
  vue.onMounted(then);
  return true;
}

function refOf<Value>(watched: tab.Watched<Value>, set: (value: never) => void): vue.Ref<Value> {
  return vue.customRef((track, trigger) => {
    let now = isServer ? watched.initial : watched.snapshot;
    const show = () => {
      now = watched.snapshot;
      trigger();
    };
    if (takesOver(show)) now = watched.initial;
    // The components that a server renders never end.
    if (!isServer) vue.onScopeDispose(watched.subscribe(trigger), true);
    return {
      get() {
        track();
        return now().value;
      },
      set: set as (value: Value) => void,
    };
  });
}

function writable<Ref>(watched: tab.Watched<unknown> & Pick<tab.WatchedState<unknown, never>, "set">): Ref {
  return Object.assign(refOf(watched, watched.set), { set: watched.set }) as Ref;
}

/**
 * A query parameter; without a codec it is a text, or `undefined`. `undefined` removes it.
 * With the options of a write: `page.set((page) => page + 1, { history: "push" })`.
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
export function useTabContext<Name extends tab.Fact>(fact: Name): Readonly<vue.Ref<tab.Context[Name]>> {
  return vue.shallowReadonly(refOf(watchTabContext(fact), () => {}));
}

/** What a function of `cacheData` or `cacheResource` makes of these arguments, which are compared by value. */
export function useCached<Args extends readonly unknown[] | [], Result, Value = Awaited<Result>>(
  run: tab.CachedFunction<Args, Result>,
  args: vue.MaybeRefOrGetter<NoInfer<Args>>,
): { [Name in keyof tab.CachedState<Value>]: vue.ComputedRef<tab.CachedState<Value>[Name]> } {
  let last: tab.WatchedCall<Result> | undefined;
  const watched = vue.computed(() => {
    last = watchCached(run, vue.toValue(args), last);
    return last;
  });
  const state = vue.shallowRef(watched.value.initial());
  const follow: vue.WatchEffect = (onCleanup) => {
    const look = () => {
      state.value = watched.value.snapshot();
    };
    onCleanup(watched.value.subscribe(look));
    look();
  };
  const start = () => void vue.watchEffect(follow, { flush: "sync" });
  if (!isServer && !takesOver(start)) start();
  const part = (name: "data" | "error" | "status") => vue.computed(() => state.value.value[name]);
  return { data: part("data"), error: part("error"), status: part("status") } as never;
}
