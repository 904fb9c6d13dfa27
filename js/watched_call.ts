// A call of a cached function that is watched: what it has made, or is making. Uses what every cached function has, and the events.

import type { CacheEvent, CacheMethods } from "./cache.js";
import { withoutSignals } from "./cache_arguments.js";
import { keyOf } from "./cache_key.js";
import { ready } from "./shared.js";
import { type Watched, watch } from "./watched.js";

/** What a cached function has made, or is making. */
export type CachedState<Value> =
  | { readonly status: "pending"; readonly data: Value | undefined; readonly error: undefined }
  | { readonly status: "success"; readonly data: Value; readonly error: undefined }
  | { readonly status: "error"; readonly data: Value | undefined; readonly error: unknown };

/** A function that `cacheData` or `cacheResource` made. */
export type CachedFunction<Args extends readonly unknown[] | [], Result> = ((...args: Args) => Result) &
  // biome-ignore lint/suspicious/noExplicitAny: the call says what they are
  Pick<CacheMethods<any[], any>, "peek" | "has" | "stats">;

/** A call of one. */
export type WatchedCall<Result> = Watched<CachedState<Awaited<Result>>>;

/** What a watched call is found again by. */
interface Call {
  readonly run: unknown;
  readonly args: readonly unknown[];
  readonly key: string | undefined;
}

const calls = /* @__PURE__ */ new WeakMap<object, Call>();

const pending = { status: "pending", data: undefined, error: undefined } as const;

/**
 * What a cached function makes of these arguments: it is called while somebody listens, and again when its value is cleared.
 * @param last the one from before, which is returned where function and arguments are the same by value
 */
export function watchCached<Args extends readonly unknown[] | [], Result>(
  run: CachedFunction<Args, Result>,
  args: NoInfer<Args>,
  last?: WatchedCall<Result>,
): WatchedCall<Result> {
  const key = keyIfAny(args);
  const before = last && calls.get(last);
  if (last !== undefined && before?.run === run) {
    const { args: others } = before;
    const isSame = args.length === others.length && args.every((arg, nth) => Object.is(arg, others[nth]));
    if (isSame || (key !== undefined && key === before.key)) return last;
  }
  const watched = openCall(run, args, key);
  calls.set(watched, { run, args, key });
  return watched;
}

/** Those that `skipArgs` and `hashFuncs` are for have no key here. */
function keyIfAny(args: readonly unknown[]): string | undefined {
  try {
    return keyOf(withoutSignals(args), [], []);
  } catch {
    return undefined;
  }
}

function openCall<Args extends readonly unknown[] | [], Result>(
  run: CachedFunction<Args, Result>,
  args: NoInfer<Args>,
  ownKey: string | undefined,
): WatchedCall<Result> {
  type Value = Awaited<Result>;
  const kept = (): CachedState<Value> | undefined =>
    run.has(...args) ? { status: "success", data: run.peek(...args) as Value, error: undefined } : undefined;
  const made = (data: Value): CachedState<Value> => ({ status: "success", data, error: undefined });
  let stores = run.stats().stores;
  let state: CachedState<Value> = pending;
  try {
    state = kept() ?? pending;
  } catch (error) {
    // Arguments without a key: it cannot be called.
    state = { status: "error", data: undefined, error };
    return watch({ read: () => state, first: () => pending, follow: () => () => {} });
  }
  /** The call whose result counts; `undefined` while there is none under way. */
  let current: object | undefined;
  /** The events of this call, as the cache names them. */
  let event: CacheEvent | undefined;
  let isAsking = false;

  const follow = (changed: () => void) => {
    let isFollowing = true;
    const become = (next: CachedState<Value>) => {
      state = next;
      changed();
    };
    const ask = () => {
      const own = {};
      current = own;
      const settle = (next: () => CachedState<Value>) => {
        if (current !== own) return;
        current = undefined;
        become(next());
      };
      const failed = (error: unknown) => settle(() => ({ status: "error", data: state.data, error }));
      let result: unknown;
      let heard: CacheEvent | undefined;
      const stop = hear((one) => {
        heard ??= one.kind === "hit" || one.kind === "miss" ? one : undefined;
      });
      isAsking = true;
      try {
        result = run(...args);
      } catch (error) {
        return failed(error);
      } finally {
        isAsking = false;
        stop();
        event = heard ?? event;
      }
      const isAsync = typeof (result as PromiseLike<Value> | undefined)?.then === "function";
      // It has what is kept already.
      if (heard?.kind === "hit" && state.status === "success") current = undefined;
      else if (!isAsync) settle(() => made(result as Value));
      else if (state.status !== "pending") become({ ...pending, data: state.data });
      if (isAsync) (result as PromiseLike<Value>).then((data) => settle(() => made(data)), failed);
    };
    const stop = hear(({ kind, cache, key }) => {
      const isOurs = key === undefined || key === (event?.key ?? ownKey);
      if (isAsking || !isOurs || (event !== undefined && event.cache !== cache)) return;
      if (kind === "store" && current === undefined) become(kept() ?? state);
      // Behind the one who clears, who may not be done.
      if (kind === "clear") queueMicrotask(() => isFollowing && !run.has(...args) && ask());
    });
    if (run.stats().stores !== stores && state.status === "success") state = kept() ?? state;
    ask();
    return () => {
      isFollowing = false;
      current = undefined;
      stores = run.stats().stores;
      stop();
    };
  };
  return watch({ read: () => state, first: () => pending, follow });
}

const heardKinds = ["hit", "miss", "store", "clear"] as const;

/** The events of all caches: which of the two kinds a function is of, it does not say. */
function hear(listener: (event: CacheEvent) => void): () => void {
  const { cacheData, cacheResource } = ready();
  const ends = [cacheData, cacheResource].map((caches) => caches?.subscribe(listener, { kinds: heardKinds }));
  return () => {
    for (const end of ends) end?.();
  };
}
