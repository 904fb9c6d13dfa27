// Builds the npm package: Rust → wasm → glue → bundles and types in `dist/` → packed and unpacked in `build/`. Everything
// that consumes the package (apps, www, tests, sizes) consumes what this leaves in `build/package/`.
//
// There are two wasm modules of the one crate: `tabstate`, and `codecs`, which a bundler drops where nothing is typed.

import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { inlineModule, inlineTypes } from "./inline.mjs";
import { root, run, runAsProgram, targetDir } from "./run.mjs";
import { setup } from "./setup.mjs";

const rust = ["Cargo.toml", "Cargo.lock", ".cargo", "src"];
/** Of its own: its flags would have every other build start anew. */
const wasmTargetDir = join(targetDir, "npm");
const compiled = join(wasmTargetDir, "wasm32-unknown-unknown", "release", "tabstate.wasm");
const bindgenDir = "build/bindgen";
const wasmDir = "build/wasm";
const optimised = `${wasmDir}/tabstate_bg.wasm`;
const inlined = `${wasmDir}/tabstate-inline.js`;

/**
 * The standard library as it is delivered is built for speed and brings what panics would print: built here for size, and
 * with traps for panics, it leaves a tenth of the module out. Cargo calls these flags unstable, and takes them from a
 * stable compiler only when it is told to (`RUSTC_BOOTSTRAP`). The crate itself needs none of them.
 */
const rustFlags = [
  "-Zunstable-options",
  "-Cpanic=immediate-abort",
  "-Zlocation-detail=none",
  "-Zfmt-debug=none",
  // Usual at the highest level of optimization, off at the one for size, and yet a twelfth less.
  "-Zinline-mir=yes",
  // No JavaScript value crosses the border, so no table of them is needed.
  "-Ctarget-feature=-reference-types",
  // The glue finds closures by names that the newer mangling makes long.
  "-Csymbol-mangling-version=legacy",
];

/** The modules, and what the compiler is told besides. Codecs read every parameter at once: speed is worth their size. */
const modules = {
  tabstate: [],
  codecs: ["--cfg", 'tabstate_module="codecs"', "-A", "dead_code", "-C", "opt-level=2"],
};

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
  for (const [name, flags] of Object.entries(modules)) {
    const bound = [".js", ".d.ts", "_bg.wasm", "_bg.wasm.d.ts"].map((end) => `${bindgenDir}/${name}${end}`);
    await run(`${name} wasm`, {
      action: () => compile(name, flags),
      inputs: [...rust, "xtask", ...own],
      outputs: [`${bindgenDir}/${name}.wasm`, ...bound],
    });
    await run(`${name} small wasm`, {
      action: () => writeWasmModule(name),
      inputs: [...bound, ...own],
      outputs: [
        "_bg.wasm",
        "-inline.js",
        "-inline.d.ts",
        ...(name === "tabstate" ? ["-names.json"] : ["-glue.js"]),
      ].map((end) => `${wasmDir}/${name}${end}`),
    });
  }

  const facade = ["js", "src/web", bindgenDir, wasmDir, "package.json", "tsconfig.json", "tsconfig.build.json", ...own];
  await run("bundles", { action: writeBundles, inputs: facade, outputs: entries().map(({ output }) => output) });
  await run("declarations", {
    command: ["tsc", "--project", "tsconfig.build.json"],
    inputs: facade,
    outputs: entries().map(({ types }) => types),
  });
  await run("declarations of the glue", {
    action: writeGlueDeclarations,
    inputs: facade,
    outputs: ["dist/codecs-glue.d.ts", "dist/tabstate_bg.wasm.d.ts"],
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

/** Compiles one module and writes its glue. Both modules are the same file to cargo, so it is copied away at once. */
function compile(name, flags) {
  const here = { cwd: root, stdio: "inherit" };
  const options = "--release --lib --target wasm32-unknown-unknown --no-default-features --features js".split(" ");
  const library = ["-Zbuild-std=core,alloc", "-Zbuild-std-features=optimize_for_size", "--target-dir", wasmTargetDir];
  const env = { ...process.env, RUSTC_BOOTSTRAP: "1", RUSTFLAGS: rustFlags.join(" ") };
  execFileSync("cargo", ["rustc", ...options, ...library, "--", ...flags], { ...here, env });
  mkdirSync(join(root, bindgenDir), { recursive: true });
  const copy = join(root, bindgenDir, `${name}.wasm`);
  copyFileSync(compiled, copy);
  const bindgen = ["--target", "web", "--out-dir", bindgenDir, "--out-name", name];
  execFileSync("cargo", ["run", "--quiet", "--package", "xtask", "--", "bindgen", copy, ...bindgen], here);
}

/** What wasm-bindgen exports for its own glue; `js/border.ts` has no use for it. */
const unused = ["__abort_handler", "__instance_terminated", "__wbindgen_realloc", "__wbindgen_free"];

/**
 * What the facade imports; the codecs with their glue. `export *` leaves out the glue's default export, whose
 * `new URL("…wasm", import.meta.url)` breaks bundlers even when nobody calls it.
 */
async function writeWasmModule(name) {
  const { renamed, shortNames, shrink } = await import("./shrink.mjs");
  const read = (end, encoding) => readFileSync(join(root, bindgenDir, `${name}${end}`), encoding);
  const write = (end, text) => writeFileSync(join(root, wasmDir, `${name}${end}`), text);
  const isMain = name === "tabstate";
  const { wasm, names } = shrink(read("_bg.wasm"), isMain ? unused : []);
  write("_bg.wasm", wasm);
  if (isMain) {
    write("-names.json", JSON.stringify(shortNames(names)));
  } else {
    write("-glue.js", renamed(droppable(read(".js", "utf8")), names));
    write(".js", `export * from "./${name}-glue.js";\n`);
    write(".d.ts", `export * from "../bindgen/${name}.js";\n`);
  }
  write("-inline.js", inlineModule(wasm));
  write("-inline.d.ts", inlineTypes);
  console.log(`  wasm ${wasm.length} bytes`);
}

/** The glue without what it does on import, or bundlers keep it where nothing of it is used. */
function droppable(glue) {
  return glue
    .replace("cachedTextDecoder.decode();\n", "")
    .replace(/if \(!\('encodeInto' in cachedTextEncoder\)\) \{\n[\s\S]*?\n\}\n/, "")
    .replaceAll("= new Text", "= /* @__PURE__ */ new Text");
}

async function writeBundles() {
  const { build: bundle } = await import("esbuild");
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const { metafile } = await bundle({
    absWorkingDir: root,
    // First an entry of its own for the module's text, which puts it before all other code: there gzip makes less of both.
    entryPoints: [inlined, ...entries().map(({ source }) => source)],
    entryNames: "[name]",
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    sourcemap: true,
    chunkNames: "shared-[hash]",
    metafile: true,
    mangleProps: /^\$/,
    mangleCache: JSON.parse(readFileSync(join(root, wasmDir, "tabstate-names.json"), "utf8")),
    logLevel: "warning",
  });
  rmSync(join(root, "dist", basename(inlined)));
  rmSync(join(root, "dist", `${basename(inlined)}.map`));
  copyFileSync(join(root, optimised), join(root, "dist", "tabstate.wasm"));
  for (const [path, { bytes }] of Object.entries(metafile.outputs)) {
    if (path.endsWith(".js")) console.log(`  ${path} ${bytes} bytes`);
  }
}

/** The facade's inner types name the glue's; in the package those lie beside them. */
function writeGlueDeclarations() {
  const dist = join(root, "dist");
  copyFileSync(join(root, bindgenDir, "codecs.d.ts"), join(dist, "codecs-glue.d.ts"));
  copyFileSync(join(root, bindgenDir, "tabstate_bg.wasm.d.ts"), join(dist, "tabstate_bg.wasm.d.ts"));
  copyFileSync(join(root, "src", "web", "page.d.ts"), join(dist, "page.d.ts"));
  for (const name of ["wasm.d.ts", "border.d.ts"]) {
    const types = readFileSync(join(dist, name), "utf8")
      .replaceAll("../build/wasm/codecs.js", "./codecs-glue.js")
      .replaceAll("../build/bindgen/", "./")
      .replaceAll("../src/web/", "./");
    writeFileSync(join(dist, name), types);
  }
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
