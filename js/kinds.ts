// The kinds of JavaScript's values, of any realm: what an object is, what it tells of itself, and how its texts and bytes are
// written.

// biome-ignore lint/suspicious/noExplicitAny: the classes of the language and the Web, by their names
export const globals = globalThis as any;

export const errorName = /^(Eval|Range|Reference|Syntax|Type|URI)?Error$/;
export const viewName = /^((Ui|I)nt(8|16|32)|Uint8Clamped|Big(Ui|I)nt64|Float(16|32|64))Array$|^DataView$/;

/** The class of an object, of any realm: what extends it is another. */
export function kindOf(object: object): string {
  const prototype = Object.getPrototypeOf(object);
  if (prototype === null) return "";
  const name = Object.hasOwn(prototype, "constructor") && prototype.constructor.name;
  return name && typeof name === "string" ? name : "a nameless class";
}

/** What the prototype of a kind tells of an object of any realm. It throws where the object only looks like one. */
// biome-ignore lint/suspicious/noExplicitAny: what it is, is known to those who ask
export function ask(kind: string, name: string | symbol, object: object, given?: unknown): any {
  const answer = Reflect.get(globals[kind].prototype, name, object);
  return typeof answer === "function" ? answer.call(object, given) : answer;
}

/** The last of an object's property names, if it is beside what makes a list or a boxed text one: those come first. */
export function extraOf(object: object, names: readonly string[]): string | undefined {
  const last = names.at(-1);
  const index = Number(last) >>> 0;
  return String(index) === last && index < (object as ArrayLike<unknown>).length ? undefined : last;
}

export function hasLone(text: string & { isWellFormed?(): boolean }): boolean {
  return text.isWellFormed ? !text.isWellFormed() : /\p{Cs}/u.test(text);
}

export function escaped(text: string): string {
  return text.replace(/[\\\p{Cs}]/gu, (unit) => (unit === "\\" ? "\\\\" : `\\u${unit.charCodeAt(0).toString(16)}`));
}

/** What newer engines have. */
export type Bytes = Uint8Array & { toBase64?(): string };

export function base64Of(bytes: Bytes): string {
  if (bytes.toBase64) return bytes.toBase64();
  let text = "";
  // As many arguments as a call may have; a multiple of 3, which needs no padding.
  for (let from = 0; from < bytes.length; from += 8190) {
    text += btoa(String.fromCharCode.apply(null, bytes.subarray(from, from + 8190) as never));
  }
  return text;
}

/**
 * Where a part stands in its object: an item's index, what is behind a dot, a Map's key in a list; where the part is a key
 * itself, the complement of its index among them.
 */
export type Step = number | string | [unknown] | undefined;

export function stepText(step: Step): string {
  if (typeof step === "number") return step < 0 ? `.keys()[${~step}]` : `[${step}]`;
  if (typeof step === "string") return /^[a-z_$][\w$]*$/i.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  return step === undefined ? "" : `.get(${typeof step[0] === "string" ? JSON.stringify(step[0]) : typeof step[0]})`;
}
