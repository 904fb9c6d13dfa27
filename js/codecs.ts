// Codecs: what the texts of a parameter mean, and how a value is written. The rules are Rust's; here are the values of
// JavaScript that they stand for, and the modifiers.

import { report, TabstateError } from "./errors.js";
import { invalid, milliseconds, refuseUnknown } from "./query_options.js";
import { isoText } from "./query_values.js";
import { codecsRead, codecsWrite, pack, Unpacker, unpack } from "./wasm.js";

/** A validator as the Standard Schema specification describes it: Zod, Valibot, ArkType and others are such. */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly output: Output } | undefined;
  };
}

/** What such a validator answers. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };

/** The least and the greatest value. */
export interface Limits<Value> {
  min?: Value | undefined;
  max?: Value | undefined;
}

/** How Rust reads and writes the texts of a value, and what JavaScript makes of them. */
interface Kind {
  /** What Rust is told. `saysEmpty`: absence means something else than no items, so a text has to say it. */
  shape(saysEmpty: boolean): string;
  /** The value of leaves, the canonical texts of what it holds. Throws where code of the page refuses it. */
  build(leaves: Unpacker): unknown;
  /** Hands over the leaves of a value. Throws where it is not one of this kind. */
  take(value: unknown, leaf: (text: string) => void): void;
  /** What an absent parameter reads as, where no modifier says it. */
  readonly absent?: unknown;
  /** Whether the key is repeated, with a text for each item: no other codec can hold it. */
  readonly repeats?: boolean;
  /** Whether code of the page reads and writes it: then its values are the page's own. */
  readonly isForeign?: boolean;
}

/** What a parameter has beside its kind. */
interface Modifiers {
  readonly fallback?: (() => unknown) | undefined;
  /** Whether the fallback is known to be no items. */
  readonly fallsEmpty?: boolean;
  /** Whether the fallback may be another one each time. */
  readonly isMade?: boolean;
  readonly isOptional?: boolean;
  readonly keepDefault?: boolean;
  readonly debounce?: number;
  readonly history?: "replace" | "push";
}

/** A text that is no value, or a value that has no text. */
class Refusal extends Error {}

const no = (reason: string): never => {
  throw new Refusal(reason);
};

declare const bare: unique symbol;

/**
 * A parameter: a codec, and what holds for its key. Each modifier gives a new one.
 *
 * ```js
 * int({ min: 1 }).default(1).history("push");
 * ```
 */
export class Param<Value, Read = Value | undefined> {
  /** Not for callers. */
  readonly kind: Kind;
  /** Not for callers. */
  readonly modifiers: Modifiers;
  /** Not for callers. */
  readonly shape: string;

  /** Not for callers. */
  constructor(kind: Kind, modifiers: Modifiers = {}) {
    this.kind = kind;
    this.modifiers = modifiers;
    const { fallback, fallsEmpty, isOptional, keepDefault } = modifiers;
    const saysEmpty = keepDefault === true || (fallback === undefined ? isOptional === true : !fallsEmpty);
    this.shape = kind.shape(saysEmpty);
  }

  /**
   * What the parameter reads as while it is absent or invalid; it is left out of the address.
   *
   * A function is called for each snapshot that needs it. Lists and tuples are frozen.
   */
  default(value: Value | (() => Value)): Param<Value, Value> {
    if (typeof value === "function") {
      return this.#with({ fallback: value as () => unknown, fallsEmpty: false, isMade: true, isOptional: false });
    }
    try {
      // Refused here, not when the first address is read. What is kept is a copy, in its canonical form.
      const texts = textsOf(this, value);
      const leaves = leavesOf(this, texts);
      const given = Array.isArray(value) ? Object.freeze([...value]) : value;
      const fallback = this.kind.isForeign ? () => given : () => built(this.kind, leaves);
      return this.#with({ fallback, fallsEmpty: texts.length === 0, isMade: false, isOptional: false });
    } catch (cause) {
      const { code, message } = cause as TabstateError;
      if (code === "unavailable") throw cause;
      throw new TabstateError("invalid-option", message, { key: "default", cause });
    }
  }

  /** Reads as `undefined` while it is absent or invalid: a list too, which is empty otherwise. */
  optional(): Param<Value, Value | undefined> {
    return this.#with({ fallback: undefined, isOptional: true });
  }

  /** Writes the default into the address too. */
  keepDefault(): Param<Value, Read> {
    return this.#with({ keepDefault: true });
  }

  /** Milliseconds that a write waits for the address after the last one. Reads see it at once. */
  debounce(ms: number): Param<Value, Read> {
    if (ms === undefined) throw invalid("debounce", "it is a number of milliseconds");
    return this.#with({ debounce: milliseconds("debounce", ms) });
  }

  /** What a write of this parameter does to the history. */
  history(mode: "replace" | "push"): Param<Value, Read> {
    if (mode !== "push" && mode !== "replace") throw invalid("history", 'it is "replace" or "push"');
    return this.#with({ history: mode });
  }

  /** The value of a text, or of a list's texts; `undefined` when they are invalid. Knows no default. */
  parse(texts: string | readonly string[]): Value | undefined {
    const given = typeof texts === "string" ? [texts] : texts;
    if (given.length === 0) return this.kind.absent as Value | undefined;
    const [reading] = readAll(packedParam(this, ["k"]), [this], queryOf(given));
    return reading?.state === "value" ? (reading.value as Value) : undefined;
  }

  /**
   * The texts of a value: one, but for a list.
   * @throws {TabstateError} `unsupported-value` when it is no value of this codec.
   */
  format(value: Value): string[] {
    return textsOf(this, value);
  }

  #with<NewRead>(more: Modifiers): Param<Value, NewRead> {
    return new Param(this.kind, { ...this.modifiers, ...more });
  }
}

/** A codec without modifiers: what lists and tuples hold. */
export interface Codec<Value, Read = Value | undefined> extends Param<Value, Read> {
  readonly [bare]: true;
}

// biome-ignore lint/suspicious/noExplicitAny: any parameter, whatever it reads
export type AnyParam = Param<any, any>;

// biome-ignore lint/suspicious/noExplicitAny: any codec, whatever it reads
type AnyCodec = Codec<any, any>;

/** The value that a codec reads and writes. */
export type ValueOf<P> = P extends Param<infer Value, infer _> ? Value : never;

/** One parameter of a definition, packed for Rust. */
export function packedParam({ shape }: AnyParam, keys: readonly string[]): string {
  return pack([pack([shape, ...keys])]);
}

/** What was read of a parameter. */
export interface Reading {
  state: "value" | "absent" | "invalid";
  /** Why it is invalid. */
  reason: string;
  /** Texts that mean the same have the same leaves, but for floats and what the page's own code reads. */
  leaves: string;
  value: unknown;
}

/** Reads packed parameters from a query in one call. What is as it was before stays the same object. */
export function readAll(
  definition: string,
  params: readonly AnyParam[],
  query: string,
  before?: readonly Reading[],
): Reading[] {
  const answers = new Unpacker(codecsRead(definition, query));
  return params.map((param, nth) => {
    const answer = answers.next();
    const leaves = answers.next();
    const state = answer === "" ? "value" : answer === "absent" ? "absent" : "invalid";
    const old = before?.[nth];
    const isKept = state === "value" || !param.modifiers.isMade;
    if (isKept && old?.state === state && old.leaves === leaves && old.reason === answer) return old;
    if (state === "value") {
      try {
        return { state, reason: "", leaves, value: built(param.kind, leaves) };
      } catch (error) {
        return { state: "invalid", reason: reasonOf(error), leaves, value: fallbackOf(param) };
      }
    }
    return { state, reason: answer, leaves, value: fallbackOf(param) };
  });
}

function built(kind: Kind, leaves: string): unknown {
  return leaves === "" ? kind.absent : kind.build(new Unpacker(leaves));
}

/** The canonical leaves of texts that are a value. */
function leavesOf(param: AnyParam, texts: readonly string[]): string {
  return texts.length === 0 ? "" : (unpack(codecsRead(packedParam(param, ["k"]), queryOf(texts)))[1] as string);
}

function queryOf(texts: readonly string[]): string {
  return String(new URLSearchParams(Array.from(texts, (text) => ["k", String(text)])));
}

/** What a parameter reads as that is absent or invalid. A default that cannot be made is the page's to hear of. */
export function fallbackOf({ kind, modifiers }: AnyParam): unknown {
  if (modifiers.fallback === undefined) return modifiers.isOptional ? undefined : kind.absent;
  try {
    return modifiers.fallback();
  } catch (error) {
    report(error);
    return kind.absent;
  }
}

/**
 * The texts of a value; none for an empty list that absence stands for.
 * @throws {TabstateError} `unsupported-value`, or `unavailable` where the codecs' module cannot start
 */
export function textsOf({ kind, shape }: AnyParam, value: unknown, key?: string): string[] {
  let reason: string | undefined;
  try {
    const leaves: string[] = [];
    kind.take(value, (text) => leaves.push(text));
    const [refused, texts] = unpack(codecsWrite(shape, pack(leaves))) as [string, string];
    if (refused === "") return unpack(texts);
    reason = refused;
  } catch (error) {
    if ((error as TabstateError | undefined)?.code === "unavailable") throw error;
    reason = reasonOf(error);
  }
  throw new TabstateError("unsupported-value", reason, { key });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : typeof error === "string" ? error : "the codec threw";
}

/** A codec of one text whose value is made of one leaf. */
function one<Value>(
  shape: string[],
  build: (text: string) => Value,
  take: (value: unknown) => string | undefined,
  wanted: string,
  isForeign = false,
): Codec<Value> {
  // What is left out reads as empty.
  const packed = pack(shape.slice(0, shape.findLastIndex((part) => part !== "") + 1));
  return new Param<Value>({
    isForeign,
    shape: () => packed,
    build: (leaves) => build(leaves.next()),
    take: (value, leaf) => leaf(take(value) ?? no(`it is ${wanted}`)),
  }) as Codec<Value>;
}

const ifText = (value: unknown) => (typeof value === "string" ? value : undefined);
const same = (text: string) => text;

/** Any text. */
export const text = (): Codec<string> => one(["t"], same, ifText, "a text");

/** A whole number that a double holds exactly: `-?[0-9]+`, up to ±9007199254740991. */
export function int(limits: Limits<number> = {}): Codec<number> {
  const [min, max] = limitsOf(limits, Number.isSafeInteger, "a whole number that a double holds exactly");
  return one(
    ["i", `${min ?? ""}`, `${max ?? ""}`],
    Number,
    (value) => (Number.isInteger(value) ? String(value) : undefined),
    "a whole number",
  );
}

/** A double: a decimal number, or one with an exponent. `infinite` lets `Infinity` and `-Infinity` in. */
export function float(options: Limits<number> & { infinite?: boolean | undefined } = {}): Codec<number> {
  const [min, max] = limitsOf(options, Number.isFinite, "a finite number", ["infinite"]);
  const shape = ["f", `${min ?? ""}`, `${max ?? ""}`, options.infinite ? "+" : ""];
  const take = (value: unknown) => {
    if (typeof value !== "number") return undefined;
    return Object.is(value, -0) ? "-0" : String(value);
  };
  return one(shape, Number, take, "a number");
}

/** `true` or `false`, read in any letter case. */
export const bool = (): Codec<boolean> =>
  one(
    ["b"],
    (text) => text === "true",
    (value) => (typeof value === "boolean" ? String(value) : undefined),
    "a boolean",
  );

/** A whole number of any length. */
export function bigint(limits: Limits<bigint> = {}): Codec<bigint> {
  const isBigint = (value: unknown) => typeof value === "bigint";
  const [min = "", max = ""] = limitsOf(limits, isBigint, "a bigint");
  return one(["n", `${min}`, `${max}`], BigInt, (value) => (isBigint(value) ? String(value) : undefined), "a bigint");
}

/** A decimal number of any length, as its canonical text: nothing is rounded. */
export function decimal(limits: Limits<string> = {}): Codec<string> {
  const isDecimal = (value: unknown) => typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value);
  const [min = "", max = ""] = limitsOf(limits, isDecimal, "the text of a decimal number");
  return one(["m", min, max], same, ifText, "the text of a decimal number");
}

/** A day, as a Date at midnight UTC: `2024-02-29`. */
export const date = (): Codec<Date> =>
  one(
    ["d"],
    (text) => new Date(text),
    (value) => /^(.+)T00:00:00\.000Z$/.exec(isoText(value) ?? "")?.[1],
    "a Date at midnight UTC",
  );

/** A time of day, as its canonical text: `14:30`, `14:30:15`. */
export const time = (): Codec<string> => one(["h"], same, ifText, "the text of a time");

/** An instant, as a Date: `2024-02-29T14:30:00Z`, read with any offset and written in UTC. */
export const dateTime = (): Codec<Date> => one(["z"], instant, isoText, "a valid Date");

/** A date and a time in no zone, as its canonical text: `2024-02-29T14:30`. */
export const localDateTime = (): Codec<string> => one(["l"], same, ifText, "the text of a date and a time");

/** The specification of Date knows fractions of three digits alone. */
function instant(text: string): Date {
  return new Date(text.replace(/\.(\d+)Z/, (_, digits: string) => `.${digits.padEnd(3, "0")}Z`));
}

/** One of these values, by their texts. */
export function oneOf<const Value extends string | number | boolean | bigint>(values: readonly Value[]): Codec<Value> {
  const byText = new Map(Array.isArray(values) ? values.map((value) => [String(value), value]) : []);
  if (byText.size === 0 || byText.size < values.length || byText.has("")) {
    throw invalid("oneOf", "it is a list of values whose texts differ and are not empty");
  }
  const wanted = `one of ${[...byText.keys()].join(", ")}`;
  return one(
    ["o", ...byText.keys()],
    (text) => byText.get(text) as Value,
    (value) => (byText.get(String(value)) === value ? String(value) : undefined),
    wanted,
  );
}

function limitsOf<Value>(
  limits: Limits<Value>,
  isOne: (value: unknown) => boolean,
  wanted: string,
  more: string[] = [],
) {
  refuseUnknown(limits, ["min", "max", ...more]);
  const { min, max } = limits;
  if (min !== undefined && !isOne(min)) throw invalid("min", `it is ${wanted}`);
  if (max !== undefined && !isOne(max)) throw invalid("max", `it is ${wanted}`);
  if (typeof min !== "string" && min != null && max != null && min > max)
    throw invalid("max", "it is not below the minimum");
  return [min, max] as const;
}

/** A codec of items, one after the other: `+` stands before each, an empty leaf behind the last. */
function several<Value>(
  item: Codec<Value>,
  shape: (saysEmpty: string) => string[],
  repeats: boolean,
): Codec<readonly Value[], readonly Value[]> {
  const { kind } = itemOf(item);
  return new Param<readonly Value[], readonly Value[]>({
    isForeign: kind.isForeign === true,
    repeats,
    absent: Object.freeze([]),
    shape: (saysEmpty) => pack(shape(saysEmpty ? "+" : "")),
    build(leaves) {
      const items: unknown[] = [];
      while (leaves.next() !== "") items.push(kind.build(leaves));
      return Object.freeze(items);
    },
    take(value, leaf) {
      for (const item of listOf(value)) {
        leaf("+");
        kind.take(item, leaf);
      }
      leaf("");
    },
  }) as Codec<readonly Value[], readonly Value[]>;
}

/**
 * A repeated key, with a text for each item. One invalid item makes the list invalid. Of a `schema`, it is the list of
 * texts that is validated.
 */
export function list<Value>(item: SchemaCodec<Value>): Codec<Value, Value | readonly never[]>;
export function list<Value>(item: Codec<Value>): Codec<readonly Value[], readonly Value[]>;
export function list<Value>(item: Codec<Value>): Codec<readonly Value[], readonly Value[]> {
  const { ofTexts } = itemOf(item).kind as Partial<SchemaKind>;
  if (ofTexts !== undefined) return ofTexts as never;
  return several(item, (saysEmpty) => ["L", saysEmpty, innerShape(item)], true);
}

/** Items in one text, with `separator` between them. What would end an item is escaped. */
export function delimited<Value>(separator: string, item: Codec<Value>): Codec<readonly Value[], readonly Value[]> {
  if (typeof separator !== "string") throw invalid("separator", "it is a text");
  const shape = (saysEmpty: string) => ["D", saysEmpty, separator, innerShape(item)];
  // No items can be written with any separator that there is.
  if (unpack(codecsWrite(pack(shape("")), pack([""])))[0] !== "") {
    throw invalid("separator", "it is a text that is not empty and leaves one of ~ ! * $ @ to escape with");
  }
  return several(item, shape, false);
}

/** Items of their own codecs in one text, with a comma between them. */
export function tuple<const Items extends readonly AnyCodec[]>(
  ...items: Items
): Codec<{ readonly [Nth in keyof Items]: ValueOf<Items[Nth]> }> {
  const shape = pack(["T", "", ",", ...items.map(innerShape)]);
  if (items.length === 0) throw invalid("tuple", "it has one item at least");
  return new Param({
    isForeign: items.some(({ kind }) => kind.isForeign),
    shape: () => shape,
    build: (leaves) => Object.freeze(items.map(({ kind }) => kind.build(leaves))),
    take(value, leaf) {
      const values = listOf(value);
      if (values.length !== items.length) no(`it is a list of ${items.length} items`);
      items.forEach(({ kind }, nth) => {
        kind.take(values[nth], leaf);
      });
    },
  }) as never;
}

function listOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null && Symbol.iterator in value
    ? Array.from(value as Iterable<unknown>)
    : no("it is a list");
}

function itemOf(item: unknown): AnyParam {
  if (!(item instanceof Param) || Object.keys(item.modifiers).length > 0 || item.kind.repeats) {
    throw invalid("item", "it is a codec of this copy of the package, without modifiers, that does not repeat its key");
  }
  return item;
}

/** Inside another codec there is no absence: no items are a text. */
function innerShape(item: AnyParam): string {
  return itemOf(item).kind.shape(true);
}

/** JSON, at most 65,536 bytes and 64 levels; `schema` validates the parsed value, and what it makes of it is written. */
export function json(): Codec<unknown>;
export function json<Value>(schema: StandardSchema<Value>): Codec<Value>;
export function json(schema?: StandardSchema): Codec<unknown> {
  if (schema !== undefined) refuseNoSchema("json", schema);
  const checked = (value: unknown) => {
    const valid = schema === undefined ? value : validated(schema, value);
    refuseWhatJsonLoses(valid, "the value");
    return valid;
  };
  return one(
    ["j"],
    (text) => checked(JSON.parse(text, text.includes("-0") ? unsigned : undefined)),
    (value) => JSON.stringify(checked(value)),
    "a value that JSON holds",
  );
}

/** JSON is written with one zero, so it is read with one. */
const unsigned = (_key: string, value: unknown) => (value === 0 ? 0 : value);

function refuseWhatJsonLoses(value: unknown, path: string, parents: readonly unknown[] = []): void {
  if (value === null || typeof value === "boolean" || typeof value === "string" || Number.isFinite(value)) return;
  if (typeof value !== "object" || parents.includes(value)) no(`${path} is nothing that JSON holds: leave it out`);
  const prototype: unknown = Object.getPrototypeOf(value);
  const keys = Reflect.ownKeys(value as object);
  if (keys.some((key) => typeof key === "symbol")) no(`${path} has a symbol for a key, which JSON does not hold`);
  if (Array.isArray(value)) {
    if (keys.length !== value.length + 1) no(`${path} is a list with holes or with keys of its own`);
    for (const [nth, item] of value.entries()) refuseWhatJsonLoses(item, `${path}[${nth}]`, [...parents, value]);
  } else if (prototype === null || Object.getPrototypeOf(prototype) === null) {
    for (const [key, item] of Object.entries(value as object)) {
      refuseWhatJsonLoses(item, `${path}.${key}`, [...parents, value]);
    }
  } else {
    no(`${path} is an object of a class: JSON holds plain objects and lists`);
  }
}

function refuseNoSchema(option: string, schema: StandardSchema): void {
  if (typeof schema?.["~standard"]?.validate === "function") return;
  throw invalid(option, "it is a validator of the Standard Schema specification");
}

function validated<Value>(schema: StandardSchema<Value>, value: unknown): Value {
  const result = schema["~standard"].validate(value);
  if ("then" in result) return no("the schema answers later: a parameter is read at once");
  if (result.issues !== undefined) return no(result.issues[0]?.message ?? "the schema refuses it");
  return result.value;
}

/** The kind of a schema: its list is validated as a whole. */
interface SchemaKind extends Kind {
  ofTexts: AnyCodec;
}

declare const whole: unique symbol;

/** A codec whose list is validated as a whole. */
export interface SchemaCodec<Value> extends Codec<Value> {
  readonly [whole]: true;
}

/**
 * What a validator makes of the text; under `list`, of the list of texts. `format` gives the text back, or the list of
 * texts; without it, that is the value's own text, of a Date its ISO text.
 */
export function schema<Value>(
  validator: StandardSchema<Value>,
  options: { format?: ((value: Value) => string | readonly string[]) | undefined } = {},
): SchemaCodec<Value> {
  refuseNoSchema("schema", validator);
  refuseUnknown(options, ["format"]);
  const { format = ownText } = options;
  const single = page((text) => validated(validator, text), format as (value: unknown) => unknown);
  const ofTexts = new Param({
    isForeign: true,
    repeats: true,
    absent: Object.freeze([]),
    shape: (saysEmpty) => pack(["L", saysEmpty ? "+" : "", pack(["t"])]),
    build(leaves) {
      const texts: string[] = [];
      while (leaves.next() !== "") texts.push(leaves.next());
      return validated(validator, texts);
    },
    take(value, leaf) {
      const texts = listOf(format(value as Value)).map((text) => ifText(text) ?? no("format gives a list of texts"));
      validated(validator, texts);
      for (const text of texts) {
        leaf("+");
        leaf(text);
      }
      leaf("");
    },
  });
  Object.assign(single.kind, { ofTexts });
  return single as SchemaCodec<Value>;
}

function ownText(value: unknown): string | readonly string[] {
  if (Array.isArray(value)) return value.map((item) => ownText(item) as string);
  const isPlain = ["string", "number", "boolean", "bigint"].includes(typeof value);
  return isoText(value) ?? (isPlain ? String(value) : no("it has no text of its own: give the schema a format"));
}

/**
 * A codec of your own. `parse` gives the value of a text; to refuse it, it gives `undefined` or throws. A value whose
 * text does not read back, or reads back with another text, is refused.
 */
export function custom<Value>(codec: {
  parse: (text: string) => Value | null | undefined;
  format: (value: Value) => string;
}): Codec<Value> {
  const { parse, format } = codec ?? {};
  if (typeof parse !== "function" || typeof format !== "function") {
    throw invalid("custom", "it takes the functions parse and format");
  }
  return page(
    (text) => parse(text) ?? no("the codec refuses it"),
    format as (value: unknown) => unknown,
  ) as Codec<Value>;
}

/** What code of the page reads and writes, held to the law that a text reads back. */
function page(parse: (text: string) => unknown, format: (value: unknown) => unknown): Codec<unknown> {
  const take = (value: unknown) => {
    const text = ifText(format(value)) ?? no("format gives a text");
    const back = parse(text);
    // Objects have no equality of their own: of them the texts have to be the same.
    const isSame = Object(value) === value ? format(back) === text : Object.is(back, value);
    return isSame ? text : no("its text reads back as something else");
  };
  return one(["x"], parse, take, "a value with a text", true);
}
