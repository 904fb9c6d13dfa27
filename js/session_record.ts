// The walk over JavaScript values on their way into a record and out of it: `docs/session-format.md` in code. What a record
// is kept in is none of its business.

import { TabstateError } from "./errors.js";

/** As they were before the page could change them. */
const stringify = JSON.stringify;
const parse = JSON.parse;

/** The greatest whole number up to which each is a double. */
const most = 2 ** 53 - 1;

/** The most levels of a plain value: what every parser of JSON reads. */
const deepestPlain = 100;

/** In longer lists of primitives nothing else is looked for: that would take longer than all the rest. */
const longList = 1000;

/** The header of a record, `1/<order>/<version>`, and where its form begins; a text is the reason why it is none. */
export function headerOf(record: string): { order: number; version: number; form: number } | string {
  const number = "(0|[1-9]\\d{0,15})";
  const header = new RegExp(`^${number}/(?:${number}/${number}[=#])?`).exec(record.slice(0, 64));
  if (header === null || Number(header[1]) > most) return "the text is no record of session state";
  if (header[1] !== "1") return "the record is of another version of the format: a newer release reads it";
  const [order, version] = [Number(header[2]), Number(header[3])];
  const isHeader = order <= most && version <= most;
  return isHeader ? { order, version, form: header[0].length - 1 } : "the record's header is broken";
}

/** The record of a form. */
export function recordOf(order: number, version: number, form: string): string {
  return `1/${order}/${version}${form}`;
}

/**
 * The form and the JSON of a value's record: `=…` where it is plain, else `#…`.
 *
 * What an object of a listed kind has beside its kind's own is refused, as nothing may be lost unheard: a list's or a Date's
 * further properties. Ignored are, as `structuredClone` does: symbols as keys, properties that are not enumerable, whether
 * it is frozen, a RegExp's `lastIndex`.
 *
 * @throws {TabstateError} `unsupported-value`, with the place in the value.
 */
export function formOf(value: unknown, key?: string): string {
  try {
    const seen = new Set<unknown>();
    if (isPlain(value, 0, seen)) {
      const json = jsonOf(value, seen.has(foreign));
      if (!hasLoneEscape(json)) return `=${json}`;
    }
  } catch {
    // A getter or a Proxy threw: the table's walk meets it too, and knows where it is.
  }
  return `#${tableOf(value, key)}`;
}

/** Marks values which hold objects of another realm. */
const foreign = {};

/** Whether JSON holds all of it. One look at each part: this is what most values pass. */
function isPlain(value: unknown, depth: number, seen: Set<unknown>): boolean {
  if (typeof value === "number") return isDouble(value) && value <= most && value >= -most;
  if (typeof value !== "object") return typeof value === "string" || typeof value === "boolean";
  if (value === null) return true;
  if (depth === deepestPlain || seen.size === seen.add(value).size) return false;
  const isList = Array.isArray(value);
  if (Object.getPrototypeOf(value) !== (isList ? Array : Object).prototype) {
    if (rankOf(value) !== (isList ? 2 : 1)) return false;
    seen.add(foreign);
  }
  const parts = isList ? value : Object.values(value);
  for (let nth = 0; nth < parts.length; nth++) {
    if (!isPlain(parts[nth], depth + 1, seen)) return false;
  }
  return !isList || extraOf(value) === undefined;
}

/** Whether JSON holds the number. */
function isDouble(value: number): boolean {
  return value - value === 0 && (value !== 0 || 1 / value > 0);
}

/**
 * How many prototypes are above an object, up to the `Object.prototype` of its realm: 1 for a plain object, 2 for a list or
 * a Map, one more where a class extends that. None of ours is beyond 3.
 */
function rankOf(value: object): number {
  let root = value;
  for (let rank = 0; rank < 4; rank++) {
    const next = Object.getPrototypeOf(root);
    if (next === null) return rank === 0 || Object.hasOwn(root, "isPrototypeOf") ? rank : 4;
    root = next;
  }
  return 4;
}

/** A property that is no item; the items come first. */
function extraOf(value: object): string | undefined {
  const { length, 0: first } = value as ArrayLike<unknown>;
  if (length > longList && typeof first !== "object") return;
  const last = Object.keys(value).at(-1);
  return last !== undefined && String(Number(last) >>> 0) === last && Number(last) < length ? undefined : last;
}

/** The JSON, whatever `toJSON` the page gave to all objects or lists: a replacer may put back what was there before. */
function jsonOf(value: unknown, isForeign?: boolean): string {
  return stringify(
    value,
    isForeign || "toJSON" in []
      ? function (this: Record<string, unknown>, key) {
          return this[key];
        }
      : undefined,
  );
}

/** Whether native JSON, which escapes no other surrogates, has escaped a lone one. A text's own backslashes are in pairs. */
function hasLoneEscape(json: string): boolean {
  return json.includes("\\ud") && json.replaceAll("\\\\", "").includes("\\ud");
}

function hasLoneSurrogate(text: string & { isWellFormed?(): boolean }): boolean {
  return text.isWellFormed === undefined ? /\p{Cs}/u.test(text) : !text.isWellFormed();
}

function escaped(text: string): string {
  return text.replace(/[\\\p{Cs}]/gu, (unit) => (unit === "\\" ? "\\\\" : `\\u${unit.charCodeAt(0).toString(16)}`));
}

/**
 * Where a part stands in its object: an item's index, what is behind a dot, a Map's key in a list; where a part is a key
 * itself, the complement of its index among them.
 */
type Step = number | string | [unknown] | undefined;

/** The slot of a part. */
type SlotOf = (part: unknown, step?: Step) => unknown;

/** The JSON of a value's table. */
function tableOf(root: unknown, key: string | undefined): string {
  /** The objects of the nodes, in the order in which they are met first, and where that was. */
  const objects: object[] = [];
  const numbers = new Map<object, number>();
  const owners: number[] = [];
  const steps: Step[] = [];
  /** The node that is being written, and the part of it. */
  let owner = 0;
  let at: Step;
  let problem = "cannot be read";

  const refuse = (what: string): never => {
    problem = what;
    throw undefined;
  };

  const slotOf: SlotOf = (part, step) => {
    at = step;
    switch (typeof part) {
      case "string":
        return hasLoneSurrogate(part) ? ["t", escaped(part)] : part;
      case "number":
        return isDouble(part) ? part : ["d", part === 0 ? "-0" : String(part)];
      case "bigint":
        return ["n", String(part)];
      case "object": {
        if (part === null) return part;
        let number = numbers.get(part);
        if (number === undefined) {
          number = objects.push(part);
          numbers.set(part, number);
          owners.push(owner);
          steps.push(step);
        }
        return [number];
      }
    }
    if (typeof part === "boolean") return part;
    return part === undefined ? ["u"] : refuse(`is a ${typeof part}`);
  };

  const nodeOf = (object: object): unknown => {
    const rank = rankOf(object);
    if (rank < 2) {
      const keys = Object.keys(object);
      const isObject = rank === 1 && !keys.some(hasLoneSurrogate);
      const pairs: unknown[] = [rank === 1 ? "o" : "0"];
      const node: Record<string, unknown> = {};
      for (const key of keys) {
        at = key;
        const slot = slotOf((object as Record<string, unknown>)[key], key);
        if (!isObject) pairs.push(slotOf(key), slot);
        // What is there already is the prototype's, and may be a setter.
        else if (key in node) Object.defineProperty(node, key, { value: slot, enumerable: true });
        else node[key] = slot;
      }
      return isObject ? node : pairs;
    }
    const tag = Object.prototype.toString.call(object).slice(8, -1);
    const write = Array.isArray(object) ? listOf : ArrayBuffer.isView(object) ? viewOf : writers[tag];
    // Errors and views of one kind extend what is common to all.
    const prototype = Object.getPrototypeOf(object);
    const isBuiltIn =
      rank === 2 || (rank === 3 && (Object.hasOwn(prototype, "name") || Object.hasOwn(prototype, "BYTES_PER_ELEMENT")));
    const name = `an instance of ${object.constructor?.name}`;
    if (!write || !isBuiltIn) return refuse(`is ${name}`);
    at = write === errorOf ? Object.keys(object).find((key) => !/^(message|cause)$/.test(key)) : extraOf(object);
    if (at !== undefined) refuse(`is a property of ${name}`);
    return write(object as never, slotOf, tag) ?? refuse(`is ${name}`);
  };

  try {
    const table = [slotOf(root)];
    for (const object of objects) {
      owner++;
      at = undefined;
      table.push(nodeOf(object));
    }
    return jsonOf(table);
  } catch (cause) {
    let path = "";
    for (let nth = owner - 1; nth >= 0; nth = (owners[nth] as number) - 1) {
      path = stepText(at) + path;
      at = steps[nth];
    }
    throw new TabstateError("unsupported-value", `value${path} ${problem}`, { key, cause });
  }
}

function stepText(step: Step): string {
  if (typeof step === "number") return step < 0 ? `.keys()[${~step}]` : `[${step}]`;
  if (typeof step === "string") return /^[a-z_$][\w$]*$/i.test(step) ? `.${step}` : `[${stringify(step)}]`;
  return step === undefined ? "" : `.get(${typeof step[0] === "string" ? stringify(step[0]) : typeof step[0]})`;
}

/** What the prototype of a kind reads from an object: it throws where the object only looks like one, in any realm. */
function ask(tag: string, name: string | symbol, object: object, ...given: unknown[]): unknown {
  // biome-ignore lint/suspicious/noExplicitAny: a global of the language or the Web
  const answer = Reflect.get((globalThis as any)[tag].prototype, name, object);
  return typeof answer === "function" ? answer.apply(object, given) : answer;
}

/** The node of an object that calls itself one of the kind. */
type Write = (object: never, slotOf: SlotOf, tag: string) => unknown[] | undefined;

const listOf = (list: unknown[], slotOf: SlotOf): unknown[] => {
  const node: unknown[] = ["a"];
  let indices: string[] | undefined;
  for (let nth = 0; nth < list.length; nth++) {
    if (list[nth] !== undefined || Object.hasOwn(list, nth)) {
      node.push(slotOf(list[nth], nth));
      continue;
    }
    node.push(["h"]);
    indices ??= Object.keys(list);
    if (list.length > 2 * indices.length) {
      return ["A", list.length, ...indices.flatMap((index) => [Number(index), slotOf(list[Number(index)], Number(index))])];
    }
  }
  return node;
};

const viewOf = (view: ArrayBufferView, slotOf: SlotOf): unknown[] => {
  const kind = (ask("Uint8Array", Symbol.toStringTag, view) ?? "DataView") as string;
  const length = kind === "DataView" ? "byteLength" : "length";
  return ["y", kind, slotOf(ask(kind, "buffer", view), "buffer"), ask(kind, "byteOffset", view), ask(kind, length, view)];
};

const errorOf = (error: Error, slotOf: SlotOf): unknown[] | undefined => {
  const { name } = Object.getPrototypeOf(error);
  if (Symbol.toStringTag in error || !errorName.test(name) || typeof error.message !== "string") return;
  const node = ["E", String(name), slotOf(error.message)];
  if (Object.hasOwn(error, "cause")) node.push(slotOf(error.cause, "cause"));
  return node;
};

const entriesOf: Write = (entries, slotOf, tag) => {
  const node: unknown[] = [tag === "Map" ? "m" : "s"];
  let nth = 0;
  ask(tag, "forEach", entries, (value: unknown, key: unknown) => {
    node.push(slotOf(key, ~nth++));
    if (tag === "Map") node.push(slotOf(value, [key]));
  });
  return node;
};

const boxOf: Write = (box, slotOf, tag) => ["p", slotOf(ask(tag, "valueOf", box))];

/** By what `Object.prototype.toString` calls them. */
const writers: Record<string, Write | null> = {
  __proto__: null,
  Map: entriesOf,
  Set: entriesOf,
  Error: errorOf as Write,
  Date: (date, _, tag) => ["D", ask(tag, "getTime", date)],
  RegExp: (regExp, slotOf, tag) => ["r", slotOf(ask(tag, "source", regExp)), ask(tag, "flags", regExp)],
  URL: (url, _, tag) => ["U", ask(tag, "href", url)],
  // A buffer that changes its length would no longer do so.
  ArrayBuffer: (buffer, _, tag) =>
    ask(tag, "resizable", buffer)
      ? undefined
      : ["b", base64Of(new Uint8Array(buffer, 0, ask(tag, "byteLength", buffer) as number))],
  Boolean: boxOf,
  Number: boxOf,
  String: boxOf,
  BigInt: boxOf,
};

const errorName = /^(Eval|Range|Reference|Syntax|Type|URI)?Error$/;
const viewKind = /^((Ui|I)nt(8|16|32)|Uint8Clamped|Big(Ui|I)nt64|Float(16|32|64))Array$|^DataView$/;

/** Newer engines do it themselves. */
type Bytes = Uint8Array & { toBase64?(): string };

function base64Of(bytes: Bytes): string {
  if (bytes.toBase64) return bytes.toBase64();
  let text = "";
  // As many arguments a call may have, and a multiple of 3 needs no padding.
  for (let from = 0; from < bytes.length; from += 8190) {
    text += btoa(String.fromCharCode.apply(null, bytes.subarray(from, from + 8190) as never));
  }
  return text;
}

/** Readers of base64 take blanks, and the end in other spellings. */
function bytesOf(base64: string): Bytes {
  const { fromBase64 } = Uint8Array as { fromBase64?(text: string): Bytes };
  const text = fromBase64 ? "" : atob(base64);
  const bytes = fromBase64?.call(Uint8Array, base64) ?? new Uint8Array(text.length);
  for (let nth = 0; nth < text.length; nth++) bytes[nth] = text.charCodeAt(nth);
  const { length } = bytes;
  check(base64.length === 4 * Math.ceil(length / 3) && base64.endsWith(base64Of(bytes.subarray(length - (length % 3 || 3)))));
  return bytes;
}

/** Reads what `formOf` wrote, at `from` in a record's text. Throws an Error whose message is the reason. */
export function valueOf(record: string, from: number): unknown {
  const isPlain = record[from] === "=";
  const text = record.slice(from + 1);
  let json: unknown;
  let isIllFormed: boolean;
  try {
    json = parse(text);
    isIllFormed = hasLoneSurrogate(text) || (/\\u[dD]/.test(text) && hasLoneEscape(jsonOf(json)));
  } catch (cause) {
    throw new Error(`the record's ${isPlain ? "value" : "table"} is no JSON`, { cause });
  }
  if (isIllFormed) throw new Error("a text in the record has a lone surrogate");
  return isPlain ? json : rootOf(json as unknown[]);
}

function check(isRight: unknown): asserts isRight {
  if (!isRight) throw new Error("the format has no such thing");
}

/** What a table's list reads for the items that are not there. */
const hole = {};

/** A node's tag, and how many parts are behind it. */
const nodeShape = /^([DUbp]1|r2|E[23]|y4|[0Aamos]\d+)$/;

/** The root of a table. Nodes become what they stand for; when all are there, they get their parts, which may be one another. */
function rootOf(nodes: unknown[]): unknown {
  const made: unknown[] = [];
  const fills: (() => void)[] = [];
  let at = 0;

  const partOf = (slot: unknown, isItem?: boolean): unknown => {
    if (typeof slot === "string" || typeof slot === "boolean" || slot === null) return slot;
    if (typeof slot === "number") {
      check(isDouble(slot));
      return slot;
    }
    check(Array.isArray(slot));
    const [tag, text] = slot;
    if (slot.length === 1) {
      if (tag === "u") return;
      if (tag === "h" && isItem) return hole;
      check(typeof tag === "number" && made[tag]);
      return made[tag];
    }
    check(slot.length === 2 && typeof text === "string");
    if (tag === "n" && /^(0|-?[1-9]\d*)$/.test(text)) return BigInt(text);
    if (tag === "d" && /^(NaN|-?Infinity|-0)$/.test(text)) return Number(text);
    const units = text.replace(/\\(\\|u(d[89a-f]..))/g, (_, letter, digits) =>
      digits ? String.fromCharCode(Number.parseInt(digits, 16)) : letter,
    );
    check(tag === "t" && hasLoneSurrogate(units) && escaped(units) === text);
    return units;
  };
  const textOf = (slot: unknown): string => {
    const text = partOf(slot);
    check(typeof text === "string");
    return text;
  };
  /** Keys and parts by turns. A key without a part has `undefined`, which is no slot. */
  const pairs = (parts: unknown[], from: number, put: (key: unknown, part: unknown) => void, then?: () => void) => {
    fills[at] = () => {
      for (let nth = from; nth < parts.length; nth += 2) put(parts[nth], partOf(parts[nth + 1]));
      then?.();
    };
  };
  /** In place: what JSON has read is ours. */
  const fill = (object: any, isList?: boolean) => {
    fills[at] = () => {
      for (const key of Object.keys(object)) {
        const slot = object[key];
        const part = partOf(slot, isList);
        if (part === hole) delete object[key];
        else if (part !== slot) object[key] = part;
      }
    };
    return object;
  };
  const objectOf = (prototype: object | null) => (parts: any[]) => {
    const object = Object.create(null);
    // Without a prototype it has no setters.
    pairs(parts, 0, (key, part) => {
      object[textOf(key)] = part;
    }, () => Object.setPrototypeOf(object, prototype));
    return object;
  };

  const makers: Record<string, (parts: any[]) => unknown> = {
    o: objectOf(Object.prototype),
    0: objectOf(null),
    a: (list) => fill(list, true),
    A: (parts) => {
      const [length] = parts;
      check(isWhole(length) && length < 2 ** 32);
      const list: unknown[] = [];
      // First far beyond it: engines make room for all of a shorter list.
      list[2 ** 32 - 2] = 0;
      list.length = length;
      let least = 0;
      pairs(parts, 1, (index, part) => {
        check(isWhole(index) && index >= least && index < length);
        list[index] = part;
        least = index + 1;
      });
      return list;
    },
    m: (parts) => {
      const map = new Map();
      pairs(parts, 0, (key, part) => map.set(partOf(key), part));
      return map;
    },
    s: (parts) => {
      const set = new Set();
      fills[at] = () => parts.forEach((slot) => set.add(partOf(slot)));
      return set;
    },
    D: ([milliseconds]) => {
      const date = new Date(milliseconds ?? Number.NaN);
      check(milliseconds === null || Object.is(date.getTime(), milliseconds));
      return date;
    },
    r: ([source, flags]) => {
      const regExp = new RegExp(textOf(source), textOf(flags));
      check(regExp.source === textOf(source) && regExp.flags === flags);
      return regExp;
    },
    U: ([href]) => {
      const url = new URL(href);
      check(url.href === href);
      return url;
    },
    E: ([name, message, ...cause]) => {
      check(errorName.test(textOf(name)));
      const error = new (globalThis as any)[name](textOf(message), cause.length ? { cause } : undefined);
      if (cause.length) fills[at] = () => {
        error.cause = partOf(cause[0]);
      }
      return error;
    },
    b: ([base64]) => bytesOf(textOf(base64)).buffer,
    y: ([kind, slot, offset, length]) => {
      const buffer = partOf(slot);
      check(viewKind.test(textOf(kind)) && buffer instanceof ArrayBuffer && isWhole(offset) && isWhole(length));
      return new (globalThis as any)[kind](buffer, offset, length);
    },
    p: ([slot]) => {
      const part = partOf(slot);
      check(part !== undefined && typeof part !== "object");
      return Object(part);
    },
  };

  const views: number[] = [];
  try {
    check(Array.isArray(nodes));
    for (at = 1; at < nodes.length; at++) {
      const node = nodes[at];
      if (!Array.isArray(node)) {
        check(node && typeof node === "object");
        made[at] = fill(node);
        continue;
      }
      const tag = node.shift();
      check(typeof tag === "string" && nodeShape.test(tag + node.length));
      if (tag === "y") views.push(at);
      else made[at] = makers[tag]?.(node);
    }
    for (at of views) made[at] = makers.y?.(nodes[at] as any);
    fills.forEach((fill, nth) => {
      at = nth;
      fill();
    });
    at = 0;
    return partOf(nodes[0]);
  } catch (cause) {
    throw new Error(`part ${at} of the record's table: ${(cause as Error).message}`, { cause });
  }
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && 1 / (value as number) > 0;
}
