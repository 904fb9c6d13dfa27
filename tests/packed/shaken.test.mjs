// What bundlers leave out: an app carries the parts that it imports and no other, with what stands in each part's code and
// nowhere else as its mark. (webpack writes the file of the disk all the same; nothing loads it.) How much that is in bytes is the budgets' claim (scripts/size.mjs).

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const packed = fileURLToPath(new URL("../../build/package", import.meta.url));
/** Beside an installed package, so that it is imported by its name. */
const directory = fileURLToPath(new URL("../apps/node/node_modules/.shaken", import.meta.url));
mkdirSync(directory, { recursive: true });

const bundlers = {
  async esbuild(entry) {
    const { build } = await import("esbuild");
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
    });
    return outputFiles.map(({ text }) => text);
  },
  async rollup(entry) {
    const { rollup } = await import("rollup");
    const { nodeResolve } = await import("@rollup/plugin-node-resolve");
    const { generate } = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })] });
    return codeOf(await generate({ format: "es" }));
  },
  async webpack(entry) {
    const { default: webpack } = await import("webpack");
    const path = mkdtempSync(join(tmpdir(), "tabstate-shaken-"));
    try {
      await new Promise((resolve, reject) => {
        webpack({ mode: "production", entry, output: { path } }, (error, stats) =>
          error || stats.hasErrors() ? reject(error ?? new Error(stats.toString())) : resolve(),
        );
      });
      return readdirSync(path).map((file) => readFileSync(join(path, file), "utf8"));
    } finally {
      rmSync(path, { recursive: true });
    }
  },
  async vite(entry) {
    const { build } = await import("vite");
    return codeOf(
      await build({
        ...{ root: directory, configFile: false, logLevel: "error" },
        build: { write: false, target: "es2022", rollupOptions: { input: entry } },
      }),
    );
  },
};

const codeOf = ({ output }) => output.flatMap(({ code }) => code ?? []);

/** Texts of the parts' code. */
const marks = {
  codecs: "it is an object of codecs",
  caches: "give the function whose values are to be kept",
  session: "quarantined",
  context: "Accept-Language",
  cookies: "sameSite",
  bindings: "useSyncExternalStore",
  dom: "select-multiple",
  server: "tabstate/server.wasm",
};

/** What an app imports, and the parts that it then carries. */
const apps = {
  queryParams: [],
  "queryParams, status, configure, parseQuery": [],
  "defineParams, int, date": ["codecs"],
  sessionState: ["session"],
  context: ["context"],
  cookies: ["cookies"],
  cacheData: ["caches"],
  cacheResource: ["caches"],
  "watchQueryParam, queryParams": [],
};

/** @returns what an app carries that imports these names */
async function carried(bundler, names, entry) {
  const file = join(directory, `${bundler}.mjs`);
  writeFileSync(file, `import { ${names} } from "${entry}"; console.log(${names});`);
  return (await bundlers[bundler](file)).join("\n");
}

for (const bundler of Object.keys(bundlers)) {
  for (const entry of ["tabstate", "tabstate/js"]) {
    test(`${bundler}_leaves_out_the_parts_of_${entry}_that_nobody_imports`, async () => {
      for (const [names, parts] of Object.entries(apps)) {
        const code = await carried(bundler, names, entry);
        const found = Object.keys(marks).filter((part) => code.includes(marks[part]));
        assert.deepEqual(found, parts, `import { ${names} } from "${entry}"`);
      }
    });
  }

  test(`${bundler}_leaves_out_the_translated_modules_that_nobody_asks`, async () => {
    const code = await carried(bundler, "queryParams", "tabstate/js");
    const found = ["cache", "codecs", "context", "session", "tabstate"].filter((name) => code.includes(dataOf(name)));
    assert.deepEqual(found, ["tabstate"]);
  });
}

/** The longest piece of a translated module's data: no tool changes what stands in a string. */
function dataOf(name) {
  const code = readFileSync(join(packed, "dist", "js", `${name}-translated.js`), "utf8");
  const pieces = Array.from(code.matchAll(/"([A-Za-z0-9+/]+=*)"/g), ([, piece]) => piece);
  return pieces.sort((a, b) => b.length - a.length)[0];
}
