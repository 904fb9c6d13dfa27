// `cacheResource`: resources that are built once. Every caller gets the same object, and the cache says when it lets go of one.

/// <reference lib="esnext.disposable" preserve="true" />

import type { AnyFunction, CacheEvent, CacheMethods, CacheSubscribeOptions, Nature } from "./cache.js";
import { type CacheOptions, checkedOptions } from "./cache_options.js";
import { openCaches, wrapped } from "./caches.js";
import { report } from "./errors.js";
import { invalid } from "./query_options.js";
import { ready } from "./shared.js";

/** The options of `cacheResource`. */
export interface CacheResourceOptions<F extends AnyFunction = AnyFunction> extends CacheOptions {
  /** Called with the object and the arguments before it is handed out once more; one that is not valid is released. */
  validate?: ((value: Awaited<ReturnType<F>>, ...args: Parameters<F>) => boolean) | undefined;
  /**
   * Called once for each object that an entry of the cache lets go of: cleared, evicted, expired, not valid, or replaced by
   * another one. Callers may hold it still, and so may another entry. What it returns is not waited for.
   */
  onRelease?: ((value: Awaited<ReturnType<F>>) => unknown) | undefined;
}

/** A function of which every caller gets the same object. */
export type CachedResource<F extends AnyFunction> = F &
  CacheMethods<Parameters<F>, ReturnType<F>> & {
    /** Lets go of all, as `clear()` does: for `using`. */
    [Symbol.dispose](): void;
  };

/** Builds a resource once for equal arguments. */
export interface CacheResource {
  /**
   * Wraps a function.
   * @throws {TabstateError} `invalid-option`. The wrapped function throws `unsupported-value`, or its promise rejects with it,
   * for arguments that have no key.
   */
  <F extends AnyFunction>(run: F, options?: CacheResourceOptions<F>): CachedResource<F>;
  /** Lets go of what all these caches have. */
  clear(): void;
  /** Calls `listener` with each thing that such a cache does; returns the function that unsubscribes. */
  subscribe(listener: (event: CacheEvent) => void, options?: CacheSubscribeOptions): () => void;
}

function natureOf({ validate, onRelease }: CacheResourceOptions): Nature {
  const nature: Nature = {
    keep: (value, isAsync) => ({ value, form: "", copies: false, size: 0, isAsync }),
    give: ({ value }) => value,
    clone: structuredClone,
  };
  if (validate !== undefined) {
    nature.isValid = (value, args) => {
      const isValid: unknown = validate(value, ...args);
      if (typeof (isValid as { then?: unknown } | null | undefined)?.then !== "function") return Boolean(isValid);
      throw invalid("validate", "it says so at once, not in a promise");
    };
  }
  if (onRelease !== undefined) {
    // What it awaits is its own; that it fails is the page's to hear.
    nature.release = (value) => Promise.resolve(onRelease(value as never)).catch(report);
  }
  return nature;
}

function openCacheResource(): CacheResource {
  const { hearers } = ready();
  const { each, of, subscribe } = openCaches(true);
  const clear = () => {
    for (const cache of each()) cache.clear();
  };
  const finish = (number?: number) => {
    if (number !== undefined) return;
    hearers.delete(finish);
    clear();
  };
  hearers.add(finish);

  const cacheResource = (run: AnyFunction, options: CacheResourceOptions = {}) => {
    const checked = checkedOptions(run, options, ["validate", "onRelease"]);
    for (const name of ["validate", "onRelease"] as const) {
      if (options[name] !== undefined && typeof options[name] !== "function") throw invalid(name, "it is a function");
    }
    const cache = of(checked, () => natureOf(options));
    const load = wrapped(cache, run);
    // Where the engine has it.
    return Symbol.dispose ? Object.assign(load, { [Symbol.dispose]: () => load.clear() }) : load;
  };
  return Object.assign(cacheResource as unknown as CacheResource, { clear, subscribe });
}

function create(): CacheResource {
  const opened = (): CacheResource => {
    const shared = ready();
    shared.cacheResource ??= openCacheResource();
    return shared.cacheResource;
  };
  const cacheResource = (run: AnyFunction, options?: CacheResourceOptions) => opened()(run, options as never);
  return Object.assign(cacheResource as unknown as CacheResource, {
    clear: () => opened().clear(),
    subscribe: (...args: Parameters<CacheResource["subscribe"]>) => opened().subscribe(...args),
  });
}

/**
 * Builds a resource once for equal arguments, and hands the same object to every caller.
 *
 * ```js
 * const worker = cacheResource((name) => new Worker(`/${name}.js`), { onRelease: (worker) => worker.terminate() });
 * worker("search") === worker("search"); // true
 * worker.clear("search"); // terminates it
 * ```
 */
export const cacheResource: CacheResource = /* @__PURE__ */ create();
