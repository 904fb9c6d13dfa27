// The options of a write and of `configure`, checked.

import { TabstateError } from "./errors.js";
import { batch } from "./wasm.js";

/** How one write reaches the address. */
export interface WriteOptions {
  /** `"replace"` changes the current history entry, `"push"` makes a new one. The default is `configure`'s. */
  history?: "replace" | "push" | undefined;
  /** Milliseconds, for pushes: a push of the same keys as the last push, within this time of it, replaces the entry which that one made. */
  burst?: number | undefined;
  /** Milliseconds: delays the address after the last write of the key, never the state. */
  debounce?: number | undefined;
}

/** What holds for every write that does not say otherwise. */
export interface Configuration {
  /** What a write does to the history; `"replace"` by default. */
  history?: "replace" | "push" | undefined;
  /** Keys, in any letter case, that reads do not see and writes are refused for; `["embed", "embed_options"]` by default. */
  reservedKeys?: Iterable<string> | undefined;
  /** What the names of session state's entries begin with, before a colon; `"tabstate"` by default. */
  namespace?: string | undefined;
  /** The application's version, which is kept with each value of session state: a whole number. */
  sessionVersion?: number | undefined;
  /** Makes the value of today of one that an earlier `sessionVersion` stored; called when it is read first. */
  migrate?: ((key: string, value: unknown, fromVersion: number) => unknown) | undefined;
  /** What becomes of session state in a copy of the tab: `"keep"`, or `"fresh"`, which begins without. */
  onClone?: "keep" | "fresh" | undefined;
}

/** `[history, burst, debounce]`, as Rust takes them. */
export type Checked = readonly [history: number, burst: number, debounce: number];

const none: Checked = [0, 0, 0];

export function checked(options: WriteOptions | undefined): Checked {
  if (options === undefined) return none;
  refuseUnknown(options, ["history", "burst", "debounce"]);
  return [historyOf(options.history), milliseconds("burst", options.burst), milliseconds("debounce", options.debounce)];
}

export function checkedConfiguration(options: Configuration): [history: number, reservedKeys: string | undefined] {
  refuseUnknown(options, ["history", "reservedKeys", "namespace", "sessionVersion", "migrate", "onClone"]);
  const { history, reservedKeys } = options;
  if (reservedKeys === undefined) return [historyOf(history), undefined];
  const keys = typeof reservedKeys === "string" ? [undefined] : [...reservedKeys];
  if (!keys.every((key) => typeof key === "string")) throw invalid("reservedKeys", "it is an iterable of texts");
  return [historyOf(history), batch(keys.map((key) => [key as string, []]))];
}

function historyOf(history: unknown): number {
  switch (history) {
    case undefined:
      return 0;
    case "replace":
      return 1;
    case "push":
      return 2;
    default:
      throw invalid("history", 'it is "replace" or "push"');
  }
}

export function milliseconds(name: string, value: unknown): number {
  if (value === undefined) return 0;
  // A day is longer than any page waits, and far below what timers can hold.
  if (typeof value !== "number" || !(value >= 0 && value <= 86_400_000)) {
    throw invalid(name, "it is a number of milliseconds, at most a day");
  }
  return value;
}

export function refuseUnknown(options: unknown, names: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw invalid("options", "it is an object");
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalid(unknown, `there is no such option: use ${names.join(", ")}`);
}

export function invalid(key: string, message: string) {
  return new TabstateError("invalid-option", message, { key });
}
