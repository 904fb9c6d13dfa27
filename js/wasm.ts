// Calls over the border: those that can fail go through `call`, which turns what they throw into errors. What is generated
// is imported here and in `border.ts`; as text, in `index.ts`, in the borders of the other modules, and in `testing_restart.ts`.

import { bytes as codecsBytes } from "../build/wasm/codecs-inline.js";
import { hearWith } from "../src/web/page.js";
import { instantiate, wasm } from "./border.js";
import { type ErrorCode, TabstateError } from "./errors.js";
import type { Configuration } from "./query_options.js";
import { answered, forget, refused } from "./told.js";

export { documentToCompare } from "../src/web/page.js";
export { pass, passed, wasm } from "./border.js";
export { ears } from "./told.js";

/** Called after each thing that happens to the page, with its number; with none when the package lets go of the page. */
export const hearers = /* @__PURE__ */ new Set<(number?: number) => void>();

/** Called with what is configured, beside query parameters; they throw where it cannot be. */
export const checks = /* @__PURE__ */ new Set<(options: Configuration) => void>();

/** Starts the module from its bytes, or from what the browser compiled of them. */
export function start(module: BufferSource | WebAssembly.Module): void {
  startWith(() => instantiate(module));
  hearWith((number) => {
    wasm.$queryParamsHear(number);
    for (const hear of hearers) hear(number);
  });
}

/** A policy of the page may forbid it. */
export function startWith<Started>(init: () => Started): Started {
  try {
    return init();
  } catch (cause) {
    const hint =
      "WebAssembly cannot start: add 'wasm-unsafe-eval' to script-src in the page's policy, or import tabstate/js";
    throw new TabstateError("unavailable", hint, { cause });
  }
}

/** The codecs' module: its memory, where our texts lie in it, and its one function. See `src/js/memory.rs`. */
interface Codecs {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: WebAssembly.Global;
  run(reads: boolean, first: number, second: number): number;
}

let codecs: Codecs | undefined;
let bytes: Uint8Array<ArrayBuffer>;

/** The text that lies first, and where it ends: a definition is mostly the one that was used before. */
let first: string | undefined;
let firstEnd = 0;

/** The module travels inside both entries, and starts with its first use. */
function startCodecs(): void {
  const double = (at: number, length: number) => Number(textAt(at, length));
  startWith(() => {
    const module = new WebAssembly.Module(codecsBytes());
    codecs = new WebAssembly.Instance(module, { js: { double } }).exports as unknown as Codecs;
  });
}

const textAt = (at: number, length: number) => decoder.decode(bytes.subarray(at, at + length));

const write = (text: string, at: number) => encoder.encodeInto(text, bytes.subarray(at)).written;

/** Makes the memory as large as this. */
function reach(memory: WebAssembly.Memory, end: number): void {
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
  if (bytes?.buffer !== memory.buffer) bytes = new Uint8Array(memory.buffer);
}

/** Has the module read by a definition, or write in a shape. */
function run(reads: boolean, definition: string, text: string): string {
  if (codecs === undefined) startCodecs();
  const { memory, __heap_base: base, run } = codecs as Codecs;
  // A unit of UTF-16 is three bytes at most.
  reach(memory, base.value + 3 * (definition.length + text.length));
  if (first !== definition) {
    firstEnd = base.value + write(definition, base.value);
    first = definition;
  }
  for (let length = 0; ; ) {
    // The module works in the text itself, so it is written anew when the answer found no place.
    const written = write(text, firstEnd);
    // Behind the text there is room for as many fields of 16 bytes as there can be.
    const at = firstEnd + written + 16 * ((written >> 1) + 2);
    reach(memory, at + length);
    length = run(reads, firstEnd - base.value, written);
    if (at + length <= bytes.length) return textAt(at, length);
  }
}

/** Reads a packed definition's parameters from a query. Each gives a reason or an empty text, and its leaves. */
export const codecsRead = (definition: string, query: string) => run(true, definition, query);

/** Writes the packed leaves of one parameter: gives a reason or an empty text, and its texts. */
export const codecsWrite = (shape: string, leaves: string) => run(false, shape, leaves);

/** Runs a call of the Rust exports and returns what it answered; what they refuse becomes an error. */
export function call<T>(run: () => void): T {
  forget();
  try {
    run();
  } catch (cause) {
    throw new TabstateError("unavailable", "the call failed", { cause });
  }
  if (refused === undefined) return answered as T;
  const [code, message, ...key] = refused.split("\n");
  throw new TabstateError(code as ErrorCode, message as string, { key: key.length > 0 ? key.join("\n") : undefined });
}

/** What an export answers that refuses nothing. */
export function answer<T = string>(ask: () => void): T {
  ask();
  return answered as T;
}

/**
 * Goes over the texts that Rust joined into one, each behind its length. A length is written in characters of six bits,
 * the lowest first; 64 is added to all but the last.
 */
export class Unpacker {
  readonly #packed: string;
  #at = 0;

  constructor(packed: string) {
    this.#packed = packed;
  }

  /** Whether there is one more. */
  get more(): boolean {
    return this.#at < this.#packed.length;
  }

  next(): string {
    const packed = this.#packed;
    let at = this.#at;
    let code = packed.charCodeAt(at++);
    let length = code & 63;
    for (let shift = 6; code >= 64; shift += 6) {
      code = packed.charCodeAt(at++);
      length |= (code & 63) << shift;
    }
    this.#at = at + length;
    return packed.slice(at, this.#at);
  }
}

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();

/** Joins texts for Rust, each behind its length in bytes. */
export function pack(texts: readonly string[]): string {
  let packed = "";
  for (const text of texts) {
    let length = /[^\0-\x7F]/.test(text) ? encoder.encode(text).length : text.length;
    for (; length >= 64; length >>>= 6) packed += String.fromCharCode(64 | (length & 63));
    packed += String.fromCharCode(length) + text;
  }
  return packed;
}

/** Texts that Rust joined. */
export function unpack(packed: string): string[] {
  const unpacker = new Unpacker(packed);
  const texts: string[] = [];
  while (unpacker.more) texts.push(unpacker.next());
  return texts;
}

/** Keys with their texts as a batch: `key=text=text`, behind a `&` each, escaped so that Rust can cut it. */
export function batch(params: Iterable<readonly [string, readonly string[]]>): string {
  let text = "";
  for (const [key, texts] of params) text += `&${[key, ...texts].map(escaped).join("=")}`;
  return text;
}

function escaped(text: string): string {
  return text.replace(/[%&=+]/g, encodeURIComponent);
}
