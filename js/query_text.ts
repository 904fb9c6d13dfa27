// Queries as pure functions, without state.

import { paramsOf, type QueryEntries } from "./query_values.js";
import { batch, formatQuery, parseQuery, unpackPairs } from "./wasm.js";

/** Every pair of a query, in order. A leading `?` is skipped. */
export function parse(text: string): [string, string][] {
  return unpackPairs(parseQuery(String(text)));
}

/** The text of a query, without a `?`: each pair in its place, a list as a repeated key. */
export function format(entries: QueryEntries): string {
  return formatQuery(batch(paramsOf(entries)));
}
