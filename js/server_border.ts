// The border to the module of a request's facts: packed texts in both directions, as in `context_border.ts`, without a page
// behind it. Nothing of one call is there in the next. See `src/js/server.rs`.

import { bytes } from "../build/wasm/server-inline.js";
import { maximize } from "../src/web/context.js";
import { TabstateError } from "./errors.js";
import { invalid } from "./query_options.js";
import { pack, startWith, unpack } from "./wasm.js";

/** What the module does, by the numbers of `run`. */
export const Task = { request: 0, negotiate: 5 } as const;

interface ServerModule {
  readonly memory: WebAssembly.Memory;
  /** Where a text of this length is to be written. */
  room(length: number): number;
  /** Does a task with what is in the room; returns the length of the answer. */
  run(task: number): number;
  /** Where the answer is. */
  answer(): number;
}

let compiled: WebAssembly.Module | undefined;
let server: ServerModule | undefined;
const encoder = /* @__PURE__ */ new TextEncoder();
// A mark at the beginning belongs to the text.
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Hands over `tabstate/server.wasm` as the runtime compiled it: for runtimes that compile no WebAssembly while they serve,
 * such as Cloudflare Workers and Vercel's edge. Elsewhere there is nothing to call.
 *
 * ```js
 * import module from "tabstate/server.wasm";
 * init(module);
 * ```
 * @throws {TabstateError} `invalid-option` for what is no compiled module.
 */
export function init(module: WebAssembly.Module): void {
  // It may come from another realm.
  if (Object.prototype.toString.call(module) !== "[object WebAssembly.Module]")
    throw invalid("module", "it is a WebAssembly.Module");
  compiled = module;
}

function start(): ServerModule {
  const ask = (_: number, at: number, length: number) => {
    const answer = maximize(textAt(at, length));
    return answer === undefined ? -1 : put(answer);
  };
  try {
    startWith(() => {
      compiled ??= new WebAssembly.Module(bytes());
      server = new WebAssembly.Instance(compiled, { js: { ask } }).exports as unknown as ServerModule;
    });
  } catch (cause) {
    const hint =
      "WebAssembly cannot start: where the runtime compiles none, call init(module) with tabstate/server.wasm";
    throw new TabstateError("unavailable", hint, { cause });
  }
  return server as ServerModule;
}

function textAt(at: number, length: number): string {
  return decoder.decode(new Uint8Array((server as ServerModule).memory.buffer, at, length));
}

/** Writes a text into the room; returns its length. */
function put(text: string): number {
  const { memory, room } = server as ServerModule;
  const bytes = encoder.encode(text);
  const at = room(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, at);
  return bytes.length;
}

/** Has the module do a task with texts; returns the texts that it answers. */
export function run(task: number, texts: readonly string[]): string[] {
  const { run, answer } = server ?? start();
  try {
    put(pack(texts));
    const length = run(task);
    return unpack(textAt(answer(), length));
  } catch (cause) {
    // A stack that overflows in the midst of it leaves it in no known state. It keeps none, so the next one is as good.
    server = undefined;
    throw new TabstateError("unavailable", "the call failed", { cause });
  }
}
