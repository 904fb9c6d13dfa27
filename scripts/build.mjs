// Builds the npm package: Rust → wasm → bundles and types in `dist/` → packed and unpacked in `build/`. Everything
// that consumes the package (apps, www, tests, sizes) consumes what this leaves in `build/package/`.
//
// There are six wasm modules of the one crate: `tabstate`, and `cache`, `codecs`, `context` and `session`, which a bundler
// drops where nobody asks for them; and `server`, for servers alone. Those of pages are translated as well, for `tabstate/js`.

import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { decoderModule, inlineModule, inlineTypes } from "./inline.mjs";
import { root, run, runAsProgram, targetDir } from "./run.mjs";
import { setup } from "./setup.mjs";
import { translated } from "./translate.mjs";

const rust = ["Cargo.toml", "Cargo.lock", ".cargo", "src"];
/** Of its own: its flags would have every other build start anew. */
const wasmTargetDir = join(targetDir, "npm");
const compiled = join(wasmTargetDir, "wasm32-unknown-unknown", "release", "tabstate.wasm");
const bindgenDir = "build/bindgen";
const wasmDir = "build/wasm";
const optimised = `${wasmDir}/tabstate_bg.wasm`;
const inlined = `${wasmDir}/tabstate-inline.js`;
/** The short names on the border, by those of `js/border.ts`. */
const names = `${wasmDir}/tabstate-names.json`;
/** The entry for servers, and its module, for runtimes that compile none. */
const serverEntry = "js/server.ts";
const serverWasm = `${wasmDir}/server.wasm`;
/** What stands for the global `WebAssembly` in the entries below `tabstate/js`. */
const standIn = "js/translated.ts";

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
  // What both branches end with stands behind them, once.
  "-Cllvm-args=-sink-common-insts",
  // wasm-opt lays functions in the order of their names: in that of these, gzip finds a little more.
  "-Csymbol-mangling-version=legacy",
];

/** The side modules, and at which level of optimization: `s` is as small as `z` there, or smaller, and faster. */
const sides = { cache: "s", codecs: "s", context: "z", server: "z", session: "s" };
const sideFlags = (name, level) =>
  `--cfg tabstate_side --cfg tabstate_module="${name}" -C opt-level=${level}`.split(" ");

/** The modules of pages. */
const pageModules = ["tabstate", ...Object.keys(sides).filter((name) => name !== "server")];

/** Where the packed package is laid for those who import it by name. */
const consumers = [
  "www",
  ...readdirSync(join(root, "tests", "apps"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `tests/apps/${name}`),
];

export async function build() {
  const own = [
    "scripts/build.mjs",
    "scripts/inline.mjs",
    "scripts/shrink.mjs",
    "scripts/arrange.mjs",
    "package-lock.json",
  ];
  mkdirSync(join(root, wasmDir), { recursive: true });

  await run("wasm-bindgen tool", {
    command: ["cargo", "build", "--package", "xtask"],
    inputs: ["Cargo.toml", "Cargo.lock", ".cargo", "xtask"],
    outputs: [relative(root, join(targetDir, "debug", "xtask"))],
  });
  const bound = [".js", ".d.ts", "_bg.wasm", "_bg.wasm.d.ts"].map((end) => `${bindgenDir}/tabstate${end}`);
  await run("tabstate wasm", {
    action: () => bind(compile("tabstate", [])),
    inputs: [...rust, "xtask", ...own],
    outputs: bound,
  });
  await run("tabstate small wasm", {
    action: writeTabstate,
    inputs: [...bound, ...own],
    outputs: [optimised, names, ...inlineFiles("tabstate")],
  });
  for (const [side, level] of Object.entries(sides)) {
    await run(`${side} wasm`, {
      action: () => writeSide(side, compile(side, sideFlags(side, level))),
      inputs: [...rust, ...own],
      outputs: [...inlineFiles(side), ...(side === "server" ? [serverWasm] : [])],
    });
  }
  await run("translated modules", {
    action: writeTranslated,
    inputs: [...pageModules.map((name) => `${wasmDir}/${name}-inline.js`), "scripts/translate.mjs", ...own],
    outputs: pageModules.map((name) => `${wasmDir}/${name}-translated.js`),
  });

  const facade = ["js", "src/web", bindgenDir, wasmDir, "package.json", "tsconfig.json", "tsconfig.build.json", ...own];
  await run("bundles", { action: writeBundles, inputs: facade, outputs: entries().map(({ output }) => output) });
  await run("declarations", {
    command: ["tsc", "--project", "tsconfig.build.json"],
    inputs: facade,
    outputs: entries().map(({ types }) => types),
  });
  await run("declarations of the border", {
    action: writeBorderDeclarations,
    inputs: facade,
    outputs: ["dist/tabstate_bg.wasm.d.ts", "dist/page.d.ts"],
  });
  await run("package", {
    action: pack,
    inputs: [
      "dist",
      "package.json",
      "README.md",
      "CHANGELOG.md",
      "LICENSE-MIT",
      "LICENSE-APACHE",
      "THIRD-PARTY-NOTICES.md",
      ...own,
    ],
    outputs: ["build/package/package.json", ...consumers.map((path) => `${path}/node_modules/tabstate/package.json`)],
  });
}

const { exports, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The entry points that package.json promises: what has its types in `./dist/x.d.ts` is built from `js/x.ts`. */
function entries() {
  return Object.values(exports)
    .filter((target) => target.types)
    .map((target) => ({
      source: target.types.replace("./dist/", "js/").replace(".d.ts", ".ts"),
      output: target.default.slice(2),
      isTranslated: target.default.startsWith("./dist/js/"),
      types: target.types.slice(2),
    }));
}

/** Compiles one module, and returns where it lies. Both are the same file to cargo, so it is copied away at once. */
function compile(name, flags) {
  const options = "--release --lib --target wasm32-unknown-unknown --no-default-features --features js".split(" ");
  const library = ["-Zbuild-std=core,alloc", "-Zbuild-std-features=optimize_for_size", "--target-dir", wasmTargetDir];
  const env = { ...process.env, RUSTC_BOOTSTRAP: "1", RUSTFLAGS: rustFlags.join(" ") };
  execFileSync("cargo", ["rustc", ...options, ...library, "--", ...flags], { cwd: root, stdio: "inherit", env });
  mkdirSync(join(root, bindgenDir), { recursive: true });
  const copy = join(root, bindgenDir, `${name}.wasm`);
  copyFileSync(compiled, copy);
  return copy;
}

function bind(module) {
  const bindgen = ["--target", "web", "--out-dir", bindgenDir, "--out-name", "tabstate"];
  const xtask = ["run", "--quiet", "--package", "xtask", "--", "bindgen", module, ...bindgen];
  execFileSync("cargo", xtask, { cwd: root, stdio: "inherit" });
}

/** What wasm-bindgen exports for its own glue; `js/border.ts` has no use for it. */
const unused = ["__abort_handler", "__instance_terminated", "__wbindgen_realloc", "__wbindgen_free"];

/** The module, the names on its border, and its text. */
async function writeTabstate() {
  const { shortNames, shrink } = await import("./shrink.mjs");
  const { wasm, told } = shrink(readFileSync(join(root, bindgenDir, "tabstate_bg.wasm")), {
    before: [`--remove-exports=${unused}`],
    after: ["--minify-imports-and-exports-and-modules"],
  });
  writeFileSync(join(root, optimised), wasm);
  writeFileSync(join(root, names), JSON.stringify(shortNames(JSON.parse(told))));
  writeInline("tabstate", wasm);
}

/** A side module needs no glue: its border is in `js/wasm.ts`. */
async function writeSide(name, module) {
  const { shrink } = await import("./shrink.mjs");
  const { wasm } = shrink(readFileSync(module));
  if (name === "server") writeFileSync(join(root, serverWasm), wasm);
  writeInline(name, wasm);
}

function inlineFiles(name) {
  return ["inline.js", `${name}-inline.js`, `${name}-inline.d.ts`].map((file) => `${wasmDir}/${file}`);
}

function writeInline(name, wasm) {
  writeFileSync(join(root, wasmDir, "inline.js"), decoderModule);
  writeFileSync(join(root, wasmDir, `${name}-inline.js`), inlineModule(wasm));
  writeFileSync(join(root, wasmDir, `${name}-inline.d.ts`), inlineTypes);
  console.log(`  wasm ${wasm.length} bytes`);
}

async function writeTranslated() {
  for (const name of pageModules) {
    const { bytes } = await import(join(root, wasmDir, `${name}-inline.js`));
    const text = await translated(bytes());
    writeFileSync(join(root, wasmDir, `${name}-translated.js`), text);
    console.log(`  ${name} ${text.length} bytes`);
  }
}

async function writeBundles() {
  const { build: bundle } = await import("esbuild");
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const sources = (areTranslated) =>
    entries().flatMap(({ source, isTranslated }) =>
      source === serverEntry || isTranslated !== areTranslated ? [] : [source],
    );
  const pages = {
    absWorkingDir: root,
    entryNames: "[name]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    sourcemap: true,
    chunkNames: "shared-[hash]",
    // The frameworks, which the app has.
    external: Object.keys(peerDependencies),
    metafile: true,
    mangleProps: /^\$/,
    mangleCache: JSON.parse(readFileSync(join(root, names), "utf8")),
    logLevel: "warning",
  };
  const { metafile } = await bundle({
    ...pages,
    outdir: "dist",
    // First an entry of its own for the module's text, which puts it before all other code: there gzip makes less of both.
    entryPoints: [inlined, ...sources(false)],
  });
  const { metafile: metafileOfTranslated } = await bundle({
    ...pages,
    outdir: "dist/js",
    entryPoints: sources(true),
    inject: [standIn],
    plugins: [{ name: "translated modules", setup: takeTranslated }],
  });
  // By itself: what it shares with a page's entries stays where it is best for pages, and it stands alone on servers.
  const options = { bundle: true, format: "esm", target: "es2022", sourcemap: true, logLevel: "warning" };
  await bundle({ absWorkingDir: root, entryPoints: [serverEntry], outdir: "dist", ...options });
  copyFileSync(join(root, serverWasm), join(root, "dist", "server.wasm"));
  rmSync(join(root, "dist", basename(inlined)));
  rmSync(join(root, "dist", `${basename(inlined)}.map`));
  copyFileSync(join(root, optimised), join(root, "dist", "tabstate.wasm"));
  for (const [path, { bytes }] of Object.entries({ ...metafile.outputs, ...metafileOfTranslated.outputs })) {
    if (path.endsWith(".js")) console.log(`  ${path} ${bytes} bytes`);
  }
}

/** They lie beside the bundles as they are: bundled, they would be written out, with a source map of twice their size. */
function takeTranslated({ onResolve }) {
  onResolve({ filter: /-inline\.js$/ }, ({ path }) => {
    const file = basename(path).replace("-inline", "-translated");
    mkdirSync(join(root, "dist", "js"), { recursive: true });
    copyFileSync(join(root, wasmDir, file), join(root, "dist", "js", file));
    return { path: `./${file}`, external: true, sideEffects: false };
  });
}

/** The facade's inner types name those of the border; in the package they lie beside them. */
function writeBorderDeclarations() {
  const dist = join(root, "dist");
  copyFileSync(join(root, bindgenDir, "tabstate_bg.wasm.d.ts"), join(dist, "tabstate_bg.wasm.d.ts"));
  copyFileSync(join(root, "src", "web", "page.d.ts"), join(dist, "page.d.ts"));
  for (const name of ["wasm.d.ts", "border.d.ts"]) {
    const types = readFileSync(join(dist, name), "utf8")
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
