// Queries as pure functions, without state.

import { paramsOf, type QueryEntries } from "./query_values.js";
import { answer, batch, pass, passed, unpack, wasm } from "./wasm.js";

/** Every pair of a query, in order. A leading `?` is skipped. */
export function parse(text: string): [string, string][] {
  const texts = unpack(answer(() => wasm.$parseQuery(pass(String(text)), passed)));
  const pairs: [string, string][] = [];
  for (let nth = 0; nth < texts.length; nth += 2) pairs.push([texts[nth] as string, texts[nth + 1] as string]);
  return pairs;
}

/** The text of a query, without a `?`: each pair in its place, a list as a repeated key. */
export function format(entries: QueryEntries): string {
  return answer(() => wasm.$formatQuery(pass(batch(paramsOf(entries))), passed));
}
