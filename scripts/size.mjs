// Measures what `import { queryParams } from "tabstate"` costs a page: bundled, minified, gzip, wasm included. Fails over
// the budget, and writes the numbers to build/size.json. Expects the packed package in build/package/.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { root, runAsProgram } from "./run.mjs";
import { setup } from "./setup.mjs";

/** What must not be exceeded, in bytes after gzip -9. */
const budget = 20_000;

/** What each part may add where it is used, and what we aim at; where it is not used it adds nothing. */
const parts = {
  "defineParams and four codecs": { names: "defineParams, int, list, oneOf, text", budget: 10_300, target: 5_000 },
  "defineParams and all codecs": {
    names:
      "bigint, bool, custom, date, dateTime, decimal, defineParams, delimited, float, int, json, list, localDateTime, oneOf, schema, text, time, tuple",
    budget: 11_700,
    target: 5_000,
  },
  "session state": { names: "sessionState", budget: 11_350, target: 5_000 },
  "context and cookies": { names: "context, cookies, negotiateLocale", budget: 25_650 },
  cacheData: { names: "cacheData", budget: 17_500, target: 5_000 },
  cacheResource: { names: "cacheResource", budget: 13_000, target: 5_000 },
};

export async function size() {
  const inlined = await bundle(`import { queryParams } from "tabstate"; console.log(queryParams.get("a"));`);
  const split = await bundle(
    `import { init, queryParams } from "tabstate/slim"; await init("x.wasm"); console.log(queryParams.get("a"));`,
  );
  const wasm = readFileSync(join(root, "build", "package", "dist", "tabstate.wasm"));
  const sizes = {
    total: gzipped(inlined),
    budget,
    bundleRaw: inlined.length,
    wasmRaw: wasm.length,
    wasm: gzipped(wasm),
    js: gzipped(split),
    inlining: gzipped(inlined) - gzipped(wasm) - gzipped(split),
  };
  for (const [part, { names }] of Object.entries(parts)) {
    const used = await bundle(
      `import { queryParams, ${names} } from "tabstate"; console.log(queryParams.get("a"), ${names});`,
    );
    sizes[part] = gzipped(used) - sizes.total;
  }
  writeFileSync(join(root, "build", "size.json"), `${JSON.stringify(sizes, null, 2)}\n`);

  const row = (name, bytes) => console.log(`  ${name.padEnd(44)}${bytes.toLocaleString("en").padStart(9)}`);
  row('import { queryParams } from "tabstate", gzip', sizes.total);
  row("  the wasm alone, gzip", sizes.wasm);
  row("  the JavaScript alone (slim), gzip", sizes.js);
  row("  cost of inlining", sizes.inlining);
  row("wasm, raw", sizes.wasmRaw);
  row("bundle, minified, raw", sizes.bundleRaw);
  row("budget", budget);
  for (const [part, { target }] of Object.entries(parts)) {
    row(`${part}, on top`, sizes[part]);
    if (target) row(sizes[part] > target ? "  target (not reached)" : "  target", target);
  }
  if (sizes.total > budget) throw new Error(`${sizes.total} bytes are over the budget of ${budget}`);
  for (const [part, { budget }] of Object.entries(parts)) {
    if (sizes[part] > budget) throw new Error(`${part}: ${sizes[part]} bytes are over the budget of ${budget}`);
  }
}

/** @returns what a page would load at once whose only script this is, minified: what it may ask for later is in other files */
export async function bundle(source) {
  const { build: esbuild } = await import("esbuild");
  const { outputFiles } = await esbuild({
    stdin: { contents: source, resolveDir: join(root, "tests", "apps", "esbuild") },
    bundle: true,
    splitting: true,
    outdir: "out",
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    legalComments: "none",
  });
  const [{ contents }] = outputFiles;
  if (/^import/.test(new TextDecoder().decode(contents.subarray(0, 6))))
    throw new Error("it loads another file at once");
  return contents;
}

export function gzipped(bytes) {
  return gzipSync(bytes, { level: 9 }).length;
}

await runAsProgram(import.meta.url, async () => {
  await setup();
  await build();
  await size();
});
