// Runs one step: prints its name, command and time, streams its output, and skips it when nothing that it reads has
// changed since it last passed. Knows no step by name. Node built-ins only: it runs before npm packages are there.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const targetDir = process.env.CARGO_TARGET_DIR ?? join(root, "target");

const stampDir = join(root, "build", "stamps");
const ignored = new Set(["node_modules", "target", "build", "dist", ".git", ".vite", ".next", ".svelte-kit"]);

/** Every step that this process ran or skipped, in order. */
export const outcomes = [];

export class StepFailed extends Error {}

/**
 * @typedef {object} Step
 * @property {string[]} [command] program and arguments, run in the repository's root
 * @property {() => unknown} [action] instead of a command: work done in this process
 * @property {Record<string, string>} [env] added to the environment of the command
 * @property {string[]} [inputs] files and directories that decide the outcome; without them the step always runs
 * @property {string[]} [outputs] files that have to exist for the step to count as done
 * @property {boolean} [keepGoing] report a failure through the outcome, do not throw
 */

/**
 * @param {string} name
 * @param {Step} step
 */
export async function run(name, { command, action, env = {}, inputs, outputs = [], keepGoing = false }) {
  const stamp = join(stampDir, `${name.replace(/\W+/g, "-")}.json`);
  const state = inputs && fingerprint({ command, action: action?.toString(), env, files: filesOf(inputs) });
  const earlier = state && readStamp(stamp);
  if (earlier && earlier.state === state && outputs.every((path) => existsSync(join(root, path)))) {
    console.log(`= ${name}: unchanged since it passed`);
    return record({ name, status: "unchanged", seconds: 0, passed: earlier.passed, failed: 0 });
  }
  rmSync(stamp, { force: true });

  console.log(`> ${name}${command ? `: ${command.map(shown).join(" ")}` : ""}`);
  const began = performance.now();
  const { ok, text } = command ? await execute(command, env) : await perform(action);
  const seconds = (performance.now() - began) / 1000;
  const counts = countTests(text, ok);
  console.log(`${ok ? "+" : "!"} ${name}: ${ok ? "passed" : "FAILED"} in ${seconds.toFixed(1)} s`);
  if (ok && state) {
    mkdirSync(stampDir, { recursive: true });
    writeFileSync(stamp, JSON.stringify({ state, passed: counts.passed }));
  }
  const outcome = record({ name, status: ok ? "passed" : "failed", seconds, ...counts });
  if (!ok && !keepGoing) throw new StepFailed(name);
  return outcome;
}

/** Runs `main` when `module` is the program that was started; a failed step ends it without a stack trace. */
export async function runAsProgram(module, main) {
  if (process.argv[1] !== fileURLToPath(module)) return;
  try {
    await main();
  } catch (error) {
    console.error(error instanceof StepFailed ? `${error.message} failed` : error);
    process.exitCode = 1;
  }
}

/** The path of a program, looked for in PATH and in cargo's own directory. */
export function findProgram(name) {
  const cargoBin = join(process.env.CARGO_HOME ?? join(process.env.HOME ?? "", ".cargo"), "bin");
  for (const directory of [...(process.env.PATH ?? "").split(delimiter), cargoBin]) {
    const path = join(directory, name);
    if (directory && existsSync(path)) return path;
  }
  return undefined;
}

/** The files under `paths`, which may be missing, relative to the root and sorted. */
export function filesOf(paths) {
  const found = [];
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path)) if (!ignored.has(name)) visit(join(path, name));
    } else {
      found.push(relative(root, path).split(sep).join("/"));
    }
  };
  for (const path of paths) visit(join(root, path));
  return [...new Set(found)].sort();
}

let toolchain;

function fingerprint({ files, ...step }) {
  toolchain ??= `${process.version} ${spawnSync("rustc", ["--version"], { cwd: root }).stdout}`;
  const hash = createHash("sha256").update(toolchain).update(JSON.stringify(step));
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function readStamp(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

function record(outcome) {
  outcomes.push(outcome);
  return outcome;
}

function shown(argument) {
  const path = argument.startsWith(root) ? relative(root, argument) : argument;
  return /^[\w./:=@,+-]+$/.test(path) ? path : JSON.stringify(path);
}

async function perform(action) {
  try {
    await action();
    return { ok: true, text: "" };
  } catch (error) {
    console.error(error);
    return { ok: false, text: "" };
  }
}

function execute([program, ...args], env) {
  return new Promise((resolve) => {
    const path = `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH}`;
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, PATH: path, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    const pass = (stream) => (chunk) => {
      text += chunk;
      stream.write(chunk);
    };
    child.stdout.on("data", pass(process.stdout));
    child.stderr.on("data", pass(process.stderr));
    child.on("error", (error) => {
      console.error(`${program}: ${error.message}`);
      resolve({ ok: false, text });
    });
    child.on("close", (code) => resolve({ ok: code === 0, text }));
  });
}

/** Adds up the totals that cargo and node:test print; a step without any counts as one, a failed one as a failure. */
function countTests(text, ok) {
  let passed = 0;
  let failed = 0;
  for (const [, pass, fail] of text.matchAll(/test result: \w+\. (\d+) passed; (\d+) failed/g)) {
    passed += Number(pass);
    failed += Number(fail);
  }
  for (const [, pass] of text.matchAll(/^ℹ pass (\d+)/gm)) passed += Number(pass);
  for (const [, fail] of text.matchAll(/^ℹ fail (\d+)/gm)) failed += Number(fail);
  if (!ok) return { passed, failed: Math.max(1, failed) };
  return { passed: Math.max(1, passed), failed };
}
