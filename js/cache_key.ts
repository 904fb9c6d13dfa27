// The text that a cache finds an entry by: `docs/cache-key.md` in code, for JavaScript's values. What is kept for it is none
// of its business.

import { TabstateError } from "./errors.js";
import { ask, base64Of, escaped, extraOf, hasLone, kindOf, type Step, stepText, viewName } from "./kinds.js";

/** Classes whose instances have a key, and what makes a plain value of one. */
// biome-ignore lint/suspicious/noExplicitAny: the class says what it is called with
export type HashFuncs = readonly (readonly [abstract new (...args: any) => any, (value: any) => unknown])[];

/** The most levels of containers in one another, and the most parts of all: what is shared counts each time. */
const deepest = 1000;
const mostParts = 1 << 20;

/** The containers that the part stands in which is being written, and where it stands in each of them. */
let above: object[] = [];
let steps: Step[] = [];
let parts = 0;
let functions: HashFuncs = [];

/** What a part is that has no text. */
class Refusal {
  constructor(
    readonly what: string,
    readonly cause?: unknown,
  ) {}
}

/**
 * The key of a call's arguments, without those that are skipped.
 * @throws {TabstateError} `unsupported-value`, with the place of what has no key.
 */
export function keyOf(args: readonly unknown[], skipArgs: readonly number[], hashFuncs: HashFuncs): string {
  // What is read may be a getter of the page, which calls another cached function.
  const outer = [above, steps, parts, functions] as const;
  above = [args];
  steps = [];
  parts = 0;
  functions = hashFuncs;
  try {
    let { length } = args;
    while (length > 0 && (args[length - 1] === undefined || skipArgs.includes(length - 1))) length--;
    let text = `a${length}:`;
    for (let nth = 0; nth < length; nth++) {
      steps[0] = nth;
      text += skipArgs.includes(nth) ? "u" : textOf(args[nth]);
    }
    return text;
  } catch (cause) {
    const path = above.map((_, level) => stepText(steps[level])).join("");
    const place = `arguments${path.length > 200 ? `${path.slice(0, 200)}…` : path}`;
    const isRefusal = cause instanceof Refusal;
    const what = isRefusal ? cause.what : "cannot be read";
    const hint = "leave it out by skipArgs, or tell what it is by hashFuncs";
    throw new TabstateError("unsupported-value", `${place} ${what}: ${hint}`, {
      cause: isRefusal ? cause.cause : cause,
    });
  } finally {
    [above, steps, parts, functions] = outer;
  }
}

function textOf(part: unknown): string {
  switch (typeof part) {
    case "string":
      return nameOf(part);
    case "number":
      return part === 0 && 1 / part < 0 ? "n-0;" : `n${part};`;
    case "boolean":
      return part ? "t" : "f";
    case "undefined":
      return "u";
    case "bigint":
      return `i${part};`;
  }
  if (part === null) return "z";
  if (++parts > mostParts) throw new Refusal("has too many parts");
  if (functions.length > 0) {
    const nth = functions.findIndex(([type]) => part instanceof type);
    if (nth >= 0) return `c${nth}:${textOf(plainOf(nth, part as object))}`;
  }
  if (typeof part !== "object") throw new Refusal(`is a ${typeof part}`);
  return objectText(part);
}

function nameOf(text: string): string {
  if (!hasLone(text)) return `s${text.length}:${text}`;
  const written = escaped(text);
  return `S${written.length}:${written}`;
}

function plainOf(nth: number, instance: object): unknown {
  if (++parts > mostParts || above.length > deepest) throw new Refusal("has too many parts");
  try {
    return functions[nth]?.[1](instance);
  } catch (cause) {
    throw new Refusal("is refused by its function of hashFuncs", cause);
  }
}

function objectText(object: object): string {
  const isList = Array.isArray(object);
  const prototype = Object.getPrototypeOf(object);
  const isUsual = prototype === (isList ? Array : Object).prototype || prototype === null;
  const kind = isUsual ? "" : kindOf(object);
  const write = isUsual ? (isList ? listText : recordText) : writers[kind];
  if (write === undefined || (kind === "Array" && !isList)) return leafText(object, kind);
  const level = above.lastIndexOf(object);
  if (level >= 0) return `k${above.length - level};`;
  if (above.length === deepest) throw new Refusal(`is deeper than ${deepest} levels`);
  // What stood there before is no place in this one.
  steps[above.push(object) - 1] = undefined;
  const text = write(object as never, kind);
  above.pop();
  return text;
}

function listText(list: readonly unknown[]): string {
  const names = Object.keys(list);
  if (names.length !== list.length || (list.length > 0 && names.at(-1) !== String(list.length - 1)))
    return sparseText(list, names);
  let text = `a${list.length}:`;
  for (let nth = 0; nth < list.length; nth++) {
    steps[above.length - 1] = nth;
    text += textOf(list[nth]);
  }
  return text;
}

/** Of a list with holes, or with something beside its items. */
function sparseText(list: readonly unknown[], names: readonly string[]): string {
  refuseExtra(list, "Array", names);
  const isSparse = list.length > 2 * names.length;
  let text = isSparse ? `A${list.length},${names.length}:` : `a${list.length}:`;
  const itemText = (index: number) => {
    steps[above.length - 1] = index;
    return textOf(list[index]);
  };
  if (isSparse) for (const index of names) text += `${index}:${itemText(Number(index))}`;
  else for (let nth = 0; nth < list.length; nth++) text += Object.hasOwn(list, nth) ? itemText(nth) : "h";
  return text;
}

function recordText(object: object): string {
  const names = Object.keys(object);
  for (let nth = 1; nth < names.length; nth++) {
    if ((names[nth - 1] as string) > (names[nth] as string)) {
      names.sort();
      break;
    }
  }
  let text = `o${names.length}:`;
  for (const name of names) {
    steps[above.length - 1] = name;
    text += nameOf(name) + textOf(object[name as never]);
  }
  return text;
}

/** Of a Map or a Set. */
function entriesText(entries: object, kind: string): string {
  refuseExtra(entries, kind, Object.keys(entries));
  const isMap = kind === "Map";
  const texts: string[] = [];
  ask(kind, "forEach", entries, (value: unknown, key: unknown) => {
    steps[above.length - 1] = ~texts.length;
    let text = textOf(key);
    if (isMap) {
      steps[above.length - 1] = [key];
      text += textOf(value);
    }
    texts.push(text);
  });
  return `${isMap ? "m" : "e"}${texts.length}:${texts.sort().join("")}`;
}

/** What parts can stand in. */
const writers: Record<string, ((object: never, kind: string) => string) | undefined> = {
  __proto__: null as never,
  Array: listText,
  Object: recordText,
  Map: entriesText,
  Set: entriesText,
};

/** Of an object that has no parts. */
function leafText(object: object, kind: string): string {
  if (object instanceof Error || Object.prototype.toString.call(object) === "[object Error]") {
    const { name, message } = object as Error;
    return `x${nameOf(`${name}`)}${nameOf(`${message}`)}`;
  }
  if (viewName.test(kind)) {
    const length = ask(kind, "byteLength", object);
    if (kind !== "DataView" && ask(kind, Symbol.toStringTag, object) !== kind)
      throw new Refusal("only looks like a list");
    return `y${kind}:${bytesText(ask(kind, "buffer", object), ask(kind, "byteOffset", object), length)}`;
  }
  const tell = leaves[kind];
  if (tell === undefined) throw new Refusal(`is an instance of ${kind}`);
  refuseExtra(object, kind, Object.keys(object));
  return tell((name) => ask(kind, name, object), object);
}

/** What the prototype of its kind tells of an object. */
// biome-ignore lint/suspicious/noExplicitAny: what it is, is known to those who ask
type Ask = (name: string) => any;

const boxText = (ask: Ask) => `p${textOf(ask("valueOf"))}`;

const leaves: Record<string, ((ask: Ask, object: object) => string) | undefined> = {
  __proto__: null as never,
  Date: (ask) => `d${ask("getTime")};`,
  RegExp: (ask) => `r${nameOf(ask("source"))}${nameOf(ask("flags"))}`,
  URL: (ask) => `l${nameOf(ask("href"))}`,
  ArrayBuffer: (ask, buffer) => `b${bytesText(buffer as ArrayBuffer, 0, ask("byteLength"))}`,
  Boolean: boxText,
  Number: boxText,
  String: boxText,
  BigInt: boxText,
};

function bytesText(buffer: ArrayBuffer, offset: number, length: number): string {
  return `${length}:${base64Of(new Uint8Array(buffer, offset, length))}`;
}

function refuseExtra(object: object, kind: string, names: readonly string[]): void {
  const extra = extraOf(object, names);
  if (extra === undefined) return;
  const name = JSON.stringify(extra);
  throw new Refusal(`is an instance of ${kind} with a property ${name} of its own, of which a key would say nothing`);
}
