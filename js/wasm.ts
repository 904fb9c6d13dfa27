// The border: the only file that imports the generated package, and the only place where its throws become errors.

import * as generated from "../build/wasm/tabstate.js";
import { type ErrorCode, TabstateError } from "./errors.js";

/** The Rust exports. */
export type Wasm = typeof generated;

/** Starts the module from its bytes, or from what the browser compiled of them. */
export function start(module: BufferSource | WebAssembly.Module): Wasm {
  try {
    generated.initSync({ module });
  } catch (cause) {
    const hint = "WebAssembly cannot start here: a content security policy needs 'wasm-unsafe-eval' in script-src";
    throw new TabstateError("unavailable", hint, { cause });
  }
  return generated;
}

/** Runs a call of the Rust exports; what they throw is a text of code, message and key, each on a line. */
export function call<T>(run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    if (typeof thrown !== "string") throw new TabstateError("unavailable", "the call failed", { cause: thrown });
    const [code, message, ...key] = thrown.split("\n");
    throw new TabstateError(code as ErrorCode, message as string, { key: key.length > 0 ? key.join("\n") : undefined });
  }
}

/**
 * The texts that Rust joined into one, each behind its length. A length is written in characters of six bits, the lowest
 * first; 64 is added to all but the last.
 */
export function unpack(packed: string): string[] {
  const texts: string[] = [];
  for (let at = 0; at < packed.length; ) {
    let code = packed.charCodeAt(at++);
    let length = code & 63;
    for (let shift = 6; code >= 64; shift += 6) {
      code = packed.charCodeAt(at++);
      length |= (code & 63) << shift;
    }
    texts.push(packed.slice(at, (at += length)));
  }
  return texts;
}
