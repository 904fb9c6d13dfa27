// What both caches do: they find what is kept for a call's arguments, or run the function once for all who ask. What is kept,
// how it is handed out, and where else it is kept, is for each of them to say.

import { cloneOf, giveSignal, signalsOf, withoutSignals } from "./cache_arguments.js";
import { Ended, Found, Shelf, Why } from "./cache_border.js";
import { keyOf } from "./cache_key.js";
import type { CheckedOptions } from "./cache_options.js";
import { isLasting, none, shortcutOf } from "./cache_shortcuts.js";
import { report } from "./errors.js";
import { createSubscribers } from "./subscribers.js";

/** What a cache did. */
export type CacheEventKind = "hit" | "miss" | "store" | "expire" | "evict" | "clear" | "refresh" | "error";

const kinds: readonly CacheEventKind[] = ["hit", "miss", "store", "expire", "evict", "clear", "refresh", "error"];

/** One thing that a cache did. */
export interface CacheEvent {
  /** What it did. */
  readonly kind: CacheEventKind;
  /** The `key` option of the cache, or else the name of its function. */
  readonly cache: string;
  /** The key of the arguments, as `docs/cache-key.md` has it; `undefined` where all are cleared. */
  readonly key: string | undefined;
  /** Of an `error`: what was thrown. */
  readonly error?: unknown;
}

/** Which events a listener hears, and until when. */
export interface CacheSubscribeOptions {
  /** Only these. */
  kinds?: Iterable<CacheEventKind> | undefined;
  /** Unsubscribes when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** What happened so far, and what is there. */
export interface CacheStats {
  /** Calls that got what was kept, from wherever. */
  readonly hits: number;
  /** Calls for which the function ran. */
  readonly misses: number;
  /** Calls that waited for a run that was under way. */
  readonly joins: number;
  /** Values that were kept. */
  readonly stores: number;
  /** Values whose time was up. */
  readonly expired: number;
  /** Values that others needed the room of. */
  readonly evicted: number;
  /** Runs behind a value that was handed out. */
  readonly refreshes: number;
  /** Runs that failed. */
  readonly errors: number;
  /** The values that are kept in memory. */
  readonly entries: number;
  /** What their records take together, in bytes. */
  readonly bytes: number;
  /** Where values are kept: what `persist` asks for, or `"memory"` where that does not work. */
  readonly persistence: "memory" | "session" | "disk";
  /** Why values are not kept where `persist` asks for. */
  readonly reason?: string;
}

/** A function that remembers. */
export interface CacheMethods<Args extends readonly unknown[], Result> {
  /** What is kept in memory for these arguments, or `undefined`: never a promise, nothing is run, and it counts for nothing. */
  peek(...args: Partial<Args>): Awaited<Result> | undefined;
  /** Whether something is kept in memory for these arguments. */
  has(...args: Partial<Args>): boolean;
  /** Lets go of what is kept for these arguments; without arguments, of all. A run that is under way stores nothing. */
  clear(...args: Partial<Args>): void;
  /** What happened so far, and what is there. */
  stats(): CacheStats;
}

/** What is kept of what a run made. */
export interface Kept {
  /** What is handed out as it is. */
  readonly value: unknown;
  readonly form: string;
  /** Whether each caller gets what is read from the form. */
  readonly copies: boolean;
  readonly size: number;
  /** Whether it is handed out in a promise. */
  readonly isAsync: boolean;
}

/** Where else values are kept. */
export interface Persistence {
  readonly state: CacheStats["persistence"];
  readonly reason: string | undefined;
  /** All that is kept there, if it is known at once. */
  all?(): Iterable<{ key: string; kept: Kept; age: number }>;
  /** Keeps a value there, at once. */
  put?(key: string, kept: Kept): void;
  /** A value was let go of in memory, for its time or for the room that others need. */
  drop?(key: string): void;
  /** Has a value restored, or made, by whichever tab is first. */
  produce?(
    key: string,
    signal: AbortSignal,
    restored: (kept: Kept, age: number) => boolean,
    make: () => Promise<Kept | undefined>,
  ): Promise<void>;
  /** Removes the value of one key, or all. Others did so before, where it was cleared elsewhere. */
  remove(key?: string, isElsewhere?: boolean): void;
}

/** What one of the two caches says of its values. */
export interface Nature {
  /** Throws where the value cannot be kept. */
  keep(value: unknown, isAsync: boolean): Kept;
  give(kept: Kept): unknown;
  /** A copy of an argument, for a function that is called later; it may throw. */
  clone(arg: object): object;
  isValid?(value: unknown, args: readonly unknown[]): boolean;
  release?(value: unknown): void;
  persistence?: Persistence;
}

/** One key. */
interface Slot {
  readonly number: number;
  readonly key: string;
  kept: Kept | undefined;
  run: Run | undefined;
  /** Other ways to it. */
  readonly shortcuts: unknown[];
}

/** More are found by their key. */
const mostShortcuts = 8;

/** One run of the function. */
interface Run {
  readonly slot: Slot;
  readonly shelf: Shelf;
  readonly ticket: number;
  /** What it makes, where that is not made at once. */
  promise: Promise<Kept> | undefined;
  /** Callers who have not given up. */
  waiting: number;
  controller: AbortController | undefined;
  /** Begins it, where it waits for its turn behind what was handed out. */
  begin: (() => void) | undefined;
}

/** A function of the page. */
// biome-ignore lint/suspicious/noExplicitAny: any function
export type AnyFunction = (...args: any[]) => any;

export interface Cache {
  readonly options: CheckedOptions;
  /** What is kept for these arguments, or what the function makes of them. */
  ask(run: AnyFunction, args: readonly unknown[]): unknown;
  peek(args: readonly unknown[]): unknown;
  has(args: readonly unknown[]): boolean;
  /** Lets go of one key's value, or of all; others are told, unless they have done so. */
  clear(key?: string, isElsewhere?: boolean): void;
  /** Begins anew in memory: what is kept elsewhere may be another by now. */
  forget(): void;
  keyOf(args: readonly unknown[]): string;
  stats(): CacheStats;
}

/** Functions that are on the stack, by their runs: of any cache. */
const running: Run[] = [];

/** Has those hear who listen to caches of one kind. */
export type Tell = (kind: CacheEventKind, cache: string, key?: string, error?: unknown) => void;

export function createEars() {
  let event: CacheEvent | undefined;
  let tellAll: ((kinds: string[]) => void) | undefined;
  const tell: Tell = (kind, cache, key, error) => {
    if (tellAll === undefined) return;
    const outer = event;
    event = error === undefined ? { kind, cache, key } : { kind, cache, key, error };
    try {
      tellAll([kind]);
    } finally {
      event = outer;
    }
  };
  const subscribe = createSubscribers<CacheEvent>({
    option: "kinds",
    allowed: kinds,
    follow(tell) {
      tellAll = tell;
      return () => {
        tellAll = undefined;
      };
    },
    changeOf: () => event as CacheEvent,
  });
  return { tell, subscribe };
}

export function openCache(options: CheckedOptions, nature: Nature, tellOf: Tell): Cache {
  const { name, ttl, maxSize, skipArgs, hashFuncs } = options;
  // By the wall's clock, which goes on while the machine sleeps: that it may be set back is the shelf's concern. Where nothing
  // expires, time is nobody's.
  const now = ttl === Number.POSITIVE_INFINITY ? () => 0 : () => Date.now();
  const { persistence } = nature;
  let shelf = new Shelf(options);
  let slots = new Map<string, Slot>();
  let shortcuts = new Map<unknown, Slot>();
  let numbered: (Slot | undefined)[] = [];
  /** What was let go of, and is to be told and released once all stands as it is to be. */
  const gone: { slot: Slot; kept: Kept; why: number }[] = [];
  /** Hits for which the shelf counted a run, values that an earlier page has kept, and what the shelf kept of both. */
  let restores = 0;
  let loads = 0;
  let returns = 0;
  let isLoaded = false;

  const tell = (kind: CacheEventKind, key?: string, error?: unknown) => tellOf(kind, name, key, error);

  /** Drops what the shelf let go of. */
  const drain = (): void => {
    for (let next = shelf.nextGone(); next >= 0; next = shelf.nextGone()) {
      const slot = numbered[next >> 4] as Slot;
      const why = (next >> 1) & 7;
      if (why !== Why.none && slot.kept !== undefined) {
        gone.push({ slot, kept: slot.kept, why });
        slot.kept = undefined;
        if (why !== Why.cleared) persistence?.drop?.(slot.key);
      }
      if (next & 1) {
        if (slots.get(slot.key) === slot) slots.delete(slot.key);
        for (const shortcut of slot.shortcuts) if (shortcuts.get(shortcut) === slot) shortcuts.delete(shortcut);
        numbered[slot.number] = undefined;
        slot.run = undefined;
      }
    }
  };
  /** Tells of it, and releases: what the page's own code does then, finds all in order. */
  const settle = (): void => {
    for (let one = gone.shift(); one !== undefined; one = gone.shift()) {
      const { slot, kept, why } = one;
      if (why === Why.expired) tell("expire", slot.key);
      if (why === Why.evicted) tell("evict", slot.key);
      release(kept);
    }
  };
  const release = ({ value }: Kept): void => {
    try {
      nature.release?.(value);
    } catch (error) {
      report(error);
    }
  };

  /** Takes another shelf for one that is lost: of what was kept, all goes. */
  const renew = (): void => {
    for (const slot of slots.values())
      if (slot.kept !== undefined) gone.push({ slot, kept: slot.kept, why: Why.cleared });
    slots = new Map();
    shortcuts = new Map();
    numbered = [];
    shelf = new Shelf(options);
    // It counts anew.
    restores = 0;
    loads = 0;
    returns = 0;
    settle();
  };
  const begin = (key: string): Slot => {
    const slot: Slot = { number: shelf.begin(), key, kept: undefined, run: undefined, shortcuts: [] };
    // First by its number, which the shelf tells of even if there is no room on the stack for more.
    numbered[slot.number] = slot;
    slots.set(key, slot);
    return slot;
  };
  /** What is kept elsewhere from an earlier page. */
  const load = (): void => {
    isLoaded = true;
    for (const { key, kept, age } of persistence?.all?.() ?? []) {
      loads++;
      if (keep(newRun(begin(key)), kept, age) === Ended.kept) returns++;
      else persistence?.drop?.(key);
    }
    settle();
  };
  const ready = (): void => {
    if (shelf.isLost) renew();
    if (!isLoaded) load();
  };

  const newRun = (slot: Slot): Run => {
    const run: Run = {
      slot,
      shelf,
      ticket: shelf.run,
      promise: undefined,
      waiting: 0,
      controller: undefined,
      begin: undefined,
    };
    slot.run = run;
    return run;
  };
  const isOver = (run: Run): void => {
    if (run.slot.run === run) run.slot.run = undefined;
  };
  /** A run made a value; returns what becomes of it. */
  const keep = (run: Run, kept: Kept, age: number): number => {
    isOver(run);
    const { slot, ticket } = run;
    if (run.shelf !== shelf || shelf.isLost) return Ended.overtaken;
    const isSame = slot.kept !== undefined && !kept.copies && Object.is(slot.kept.value, kept.value);
    const ended = shelf.complete(slot.number, ticket, now(), age, kept.size, isSame);
    drain();
    if (ended === Ended.kept) slot.kept = kept;
    return ended;
  };
  const made = (run: Run, kept: Kept): number => {
    const ended = keep(run, kept, 0);
    if (ended === Ended.kept) {
      persistence?.put?.(run.slot.key, kept);
      tell("store", run.slot.key);
    }
    settle();
    return ended;
  };
  /** A run failed, or nobody waits for it any more. */
  const end = (run: Run, error?: unknown): void => {
    isOver(run);
    if (run.shelf !== shelf || shelf.isLost) return;
    const isCurrent = shelf.end(run.slot.number, run.ticket, error !== undefined);
    drain();
    if (isCurrent && error !== undefined) tell("error", run.slot.key, error);
    settle();
  };
  const failed = (run: Run, error: unknown) => end(run, error ?? new Error("the function failed with nothing"));

  const handOut = (kept: Kept): unknown => {
    const value = nature.give(kept);
    return kept.isAsync ? Promise.resolve(value) : value;
  };

  /** A caller waits for a run, until it gives up. */
  const join = (run: Run, signals: readonly AbortSignal[]): Promise<unknown> => {
    run.waiting++;
    const given = (run.promise as Promise<Kept>).then(nature.give);
    if (signals.length === 0) return given;
    return new Promise((resolve, reject) => {
      const forget = () => {
        for (const signal of signals) signal.removeEventListener("abort", giveUp);
      };
      const giveUp = ({ target }: Pick<Event, "target">) => {
        const { reason } = target as AbortSignal;
        forget();
        reject(reason);
        // One behind the callers' backs has no controller, and goes on.
        if (--run.waiting > 0 || run.controller === undefined) return;
        if (run.slot.run === run) end(run);
        run.controller.abort(reason);
      };
      for (const signal of signals) signal.addEventListener("abort", giveUp);
      given.then(resolve, reject).finally(forget);
      // It may have been given up while the function began.
      const aborted = signals.find(({ aborted }) => aborted);
      if (aborted !== undefined) giveUp({ target: aborted });
    });
  };

  /** Runs the function now. What it makes at once is returned; a promise is the run's. */
  const runNow = (run: Run, call: AnyFunction, args: readonly unknown[]): Kept | undefined => {
    const depth = running.push(run) - 1;
    try {
      const result = call(...args);
      if (typeof result?.then !== "function") {
        const kept = nature.keep(result, false);
        made(run, kept);
        return kept;
      }
      run.promise = settled(run, result);
      return undefined;
    } catch (error) {
      failed(run, error);
      throw error;
    } finally {
      // Those above may have been ended by a stack without room.
      running.length = depth;
    }
  };
  const settled = async (run: Run, result: PromiseLike<unknown>): Promise<Kept> => {
    try {
      const kept = nature.keep(await result, true);
      const ended = made(run, kept);
      // Nobody has it: neither the cache nor a caller.
      if (ended !== Ended.kept && run.waiting === 0) release(kept);
      return kept;
    } catch (error) {
      failed(run, error);
      throw error;
    }
  };

  /** The arguments as they are now, for a call that comes later; where they cannot be copied, themselves. */
  const copiesOf = ({ key }: Slot, args: readonly unknown[], signal: AbortSignal): readonly unknown[] => {
    const copies = cloneOf(args, options, nature.clone);
    return giveSignal(cache.keyOf(copies) === key ? copies : args, signal);
  };
  /** What is made of arguments that were changed meanwhile is kept for nobody. */
  const endIfChanged = (run: Run, args: readonly unknown[]): void => {
    if (cache.keyOf(args) !== run.slot.key) end(run);
  };

  /** Has the value restored or made by way of the persistence, which takes time. */
  const produce = (run: Run, call: AnyFunction, args: readonly unknown[], { signal }: AbortController): Promise<Kept> =>
    new Promise((resolve, reject) => {
      const { key } = run.slot;
      const restored = (kept: Kept, age: number): boolean => {
        // The run goes on for one that is not alive, or too large by now.
        if (!(age < ttl * 1000) || (maxSize > 0 && kept.size > maxSize)) return false;
        if (keep(run, kept, age) === Ended.kept) returns++;
        restores++;
        resolve(kept);
        tell("hit", key);
        settle();
        return true;
      };
      const make = async () => {
        tell("miss", key);
        endIfChanged(run, args);
        const kept = nature.keep(await call(...args), true);
        const ended = made(run, kept);
        resolve(kept);
        return ended === Ended.kept ? kept : undefined;
      };
      persistence?.produce?.(key, signal, restored, make).catch((error) => {
        failed(run, error);
        reject(error);
      });
    });

  const start = (run: Run, call: AnyFunction, args: readonly unknown[], signals: readonly AbortSignal[]): unknown => {
    if (persistence?.produce) {
      run.controller = new AbortController();
      run.promise = produce(run, call, copiesOf(run.slot, args, run.controller.signal), run.controller);
    } else {
      tell("miss", run.slot.key);
      if (signals.length > 0) run.controller = new AbortController();
      const kept = runNow(run, call, run.controller ? giveSignal(args, run.controller.signal) : args);
      if (kept !== undefined) return nature.give(kept);
    }
    // Whoever waits hears of it.
    run.promise?.catch(() => {});
    return join(run, signals);
  };
  /** Runs the function behind the caller's back, once that one had its turn. */
  const refresh = (run: Run, call: AnyFunction, args: readonly unknown[]): void => {
    // It goes on whoever gives up.
    const copies = copiesOf(run.slot, args, new AbortController().signal);
    run.begin = () => {
      run.begin = undefined;
      // Cleared meanwhile.
      if (run.slot.run !== run) return;
      endIfChanged(run, copies);
      try {
        runNow(run, call, copies);
        run.promise?.catch(() => {});
      } catch {
        // The event of the failure tells.
      }
    };
    setTimeout(() => run.begin?.());
  };

  /** What is kept, if it is valid; a value that is not was none. */
  const valid = (slot: Slot, args: readonly unknown[]): Kept | undefined => {
    const kept = slot.kept as Kept;
    if (nature.isValid === undefined) return kept;
    const isValid = nature.isValid(kept.value, args);
    // Who was asked may have let go of it.
    if (slot.kept !== kept) return undefined;
    if (isValid) return kept;
    if (!shelf.isLost) {
      shelf.reject(slot.number);
      drain();
      settle();
    }
    return undefined;
  };

  /** What has no key is read no further. */
  const search = (args: readonly unknown[], shortcut: unknown): Slot | string => {
    const key = cache.keyOf(args);
    const slot = slots.get(key);
    if (slot === undefined) return key;
    if (slot.shortcuts.length < mostShortcuts && isLasting(shortcut, args)) {
      slot.shortcuts.push(shortcut);
      shortcuts.set(shortcut, slot);
    }
    return slot;
  };

  const answer = (call: AnyFunction, args: readonly unknown[]): unknown => {
    ready();
    const shortcut = hashFuncs.length > 0 ? none : shortcutOf(args, skipArgs);
    const known = shortcut === none ? undefined : shortcuts.get(shortcut);
    // What has a shortcut has no signal, but where that is skipped.
    const signals = shortcut === none || skipArgs.length > 0 ? signalsOf(args) : [];
    const aborted = signals.find(({ aborted }) => aborted);
    if (aborted !== undefined) return Promise.reject(aborted.reason);
    const slot = known ?? search(args, shortcut);
    return typeof slot === "string"
      ? start(newRun(begin(slot)), call, args, signals)
      : askOf(slot, call, args, signals);
  };

  const askOf = (slot: Slot, call: AnyFunction, args: readonly unknown[], signals: readonly AbortSignal[]): unknown => {
    const found = shelf.look(slot.number, now());
    if (found === Found.hit) {
      const kept = valid(slot, args);
      if (kept === undefined) return askAgain(slot, call, args, signals);
      tell("hit", slot.key);
      return handOut(kept);
    }
    drain();
    if (found === Found.join) {
      const { run } = slot;
      settle();
      if (run?.begin !== undefined) {
        // Its turn has come.
        run.begin();
        return askAgain(slot, call, args, signals);
      }
      if (run?.promise !== undefined) return join(run, signals);
      // A function that asks for its own key has to do without the cache.
      if (run !== undefined && running.includes(run)) return call(...args);
      // A stack without room has ended it, maybe before it was noted.
      slot.run = undefined;
      shelf.clear(slot.number);
      drain();
      return askAgain(slot, call, args, signals);
    }
    const run = newRun(slot);
    settle();
    if (found === Found.run) return start(run, call, args, signals);
    let kept: Kept | undefined;
    try {
      kept = valid(slot, args);
    } catch (error) {
      end(run);
      throw error;
    }
    if (kept === undefined) return start(run, call, args, signals);
    refresh(run, call, args);
    tell("hit", slot.key);
    tell("refresh", slot.key);
    return handOut(kept);
  };
  /** Once more, where the slot was let go of or overtaken. */
  const askAgain = (slot: Slot, ...rest: [AnyFunction, readonly unknown[], readonly AbortSignal[]]): unknown => {
    const again = slots.get(slot.key);
    return again === undefined ? start(newRun(begin(slot.key)), ...rest) : askOf(again, ...rest);
  };

  const ask = (call: AnyFunction, args: readonly unknown[]): unknown => {
    if (!persistence?.produce) return answer(call, args);
    // It always gives a promise.
    try {
      return answer(call, args);
    } catch (error) {
      return Promise.reject(error);
    }
  };

  /** What is kept in memory. */
  const held = (args: readonly unknown[]): Kept | undefined => {
    ready();
    const slot = slots.get(cache.keyOf(args));
    return slot?.kept !== undefined && shelf.holds(slot.number, now()) ? slot.kept : undefined;
  };

  const cache: Cache = {
    options,
    ask,
    keyOf: (args) => keyOf(withoutSignals(args), skipArgs, hashFuncs),
    peek(args) {
      const kept = held(args);
      return kept && nature.give(kept);
    },
    has: (args) => held(args) !== undefined,
    clear(key, isElsewhere) {
      ready();
      if (key === undefined) shelf.clearAll();
      else {
        const slot = slots.get(key);
        if (slot !== undefined) shelf.clear(slot.number);
      }
      drain();
      persistence?.remove(key, isElsewhere);
      tell("clear", key);
      settle();
    },
    forget() {
      if (shelf.isLost) renew();
      shelf.clearAll();
      drain();
      isLoaded = false;
      settle();
    },
    stats() {
      ready();
      const counts = shelf.counts() as [number, number, number, number, number, number, number, number, number, number];
      const [hits, misses, joins, stores, expired, evicted, refreshes, errors, entries, bytes] = counts;
      const { state = "memory", reason } = persistence ?? {};
      return {
        hits: hits + restores,
        misses: misses - restores - loads,
        joins,
        stores: stores - returns,
        expired,
        evicted,
        refreshes,
        errors,
        entries,
        bytes,
        persistence: state,
        ...(reason === undefined ? undefined : { reason }),
      };
    },
  };
  return cache;
}
