// The apps of tests/apps that are driven by one suite: how each is built, and which engine it is opened in. An app is a page
// with the parts that tests/e2e/frontends.test.mjs names by `data-testid`; where it comes from does not matter.

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { root, run, targetDir } from "../../scripts/run.mjs";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/**
 * @typedef {object} Frontend
 * @property {string} directory where what was built lies: an index.html, and what it asks for by relative addresses
 * @property {string[]} engines those to drive it in
 * @property {() => Promise<unknown>} build skipped where nothing has changed
 * @property {boolean} [sharesTabstate] whether it is JavaScript, whose state other code on the page can ask for
 * @property {boolean} [isDevelopment] whether it is built with the framework's warnings
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
  yew: rust("yew", everywhere),
};

/** Apps where a router has the address too, each with a suite of its own. */
export const routed = { "react-router": vite("react-router", ["chromium"]) };

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

/** An app in Rust: a member of the workspace, `tabstate-example-<app>`, on the crate of its framework. */
function rust(app, engines) {
  const source = `tests/apps/${app}`;
  const out = `${source}/dist`;
  return {
    directory: out,
    engines,
    build: () =>
      run(`${app} app`, {
        action() {
          const cargo = (...args) =>
            execFileSync("cargo", args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
          const name = `tabstate-example-${app}`;
          cargo("build", "--quiet", "--package", name, "--target", "wasm32-unknown-unknown", "--profile", "app");
          const wasm = join(targetDir, "wasm32-unknown-unknown", "app", `${name}.wasm`);
          const bindgen =
            "run --quiet --package xtask -- bindgen --target web --no-typescript --out-name app --out-dir";
          cargo(...bindgen.split(" "), out, wasm);
          mkdirSync(join(root, out), { recursive: true });
          copyFileSync(join(root, source, "index.html"), join(root, out, "index.html"));
        },
        inputs: ["Cargo.toml", "Cargo.lock", ".cargo", "src", "xtask", `crates/tabstate-${app}`, source],
        outputs: [`${out}/index.html`, `${out}/app.js`, `${out}/app_bg.wasm`],
      }),
  };
}

/** Builds what a server renders the React app with, and gives its exports. */
export async function buildReactServer() {
  await run("react app, server", {
    command: [
      "vite",
      "build",
      "tests/apps/react",
      "--ssr",
      "server.jsx",
      "--outDir",
      "build/server",
      "--logLevel",
      "warn",
    ],
    env: { NODE_ENV: "development" },
    inputs: ["tests/apps/react", ...product],
    outputs: ["tests/apps/react/build/server/server.js"],
  });
  process.env.NODE_ENV ??= "development";
  return import(join(root, "tests/apps/react/build/server/server.js"));
}

/** A file of what was built; its document with `head` before everything that it asks for. */
export function fileOf({ directory }, path, head = "", body = "") {
  const file = join(root, directory, path === "" ? "index.html" : path);
  if (!existsSync(file)) return { body: `no ${path}`, type: "text/plain", status: 404 };
  const type = types[extname(file)] ?? "application/octet-stream";
  if (!file.endsWith(".html")) return { body: readFileSync(file), type };
  const html = readFileSync(file, "utf8")
    .replace("<head>", `<head>${head}`)
    .replace('<div id="root"></div>', `<div id="root">${body}</div>`);
  return { body: html, type };
}
