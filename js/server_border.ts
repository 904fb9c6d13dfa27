// The border to the module of a request's facts: packed texts in both directions, as in `context_border.ts`, without a page
// behind it. Nothing of one call is there in the next. See `src/js/server.rs`.

import { bytes } from "../build/wasm/server-inline.js";
import { maximize } from "../src/web/context.js";
import { TabstateError } from "./errors.js";
import { packedModule } from "./packed_module.js";
import { invalid } from "./query_options.js";
import { startWith } from "./wasm.js";

/** What the module does, by the numbers of `run`. */
export const Task = { request: 0, negotiate: 5 } as const;

let compiled: WebAssembly.Module | undefined;

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

function start(imports: WebAssembly.Imports): WebAssembly.Instance {
  try {
    return startWith(() => {
      compiled ??= new WebAssembly.Module(bytes());
      return new WebAssembly.Instance(compiled, imports);
    });
  } catch (cause) {
    const hint =
      "WebAssembly cannot start: where the runtime compiles none, call init(module) with tabstate/server.wasm";
    throw new TabstateError("unavailable", hint, { cause });
  }
}

/** Has the module do a task with texts; returns the texts that it answers. */
export const run = /* @__PURE__ */ packedModule(start, (_, tag) => maximize(tag));
