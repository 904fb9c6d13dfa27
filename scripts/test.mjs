// Runs everything, and ends with a table and the totals. `--quick`: Chromium only, with few of the settings that each take
// a browser of their own. `--fresh`: steps that passed before and whose inputs are the same run again. A failed step does
// not stop the others.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { buildFrontends } from "../tests/support/frontends.mjs";
import { build } from "./build.mjs";
import { check, others, routers } from "./check.mjs";
import { filesOf, outcomes, root, run, StepFailed } from "./run.mjs";
import { setup } from "./setup.mjs";
import { size } from "./size.mjs";
import { buildApp } from "./start.mjs";

const quick = process.argv.includes("--quick");
const engines = quick ? ["chromium"] : ["chromium", "firefox", "webkit"];

const rustTests = filesOf(["tests"]).filter((path) => path.endsWith(".rs"));
const rust = [
  "Cargo.toml",
  "Cargo.lock",
  ".cargo",
  "src",
  ...rustTests,
  "tests/cases",
  "README.md",
  "scripts/test.mjs",
];
/** The crates for frameworks, and all apps. */
const otherSources = ["crates", "examples", "tests/apps"];
const product = [
  "build/package",
  // `dist` is left out of all else that is read.
  "build/package/dist",
  "package-lock.json",
  "tests/support",
  "tests/cases",
  "scripts/test.mjs",
];

async function everything() {
  if (process.argv.includes("--fresh")) rmSync(join(root, "build", "stamps"), { recursive: true, force: true });
  await setup(engines);
  await build();
  await check();
  await step("rust", ["cargo", "test"], rust);
  // All of them, with the simulated browser at hand and mostly none open; its docs are in no other run.
  await step("rust, testing", ["cargo", "test", "--features", "testing"], rust);
  await step("rust, no features", ["cargo", "test", "--no-default-features"], rust);
  await step(
    "rust, frameworks and apps",
    ["cargo", "test", ...others, "--features", routers.join()],
    [...rust, ...otherSources],
  );
  for (const engine of engines) await rustInBrowser(engine);
  await nodeTests("node", "tests/node", { atOnce: 2 });
  // `tabstate/testing` is of `tabstate` alone.
  const isOfBoth = (path) => !path.endsWith("/testing.test.mjs");
  await nodeTests("node, translated", "tests/node", { env: { TABSTATE_ENTRY: "js/index" }, atOnce: 2, only: isOfBoth });
  await buildApp();
  // Ahead of the tests that drive them, whose clocks a compiler would disturb.
  await buildFrontends(engines);
  for (const engine of engines) {
    // One browser works while the other waits for a clock; two of the other engines starve each other on two cores.
    const atOnce = engine === "chromium" ? 2 : 1;
    const inputs = ["www", ...otherSources, "tests/frontends", "tests/pages", "README.md", "src", "Cargo.lock"];
    const env = { TABSTATE_ENGINE: engine, ...(quick && { TABSTATE_QUICK: "1" }) };
    await nodeTests(`pages, ${engine}`, "tests/e2e", { env, inputs, atOnce });
  }
  // Measured first: README quotes it.
  await run("size", { action: size, inputs: ["scripts/size.mjs", ...product], keepGoing: true });
  await nodeTests("packed package", "tests/packed", { inputs: ["tests/apps", "tests/types", "README.md", "docs"] });
}

function step(name, command, inputs, env = {}) {
  return run(name, { command, inputs, env, keepGoing: true });
}

/** The test files of a directory, so many at a time. */
async function nodeTests(name, directory, { env = {}, inputs = [], atOnce = 1, only = () => true }) {
  const files = filesOf([directory]).filter((path) => path.endsWith(".test.mjs") && only(path));
  if (files.length === 0) return;
  const command = ["node", "--test", "--test-reporter=spec", `--test-concurrency=${atOnce}`, ...files];
  await step(name, command, [directory, "js", ...inputs, ...product], env);
}

/** `tests/web*.rs` through wasm-bindgen's runner, which takes one driver variable and reads a file of capabilities. */
async function rustInBrowser(engine) {
  const tests = rustTests.filter((path) => /^tests\/web\w*\.rs$/.test(path));
  if (tests.length === 0) return;
  const { capabilitiesOf, driverOf, startDisplay, stop } = await import("../tests/support/browsers.mjs");
  const capabilities = join("build", `webdriver.${engine}.json`);
  mkdirSync(join(root, "build"), { recursive: true });
  writeFileSync(join(root, capabilities), `${JSON.stringify(capabilitiesOf(engine), null, 2)}\n`);
  const variable = { chromium: "CHROMEDRIVER", firefox: "GECKODRIVER", webkit: "SAFARIDRIVER" }[engine];
  const display = engine === "webkit" ? await startDisplay() : undefined;
  // Not part of the step's identity: the display's number is another one each time.
  if (display) process.env.DISPLAY = display.name;
  const names = tests.flatMap((path) => ["--test", basename(path, ".rs")]);
  const test = ["cargo", "test", "--target", "wasm32-unknown-unknown"];
  const inputs = [...rust, "tests/support/browsers.mjs"];
  const env = {
    [variable]: driverOf(engine),
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: join(root, capabilities),
    WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "60",
    WASM_BINDGEN_TEST_TIMEOUT: "300",
  };
  await step(`rust in ${engine}`, [...test, ...names], inputs, env);
  if (engine === "chromium") {
    const crates = ["--package", "tabstate-leptos", "--package", "tabstate-yew", "--test", "web"];
    const options = [...crates, "--features", "tabstate-leptos/router,tabstate-yew/router", "--profile", "app"];
    await step(`frameworks in ${engine}`, [...test, ...options], [...inputs, "crates"], env);
  }
  if (display) await stop(display.child);
}

function summary() {
  const width = Math.max(...outcomes.map(({ name }) => name.length));
  console.log();
  for (const { name, status, seconds, passed, failed } of outcomes) {
    const time = status === "unchanged" ? "" : `${seconds.toFixed(1)} s`;
    const counts = failed > 0 ? `${passed} passed, ${failed} failed` : `${passed} passed`;
    console.log(`${name.padEnd(width)}  ${status.padEnd(9)}  ${time.padStart(8)}  ${counts}`);
  }
  const sum = (field) => outcomes.reduce((total, outcome) => total + outcome[field], 0);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") === 0;
}

try {
  await everything();
} catch (error) {
  console.error(
    error instanceof StepFailed ? `${error.message} failed: the steps that depend on it did not run` : error,
  );
  if (!(error instanceof StepFailed))
    outcomes.push({ name: "stopped", status: "failed", seconds: 0, passed: 0, failed: 1 });
}
process.exitCode = summary() ? 0 : 1;
