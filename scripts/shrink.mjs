// Makes the module and its glue smaller than Rust and wasm-bindgen do by themselves: wasm-opt's passes, and short names on
// the border between the two.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./run.mjs";

/** What the glue does for callers and engines that are not ours. */
const unneeded = [
  // `initSync` is called with an object.
  [/if \(module !== undefined\) \{\s+if \(Object\.getPrototypeOf[\s\S]*?\n {4}\}\n/, "({ module } = module);\n"],
  // There is a `realloc`.
  [/ {4}if \(realloc === undefined\) \{[\s\S]*?\n {4}\}\n/, ""],
];

/**
 * @param {Uint8Array} wasm as wasm-bindgen wrote it
 * @param {string[]} unused names of exports
 * @returns the module, and the short names of its imports and exports
 */
export function shrink(wasm, unused) {
  const folder = mkdtempSync(join(tmpdir(), "tabstate-"));
  try {
    const [large, small] = ["large.wasm", "small.wasm"].map((name) => join(folder, name));
    writeFileSync(large, wasm);
    // `target_features` tells wasm-opt what the module may use, so it goes last.
    const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
    const names = "--minify-imports-and-exports-and-modules";
    const removal = unused.length > 0 ? [`--remove-exports=${unused}`] : [];
    // Rust keeps nothing below the first kilobyte but the far end of the stack.
    const flat = ["--flatten", "--rereloop", "-Oz"];
    const passes = ["--low-memory-unused", ...flat, ...flat, "-Oz"];
    // What counts is the size after gzip: it finds more in functions that stay apart, and lie beside those of like names.
    const apart = ["-aimfs=0", "-fimfs=0", "-ocimfs=20", "--reorder-functions-by-name"];
    const told = execFileSync(
      join(root, "node_modules/.bin/wasm-opt"),
      [large, "-o", small, ...removal, ...passes, ...apart, names, ...strip],
      { encoding: "utf8" },
    );
    return { wasm: readFileSync(small), names: JSON.parse(told) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** By the names of `js/border.ts`, the short ones. */
export function shortNames({ imports, exports }) {
  const named = [...imports, ...exports.map((name) => ["", ...name])];
  // wasm-bindgen puts a hash behind what it has glue for.
  return Object.fromEntries(
    named.map(([, name, short]) => [`$${name.replace(/^__wbg_(\w+)_[0-9a-f]+$/, "$1")}`, short]),
  );
}

/** The glue with the names that the module has now, and all imports in one object. */
export function renamed(glue, { imports, exports }) {
  let text = glue;
  const rename = (pattern, to) => {
    const before = text;
    text = text.replace(pattern, to);
    if (text === before) throw new Error(`the glue does not hold ${pattern}`);
  };
  for (const [pattern, to] of unneeded) rename(pattern, to);
  const own = imports.find(([, name]) => name.startsWith("__wb"))?.[0];
  // What needs no conversion, the glue hands over as whole modules, by names that are no more.
  const handedOver = imports.filter(([module]) => module !== own);
  const aliases = handedOver.map(([module, name, short]) => `import { ${name} as _${short} } from "${module}";\n`);
  const entries = handedOver.map(([, , short]) => `\n        ${short}: _${short},`);
  text = text.replace(/^import \* as import\d+ from .*\n/gm, "").replace(/^ *"[^"]*": import[1-9]\d*,\n/gm, "");
  if (handedOver.length > 0) rename(/(?<=const import0 = \{)/, entries.join(""));
  for (const [, name, short] of imports.filter(([module]) => module === own)) {
    rename(new RegExp(`(?<![\\w$])${name}(?=: )`), short);
  }
  for (const [name, short] of exports) {
    // Not every export is for the glue to call.
    if (glue.includes(`wasm.${name}`)) rename(new RegExp(`(?<![\\w$])wasm\\.${name}(?![\\w$])`, "g"), `wasm.${short}`);
  }
  if (own !== undefined) rename(JSON.stringify(own), "a");
  return aliases.join("") + text;
}
