// Makes the module smaller than Rust and wasm-opt do by themselves: panics end in a trap without a message, and names on
// the border between the module and its glue are short.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import binaryen from "binaryen";
import { root } from "./run.mjs";

/**
 * The ends of every panic, by their names in the standard library: what they would print is a tenth of the module. No
 * input reaches them; if one did, JavaScript would see a `RuntimeError` either way.
 */
const panics =
  /^(<?(core|alloc|__rustc)\[|wasm_bindgen::throw_str).*(panicking::|panic_|_fail(ed)?\b|_fail_rt|handle_(alloc_)?error|capacity_overflow|rust_begin_unwind|throw_str)/;

/**
 * @param {Uint8Array} wasm with its names
 * @param {string} glue that wasm-bindgen wrote for it
 */
export function shrink(wasm, glue) {
  const folder = mkdtempSync(join(tmpdir(), "tabstate-"));
  try {
    const [trapping, small] = ["trapping.wasm", "small.wasm"].map((name) => join(folder, name));
    writeFileSync(trapping, withTraps(wasm));
    // `target_features` tells wasm-opt what the module may use, so it goes last.
    const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
    const names = "--minify-imports-and-exports-and-modules";
    // Rust keeps nothing below the first kilobyte but the far end of the stack.
    const passes = ["--low-memory-unused", "-Oz", "-Oz"];
    const told = execFileSync(
      join(root, "node_modules/.bin/wasm-opt"),
      [trapping, "-o", small, ...passes, names, ...strip],
      { encoding: "utf8" },
    );
    return { wasm: readFileSync(small), glue: renamed(glue, JSON.parse(told)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withTraps(wasm) {
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(wasm);
  let count = 0;
  for (let nth = 0; nth < module.getNumFunctions(); nth++) {
    const ref = module.getFunctionByIndex(nth);
    const { name, base } = binaryen.getFunctionInfo(ref);
    if (base === "" && panics.test(name)) {
      binaryen.Function.setBody(ref, module.unreachable());
      count++;
    }
  }
  if (count === 0) throw new Error("no panic was found by its name: has the standard library renamed them?");
  return module.emitBinary();
}

/** The glue with the names that the module has now. */
function renamed(glue, { imports, exports }) {
  let text = glue;
  const rename = (pattern, to) => {
    const before = text;
    text = text.replace(pattern, to);
    if (text === before) throw new Error(`the glue does not hold ${pattern}`);
  };
  for (const [, name, short] of imports) rename(new RegExp(`(?<![\\w$])${name}(?=: )`), short);
  for (const [name, short] of exports) {
    // Not every export is for the glue to call.
    if (glue.includes(`wasm.${name}`)) rename(new RegExp(`(?<![\\w$])wasm\\.${name}(?![\\w$])`, "g"), `wasm.${short}`);
  }
  const [module] = new Set(imports.map(([from]) => from));
  rename(JSON.stringify(module), "a");
  return text;
}
