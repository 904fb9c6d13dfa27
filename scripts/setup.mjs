// Installs what is missing: npm packages, the wasm target, the standard library's source, and on request browsers and their drivers. What it cannot
// install, it names with the command that would. Node built-ins only.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram, root, run, runAsProgram } from "./run.mjs";

/** What each engine needs: programs, and the Debian packages that hold them. */
const needs = {
  chromium: [
    { program: "chromium", debian: "chromium" },
    { program: "chromedriver", debian: "chromium-driver" },
  ],
  firefox: [{ program: "firefox-esr", or: "firefox", debian: "firefox-esr" }],
  webkit: [
    { program: "WebKitWebDriver", debian: "webkit2gtk-driver" },
    { program: "Xvfb", debian: "xvfb" },
  ],
};

/** @param {string[]} engines those whose browser and driver are needed */
export async function setup(engines = []) {
  await installNpmPackages();
  await installRust();
  await installBrowsers(engines);
}

async function installNpmPackages() {
  if (npmPackagesAreInStep()) return;
  // Not `npm ci`: it wants an entry for every platform's binary, and a registry that mirrors only this platform's leaves
  // the lock file without the others. `--no-save` takes what is locked and leaves the lock file as it is.
  await run("npm packages", { command: ["npm", "install", "--no-save"] });
}

/** npm keeps a copy of the lock file inside node_modules: what it lists is what is there. */
function npmPackagesAreInStep() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const want = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const have = JSON.parse(readFileSync(installed, "utf8")).packages;
  const same = ([path, { version }]) => want[path]?.version === version;
  return (
    Object.entries(have).every(same) &&
    Object.entries(want).every(([path, { optional }]) => path === "" || optional || path in have)
  );
}

async function installRust() {
  const sysroot = spawnSync("rustc", ["--print", "sysroot"], { cwd: root, encoding: "utf8" });
  if (sysroot.status !== 0) throw new Error("rustc is missing: install Rust with rustup, https://rustup.rs");
  const rustlib = join(sysroot.stdout.trim(), "lib", "rustlib");
  const target = "wasm32-unknown-unknown";
  if (!existsSync(join(rustlib, target))) {
    await run("wasm target", { command: ["rustup", "target", "add", target] });
  }
  // The npm build compiles it anew.
  if (!existsSync(join(rustlib, "src", "rust", "library"))) {
    await run("standard library's source", { command: ["rustup", "component", "add", "rust-src"] });
  }
}

async function installBrowsers(engines) {
  const missing = engines
    .flatMap((engine) => needs[engine])
    .filter(({ program, or }) => !findProgram(program) && !(or && findProgram(or)))
    .map(({ debian }) => debian);
  if (missing.length > 0) await installDebianPackages(missing);
  if (engines.includes("firefox") && !findProgram("geckodriver")) {
    await run("geckodriver", { command: ["cargo", "install", "geckodriver", "--locked"] });
  }
}

async function installDebianPackages(packages) {
  const install = ["apt-get", "install", "-y", "--no-install-recommends", ...packages];
  const isRoot = process.getuid?.() === 0;
  const sudo = isRoot ? [] : ["sudo", "-n"];
  if (!findProgram("apt-get") || !(isRoot || findProgram("sudo"))) {
    throw new Error(`missing: ${packages.join(" ")}. On Debian: sudo ${install.join(" ")}`);
  }
  const outcome = await run("browsers", {
    command: ["sh", "-c", `${[...sudo, "apt-get", "update"].join(" ")} && ${[...sudo, ...install].join(" ")}`],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    keepGoing: true,
  });
  if (outcome.failed > 0) throw new Error(`could not install the browsers; try: sudo ${install.join(" ")}`);
}

await runAsProgram(import.meta.url, () => setup(Object.keys(needs)));
