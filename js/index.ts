// The package's front door: works as soon as it is imported. The module travels inside this file's bundle.

import { bytes } from "../build/wasm/tabstate-inline.js";
import { found, share } from "./shared.js";
import { start } from "./wasm.js";

export type { ErrorCode, ErrorDetails, RejectionReason } from "./errors.js";
export * from "./more.js";
export type { Configuration, WriteOptions } from "./query_options.js";
export type {
  Outcome,
  QueryChange,
  QueryParams,
  QueryParamsMethods,
  SubscribeOptions,
  WriterState,
} from "./query_params.js";
export type { QueryEntries, QueryText, QueryValue } from "./query_values.js";
export type { Status } from "./status.js";

function shared() {
  const others = found();
  if (others !== undefined) return others;
  start(bytes());
  return share();
}

/**
 * The query parameters in the address bar.
 *
 * ```js
 * queryParams.set("city", "Oslo");
 * queryParams.get("city"); // "Oslo", at once; the address follows by the end of the microtask turn
 * ```
 */
export const { queryParams, status, configure, parseQuery, formatQuery, inspectWriter, TabstateError } = shared();

/** The error of every call that fails. */
export type TabstateError = InstanceType<typeof TabstateError>;
