// `queryParams`: its methods, its property form, and the snapshot that hot reads come from.

import { report, TabstateError } from "./errors.js";
import { inPropertyForm } from "./property_form.js";
import { type Checked, checked, invalid, refuseUnknown, type WriteOptions } from "./query_options.js";
import { keyOf, paramsOf, type QueryEntries, type QueryValue, textsOf } from "./query_values.js";
import { answer, batch, call, documentToCompare, ears, pass, passed, unpack, wasm } from "./wasm.js";

/** What became of writes. */
export type Outcome = "applied" | "superseded" | "blocked" | "unavailable";

/** What a listener is told, once for each batch. */
export interface QueryChange {
  /** The keys whose values changed. */
  readonly keys: string[];
  /** Who changed them: this module, Back and Forward, or other code. */
  readonly source: "local" | "traversal" | "external";
}

/** Which changes a listener hears, and until when. */
export interface SubscribeOptions {
  /** Only changes of one of these keys. */
  keys?: Iterable<string> | undefined;
  /** Unsubscribes when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** The methods of `queryParams`. Reads never throw; a write changes all that it names, or nothing. */
export interface QueryParamsMethods extends Iterable<[string, string]> {
  /** The last value of `key`. */
  get(key: string): string | undefined;
  /** All values of `key`, in a fresh array. */
  getAll(key: string): string[];
  /** Whether `key` is there. */
  has(key: string): boolean;
  /** How many keys there are. */
  readonly size: number;
  /** The keys, in the order in which they first appear. */
  keys(): IterableIterator<string>;
  /** The last value of each key. */
  values(): IterableIterator<string>;
  /** Each key with its last value. */
  entries(): IterableIterator<[string, string]>;
  /** Each key with its last value, as a plain object. */
  toDict(): Record<string, string>;
  /** The whole query as it is or will be in the address, reserved keys and all, without a `?`. */
  toString(): string;
  /**
   * Writes one key; `null`, `undefined` and an empty iterable remove it.
   * @throws {TabstateError} `reserved`, `unsupported-value`, `invalid-option`; nothing is changed then.
   */
  set(key: string, value: QueryValue, options?: WriteOptions): void;
  /** Removes one key; returns whether it was there. */
  delete(key: string, options?: WriteOptions): boolean;
  /** Merges: each key named gets its value, `null` and `undefined` remove it. */
  update(entries?: QueryEntries, options?: WriteOptions): void;
  /** Replaces all but the reserved keys. */
  fromDict(entries: QueryEntries, options?: WriteOptions): void;
  /** Removes all but the reserved keys. */
  clear(options?: WriteOptions): void;
  /** All that `edit` writes is one notification and one history entry; if it throws, nothing is written. */
  transaction<T>(edit: () => T): T;
  /** What becomes of the writes made so far. Never rejects. */
  settled(): Promise<Outcome>;
  /** Does now what can be done now. */
  flush(): void;
  /** Calls `listener` once for each batch of changes; returns the function that unsubscribes. */
  subscribe(listener: (change: QueryChange) => void, options?: SubscribeOptions): () => void;
}

/** The methods, and each parameter as a property: a method's name is reachable only through `get`. */
export type QueryParams = QueryParamsMethods & { [key: string]: string | undefined };

/** What the writer is at, for a panel that shows it. */
export interface WriterState {
  /** The keys whose last write is not in the address yet. */
  pending: string[];
  /** The history calls seen in the running window, everybody's. */
  calls: number;
  /** The calls that the browser allows in one window. */
  limit: number;
  /** The window's length in milliseconds. */
  windowMs: number;
  /** Milliseconds until the next call is tried, when one waits. */
  nextTryInMs: number | undefined;
  /** Whether the page refused the pending writes so often that only a write or a navigation tries them again. */
  blocked: boolean;
}

/** What typed parameters and bound controls stand on, beside the methods. */
export interface ParamsBase {
  /** Another object when a parameter changed. */
  version(): unknown;
  /** The whole query. */
  text(): string;
  /** The address as it would be with these parameters written. */
  link(params: Iterable<readonly [string, readonly string[]]>): string;
  /** Writes what is typed or bound: no guard is asked. */
  write(params: [string, string[]][], options?: WriteOptions): void;
  /** Called before each untyped write with the keys that it names, and whether it is to replace all; it may throw. */
  readonly guards: Set<(keys: string[], all: boolean) => void>;
}

interface Subscriber {
  listener: (change: QueryChange) => void;
  keys: Set<string> | undefined;
}

export function createQueryParams(): { queryParams: QueryParams; params: ParamsBase } {
  const { snapshot, getAll } = createSnapshot();
  const guards: ParamsBase["guards"] = new Set();

  const get = (key: string): string | undefined => {
    const params = snapshot();
    const value = params.get(key);
    return value === undefined && !isWellFormed(key) ? params.get(wellFormed(key)) : value;
  };
  const has = (key: string) => get(key) !== undefined;

  const set = (key: string, value: QueryValue, options?: WriteOptions): void => {
    const how = options === undefined ? unsaid : checked(options);
    if (typeof key === "string" && typeof value === "string" && guards.size === 0) {
      call(() => wasm.$queryParamsSet(pass(key), passed, pass(value), passed, how[0], how[1], how[2]));
    } else {
      write([[keyOf(key), textsOf(key, value)]], false, how);
    }
  };

  const write = (params: [string, string[]][], all: boolean, how: Checked): void => {
    guard(params, all);
    writeAnyway(params, all, how);
  };

  const writeAnyway = (params: [string, string[]][], all: boolean, how: Checked): void => {
    // As in a dict, the last entry of a repeated key counts, in the place of the first. Rust knows which are the same: two
    // that differ in lone surrogates are.
    call(() => wasm.$queryParamsUpdate(pass(batch(params)), passed, Number(all), ...how));
  };

  const guard = (params: [string, string[]][], all: boolean): void => {
    for (const check of guards)
      check(
        params.map(([key]) => key),
        all,
      );
  };

  const methods: QueryParamsMethods = {
    get,
    getAll,
    has,
    get size() {
      return snapshot().size;
    },
    keys: () => snapshot().keys(),
    values: () => snapshot().values(),
    entries: () => snapshot().entries(),
    toDict: () => Object.fromEntries(snapshot()),
    toString: () => answer(wasm.$queryParamsText),
    set,
    delete(key, options) {
      guard([[keyOf(key), []]], false);
      const how = checked(options);
      return wasm.$queryParamsDelete(pass(key), passed, ...how) === 1;
    },
    update: (entries = [], options) => write(paramsOf(entries), false, checked(options)),
    fromDict: (entries, options) => write(paramsOf(entries), true, checked(options)),
    clear: (options) => write([], true, checked(options)),
    transaction(edit) {
      if (typeof edit !== "function") throw invalid("edit", "it is a function");
      wasm.$queryParamsTransactionBegin();
      let done = false;
      try {
        const result = edit();
        if (typeof (result as { then?: unknown } | null | undefined)?.then === "function") {
          throw new TabstateError("unsupported-value", "await before a transaction, not in it");
        }
        done = true;
        return result;
      } finally {
        wasm.$queryParamsTransactionEnd(Number(done));
      }
    },
    settled: createSettled(),
    flush: () => wasm.$queryParamsFlush(),
    subscribe: createSubscribe(),
    [Symbol.iterator]: () => snapshot().entries(),
  };
  const link: ParamsBase["link"] = (params) => call<string>(() => wasm.$queryParamsLink(pass(batch(params)), passed));
  return {
    queryParams: inPropertyForm(methods),
    params: {
      version: snapshot,
      text: () => answer(wasm.$queryParamsText),
      link,
      write: (params, options) => writeAnyway(params, false, checked(options)),
      guards,
    },
  };
}

const unsaid = checked(undefined);

/** The last values, read anew from Rust when something changed. */
function createSnapshot() {
  let isStale = true;
  ears.stale = () => {
    isStale = true;
  };
  wasm.$queryParamsWatch();
  const page = documentToCompare();
  let address: string | undefined;
  let pairs: string[] = [];
  let lasts = new Map<string, string>();
  let all: Map<string, string[]> | undefined;

  const refresh = () => {
    address = page?.URL;
    pairs = unpack(answer(wasm.$queryParamsPairs));
    isStale = false;
    lasts = new Map();
    all = undefined;
    for (let nth = 0; nth < pairs.length; nth += 2) lasts.set(pairs[nth] as string, pairs[nth + 1] as string);
  };

  const snapshot = (): ReadonlyMap<string, string> => {
    if (isStale || (page !== undefined && page.URL !== address)) refresh();
    return lasts;
  };

  const getAll = (key: string): string[] => {
    snapshot();
    if (all === undefined) {
      all = new Map();
      for (let nth = 0; nth < pairs.length; nth += 2) {
        const values = all.get(pairs[nth] as string);
        if (values === undefined) all.set(pairs[nth] as string, [pairs[nth + 1] as string]);
        else values.push(pairs[nth + 1] as string);
      }
    }
    return [...(all.get(wellFormed(key)) ?? [])];
  };

  return { snapshot, getAll };
}

/** Keys and values in Rust, as in an address, hold no lone surrogate: U+FFFD stands for each. */
function wellFormed(text: string): string {
  return isWellFormed(text) ? text : text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

function isWellFormed(text: unknown): boolean {
  return typeof text !== "string" || !/\p{Surrogate}/u.test(text);
}

function createSettled(): () => Promise<Outcome> {
  const waiting = new Map<number, (outcome: Outcome) => void>();
  let last = 0;
  ears.settled = (id, outcome) => {
    waiting.get(id)?.(outcome as Outcome);
    waiting.delete(id);
  };
  return () =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      wasm.$queryParamsSettled(last);
    });
}

/** Who is told of changes. */
export const subscribers = /* @__PURE__ */ new Set<Subscriber>();

function createSubscribe(): QueryParamsMethods["subscribe"] {
  ears.changed = (packed, source) => {
    const keys = unpack(packed);
    for (const subscriber of [...subscribers]) {
      if (!subscribers.has(subscriber)) continue;
      if (subscriber.keys !== undefined && !keys.some((key) => subscriber.keys?.has(key))) continue;
      try {
        subscriber.listener({ keys: [...keys], source: source as QueryChange["source"] });
      } catch (error) {
        report(error);
      }
    }
  };

  return (listener, options = {}) => {
    refuseUnknown(options, ["keys", "signal"]);
    const { keys, signal } = options;
    if (typeof listener !== "function") throw invalid("listener", "it is a function");
    if (signal !== undefined && typeof signal?.addEventListener !== "function")
      throw invalid("signal", "it is an AbortSignal");
    const subscriber: Subscriber = { listener, keys: keys === undefined ? undefined : keysOf(keys) };
    const unsubscribe = () => {
      signal?.removeEventListener("abort", unsubscribe);
      if (subscribers.delete(subscriber) && subscribers.size === 0) wasm.$queryParamsIgnore();
    };
    if (signal?.aborted) return unsubscribe;
    signal?.addEventListener("abort", unsubscribe);
    subscribers.add(subscriber);
    wasm.$queryParamsListen();
    return unsubscribe;
  };
}

function keysOf(keys: unknown): Set<string> {
  const isList = typeof keys === "object" && keys !== null && Symbol.iterator in keys;
  const list = isList ? Array.from(keys as Iterable<unknown>) : [undefined];
  if (!list.every((key) => typeof key === "string")) throw invalid("keys", "it is an iterable of texts");
  return new Set(list);
}

/** What the writer is at. */
export function readWriterState(): WriterState {
  type Numbers = [calls: number, limit: number, windowMs: number, nextTry: number, blocked: number];
  const [calls, limit, windowMs, nextTry, blocked] = answer<Numbers>(wasm.$queryParamsBudget);
  const pending = unpack(answer(wasm.$queryParamsPending));
  return { pending, calls, limit, windowMs, nextTryInMs: nextTry < 0 ? undefined : nextTry, blocked: blocked === 1 };
}
