// A frontend in Rust, one of Cargo.toml's examples: built before the tests of a file, and served.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { before } from "node:test";
import { root, run, targetDir } from "../../scripts/run.mjs";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Builds the example into a directory, and gives what serves a file of it. */
export function buildFrontend(name, sources) {
  const built = `build/${name}`;
  before(() =>
    run(`${name} wasm`, {
      action() {
        const cargo = (...args) => execFileSync("cargo", args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
        cargo("build", "--quiet", "--example", name, "--target", "wasm32-unknown-unknown");
        const wasm = join(targetDir, "wasm32-unknown-unknown", "debug", "examples", `${name}.wasm`);
        cargo(..."run --quiet --package xtask -- bindgen --target web --out-dir".split(" "), built, wasm);
      },
      inputs: ["Cargo.toml", "Cargo.lock", ".cargo", "src", sources, "xtask"],
      outputs: [`${built}/${name}.js`, `${built}/${name}_bg.wasm`],
    }),
  );
  return (file) => fileOf(join(built, file));
}

/** A file of the repository, as a page. */
export function fileOf(path) {
  return { body: readFileSync(join(root, path)), type: types[extname(path)] };
}
