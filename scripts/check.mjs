// Checks without running the product: format, lints, docs, types, the rooms of the source tree.

import { build } from "./build.mjs";
import { rooms } from "./rooms.mjs";
import { outcomes, run, runAsProgram, StepFailed } from "./run.mjs";
import { setup } from "./setup.mjs";

const rust = [
  "Cargo.toml",
  "Cargo.lock",
  ".cargo",
  "clippy.toml",
  "rustfmt.toml",
  "src",
  "xtask",
  "tests",
  "benches",
  "crates",
  "examples",
  "README.md",
];
const script = ["biome.json", "package-lock.json", "js", "scripts", "tests", "benches", "www"];
const denied = ["--", "-D", "warnings"];
const wasm = ["--target", "wasm32-unknown-unknown"];

/** The crates for frameworks. */
export const frameworks = ["tabstate-dioxus", "tabstate-leptos", "tabstate-yew"];
/** The feature of each that knows the framework's router. */
export const routers = frameworks.map((name) => `${name}/router`);

/** They, and all apps. */
export const others = ["--workspace", "--exclude", "tabstate", "--exclude", "xtask"];

/** Expects a build: types are checked against the generated declarations. */
export async function check() {
  const step = (name, command, inputs, more = {}) => run(name, { command, inputs, keepGoing: true, ...more });
  await step("rust format", ["cargo", "fmt", "--all", "--check"], rust);
  // The crates of frameworks and the apps are looked at below, for pages: natively the frameworks take minutes.
  const native = ["tabstate", "tabstate-example-axum", "xtask"].flatMap((name) => ["--package", name]);
  await step("clippy", ["cargo", "clippy", ...native, "--all-targets", ...denied], rust);
  await step("clippy, no features", ["cargo", "clippy", "--all-targets", "--no-default-features", ...denied], rust);
  const testing = ["--all-targets", "--features", "testing"];
  await step("clippy, testing", ["cargo", "clippy", ...testing, ...denied], rust);
  await step("clippy, wasm", ["cargo", "clippy", "--all-targets", ...wasm, ...denied], rust);
  const pages = [
    ...others,
    "--exclude",
    "tabstate-example-axum",
    "--features",
    routers.join(),
    "--profile",
    "app",
    ...wasm,
  ];
  await step("clippy, wasm, frameworks", ["cargo", "clippy", ...pages, ...denied], rust);
  // The npm build: without the standard library, so without tests.
  const js = ["--lib", "--no-default-features", "--features", "js"];
  await step("clippy, wasm, js", ["cargo", "clippy", ...js, ...wasm, ...denied], rust);
  const strict = { env: { RUSTDOCFLAGS: "-D warnings" } };
  await step("rust docs", ["cargo", "doc", "--no-deps", "--package", "tabstate"], rust, strict);
  await step("rust docs, wasm", ["cargo", "doc", "--no-deps", "--package", "tabstate", ...wasm], rust, strict);
  await step("rust docs, frameworks", ["cargo", "doc", "--no-deps", ...pages], rust, strict);
  // Builds what is packed, from the packed files alone.
  const packed = [...rust, "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];
  await step("crate", ["cargo", "package", "--package", "tabstate", "--allow-dirty"], packed);
  // They are built by the tests, on frameworks that take minutes.
  const crates = frameworks.flatMap((name) => ["--package", name]);
  await step(
    "crates of frameworks",
    ["cargo", "package", "--package", "tabstate", ...crates, "--no-verify", "--allow-dirty"],
    packed,
  );
  const types = ["tsconfig.json", "build/bindgen", "build/wasm", "package-lock.json", "js"];
  await step("types", ["tsc", "--project", "tsconfig.json"], types);
  await step(
    "types, www",
    ["tsc", "--project", "www", "--noEmit"],
    [...types, "www", "build/package", "build/package/dist"],
  );
  await step("format and lint", ["biome", "check", "--error-on-warnings"], script);
  await run("rooms", { action: rooms, inputs: ["scripts/rooms.mjs", "src", "js", "www"], keepGoing: true });
}

await runAsProgram(import.meta.url, async () => {
  await setup();
  await build();
  await check();
  const failed = outcomes.filter((outcome) => outcome.failed > 0);
  if (failed.length > 0) throw new StepFailed(failed.map(({ name }) => name).join(", "));
});
