// The border to the module of session state, which only numbers cross: Rust decides when an entry is written, put back or
// followed, and asks for it by number. See `src/js/session_state.rs`.

import { bytes } from "../build/wasm/session-inline.js";
import { startWith } from "./wasm.js";

/** What the module asks for, by the numbers of `Question`: each is asked about an entry, and answers a number. */
export type Answers = readonly ((entry: number) => number)[];

/** The rules of what stands where. */
export interface Ledger {
  /** Adds an edit to the batch: an entry is to be written or removed. */
  edit(entry: number, removes: boolean): void;
  /** Writes the batch. Answers 0, 1 when there is no room, 2 when the browser denies it. */
  commit(): number;
  /** Saves an entry that changed in place. Answers as `commit`, or 3 when other code's change was followed. */
  save(entry: number): number;
  /** Takes over what the storage holds; answers whether that is anything else. */
  follow(entry: number): number;
  /** Takes the entry for one that an earlier page owed to the storage. */
  owe(entry: number): void;
  /** How the entry is kept, by the numbers of `Standing`. */
  standing(entry: number): number;
}

/** How an entry is kept. */
export const Standing = { absent: 0, stored: 1, unsaved: 2, owed: 3, broken: 4 } as const;

/** What the storage holds of an entry, beside what it was known to hold. */
export const Found = { same: 0, absent: 1, other: 2, broken: 3 } as const;

/** Starts a module for one session. */
export function startLedger(answers: Answers): Ledger {
  const ask = (what: number, entry: number) => answers[what]?.(entry);
  let ledger: unknown;
  startWith(() => {
    ledger = new WebAssembly.Instance(new WebAssembly.Module(bytes()), { js: { ask } }).exports;
  });
  return ledger as Ledger;
}
