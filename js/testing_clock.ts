// The clock of a simulated tab: it stands still until it is advanced, and has the timers of the page and the tasks of the
// browser. It replaces nothing by itself.

/** As they were before anything was replaced. */
const real = {
  Date,
  performance,
  setTimeout,
  clearTimeout,
  clearInterval,
  setImmediate: (globalThis as { setImmediate?: (run: () => void) => void }).setImmediate,
};

interface Task {
  readonly at: number;
  readonly run: () => void;
  /** Of the page, and so gone with it. */
  readonly timer: Timer | undefined;
}

/** Caches outlive a tab of a test, and no clock that they see goes back. */
let latest = 0;
/** No real timer has a number above it. */
const noId = 1_000_000_000;
let lastId = noId;

/** All microtasks that are due have run when it resolves, and so has what they ask for. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (real.setImmediate === undefined) real.setTimeout(resolve, 0);
    else real.setImmediate(resolve);
  });
}

/** What keeps a process awake, in Node; in a simulated tab nothing does. */
type Kept = { ref?(): void; unref?(): void } | undefined;

/**
 * What `setTimeout` gives: an object, as in Node, since Node's own code asks it for its methods, and a number where one is
 * asked for. When its browser is closed and somebody begins it anew, it goes by real time.
 */
class Timer {
  readonly id = ++lastId;
  #isCleared = false;
  #isRefed = true;
  #real: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly clock: Clock,
    readonly delay: number,
    readonly repeats: boolean,
    readonly run: () => void,
  ) {
    this.#begin();
  }

  #begin(): void {
    const { clock, delay, repeats, run } = this;
    const due = () => {
      if (repeats) this.#begin();
      run();
    };
    if (clock.isOver) {
      real.clearTimeout(this.#real);
      this.#real = real.setTimeout(due, delay);
      if (!this.#isRefed) this.unref();
    } else {
      clock.keep(this.id, Math.max(repeats ? 1 : 0, delay), due, this);
    }
  }

  ref(): this {
    this.#isRefed = true;
    (this.#real as Kept)?.ref?.();
    return this;
  }

  unref(): this {
    this.#isRefed = false;
    (this.#real as Kept)?.unref?.();
    return this;
  }

  hasRef(): boolean {
    return this.#isRefed;
  }

  refresh(): this {
    if (!this.#isCleared) this.#begin();
    return this;
  }

  close(): this {
    this.#isCleared = true;
    this.clock.cancel(this.id);
    real.clearTimeout(this.#real);
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }
}

export class Clock {
  readonly #tasks = new Map<number, Task>();
  readonly #since1970 = real.Date.now() - real.performance.now();
  #now = Math.max(latest, real.performance.now());

  /** Milliseconds since the process began. */
  get now(): number {
    return this.#now;
  }

  /** The time of day. */
  readonly since1970 = (): number => Math.floor(this.#since1970 + this.#now);

  /** Whether the browser is closed. Then nothing is due any more. */
  isOver = false;

  /** Runs a task of the browser a little later; returns its number. */
  after(delay: number, run: () => void): number {
    lastId += 1;
    this.keep(lastId, delay, run);
    return lastId;
  }

  keep(id: number, delay: number, run: () => void, timer?: Timer): void {
    // Begun anew, it is behind those that are due at the same time.
    this.#tasks.delete(id);
    if (!this.isOver) this.#tasks.set(id, { at: this.#now + delay, run, timer });
  }

  cancel(id: number): void {
    this.#tasks.delete(id);
  }

  /** Drops the timers of the page. */
  endPage(): void {
    for (const [id, { timer }] of this.#tasks) if (timer !== undefined) this.#tasks.delete(id);
  }

  /** Drops everything, and has those who let time pass come to an end. */
  close(): void {
    this.isOver = true;
    this.#tasks.clear();
  }

  /** Lets time pass. Between two tasks, what they promised is done. */
  async advance(milliseconds: number): Promise<void> {
    if (!(Number.isFinite(milliseconds) && milliseconds >= 0))
      throw new RangeError("time does not go back, and it ends: advance by a number of milliseconds from 0");
    const until = this.#now + milliseconds;
    for (;;) {
      await turn();
      if (this.isOver) return;
      const [id, task] = this.#next(until) ?? [];
      if (task === undefined) break;
      this.#tasks.delete(id as number);
      this.#set(task.at);
      task.run();
    }
    this.#set(until);
  }

  /** Two may let time pass at once: who is behind the other one changes nothing. */
  #set(now: number): void {
    this.#now = Math.max(this.#now, now);
    latest = Math.max(latest, this.#now);
  }

  /** The first of the earliest. */
  #next(until: number): [number, Task] | undefined {
    let next: [number, Task] | undefined;
    for (const [id, task] of this.#tasks)
      if (task.at <= until && (next === undefined || task.at < next[1].at)) next = [id, task];
    return next;
  }

  /** The timers and clocks of the page, by their global names. */
  globals(navigation: () => { name: string; type: string }): Record<string, unknown> {
    const now = () => this.#now;
    const { since1970 } = this;
    const timer =
      (repeats: boolean) =>
      (run: (...args: unknown[]) => void, delay?: number, ...args: unknown[]): Timer =>
        new Timer(this, Math.max(0, Number(delay) || 0), repeats, () => run(...args));
    const clear = (realClear: typeof clearTimeout) => (given?: unknown) => {
      const id = given instanceof Timer ? given.id : Number(given);
      const timer = given instanceof Timer ? given : this.#tasks.get(id)?.timer;
      if (timer !== undefined) timer.close();
      // A timer from before the tab was opened is a real one.
      else if (!(id > noId)) realClear(given as number);
    };
    return {
      setTimeout: timer(false),
      setInterval: timer(true),
      clearTimeout: clear(real.clearTimeout),
      clearInterval: clear(real.clearInterval),
      Date: new Proxy(real.Date, {
        construct: (target, args, newTarget) =>
          Reflect.construct(target, args.length > 0 ? args : [since1970()], newTarget),
        apply: (target) => new target(since1970()).toString(),
        get: (target, key) => (key === "now" ? since1970 : Reflect.get(target, key)),
      }),
      performance: new Proxy(real.performance, {
        get(target, key) {
          if (key === "now") return now;
          if (key === "getEntriesByType")
            return (type: string) => (type === "navigation" ? [navigation()] : target.getEntriesByType(type));
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
    };
  }
}
