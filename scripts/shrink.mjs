// Makes a module smaller than Rust does by itself: wasm-opt's passes, and short names on the border.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arranged } from "./arrange.mjs";
import { root } from "./run.mjs";

/**
 * @param {Uint8Array} wasm
 * @param {{ before?: string[], after?: string[] }} more options of wasm-opt
 * @returns {{ wasm: Buffer, told: string }} the module, and what wasm-opt printed
 */
export function shrink(wasm, { before = [], after = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "tabstate-"));
  try {
    const [large, small] = ["large.wasm", "small.wasm"].map((name) => join(folder, name));
    const run = (options) => execFileSync(join(root, "node_modules/.bin/wasm-opt"), options, { encoding: "utf8" });
    writeFileSync(large, wasm);
    // Rust keeps nothing below the first kilobyte but the far end of the stack.
    const flat = ["--flatten", "--rereloop", "-Oz"];
    const passes = ["--low-memory-unused", ...flat, ...flat, "-Oz"];
    // What counts is the size after gzip: it finds more in functions that stay apart, and lie beside those of like names.
    const apart = ["-aimfs=0", "-fimfs=0", "-ocimfs=20", "--reorder-functions-by-name"];
    const strip = ["--strip-debug", "--strip-producers"];
    const told = run([large, "-o", small, ...before, ...passes, ...apart, ...after, ...strip]);
    writeFileSync(large, arranged(readFileSync(small)));
    // No passes any more, but the levels decide how the code is written down. `target_features` tells wasm-opt what the
    // module may use, so it goes last.
    const levels = ["--optimize-level=2", "--shrink-level=2", "--generate-stack-ir", "--optimize-stack-ir"];
    const order = ["--reorder-locals", "--reorder-functions-by-name"];
    run([large, "-o", small, ...levels, ...order, "--strip-debug", "--strip-target-features"]);
    return { wasm: readFileSync(small), told };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** By the names of `js/border.ts`, the short ones: what wasm-opt told. */
export function shortNames({ imports, exports }) {
  const named = [...imports, ...exports.map((name) => ["", ...name])];
  // wasm-bindgen puts a hash behind what it has glue for.
  return Object.fromEntries(
    named.map(([, name, short]) => [`$${name.replace(/^__wbg_(\w+)_[0-9a-f]+$/, "$1")}`, short]),
  );
}
