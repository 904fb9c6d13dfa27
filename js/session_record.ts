// The walk over JavaScript values on their way into a record and out of it: `docs/session-format.md` in code. Where records
// are kept is none of its business.

import { TabstateError } from "./errors.js";
import {
  ask,
  type Bytes,
  base64Of,
  errorName,
  escaped,
  extraOf,
  globals,
  hasLone,
  kindOf,
  type Step,
  stepText,
  viewName,
} from "./kinds.js";

/** As they were before the page could change them. */
const stringify = /* @__PURE__ */ (() => JSON.stringify)();
const parse = /* @__PURE__ */ (() => JSON.parse)();

/** The greatest whole number up to which each is a double: 2^53 - 1. */
const most = 9007199254740991;

/** The header of a record, `1/<order>/<version>`, and where its form begins; a text is the reason why it is none. */
export function headerOf(record: string): { order: number; version: number; form: number } | string {
  let at = 0;
  const digitAt = (at: number) => record.charCodeAt(at) - 48;
  /** A whole number, `NaN` where there is none. A RegExp would take longer than all the rest of a small value. */
  const number = (): number => {
    const start = at;
    let number = 0;
    for (let digit = digitAt(at); digit >= 0 && digit <= 9; digit = digitAt(++at)) number = 10 * number + digit;
    const isOne = at - start === 1 || (at > start && record[start] !== "0");
    return isOne && number <= most ? number : Number.NaN;
  };
  const format = number();
  if (!(format >= 0) || record[at++] !== "/") return "the text is no record of session state";
  if (format !== 1) return "the record is of another version of the format: a newer release reads it";
  const order = number();
  const isSlashed = record[at++] === "/";
  const version = number();
  const isRight = order >= 0 && isSlashed && version >= 0 && (record[at] === "=" || record[at] === "#");
  return isRight ? { order, version, form: at } : "the record's header is broken";
}

/** The record of a form. */
export function recordOf(order: number, version: number, form: string): string {
  return `1/${order}/${version}${form}`;
}

/**
 * The form and the JSON of a value's record: `=…` where it is plain, else `#…`.
 *
 * Nothing is lost unheard: what a list, a Date or an Error has beside what makes it one is refused. It is not looked for where
 * that would take longer than all the rest: in views, and in a plain value's lists of primitives behind the first hundred
 * lists or thousand items. As `structuredClone` does, it leaves out properties that are symbols or not enumerable.
 *
 * @throws {TabstateError} `unsupported-value`, with the place in the value.
 */
export function formOf(value: unknown, key?: string): string {
  try {
    const json = plainOf(value);
    if (json !== undefined) return `=${json}`;
  } catch {
    // A getter or a Proxy threw: the table's walk meets it too, and knows where.
  }
  return `#${tableOf(value, key)}`;
}

/** A copy of a value, read from a form that is known to be ours. */
export function copyOf(form: string): unknown {
  const json = parse(form.slice(1));
  return form[0] === "#" ? rootOf(json) : json;
}

/** The JSON of a value, where that holds all of it. */
function plainOf(root: unknown): string | undefined {
  const seen = new Set<object>();
  /** Whether all objects are of this realm, and the page gave them no properties that a loop over keys meets. */
  let isClean = true;
  for (const _ in nothing) isClean = false;
  /** A list or an object that was seen before stands in two places. */
  const isPlain = (part: unknown) =>
    typeof part === "string" ||
    (typeof part === "number"
      ? isDouble(part) && part <= most && part >= -most
      : typeof part === "boolean" || part === null || (typeof part === "object" && seen.size !== seen.add(part).size));

  if (!isPlain(root)) return;
  let count = 0;
  let level = 0;
  let levelEnd = 0;
  /** How many items are still looked at for what is beside them; each list counts for ten. */
  let looks = 1000;
  for (const object of seen) {
    if (count++ === levelEnd) {
      if (++level > 100) return;
      levelEnd = seen.size;
    }
    const isList = Array.isArray(object);
    if ("toJSON" in object) isClean = false;
    if (Object.getPrototypeOf(object) !== (isList ? Array : Object).prototype) {
      if (kindOf(object) !== (isList ? "Array" : "Object")) return;
      isClean = false;
    }
    if (isList) {
      for (let nth = 0; nth < object.length; nth++) if (!isPlain(object[nth])) return;
      looks -= object.length + 10;
      if ((looks > 0 || typeof object[0] === "object") && Object.keys(object).length > object.length) return;
    } else {
      for (const key in object) if ((isClean || Object.hasOwn(object, key)) && !isPlain(object[key as never])) return;
    }
  }
  const json = jsonOf(root, isClean);
  return hasLoneEscape(json) ? undefined : json;
}

/** Whether JSON holds the number. */
function isDouble(value: number): boolean {
  return value - value === 0 && (value !== 0 || 1 / value > 0);
}

/** The JSON, whatever `toJSON` the page gave to all objects: a replacer finds what that was called on. */
function jsonOf(value: unknown, isClean: boolean): string {
  return stringify(value, isClean && !("toJSON" in []) ? undefined : itself);
}

/** The JSON of lists of texts, whatever the page gave to all lists. */
export function jsonOfTexts(texts: readonly unknown[]): string {
  return stringify(texts, itself);
}

function itself(this: Record<string, unknown>, key: string): unknown {
  return this[key];
}

/** Whether native JSON has escaped a lone surrogate, as it does with no other. Backslashes of the text itself are in pairs. */
function hasLoneEscape(json: string): boolean {
  return json.includes("\\ud") && json.replaceAll("\\\\", "").includes("\\ud");
}

/** Stands for an item that is not there. */
const nothing = {};

/** An own property, whatever setters the prototype has. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

function check(isRight: unknown): asserts isRight {
  if (!isRight) throw new Error("the format has no such thing");
}

/** The slot of a part. */
type SlotOf = (part: unknown, step?: Step) => unknown;

/** The JSON of a value's table. */
function tableOf(root: unknown, key: string | undefined): string {
  /** What the nodes are of, in the order in which they are met first, and where that was. */
  const objects: object[] = [];
  const numbers = new Map<object, number>();
  const owners: number[] = [];
  const steps: Step[] = [];
  /** The node that is being written, and the part of it. */
  let owner = 0;
  let at: Step;
  let problem = "cannot be read";

  const refuse = (what: string): never => {
    problem = `is ${what}`;
    throw undefined;
  };

  const slotOf: SlotOf = (part, step) => {
    at = step;
    switch (typeof part) {
      case "string":
        return hasLone(part) ? ["t", escaped(part)] : part;
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
    return part === undefined ? ["u"] : refuse(`a ${typeof part}`);
  };

  const nodeOf = (object: object): unknown => {
    const kind = kindOf(object);
    const isView = viewName.test(kind);
    const keys = isView ? [] : Object.keys(object);
    const isObject = kind === "Object";
    if (isObject || kind === "") {
      const isKeyed = isObject && !keys.some(hasLone);
      const pairs: unknown[] = [isObject ? "o" : "0"];
      const node: Record<string, unknown> = {};
      for (const key of keys) {
        at = key;
        const slot = slotOf(object[key as never], key);
        if (!isKeyed) pairs.push(slotOf(key), slot);
        else if (key in nothing) define(node, key, slot);
        else node[key] = slot;
      }
      return isKeyed ? node : pairs;
    }
    const isError = errorName.test(kind);
    const write = isView ? viewOf : isError ? errorOf : writers[kind];
    if (!write) return refuse(`an instance of ${kind}`);
    at = extraOf(object, isError ? keys.filter((key) => !/^(message|cause)$/.test(key)) : keys);
    if (at !== undefined) refuse(`a property of an instance of ${kind}`);
    return write(object as never, slotOf, kind, keys);
  };

  try {
    const table = [slotOf(root)];
    for (const object of objects) {
      owner++;
      at = undefined;
      table.push(nodeOf(object));
    }
    return jsonOf(table, true);
  } catch (cause) {
    let path = "";
    for (; owner > 0; owner = owners[owner - 1] as number) {
      path = stepText(at) + path;
      at = steps[owner - 1];
    }
    throw new TabstateError("unsupported-value", `value${path} ${problem}`, { key, cause });
  }
}

/** The node of an object that has the prototype of a kind. */
type Write = (object: never, slotOf: SlotOf, kind: string, keys: string[]) => unknown[];

const errorOf: Write = (error: Error, slotOf, kind) => {
  const isError = Object.prototype.toString.call(error) === "[object Error]" && !(Symbol.toStringTag in error);
  check(isError && Object.hasOwn(Object.getPrototypeOf(error), "name") && typeof error.message === "string");
  const node = ["E", kind, slotOf(error.message)];
  if (Object.hasOwn(error, "cause")) node.push(slotOf(error.cause, "cause"));
  return node;
};

const viewOf: Write = (view, slotOf, kind) => {
  check(ask(kind, Symbol.toStringTag, view) === kind);
  const length = kind === "DataView" ? "byteLength" : "length";
  return [
    "y",
    kind,
    slotOf(ask(kind, "buffer", view), "buffer"),
    ask(kind, "byteOffset", view),
    ask(kind, length, view),
  ];
};

const entriesOf: Write = (entries, slotOf, kind) => {
  const isMap = kind === "Map";
  const node: unknown[] = [isMap ? "m" : "s"];
  let nth = 0;
  ask(kind, "forEach", entries, (value: unknown, key: unknown) => {
    node.push(slotOf(key, ~nth++));
    if (isMap) node.push(slotOf(value, [key]));
  });
  return node;
};

const boxOf: Write = (box, slotOf, kind) => ["p", slotOf(ask(kind, "valueOf", box))];

const writers: Record<string, Write | null> = {
  __proto__: null,
  Array(list: unknown[], slotOf, _, keys) {
    check(Array.isArray(list));
    if (list.length > 2 * keys.length) {
      const node: unknown[] = ["A", list.length];
      for (const index of keys.map(Number)) node.push(index, slotOf(list[index], index));
      return node;
    }
    const node: unknown[] = ["a"];
    for (let nth = 0; nth < list.length; nth++) {
      const item = list[nth];
      node.push(item === undefined && !Object.hasOwn(list, nth) ? ["h"] : slotOf(item, nth));
    }
    return node;
  },
  Map: entriesOf,
  Set: entriesOf,
  Date: (date, _, kind) => ["D", ask(kind, "getTime", date)],
  RegExp: (regExp, slotOf, kind) => ["r", slotOf(ask(kind, "source", regExp)), ask(kind, "flags", regExp)],
  URL: (url, _, kind) => ["U", urlOf(ask(kind, "href", url)).href],
  ArrayBuffer(buffer, _, kind) {
    // One that can change its length would no longer.
    check(!ask(kind, "resizable", buffer));
    return ["b", base64Of(new Uint8Array(buffer, 0, ask(kind, "byteLength", buffer)))];
  },
  Boolean: boxOf,
  Number: boxOf,
  String: boxOf,
  BigInt: boxOf,
};

function bytesOf(base64: string): Bytes {
  const { fromBase64 } = Uint8Array as { fromBase64?(base64: string): Bytes };
  const units = fromBase64 ? "" : atob(base64);
  const bytes = fromBase64 ? fromBase64.call(Uint8Array, base64) : new Uint8Array(units.length);
  for (let nth = 0; nth < units.length; nth++) bytes[nth] = units.charCodeAt(nth);
  // Both take blanks, and other ends.
  const { length } = bytes;
  check(
    base64.length === 4 * Math.ceil(length / 3) &&
      base64.endsWith(base64Of(bytes.subarray(length - (length % 3 || 3)))),
  );
  return bytes;
}

/** Some that were changed in place are read as another. */
function urlOf(href: string): URL {
  const url = new URL(href);
  check(url.href === href);
  return url;
}

/** Reads what `formOf` wrote, at `from` in a record's text. Throws an Error whose message is the reason. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the opposite of `formOf`
export function valueOf(record: string, from: number): unknown {
  const isTable = record[from] === "#";
  const text = record.slice(from + 1);
  let json: unknown;
  let isIllFormed: boolean;
  try {
    json = parse(text);
    // Written again, lone surrogates are told from others; most records have no such escape.
    isIllFormed = hasLone(text) || (text.includes("\\u") && /\\u[dD]/.test(text) && hasLoneEscape(jsonOf(json, true)));
  } catch (cause) {
    throw new Error(`the record's ${isTable ? "table" : "value"} is no JSON`, { cause });
  }
  if (isIllFormed) throw new Error("a text in the record has a lone surrogate");
  return isTable ? rootOf(json as unknown[]) : json;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && 1 / (value as number) > 0;
}

/** What a slot stands for. */
type PartOf = (slot: unknown, isItem?: boolean) => unknown;

/** Once all nodes are made, puts the last of each `step` parts. Where it is missing it is `undefined`, which is no slot. */
type Later = (parts: unknown[], step: number, put: (part: unknown, first: unknown, nth: number) => void) => void;

/** What a node stands for, without the parts that may be nodes. */
// biome-ignore lint/suspicious/noExplicitAny: whatever JSON has, until it is checked
type Make = (parts: any, later: Later, partOf: PartOf, textOf: (slot: unknown) => string) => unknown;

const makers: Record<string, Make | null> = {
  __proto__: null,
  o(parts, later, _, textOf) {
    const object = {};
    later(parts, 2, (part, key) => define(object, textOf(key), part));
    return object;
  },
  0(parts, later, partOf, textOf) {
    return Object.setPrototypeOf(makers.o?.(parts, later, partOf, textOf), null);
  },
  // In place: what JSON has read is ours.
  a(list, later) {
    later(list, 1, (part, _, nth) => {
      if (part === nothing) delete list[nth];
      else list[nth] = part;
    });
    return list;
  },
  A([length, ...parts], later) {
    check(isWhole(length) && length < 2 ** 32);
    const list: unknown[] = [];
    // First far beyond it: engines make room for all of a list that is shorter.
    list[2 ** 32 - 2] = 0;
    list.length = length;
    let least = 0;
    later(parts, 2, (part, index) => {
      check(isWhole(index) && index >= least && index < length);
      list[index] = part;
      least = index + 1;
    });
    return list;
  },
  m(parts, later, partOf) {
    const map = new Map();
    later(parts, 2, (part, key) => map.set(partOf(key), part));
    return map;
  },
  s(parts, later) {
    const set = new Set();
    later(parts, 1, (part) => set.add(part));
    return set;
  },
  D([milliseconds]) {
    const time = milliseconds === null ? Number.NaN : milliseconds;
    const date = new Date(time);
    check(Object.is(date.getTime(), time));
    return date;
  },
  r([source, flags], _, __, textOf) {
    const regExp = new RegExp(textOf(source), flags);
    check(regExp.source === textOf(source) && regExp.flags === flags);
    return regExp;
  },
  U: ([href]) => urlOf(href),
  E([name, message, ...cause], later, _, textOf) {
    check(errorName.test(textOf(name)));
    const error = new globals[name](textOf(message), cause.length ? { cause } : undefined);
    later(cause, 1, (part) => {
      error.cause = part;
    });
    return error;
  },
  b: ([base64], _, __, textOf) => bytesOf(textOf(base64)).buffer,
  y([name, slot, offset, length], _, partOf, textOf) {
    const buffer = partOf(slot);
    check(viewName.test(textOf(name)) && buffer instanceof ArrayBuffer && isWhole(offset) && isWhole(length));
    return new globals[name](buffer, offset, length);
  },
  p([slot], _, partOf) {
    const part = partOf(slot);
    check(part !== undefined && typeof part !== "object");
    return Object(part);
  },
};

/** How many parts behind its tag a node has at most. */
const longest: Record<string, number | null> = { __proto__: null, D: 1, r: 2, U: 1, E: 3, b: 1, y: 4, p: 1 };

/** The root of a table. */
function rootOf(nodes: unknown[]): unknown {
  const made: unknown[] = [];
  const fills: (() => void)[] = [];
  const views: number[] = [];
  /** The node that is being read. */
  let at = 0;

  const partOf: PartOf = (slot, isItem) => {
    if (
      typeof slot === "number" ? isDouble(slot) : typeof slot === "string" || typeof slot === "boolean" || slot === null
    )
      return slot;
    check(Array.isArray(slot));
    const [tag, text] = slot;
    if (slot.length === 1) {
      if (tag === "u") return;
      if (tag === "h" && isItem) return nothing;
      check(typeof tag === "number" && made[tag]);
      return made[tag];
    }
    check(slot.length === 2 && typeof text === "string");
    if (tag === "d" && /^(NaN|-?Infinity|-0)$/.test(text)) return Number(text);
    if (tag === "n" && /^(0|-?[1-9]\d*)$/.test(text)) return BigInt(text);
    const units = text.replace(/\\(\\|u(d[89a-f]..))/g, (_, letter, digits) =>
      digits ? String.fromCharCode(Number(`0x${digits}`)) : letter,
    );
    check(tag === "t" && hasLone(units) && escaped(units) === text);
    return units;
  };
  const textOf = (slot: unknown): string => {
    const text = partOf(slot);
    check(typeof text === "string");
    return text;
  };
  const later: Later = (parts, step, put) => {
    fills[at] = () => {
      // Only of a list the parts are what is made.
      const isList = parts === made[at];
      for (let nth = 0; nth < parts.length; nth += step) put(partOf(parts[nth + step - 1], isList), parts[nth], nth);
    };
  };

  try {
    check(Array.isArray(nodes));
    for (at = 1; at < nodes.length; at++) {
      const node = nodes[at];
      if (Array.isArray(node)) {
        const tag = node.shift();
        const make = typeof tag === "string" && makers[tag];
        check(make && !(node.length > (longest[tag] as number)));
        if (tag === "y") views.push(at);
        else made[at] = make(node, later, partOf, textOf);
      } else {
        check(node && typeof node === "object");
        made[at] = node;
        fills[at] = () => {
          for (const key of Object.keys(node)) node[key as never] = partOf(node[key as never]) as never;
        };
      }
    }
    for (at of views) made[at] = makers.y?.(nodes[at], later, partOf, textOf);
    for (at = 1; at < nodes.length; at++) fills[at]?.();
    at = 0;
    return partOf(nodes[0]);
  } catch (cause) {
    throw new Error(`part ${at} of the record's table: ${(cause as Error).message}`, { cause });
  }
}
