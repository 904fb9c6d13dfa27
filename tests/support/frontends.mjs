// The apps of tests/apps that are driven by one suite: how each is built, and which engine it is opened in. An app is a page
// with the parts that tests/e2e/frontends.test.mjs names by `data-testid`; where it comes from does not matter.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { root, run, targetDir } from "../../scripts/run.mjs";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

/**
 * @typedef {object} Frontend
 * @property {string} directory where what was built lies: an index.html, and what it asks for by relative addresses
 * @property {string[]} engines those to drive it in
 * @property {() => Promise<unknown>} build skipped where nothing has changed
 * @property {boolean} [sharesTabstate] whether it is JavaScript, whose state other code on the page can ask for
 * @property {boolean} [isDevelopment] whether it is built with the framework's warnings
 * @property {boolean} [isForServers] whether only the claims of what a server made are tried in it
 * @property {boolean} [hasPages] whether each path of it is a file, and its place on the server is fixed: `/` and its name
 */

/** Named one by one: a directory inside of an input that is called `dist` is no input. */
const product = [
  "build/package/dist",
  "build/package/package.json",
  "package-lock.json",
  // What the apps share.
  "tests/apps/harbours.js",
];

const everywhere = ["chromium", "firefox", "webkit"];

/** @type {Record<string, Frontend>} */
export const frontends = {
  react: vite("react", everywhere),
  "react, development": vite("react", ["chromium"], "development"),
  vue: vite("vue", ["chromium"]),
  svelte: vite("svelte", everywhere),
  solid: vite("solid", ["chromium"]),
  "vue, development": { ...vite("vue", ["chromium"], "development"), isForServers: true },
  "svelte, development": { ...vite("svelte", ["chromium"], "development"), isForServers: true },
  "solid, development": { ...vite("solid", ["chromium"], "development"), isForServers: true },
  dioxus: rust("dioxus", everywhere),
  "dioxus, hydrated": rust("dioxus", ["chromium"], { hydrates: true }),
  leptos: rust("leptos", everywhere),
  yew: rust("yew", everywhere),
  "yew, hydrated": rust("yew", ["chromium"], { hydrates: true }),
};

/** Apps where a router has the address too, with one suite for all of them. Those with `hasPages` have a file for each path. */
export const routed = {
  "react-router": vite("react-router", everywhere),
  "vue-router": vite("vue-router", everywhere),
  "tanstack-router": vite("tanstack-router", everywhere),
  sveltekit: ahead("sveltekit", everywhere),
  next: ahead("next", everywhere),
  "yew-router": rust("yew-router", everywhere, { framework: "yew" }),
};

/** What tests/e2e/dioxus_router.test.mjs drives. */
export const dioxusRouter = rust("dioxus-router", everywhere, { framework: "dioxus" });

/** Builds all that is driven in one of these engines. */
export async function buildFrontends(engines) {
  for (const frontend of [...Object.values(frontends), ...Object.values(routed), dioxusRouter])
    if (frontend.engines.some((engine) => engines.includes(engine))) await frontend.build();
}

function vite(app, engines, mode = "production") {
  const source = `tests/apps/${app}`;
  const out = mode === "production" ? "dist" : `build/${mode}`;
  return {
    directory: `${source}/${out}`,
    engines,
    sharesTabstate: true,
    isDevelopment: mode === "development",
    build: () =>
      run(`${app} app, ${mode}`, {
        command: ["vite", "build", source, "--mode", mode, "--outDir", out, "--logLevel", "warn"],
        env: { NODE_ENV: mode },
        inputs: [source, ...product],
        outputs: [`${source}/${out}/index.html`],
      }),
  };
}

const cargo = (...args) =>
  execFileSync("cargo", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });

/** Builds a package of the workspace, or an example of it, as `app.js` and `app_bg.wasm` in a directory. */
export function buildWasm({ package: name, example, features = [], out }) {
  const options = [...(example ? ["--example", example] : []), ...features.flatMap((one) => ["--features", one])];
  cargo(..."build --quiet --target wasm32-unknown-unknown --profile app --package".split(" "), name, ...options);
  const built = join(targetDir, "wasm32-unknown-unknown", "app", ...(example ? ["examples", example] : [name]));
  const bindgen = "run --quiet --package xtask -- bindgen --target web --no-typescript --out-name app --out-dir";
  cargo(...bindgen.split(" "), out, `${built}.wasm`);
}

/**
 * An app in Rust: a member of the workspace, `tabstate-example-<app>`, on the crate of its framework. With the feature
 * `hydrate` it takes over what a server made of it, which it prints where it is no page.
 */
function rust(app, engines, { framework = app, hydrates = false } = {}) {
  const source = `tests/apps/${app}`;
  const out = `${source}/${hydrates ? "build/hydrated" : "dist"}`;
  const name = `tabstate-example-${app}`;
  return {
    directory: out,
    engines,
    build: () =>
      run(`${app} app${hydrates ? ", hydrated" : ""}`, {
        action() {
          buildWasm({ package: name, features: hydrates ? ["hydrate"] : [], out });
          const html = readFileSync(join(root, source, "index.html"), "utf8");
          const rendered = hydrates ? cargo("run", "--quiet", "--package", name) : "";
          const page = html.replace('<div id="root">', (begin) => begin + rendered);
          writeFileSync(join(root, out, "index.html"), page);
        },
        inputs: ["Cargo.toml", "Cargo.lock", ".cargo", "src", "xtask", `crates/tabstate-${framework}`, source],
        outputs: [`${out}/index.html`, `${out}/app.js`, `${out}/app_bg.wasm`],
      }),
  };
}

/** An app whose pages its framework makes ahead, by a tool that wants to be started where the app is. */
function ahead(app, engines) {
  const source = `tests/apps/${app}`;
  return {
    directory: `${source}/dist`,
    engines,
    hasPages: true,
    build: () =>
      run(`${app} app`, {
        command: ["npm", "run", "build", "--silent", "--prefix", source],
        env: { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
        inputs: [source, ...product],
        outputs: [`${source}/dist/index.html`],
      }),
  };
}

/**
 * Builds what a server renders an app with, and gives its exports.
 *
 * @param {string} app the directory's name
 * @returns {Promise<{ render: () => string | Promise<string>, head?: string }>}
 */
export async function buildServer(app) {
  const source = `tests/apps/${app}`;
  const entry = existsSync(join(root, source, "server.jsx")) ? "server.jsx" : "server.js";
  await run(`${app} app, server`, {
    command: ["vite", "build", source, "--ssr", entry, "--outDir", "build/server", "--logLevel", "warn"],
    env: { NODE_ENV: "development" },
    inputs: [source, ...product],
    outputs: [`${source}/build/server/server.js`],
  });
  process.env.NODE_ENV ??= "development";
  return import(join(root, source, "build/server/server.js"));
}

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** A file of what was built; its document with `head` before everything that it asks for. */
export function fileOf({ directory }, path, head = "", body = "") {
  const file = [path, `${path}.html`, `${path}index.html`].map((name) => join(root, directory, name)).find(isFile);
  if (file === undefined) return { body: `no ${path}`, type: "text/plain", status: 404 };
  const type = types[extname(file)] ?? "application/octet-stream";
  if (!file.endsWith(".html")) return { body: readFileSync(file), type };
  const html = readFileSync(file, "utf8")
    .replace("<head>", `<head>${head}`)
    .replace('<div id="root"></div>', `<div id="root">${body}</div>`);
  return { body: html, type };
}
