// The options of a cache, checked.

import { type Bounds, numberOf } from "./cache_border.js";
import type { HashFuncs } from "./cache_key.js";
import { hasLone } from "./kinds.js";
import { invalid, refuseUnknown } from "./query_options.js";

/** The options of all caches. */
export interface CacheOptions {
  /**
   * How long a value is alive, from the end of the run that made it: seconds, or a text such as `"10m"`, `"1h23s"`, `"P1D"`,
   * `"00:01:30"`. Without it, for ever; with 0 or less, never.
   */
  ttl?: number | string | null | undefined;
  /** The most values to keep: the one that was not used for the longest time goes. */
  maxEntries?: number | null | undefined;
  /**
   * The name of the cache, and a version behind an `@`: `"cities@3"`. Functions that are wrapped with the same key share what is
   * kept. Without it, each wrapped function has a cache of its own.
   */
  key?: string | undefined;
  /** Makes keys of what has none: classes, and what makes a plain value of an instance. */
  hashFuncs?: HashFuncs | undefined;
  /**
   * `"background"`: for as long again as its `ttl`, a value is handed out at once, while a run behind it makes a newer one.
   * `"foreground"` by default.
   */
  refreshMode?: "foreground" | "background" | undefined;
  /** Which arguments are no part of the key: their places, from 0. */
  skipArgs?: readonly number[] | undefined;
}

/** The same, in order. */
export interface CheckedOptions extends Bounds {
  readonly key: string | undefined;
  /** For events. */
  readonly name: string;
  readonly hashFuncs: HashFuncs;
  readonly skipArgs: readonly number[];
  readonly persist: false | "session" | "disk";
  /** Which functions beside the wrapped one there are. */
  readonly functions: string;
}

const common = ["ttl", "maxEntries", "key", "hashFuncs", "refreshMode", "skipArgs"];

/** Checks a function and its options; `more` are those of one cache alone. */
export function checkedOptions(
  run: unknown,
  options: CacheOptions & { maxSize?: unknown; persist?: unknown },
  more: readonly string[],
): CheckedOptions {
  if (typeof run !== "function") throw invalid("function", "give the function whose values are to be kept");
  refuseUnknown(options, [...common, ...more]);
  const {
    ttl = null,
    maxEntries = null,
    maxSize = null,
    key,
    hashFuncs = [],
    refreshMode,
    skipArgs = [],
    persist = false,
  } = options;
  const checked = {
    ttl: ttlOf(ttl),
    refreshes: refreshMode === "background",
    maxEntries: maxEntries === null ? 0 : maxEntries,
    maxSize: sizeOf(maxSize),
    key,
    name: key ?? run.name,
    hashFuncs: listOf<HashFuncs[number]>(hashFuncs),
    skipArgs: [...new Set(listOf<number>(skipArgs))].sort((one, other) => one - other),
    persist: persist as CheckedOptions["persist"],
    functions: ["validate", "onRelease"].filter((name) => name in options).join(),
  };
  if (maxEntries !== null && !(Number.isInteger(maxEntries) && maxEntries > 0 && maxEntries < 2 ** 31))
    throw invalid("maxEntries", "it is a whole number, at least 1");
  if (key !== undefined && !(typeof key === "string" && key !== "" && !hasLone(key)))
    throw invalid("key", "it is a text, and not empty");
  if (
    !checked.hashFuncs.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && isClass(pair[0]) && isFunction(pair[1]),
    )
  )
    throw invalid("hashFuncs", "it is a list of pairs: a class, and a function of its instances");
  if (refreshMode !== undefined && refreshMode !== "foreground" && refreshMode !== "background")
    throw invalid("refreshMode", 'it is "foreground" or "background"');
  if (checked.refreshes && checked.ttl === Number.POSITIVE_INFINITY)
    throw invalid("refreshMode", "what is refreshed has a time to live: give a ttl");
  if (!checked.skipArgs.every((nth) => Number.isInteger(nth) && nth >= 0))
    throw invalid("skipArgs", "it is a list of places, from 0");
  if (persist !== false && persist !== "session" && persist !== "disk")
    throw invalid("persist", 'it is false, "session" or "disk"');
  if (persist !== false && key === undefined)
    throw invalid("key", 'what is kept for other pages has a name: give a key such as "cities@1"');
  if (persist === "disk" && checked.refreshes)
    throw invalid("refreshMode", "what is kept on disk is not refreshed behind it");
  return checked;
}

/** A copy; of what is no list, one that no check lets pass. */
function listOf<T>(list: unknown): T[] {
  return Array.isArray(list) ? [...list] : [undefined as T];
}

const isFunction = (value: unknown) => typeof value === "function";
/** An arrow function has no instances. */
const isClass = (value: unknown) => isFunction(value) && Boolean((value as { prototype?: object }).prototype);

function ttlOf(ttl: unknown): number {
  if (ttl === null) return Number.POSITIVE_INFINITY;
  if (typeof ttl === "string") return numberOf("ttl", ttl);
  if (typeof ttl === "number" && !Number.isNaN(ttl)) return ttl;
  throw invalid("ttl", 'it is a number of seconds, or a text such as "10m"');
}

/** 0 where there is none. */
function sizeOf(size: unknown): number {
  if (size === null) return 0;
  if (typeof size === "string") return numberOf("maxSize", size);
  if (typeof size === "number" && Number.isSafeInteger(Math.floor(size)) && size >= 1) return Math.floor(size);
  throw invalid("maxSize", 'it is a number of bytes, at least 1, or a text such as "10MB"');
}

/** Whether a cache has the name of another one, and another version: what is behind the last `@`. */
export function isOtherVersion(cache: string, other: string): boolean {
  const nameOf = (cache: string) => cache.replace(/@[^@]*$/, "@");
  return cache !== other && nameOf(cache) === nameOf(other);
}

/** Whether two functions can share a cache. */
export function isSame(one: CheckedOptions, other: CheckedOptions): boolean {
  const names = ["ttl", "refreshes", "maxEntries", "maxSize", "persist", "functions"] as const;
  return (
    names.every((name) => one[name] === other[name]) &&
    `${one.skipArgs}` === `${other.skipArgs}` &&
    one.hashFuncs.length === other.hashFuncs.length &&
    one.hashFuncs.every(([type], nth) => type === other.hashFuncs[nth]?.[0])
  );
}
