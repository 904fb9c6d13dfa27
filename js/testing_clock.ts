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
  readonly isTimer: boolean;
}

/** Caches outlive a tab of a test, and no clock that they see goes back. */
let latest = 0;
/** No real timer has such a number. */
let lastId = 1_000_000_000;

/** All microtasks that are due have run when it resolves, and so has what they ask for. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (real.setImmediate === undefined) real.setTimeout(resolve, 0);
    else real.setImmediate(resolve);
  });
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

  after(delay: number, run: () => void, isTimer = false): number {
    lastId += 1;
    this.#tasks.set(lastId, { at: this.#now + Math.max(0, Number(delay) || 0), run, isTimer });
    return lastId;
  }

  cancel(id: unknown): boolean {
    return this.#tasks.delete(id as number);
  }

  /** Drops the timers of the page. */
  endPage(): void {
    for (const [id, { isTimer }] of this.#tasks) if (isTimer) this.#tasks.delete(id);
  }

  /** Lets time pass. Between two tasks, what they promised is done. */
  async advance(milliseconds: number): Promise<void> {
    if (!(milliseconds >= 0)) throw new RangeError("time does not go back: advance by milliseconds from 0");
    const until = this.#now + milliseconds;
    for (;;) {
      await turn();
      const [id, task] = this.#next(until) ?? [];
      if (task === undefined) break;
      this.#tasks.delete(id as number);
      this.#set(Math.max(this.#now, task.at));
      task.run();
    }
    this.#set(until);
  }

  #set(now: number): void {
    this.#now = now;
    latest = Math.max(latest, now);
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
      (run: (...args: unknown[]) => void, delay = 0, ...args: unknown[]): number => {
        const again = () => {
          if (repeats)
            this.#tasks.set(id, { at: this.#now + Math.max(1, Number(delay) || 0), run: again, isTimer: true });
          run(...args);
        };
        const id = this.after(delay, again, true);
        return id;
      };
    const clear = (realClear: typeof clearTimeout) => (id?: number) => {
      // A timer from before the tab was opened is a real one.
      if (!this.cancel(id) && !(Number(id) >= 1_000_000_000)) realClear(id);
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
