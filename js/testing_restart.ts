// Has the package begin anew with the page that is there now, as it does where a page is loaded. Whoever imported it keeps
// what they have: its objects are the same ones, without what the page before knew.

import { bytes } from "../build/wasm/tabstate-inline.js";
import { queryParams, TabstateError } from "./index.js";
import { checkedConfiguration } from "./query_options.js";
import { subscribers } from "./query_params.js";
import { forgetSession } from "./session_state.js";
import { found, type Shared } from "./shared.js";
import { ears } from "./told.js";
import { hearers, pass, passed, start, wasm } from "./wasm.js";
import { followed } from "./watched.js";

/** Compiled once for all pages. */
let module: WebAssembly.Module | undefined;
let shared: Shared | undefined;

/**
 * What all copies share, which is ours.
 *
 * @throws {TabstateError} `unavailable` where another copy was first.
 */
export function ours(): Shared {
  if (shared !== undefined) return shared;
  const first = found();
  // A later copy takes `queryParams` of the first one; who hears of the page is each copy's own.
  if (first?.hearers !== hearers) {
    const hint = "another copy of tabstate was imported first: import it once, as tabstate, beside tabstate/testing";
    throw new TabstateError("unavailable", hint);
  }
  shared = first;
  return shared;
}

/** Lets go of the page that is about to end. */
export function release(): void {
  ours().release();
  for (const forget of followed) forget();
  followed.clear();
}

/** Begins with the page that is there now. What was configured still is, and can be settled once more. */
export function begin(): void {
  const shared = ours();
  module ??= new WebAssembly.Module(bytes());
  start(module);
  subscribers.clear();
  forgetSession();
  delete shared.sessionState;
  Object.defineProperty(globalThis, Symbol.for("tabstate"), { value: shared, configurable: true });
  wasm.$queryParamsWatch();
  ears.stale();
  const [history, reservedKeys] = checkedConfiguration(shared.options);
  if (reservedKeys !== undefined) wasm.$queryParamsConfigure(history, pass(reservedKeys), passed);
  else if (history) wasm.$queryParamsConfigure(history, 0, 0);
  answerWaiting();
}

/** The number of the last who was answered. */
let answeredTo = 0;

/**
 * Who waits for writes of a page that is gone hears that they are. Each has a number, one above the one before; one more who
 * waits, where nothing is pending, tells the last.
 */
function answerWaiting(): void {
  const { settled } = ears;
  let last = answeredTo;
  ears.settled = (id) => {
    last = id;
  };
  void queryParams.settled();
  queryParams.flush();
  ears.settled = settled;
  while (answeredTo < last) settled(++answeredTo, "superseded");
}

/** The address has changed where nothing may have told of it: then every read of the package looks. */
export function addressChanged(): void {
  ears.stale();
}
