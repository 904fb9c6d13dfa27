// The walk over JavaScript values on their way into a query: what can be written, and as which text.

import { TabstateError } from "./errors.js";

/** One text of a query. A Date is written as its ISO text. */
export type QueryText = string | number | bigint | boolean | Date;

/** What one key can be given; `null`, `undefined` and an empty iterable remove it. */
export type QueryValue = QueryText | Iterable<QueryText> | null | undefined;

/** Keys and values: pairs, or a plain object. Of a repeated key the last one counts. */
export type QueryEntries = Iterable<readonly [string, QueryValue]> | { readonly [key: string]: QueryValue };

/** The texts of one value. */
export function textsOf(key: string, value: unknown): string[] {
  if (value === null || value === undefined) return [];
  const text = textOf(value);
  if (text !== undefined) return [text];
  if (!isIterable(value) || value instanceof Map) {
    throw unsupported(key, "write text, a number, a boolean, a bigint, a valid Date, or an iterable of those");
  }
  return Array.from(value, (item) => {
    const text = textOf(item);
    if (text === undefined)
      throw unsupported(key, "in a list, write text, a number, a boolean, a bigint, a valid Date");
    return text;
  });
}

function textOf(value: unknown): string | undefined {
  const bare = typeof value === "object" && value !== null && !isDate(value) ? boxed(value) : value;
  switch (typeof bare) {
    case "string":
      return bare;
    case "number":
    case "bigint":
    case "boolean":
      return String(bare);
    default:
      return isoText(bare);
  }
}

/** The ISO text of a valid Date. */
export function isoText(value: unknown): string | undefined {
  return isDate(value) && !Number.isNaN(value.getTime()) ? value.toISOString() : undefined;
}

/** Whether both hold the same texts in the same order. */
export function sameTexts(one: readonly string[], other: readonly string[] | undefined): boolean {
  return one.length === other?.length && one.every((text, nth) => text === other[nth]);
}

/** Of any realm: a frame's Date is none of ours by `instanceof`. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === "[object Date]";
}

/** `new String("a")` and its kind stand for what they hold. */
function boxed(value: object): unknown {
  return value instanceof String || value instanceof Number || value instanceof Boolean ? value.valueOf() : value;
}

/** Keys with their texts, in the order given, every pair. */
export function paramsOf(entries: unknown): [string, string[]][] {
  if (!isIterable(entries) && Object.prototype.toString.call(entries) !== "[object Object]") {
    throw unsupported(undefined, "give pairs or a plain object; for a text use parseQuery");
  }
  const pairs = isIterable(entries) ? Array.from(entries, pairOf) : Object.entries(entries as object);
  return pairs.map(([key, value]) => [key, textsOf(key, value)]);
}

function pairOf(entry: unknown): [string, unknown] {
  const [key, value, ...rest] = isIterable(entry) ? entry : [];
  if (
    typeof key !== "string" ||
    (value === undefined && !(Array.isArray(entry) && entry.length === 2)) ||
    rest.length > 0
  ) {
    throw unsupported(undefined, "an entry is a pair of a key and a value");
  }
  return [key, value];
}

/** The key, if it is one. */
export function keyOf(key: unknown): string {
  if (typeof key !== "string") throw unsupported(undefined, "a key is text");
  return key;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  if (typeof value === "string") return true;
  return (
    typeof value === "object" && value !== null && typeof (value as Iterable<unknown>)[Symbol.iterator] === "function"
  );
}

function unsupported(key: string | undefined, message: string) {
  return new TabstateError("unsupported-value", message, { key });
}
