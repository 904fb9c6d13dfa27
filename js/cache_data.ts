// `cacheData`: data that is computed once. What is kept is its record, and each caller gets a copy that is read from it.

import { type Channel, openChannel } from "../src/web/channel.js";
import type {
  AnyFunction,
  CacheEvent,
  CacheMethods,
  CacheSubscribeOptions,
  Kept,
  Nature,
  Persistence,
} from "./cache.js";
import type { DiskCache } from "./cache_disk.js";
import { type CacheOptions, type CheckedOptions, checkedOptions, isOtherVersion } from "./cache_options.js";
import { clearSessionCaches, openSessionCache } from "./cache_session.js";
import { openCaches, wrapped } from "./caches.js";
import { type ErrorCode, TabstateError } from "./errors.js";
import { namespaceIn } from "./namespace.js";
import { invalid } from "./query_options.js";
import { copyOf, formOf, valueOf as valueIn } from "./session_record.js";
import { found, ready } from "./shared.js";
import { checks } from "./wasm.js";

/** The options of `cacheData`. */
export interface CacheDataOptions extends CacheOptions {
  /** The most bytes to keep, a number or a text such as `"10MB"`, in powers of 1024. What is larger is returned and not kept. */
  maxSize?: number | string | null | undefined;
  /**
   * Where values are kept beside the memory: nowhere, in the session storage of this tab, or on disk, in IndexedDB, for all tabs
   * of the origin. It needs a `key`.
   */
  persist?: false | "session" | "disk" | undefined;
}

/** A function of which each caller gets a copy of what was computed once. */
export type CachedData<F extends AnyFunction> = F & CacheMethods<Parameters<F>, ReturnType<F>>;

/** The same for one whose values are on disk: it always returns a promise. */
export type CachedOnDisk<F extends AnyFunction> = ((...args: Parameters<F>) => Promise<Awaited<ReturnType<F>>>) &
  CacheMethods<Parameters<F>, ReturnType<F>>;

/** Computes data once for equal arguments. */
export interface CacheData {
  /**
   * Wraps a function.
   * @throws {TabstateError} `invalid-option`. The wrapped function throws `unsupported-value`, or its promise rejects with it,
   * for arguments that have no key, and for values that have no record: those are for `cacheResource`.
   */
  <F extends AnyFunction>(run: F, options: CacheDataOptions & { persist: "disk" }): CachedOnDisk<F>;
  <F extends AnyFunction>(run: F, options?: CacheDataOptions): CachedData<F>;
  /** Lets go of what all these caches have kept, on disk too, and in other tabs that of caches with a `key`. */
  clear(): void;
  /** Calls `listener` with each thing that such a cache does; returns the function that unsubscribes. */
  subscribe(listener: (event: CacheEvent) => void, options?: CacheSubscribeOptions): () => void;
}

/** What a cache keeps of a value. */
function keptOf(value: unknown, isAsync: boolean): Kept {
  const form = formOf(value);
  const isPrimitive = typeof value !== "object" || value === null;
  // As engines keep texts.
  const size = /[^\0-\xff]/.test(form) ? 2 * form.length : form.length;
  return { value: isPrimitive ? value : undefined, form, copies: !isPrimitive, size, isAsync };
}

const read = (form: string, isAsync: boolean): Kept => keptOf(valueIn(form, 0), isAsync);

function openCacheData(): CacheData {
  const { options, hearers } = ready();
  const namespace = namespaceIn(options);
  const { named, each, of, tell, subscribe } = openCaches(false);
  let disk: Promise<typeof import("./cache_disk.js")> | undefined;
  const loadDisk = () => {
    disk ??= import("./cache_disk.js").catch((error) => {
      // The network may be back the next time.
      disk = undefined;
      throw error;
    });
    return disk;
  };
  /** Whoever asks the disk waits until it has let go of all. */
  let isCleared: Promise<unknown> | undefined;

  /** What is cleared here is cleared elsewhere, where it has a name. */
  let channel: Channel | undefined;
  const hear = (message: unknown) => {
    if (!Array.isArray(message)) return;
    const [name, key] = message;
    for (const [other, cache] of named) if (name === undefined || name === other) cache.clear(key, true);
    // What earlier pages of this tab have kept.
    clearSessionCaches(namespace, name, key);
  };
  const listen = (): Channel => {
    channel ??= openChannel(`${namespace}!cache`, hear, () => {
      // What was cleared meanwhile, it has not heard.
      for (const cache of named.values()) cache.forget();
    });
    return channel;
  };
  const say = (...message: unknown[]) => listen().say(message);

  const trouble = (cache: string, code: ErrorCode, cause?: unknown) => {
    const message = "values are kept in memory alone";
    tell("error", cache, undefined, new TabstateError(code, message, { cause }));
  };

  const onDisk = (options: CheckedOptions): Persistence => {
    /** What reading and writing had last. */
    const troubles: Record<string, string | undefined> = {};
    const reason = () => troubles.write ?? troubles.read;
    const noted = (use: "read" | "write", error?: unknown) => {
      const { name, message } = (error ?? {}) as Error;
      const before = troubles[use];
      troubles[use] = error === undefined ? undefined : message || name;
      if (error !== undefined && troubles[use] !== before)
        trouble(options.name, name === "QuotaExceededError" ? "full" : "blocked", error);
    };
    let opened: Promise<DiskCache | undefined> | undefined;
    const open = () => {
      opened ??= loadDisk().then(
        ({ openDiskCache }) =>
          openDiskCache(
            namespace,
            options,
            (form) => read(form, true),
            noted,
            (cache) => isOtherVersion(cache, options.name),
          ),
        (error) => {
          opened = undefined;
          noted("read", error);
          return undefined;
        },
      );
      return opened;
    };
    return {
      get state() {
        return reason() === undefined ? "disk" : "memory";
      },
      get reason() {
        return reason();
      },
      async produce(key, signal, restored, make) {
        await isCleared;
        const cache = await open();
        if (cache === undefined) await make();
        else await cache.produce(key, signal, restored, make);
      },
      drop(key) {
        open().then((cache) => cache?.drop(key));
      },
      remove(key, isElsewhere) {
        if (isElsewhere) return;
        const tell = () => say(options.key, key);
        tell();
        // Another tab that asked meanwhile has what was still there.
        open()
          .then((cache) => cache?.remove(key))
          .then(tell);
      },
    };
  };

  const inSession = (options: CheckedOptions): Persistence => {
    const session = openSessionCache(namespace, options.name, read, (code) => trouble(options.name, code));
    const { remove } = session;
    session.remove = (key, isElsewhere) => {
      remove(key);
      if (!isElsewhere) say(options.key, key);
    };
    return session;
  };

  const inMemory = (options: CheckedOptions): Persistence => ({
    state: "memory",
    reason: undefined,
    remove(key, isElsewhere) {
      if (!isElsewhere) say(options.key, key);
    },
  });

  const natureOf = (options: CheckedOptions): Nature => {
    const { persist, key } = options;
    const nature: Nature = {
      keep: keptOf,
      give: ({ value, form, copies }) => (copies ? copyOf(form) : value),
      clone: (arg) => copyOf(formOf(arg)) as object,
    };
    if (key !== undefined) {
      listen();
      nature.persistence = (persist === "disk" ? onDisk : persist === "session" ? inSession : inMemory)(options);
    }
    return nature;
  };

  const finish = (number?: number) => {
    if (number !== undefined) return;
    hearers.delete(finish);
    channel?.end();
  };
  hearers.add(finish);

  const cacheData = (run: AnyFunction, options: CacheDataOptions = {}) => {
    const checked = checkedOptions(run, options, ["maxSize", "persist"]);
    const cache = of(checked, () => natureOf(checked));
    return wrapped(cache, run);
  };
  return Object.assign(cacheData as unknown as CacheData, {
    clear() {
      for (const cache of each()) cache.clear(undefined, true);
      clearSessionCaches(namespace);
      say();
      // What earlier pages have kept.
      if (!("indexedDB" in globalThis)) return;
      isCleared = loadDisk()
        .then(({ diskOf }) => diskOf(namespace).removeEverything())
        .catch((error) => trouble("cacheData", "blocked", error))
        // Another tab that asked meanwhile has what was still there.
        .then(() => say());
    },
    subscribe,
  });
}

function create(): CacheData {
  checks.add((options) => {
    namespaceIn(options);
    if ("namespace" in options && found()?.cacheData) throw invalid("namespace", "it comes before the first use");
  });
  const opened = (): CacheData => {
    const shared = ready();
    shared.cacheData ??= openCacheData();
    return shared.cacheData;
  };
  const cacheData = (run: AnyFunction, options?: CacheDataOptions) => opened()(run, options);
  return Object.assign(cacheData as unknown as CacheData, {
    clear: () => opened().clear(),
    subscribe: (...args: Parameters<CacheData["subscribe"]>) => opened().subscribe(...args),
  });
}

/**
 * Computes data once for equal arguments, and hands out copies.
 *
 * ```js
 * const load = cacheData(async (city) => (await fetch(`/api/${city}`)).json(), { ttl: "10m", maxEntries: 100 });
 * await load("Oslo"); // runs the function
 * await load("Oslo"); // a copy of what it made
 * load.clear("Oslo");
 * ```
 */
export const cacheData: CacheData = /* @__PURE__ */ create();
