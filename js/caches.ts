// All caches of one kind: those with a name are found again, and all are cleared at once.

import { type AnyFunction, type Cache, createEars, type Nature, openCache } from "./cache.js";
import { type CheckedOptions, isSame } from "./cache_options.js";
import { invalid } from "./query_options.js";

/** @param isHeld whether a cache lives on when its function is not used any more, because what it has is to be released. */
export function openCaches(isHeld: boolean) {
  const { tell, subscribe } = createEars();
  const named = new Map<string, Cache>();
  const held = new Set<Cache>();
  const all = new Set<WeakRef<Cache>>();
  const collected = new FinalizationRegistry((reference: WeakRef<Cache>) => all.delete(reference));

  const each = function* () {
    for (const reference of all) {
      const cache = reference.deref();
      if (cache !== undefined) yield cache;
    }
  };
  return {
    named,
    each,
    tell,
    subscribe,
    /** The cache of a function: that of its key, or one of its own. */
    of(options: CheckedOptions, natureOf: () => Nature): Cache {
      const { key } = options;
      const found = key === undefined ? undefined : named.get(key);
      if (found !== undefined) {
        if (isSame(found.options, options)) return found;
        throw invalid("key", "another cache has this key, and other options");
      }
      const cache = openCache(options, natureOf(), tell);
      const reference = new WeakRef(cache);
      all.add(reference);
      collected.register(cache, reference);
      if (isHeld) held.add(cache);
      if (key !== undefined) named.set(key, cache);
      return cache;
    },
  };
}

/** A function that remembers by way of a cache. */
export function wrapped(cache: Cache, run: AnyFunction) {
  const remembering = (...args: unknown[]) => cache.ask(run, args);
  for (const name of ["name", "length"] as const)
    Object.defineProperty(remembering, name, { value: run[name], configurable: true });
  return Object.assign(remembering, {
    peek: (...args: unknown[]) => cache.peek(args),
    has: (...args: unknown[]) => cache.has(args),
    clear: (...args: unknown[]) => cache.clear(args.length === 0 ? undefined : cache.keyOf(args)),
    stats: cache.stats,
  });
}
