// The packed package, and others, as one script: for documents that cannot fetch modules, and for tests that open the package
// anew many times in one page.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * A script that makes `globalThis[name]` what `source` exports: once, or, with `anew`, a function that gives it anew with
 * each call.
 *
 * @param {string} source an ES module's text, which imports by name, or from `./build/package/dist/`
 */
export async function scriptOf(source, name, { anew = false } = {}) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: root },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "made",
    target: "es2022",
    minify: true,
    logLevel: "warning",
  });
  const text = outputFiles[0].text;
  return anew ? `globalThis.${name} = () => { ${text}; return made; };` : `{${text}; globalThis.${name} = made; }`;
}

/** The package itself. */
export const packageSource = 'export * from "./build/package/dist/index.js";';
