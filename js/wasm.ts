// Calls over the border: those that can fail go through `call`, which turns what they throw into errors. With
// `js/border.ts` the only file that imports what is generated.

import { initSync as initCodecs, codecsRead as read, codecsWrite as write } from "../build/wasm/codecs.js";
import { bytes as codecsBytes } from "../build/wasm/codecs-inline.js";
import { hearWith } from "../src/web/page.js";
import { instantiate, wasm } from "./border.js";
import { type ErrorCode, TabstateError } from "./errors.js";
import { answered, forget, refused } from "./told.js";

export { documentToCompare } from "../src/web/page.js";
export { pass, passed, wasm } from "./border.js";
export { ears } from "./told.js";

/** Starts the module from its bytes, or from what the browser compiled of them. */
export function start(module: BufferSource | WebAssembly.Module): void {
  startWith(() => instantiate(module));
  hearWith(wasm.$queryParamsHear);
}

function startWith(init: () => void): void {
  try {
    init();
  } catch (cause) {
    const hint = "WebAssembly cannot start here: a content security policy needs 'wasm-unsafe-eval' in script-src";
    throw new TabstateError("unavailable", hint, { cause });
  }
}

let codecsStarted = false;

/** The codecs' module travels inside both entries, and starts with its first use. */
function startCodecs(): void {
  if (codecsStarted) return;
  startWith(() => initCodecs({ module: codecsBytes() }));
  codecsStarted = true;
}

/** Reads a packed definition's parameters from a query. Each gives a reason or an empty text, and its leaves. */
export function codecsRead(definition: string, query: string): string {
  startCodecs();
  return read(definition, query);
}

/** Writes the packed leaves of one parameter: gives a reason or an empty text, and its texts. */
export function codecsWrite(shape: string, leaves: string): string {
  startCodecs();
  return write(shape, leaves);
}

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
