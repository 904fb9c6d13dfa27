// The border to the module of context and cookies: packed texts in both directions. Rust asks the environment by text,
// too. See `src/js/context.rs`.

import { bytes } from "../build/wasm/context-inline.js";
import { maximize } from "../src/web/context.js";
import { cookieSetting, cookieText, hidesCookies, setCookie } from "../src/web/cookies.js";
import { cookiesWork } from "../src/web/page.js";
import { TabstateError } from "./errors.js";
import { pack, startWith, unpack } from "./wasm.js";

/** What the module does, by the numbers of `run`. */
export const Task = {
  request: 0,
  locales: 1,
  cookies: 2,
  raw: 3,
  changed: 4,
  negotiate: 5,
  embedding: 6,
  set: 7,
  delete: 8,
} as const;

interface ContextModule {
  readonly memory: WebAssembly.Memory;
  /** Where a text of this length is to be written. */
  room(length: number): number;
  /** Does a task with what is in the room; returns the length of the answer. */
  run(task: number): number;
  /** Where the answer is. */
  answer(): number;
}

let context: ContextModule | undefined;
const encoder = /* @__PURE__ */ new TextEncoder();
// A mark at the beginning belongs to the text.
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** By the numbers of `Question`; `undefined` is an answer, too. */
const answers: ((text: string) => string | undefined)[] = [
  maximized,
  cookieText,
  (text) => (setCookie(text) ? "" : undefined),
  () => (cookiesWork() ? "" : undefined),
  () => (hidesCookies() ? "" : undefined),
  () => cookieSetting()[0],
  () => cookieSetting()[1],
  () => cookieSetting()[2] || undefined,
];

const known = /* @__PURE__ */ new Map<string, string | undefined>();

function maximized(tag: string): string | undefined {
  if (known.has(tag)) return known.get(tag);
  // Tags come from anywhere.
  if (known.size >= 1000) known.clear();
  const full = maximize(tag);
  known.set(tag, full);
  return full;
}

function start(): ContextModule {
  const ask = (question: number, at: number, length: number) => {
    const answer = answers[question]?.(textAt(at, length));
    return answer === undefined ? -1 : put(answer);
  };
  startWith(() => {
    const module = new WebAssembly.Module(bytes());
    context = new WebAssembly.Instance(module, { js: { ask } }).exports as unknown as ContextModule;
  });
  return context as ContextModule;
}

function textAt(at: number, length: number): string {
  return decoder.decode(new Uint8Array((context as ContextModule).memory.buffer, at, length));
}

/** Writes a text into the room; returns its length. */
function put(text: string): number {
  const { memory, room } = context as ContextModule;
  const bytes = encoder.encode(text);
  const at = room(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, at);
  return bytes.length;
}

/** Has the module do a task with texts; returns the texts that it answers. */
export function run(task: number, texts: readonly string[]): string[] {
  const { run, answer } = context ?? start();
  try {
    put(pack(texts));
    const length = run(task);
    return unpack(textAt(answer(), length));
  } catch (cause) {
    // A stack that overflows in the midst of it leaves it in no known state. It keeps none, so the next one is as good.
    context = undefined;
    throw new TabstateError("unavailable", "the call failed", { cause });
  }
}
