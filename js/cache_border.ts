// The border to the module of caches, which only numbers cross, and the texts of options. See `src/js/cache.rs`.

import { bytes } from "../build/wasm/cache-inline.js";
import { TabstateError } from "./errors.js";
import { invalid } from "./query_options.js";
import { startWith } from "./wasm.js";

interface CacheModule {
  readonly memory: WebAssembly.Memory;
  open(ttl: number, refreshes: boolean, maxEntries: number, maxSize: number): number;
  close(shelf: number): void;
  begin(shelf: number): number;
  run(): number;
  look(shelf: number, entry: number, now: number): number;
  holds(shelf: number, entry: number, now: number): number;
  complete(shelf: number, entry: number, run: number, now: number, age: number, size: number, isSame: boolean): number;
  end(shelf: number, entry: number, run: number, failed: boolean): number;
  reject(shelf: number, entry: number): void;
  clear(shelf: number, entry: number): void;
  clear_all(shelf: number): void;
  next_gone(shelf: number): number;
  count(shelf: number, nth: number): number;
  room(length: number): number;
  ttl(): number;
  size(): number;
  message(): number;
  message_length(): number;
}

/** What an entry has for one who asks. */
export const Found = { hit: 0, stale: 1, run: 2, join: 3 } as const;

/** What becomes of what a run made. */
export const Ended = { kept: 0, returned: 1, overtaken: 2 } as const;

/** Why the cache lets go of a value; 0 where an entry without one is forgotten. */
export const Why = { none: 0, expired: 1, evicted: 2, cleared: 3, replaced: 4, rejected: 5 } as const;

/** How long and how much a shelf keeps: seconds, entries, bytes. */
export interface Bounds {
  readonly ttl: number;
  readonly refreshes: boolean;
  /** 0 is no bound, as with the size. */
  readonly maxEntries: number;
  readonly maxSize: number;
}

let started: CacheModule | undefined;

function module(): CacheModule {
  started ??= startWith(() => new WebAssembly.Instance(new WebAssembly.Module(bytes())))
    .exports as unknown as CacheModule;
  return started;
}

/** Runs a call of the module. One that a stack without room has ended leaves it in no known state: the next one is another. */
function call<T>(use: (module: CacheModule) => T, of = module()): T {
  try {
    return use(of);
  } catch (cause) {
    throw lost(of, cause);
  }
}

function lost(of: CacheModule, cause: unknown): TabstateError {
  if (started === of) started = undefined;
  return new TabstateError("unavailable", "the call failed", { cause });
}

/** The number that an option's text stands for. */
export function numberOf(option: "ttl" | "maxSize", text: string): number {
  const [number, message] = call((module): [number, string] => {
    const bytes = new TextEncoder().encode(text);
    const at = module.room(bytes.length);
    new Uint8Array(module.memory.buffer).set(bytes, at);
    const number = option === "ttl" ? module.ttl() : module.size();
    const message = new Uint8Array(module.memory.buffer, module.message(), module.message_length());
    return [number, new TextDecoder().decode(message)];
  });
  if (Number.isNaN(number)) throw invalid(option, message);
  return number;
}

/** Takes away the shelves of caches that are not used any more. */
const collected = /* @__PURE__ */ new FinalizationRegistry<[CacheModule, number]>(([of, shelf]) => {
  // One that is lost has nothing to take away.
  if (of === started) call((module) => module.close(shelf), of);
});

/** What is kept, by the numbers of entries, and what becomes of it. */
export class Shelf {
  readonly #module = module();
  readonly #number: number;

  constructor({ ttl, refreshes, maxEntries, maxSize }: Bounds) {
    this.#number = this.#call((module) => module.open(ttl, refreshes, maxEntries, maxSize));
    collected.register(this, [this.#module, this.#number]);
  }

  #call<T>(use: (module: CacheModule, shelf: number) => T): T {
    return call((module) => use(module, this.#number), this.#module);
  }

  /** Whether it is in no known state any more. */
  get isLost(): boolean {
    return this.#module !== started;
  }

  /** A number for a key that has none; `run` is to make its value. */
  begin(): number {
    return this.#call((module, shelf) => module.begin(shelf));
  }

  /** The run that began last. */
  get run(): number {
    return this.#module.run();
  }

  /** What an entry has, by the numbers of `Found`. */
  look(entry: number, now: number): number {
    // Each hit asks this: without a function made for it.
    try {
      return this.#module.look(this.#number, entry, now);
    } catch (cause) {
      throw lost(this.#module, cause);
    }
  }

  /** Whether a value is kept that would be handed out now. */
  holds(entry: number, now: number): boolean {
    return this.#call((module, shelf) => module.holds(shelf, entry, now) !== 0);
  }

  /** A run made a value, so long ago as `age` says; returns what becomes of it, by the numbers of `Ended`. */
  complete(entry: number, run: number, now: number, age: number, size: number, isSame: boolean): number {
    return this.#call((module, shelf) => module.complete(shelf, entry, run, now, age, size, isSame));
  }

  /** A run failed, or was given up; returns `false` for one that was overtaken. */
  end(entry: number, run: number, failed: boolean): boolean {
    return this.#call((module, shelf) => module.end(shelf, entry, run, failed) !== 0);
  }

  /** The value that was just handed out is not valid. */
  reject(entry: number): void {
    this.#call((module, shelf) => module.reject(shelf, entry));
  }

  clear(entry: number): void {
    this.#call((module, shelf) => module.clear(shelf, entry));
  }

  clearAll(): void {
    this.#call((module, shelf) => module.clear_all(shelf));
  }

  /** What is to be dropped next: 16 times the entry, twice a number of `Why`, and whether the entry is forgotten; or -1. */
  nextGone(): number {
    return this.#call((module, shelf) => module.next_gone(shelf));
  }

  /** Hits, misses, joins, stores, expired, evicted, refreshes, errors, entries, bytes. */
  counts(): number[] {
    return this.#call((module, shelf) => Array.from({ length: 10 }, (_, nth) => module.count(shelf, nth)));
  }
}
