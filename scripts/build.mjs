// Builds the npm package: Rust → wasm → glue → bundles and types in `dist/` → packed and unpacked in `build/`. Everything
// that consumes the package (apps, www, tests, sizes) consumes what this leaves in `build/package/`.

import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { inlineModule, inlineTypes } from "./inline.mjs";
import { root, run, runAsProgram, targetDir } from "./run.mjs";
import { setup } from "./setup.mjs";

const rust = ["Cargo.toml", "Cargo.lock", ".cargo", "src"];
const compiled = join(targetDir, "wasm32-unknown-unknown", "release", "tabstate.wasm");
const bindgenDir = "build/bindgen";
const wasmDir = "build/wasm";
const optimised = `${wasmDir}/tabstate_bg.wasm`;

/** Where the packed package is laid for those who import it by name. */
const consumers = [
  "www",
  ...readdirSync(join(root, "tests", "apps"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `tests/apps/${name}`),
];

export async function build() {
  const own = ["scripts/build.mjs", "scripts/inline.mjs", "scripts/shrink.mjs", "package-lock.json"];
  mkdirSync(join(root, wasmDir), { recursive: true });

  await run("wasm-bindgen tool", {
    command: ["cargo", "build", "--package", "xtask"],
    inputs: ["Cargo.toml", "Cargo.lock", ".cargo", "xtask"],
    outputs: [relative(root, join(targetDir, "debug", "xtask"))],
  });
  await run("wasm", {
    command: "cargo build --release --lib --target wasm32-unknown-unknown --no-default-features --features js".split(
      " ",
    ),
    inputs: rust,
    outputs: [relative(root, compiled)],
  });
  await run("glue", {
    command: [
      ...["cargo", "run", "--quiet", "--package", "xtask", "--", "bindgen", compiled],
      ...["--target", "web", "--out-dir", bindgenDir, "--out-name", "tabstate"],
    ],
    inputs: [relative(root, compiled), "xtask"],
    outputs: ["tabstate.js", "tabstate.d.ts", "tabstate_bg.wasm"].map((name) => `${bindgenDir}/${name}`),
  });

  await run("small wasm", {
    action: writeWasmModules,
    inputs: ["tabstate.js", "tabstate.d.ts", "tabstate_bg.wasm"].map((name) => `${bindgenDir}/${name}`).concat(own),
    outputs: ["tabstate_bg.wasm", "glue.js", "tabstate.js", "tabstate.d.ts", "inline.js", "inline.d.ts"].map(
      (name) => `${wasmDir}/${name}`,
    ),
  });

  const facade = ["js", bindgenDir, wasmDir, "package.json", "tsconfig.json", "tsconfig.build.json", ...own];
  await run("bundles", { action: writeBundles, inputs: facade, outputs: entries().map(({ output }) => output) });
  await run("declarations", {
    command: ["tsc", "--project", "tsconfig.build.json"],
    inputs: facade,
    outputs: entries().map(({ types }) => types),
  });
  await run("declarations of the glue", {
    action: writeGlueDeclarations,
    inputs: facade,
    outputs: ["dist/glue.d.ts"],
  });
  await run("package", {
    action: pack,
    inputs: ["dist", "package.json", "README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", ...own],
    outputs: ["build/package/package.json", ...consumers.map((path) => `${path}/node_modules/tabstate/package.json`)],
  });
}

/** The entry points that package.json promises: `./dist/x.js` is built from `js/x.ts`. */
function entries() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.values(exports)
    .filter((target) => target.types)
    .map((target) => ({
      source: `js/${basename(target.default, ".js")}.ts`,
      output: target.default.slice(2),
      types: target.types.slice(2),
    }));
}

/**
 * The modules that the facade imports. `export *` leaves out the glue's default export, whose
 * `new URL("…wasm", import.meta.url)` breaks bundlers even when nobody calls it.
 */
async function writeWasmModules() {
  const { shrink } = await import("./shrink.mjs");
  const read = (name, encoding) => readFileSync(join(root, bindgenDir, name), encoding);
  const write = (name, text) => writeFileSync(join(root, wasmDir, name), text);
  const { wasm, glue } = shrink(read("tabstate_bg.wasm"), read("tabstate.js", "utf8"));
  write("tabstate_bg.wasm", wasm);
  write("glue.js", glue);
  write("tabstate.js", `export * from "./glue.js";\n`);
  write("tabstate.d.ts", `export * from "../bindgen/tabstate.js";\n`);
  write("inline.js", inlineModule(wasm));
  write("inline.d.ts", inlineTypes);
  console.log(`  wasm ${wasm.length} bytes`);
}

async function writeBundles() {
  const { build: bundle } = await import("esbuild");
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: entries().map(({ source }) => source),
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    sourcemap: true,
    chunkNames: "shared-[hash]",
    metafile: true,
    logLevel: "warning",
  });
  copyFileSync(join(root, optimised), join(root, "dist", "tabstate.wasm"));
  for (const [path, { bytes }] of Object.entries(metafile.outputs)) {
    if (path.endsWith(".js")) console.log(`  ${path} ${bytes} bytes`);
  }
}

/** The facade's inner types name the glue's; in the package those lie beside them. */
function writeGlueDeclarations() {
  copyFileSync(join(root, bindgenDir, "tabstate.d.ts"), join(root, "dist", "glue.d.ts"));
  const path = join(root, "dist", "wasm.d.ts");
  writeFileSync(path, readFileSync(path, "utf8").replace("../build/wasm/tabstate.js", "./glue.js"));
}

function pack() {
  const packed = join(root, "build", "package");
  const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const tarball = join("build", `${name}-${version}.tgz`);
  const here = { cwd: root, stdio: "inherit" };
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination=build"], here);
  rmSync(packed, { recursive: true, force: true });
  execFileSync("tar", ["-xzf", tarball, "-C", "build"], here);
  for (const consumer of consumers) {
    const modules = join(root, consumer, "node_modules");
    rmSync(modules, { recursive: true, force: true });
    cpSync(packed, join(modules, name), { recursive: true });
  }
  console.log(`  ${tarball} ${statSync(join(root, tarball)).size} bytes`);
}

await runAsProgram(import.meta.url, async () => {
  await setup();
  await build();
});
