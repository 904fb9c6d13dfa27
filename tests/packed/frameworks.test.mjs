// The bindings as they are packed: what docs/frameworks.md shows is built by each framework's own tool, and compiles; what each
// costs; and that an app has one state, whichever entries it imports.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { gzipped } from "../../scripts/size.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const docs = readFileSync(join(root, "docs", "frameworks.md"), "utf8");

/** Each with its heading, the language of its example, and what it may cost, in bytes after gzip -9, without what it stands on. */
const frameworks = {
  react: { heading: "React", language: "tsx", types: ["--jsx", "react-jsx"], budget: 500 },
  vue: { heading: "Vue", language: "vue", budget: 700 },
  svelte: { heading: "Svelte", language: "svelte", budget: 650 },
  solid: {
    heading: "Solid",
    language: "tsx",
    types: ["--jsx", "preserve", "--jsxImportSource", "solid-js"],
    budget: 600,
  },
};

/** The example, as a file beside the installed package. */
function exampleOf(name) {
  const { heading, language } = frameworks[name];
  const [, section] = docs.split(`\n## ${heading}\n`);
  const [, example] = section.match(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s"));
  const directory = join(root, "tests", "apps", name, "node_modules", ".docs");
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `Cities.${language}`);
  writeFileSync(file, example);
  return file;
}

for (const [name, { types }] of Object.entries(frameworks)) {
  test(`the_example_for_${name}_is_built`, async () => {
    const { build: viteBuild } = await import("vite");
    const file = exampleOf(name);
    const app = join(root, "tests", "apps", name);
    const [{ output }] = await viteBuild({
      root: app,
      configFile: join(app, "vite.config.js"),
      logLevel: "error",
      build: { write: false, lib: { entry: file, formats: ["es"] } },
    });
    assert.match(output[0].code, /Page/);
  });

  test(`the_example_for_${name}_compiles`, { skip: !types && "its tool has no type check" }, async () => {
    const options =
      "--ignoreConfig --noEmit --strict --target es2022 --module esnext --moduleResolution bundler --lib es2023,dom,dom.iterable";
    const args = [exampleOf(name), ...options.split(" "), "--types", "", ...types];
    const { stdout, code = 0 } = await promisify(execFile)(join(root, "node_modules", ".bin", "tsc"), args).catch(
      (error) => error,
    );
    assert.equal(code, 0, stdout);
  });
}

/** What a page loads that imports this, without the framework. */
async function bundled(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: join(root, "tests", "apps", "react") },
    ...{ bundle: true, splitting: true, outdir: "out", minify: true, write: false, format: "esm", target: "es2022" },
    external: ["react", "vue", "svelte", "svelte/*", "solid-js", "solid-js/*"],
    legalComments: "none",
  });
  return outputFiles[0].contents;
}

const hooks = "useCached, useQueryParam, useQueryParams, useSessionState, useTabContext";
const watches = "watchCached, watchQueryParam, watchQueryParams, watchSessionState, watchTabContext";

for (const [name, { budget }] of Object.entries(frameworks)) {
  test(`the_binding_to_${name}_stays_within_its_budget`, async (t) => {
    const below = gzipped(await bundled(`import { ${watches} } from "tabstate"; console.log(${watches});`));
    const all = gzipped(await bundled(`import { ${hooks} } from "tabstate/${name}"; console.log(${hooks});`));
    t.diagnostic(`tabstate/${name}: ${all - below} bytes`);
    assert.ok(all - below <= budget, `${all - below} bytes are over the budget of ${budget}`);
  });
}

test("what_the_bindings_stand_on_stays_within_its_budget", async (t) => {
  const used = "cacheData, context, defineParams, sessionState, text";
  const without = gzipped(await bundled(`import { ${used} } from "tabstate"; console.log(${used});`));
  const all = gzipped(
    await bundled(`import { ${used}, ${watches} } from "tabstate"; console.log(${used}, ${watches});`),
  );
  t.diagnostic(`watched values: ${all - without} bytes`);
  assert.ok(all - without <= 2_000, `${all - without} bytes`);
});

test("a_page_that_uses_one_hook_does_not_load_what_the_others_need", async () => {
  const text = async (hook) =>
    new TextDecoder().decode(await bundled(`import { ${hook} } from "tabstate/react"; console.log(${hook});`));
  const session = await text("useSessionState");
  assert.ok(!session.includes("maxEntries"), "no caches");
  assert.ok(!session.includes("saysEmpty"), "no codecs");
  const cached = await text("useCached");
  assert.ok(!cached.includes("prefers-color-scheme"), "no context");
});

test("an_app_with_several_entries_has_one_state", async () => {
  const app = join(root, "tests", "apps", "node", "node_modules", "tabstate", "dist");
  const { queryParams, int, watchQueryParam } = await import(join(app, "index.js"));
  await Promise.all(["react", "vue", "svelte", "solid"].map((name) => import(join(app, `${name}.js`))));
  assert.equal(globalThis[Symbol.for("tabstate")].queryParams, queryParams);
  assert.equal(watchQueryParam("n", int()), watchQueryParam("n", int()), "codecs that are alike");
  globalThis[Symbol.for("tabstate")].release();
});
