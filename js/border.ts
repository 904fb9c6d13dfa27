// The border to the Rust module: only numbers cross it, so a text is its address in the module's memory and its length.
// wasm-bindgen declares what the module exports; its own glue is for every type there is, and three times as long.
//
// A name behind `$` is one of the module's: the build puts the short one there that wasm-opt chose.

import type * as declared from "../build/bindgen/tabstate_bg.wasm.js";
import * as page from "../src/web/page.js";
import { answer, answerNumbers, changed, refuse, settled, stale } from "./told.js";

type Exports = { readonly [Name in keyof typeof declared as `$${Name}`]: (typeof declared)[Name] };

/** What Rust exports, once the module was started. */
export let wasm: Exports;
/** The length in bytes of the text that was passed last. */
export let passed: number;

let memory: Uint8Array;
let decoder: TextDecoder;
/** What the decoder may still read: Safari's fails behind 2 GB. */
let decodable = 0;
const encoder = /* @__PURE__ */ new TextEncoder();

export function instantiate(module: BufferSource | WebAssembly.Module): void {
  const compiled = module instanceof WebAssembly.Module ? module : new WebAssembly.Module(module);
  wasm = new WebAssembly.Instance(compiled, { a: imports as WebAssembly.ModuleImports }).exports as unknown as Exports;
  memory = new Uint8Array(wasm.$memory.buffer);
}

/** The memory as it is: memory that has grown is another buffer. */
function current(): Uint8Array {
  if (memory.byteLength === 0) memory = new Uint8Array(wasm.$memory.buffer);
  return memory;
}

/** Writes a text where Rust takes it, and frees it; returns its address. `passed` is its length. */
export function pass(text: string): number {
  const bytes = /[^\0-\x7F]/.test(text) ? encoder.encode(text) : undefined;
  passed = (bytes ?? text).length;
  const start = wasm.$__wbindgen_malloc(passed, 1);
  const memory = current();
  if (bytes) memory.set(bytes, start);
  else for (let at = 0; at < passed; at++) memory[start + at] = text.charCodeAt(at);
  return start;
}

function textAt(start: number, length: number): string {
  decodable -= length;
  if (decodable <= 0) {
    decodable = 2e9;
    decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  }
  return decoder.decode(current().subarray(start, start + length));
}

/** Rust takes a text, or none, as two numbers at the place that it names. */
function giving(ask: () => string | undefined) {
  return (place: number) => {
    const text = ask();
    const given = text === undefined ? [0, 0] : [pass(text), passed];
    new Uint32Array(current().buffer, place).set(given);
  };
}

const imports = {
  $address: /* @__PURE__ */ giving(page.address),
  $vendor: /* @__PURE__ */ giving(page.vendor),
  $write: (start: number, length: number, push: boolean) => page.write(textAt(start, length), push),
  $follow: page.follow,
  $release: page.release,
  $now: page.now,
  $endOfTurn: page.endOfTurn,
  $wakeAfter: page.wakeAfter,
  $environment: page.environment,
  $sessionStorageTrouble: page.sessionStorageTrouble,
  $cookiesWork: page.cookiesWork,
  $stale: stale,
  $answer: (start: number, length: number) => answer(textAt(start, length)),
  $answerNumbers: answerNumbers,
  $refuse: (start: number, length: number) => refuse(textAt(start, length)),
  $settled: (id: number, start: number, length: number) => settled(id, textAt(start, length)),
  $changed: (keys: number, keysLength: number, source: number, length: number) =>
    changed(textAt(keys, keysLength), textAt(source, length)),
};
