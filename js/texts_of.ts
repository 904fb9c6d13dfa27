// Lists of texts, as callers give them.

import { invalid } from "./query_options.js";

/** The texts of an iterable that is no text itself; `undefined` for all else. */
export function textsOf(given: unknown): string[] | undefined {
  if (typeof given !== "object" || given === null || !(Symbol.iterator in given)) return undefined;
  const list = Array.from(given as Iterable<unknown>);
  return list.every((item) => typeof item === "string") ? (list as string[]) : undefined;
}

/** The same, of an option that has to be one. */
export function listOf(name: string, given: unknown): string[] {
  const list = textsOf(given);
  if (list === undefined) throw invalid(name, "it is an iterable of texts");
  return list;
}
