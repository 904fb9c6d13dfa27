// The border to the module of context and cookies: packed texts in both directions. Rust asks the environment by text,
// too. See `src/js/context.rs`.

import { bytes } from "../build/wasm/context-inline.js";
import { maximize } from "../src/web/context.js";
import { cookieSetting, cookieText, hidesCookies, setCookie } from "../src/web/cookies.js";
import { cookiesWork } from "../src/web/page.js";
import { packedModule } from "./packed_module.js";
import { startWith } from "./wasm.js";

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

/** Has the module do a task with texts; returns the texts that it answers. */
export const run = /* @__PURE__ */ packedModule(
  (imports) => startWith(() => new WebAssembly.Instance(new WebAssembly.Module(bytes()), imports)),
  (question, text) => answers[question]?.(text),
);
