// The pair that Streamlit had before `query_params`, and removed in 1.54: for code that is being moved.

import type { QueryEntries } from "./query_values.js";
import { ready } from "./shared.js";

const warned = new Set<string>();

/**
 * All values of each key, reserved keys left out.
 * @deprecated Use `queryParams.getAll(key)`.
 */
export function experimentalGetQueryParams(): Record<string, string[]> {
  warn("experimentalGetQueryParams", "queryParams.getAll(key)");
  const { queryParams } = ready();
  return Object.fromEntries(Array.from(queryParams.keys(), (key) => [key, queryParams.getAll(key)]));
}

/**
 * Replaces all parameters but the reserved ones; without arguments it clears them.
 * @deprecated Use `queryParams.fromDict(entries)`.
 * @throws {TabstateError} As `queryParams.fromDict`.
 */
export function experimentalSetQueryParams(entries: QueryEntries = {}): void {
  warn("experimentalSetQueryParams", "queryParams.fromDict(entries)");
  ready().queryParams.fromDict(entries);
}

function warn(name: string, instead: string): void {
  if (warned.has(name)) return;
  warned.add(name);
  console.warn(`${name} is deprecated: use ${instead}`);
}
