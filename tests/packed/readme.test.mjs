// What README says in numbers and in code: its sizes are those of the package, its examples compile.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");

test("the_sizes_in_readme_are_those_of_the_package", () => {
  const sizes = JSON.parse(readFileSync(join(root, "build", "size.json"), "utf8"));
  const rows = {
    'import { queryParams } from "tabstate"': sizes.total,
    "the WebAssembly |": sizes.wasm,
    "the JavaScript |": sizes.js,
    "with four codecs": sizes["defineParams and four codecs"],
    "with all codecs": sizes["defineParams and all codecs"],
    "`sessionState`, on top": sizes["session state"],
    "`context` and `cookies`": sizes["context and cookies"],
    "`cacheData`, on top": sizes.cacheData,
    "`cacheResource`, on top": sizes.cacheResource,
  };
  for (const [name, measured] of Object.entries(rows)) {
    const line = readme.split("\n").find((line) => line.startsWith("|") && line.includes(name));
    const quoted = Number(line?.match(/([\d,]+) \|$/)?.[1].replaceAll(",", ""));
    // Another release of the compiler may differ by a little.
    assert.ok(Math.abs(quoted - measured) <= measured * 0.02, `README says ${quoted} of ${name}, it is ${measured}`);
  }
});

test("the_examples_in_readme_compile", () => {
  const directory = join(root, "tests", "apps", "node", "node_modules", ".types");
  mkdirSync(directory, { recursive: true });
  const files = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, example], nth) => {
    const file = join(directory, `readme${nth}.mts`);
    writeFileSync(file, example);
    return file;
  });
  const strict = ["--ignoreConfig", "--strict", "--noEmit", "--target", "es2022", "--lib", "es2023,dom,dom.iterable"];
  const modules = ["--module", "nodenext", "--moduleResolution", "nodenext", "--types", ""];
  execFileSync(join(root, "node_modules", ".bin", "tsc"), [...files, ...strict, ...modules], { stdio: "pipe" });
});
