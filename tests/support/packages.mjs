// The packed package for tests in Node, and copies of it: a module's state lasts as long as its process, so a claim about
// the first use, or about two copies on a page, takes a copy of its own. TABSTATE_ENTRY=js/index makes them claims about
// `tabstate/js`.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

export const packed = fileURLToPath(new URL("../../build/package", import.meta.url));

/** The file of the entry that this test run is about. */
const main = process.env.TABSTATE_ENTRY ?? "index";

/** The package as everybody imports it. */
export const tabstate = await importFrom(packed);

const directories = [];
after(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** The directory of a new copy of the package. */
export function copyPackage() {
  const directory = mkdtempSync(join(tmpdir(), "tabstate-copy-"));
  directories.push(directory);
  cpSync(packed, directory, { recursive: true });
  return directory;
}

/** Imports an entry of the package in `directory`. */
export function importFrom(directory, entry = main) {
  return import(pathToFileURL(join(directory, "dist", `${entry}.js`)));
}

/** A copy that shares nothing with those before it, as a new process would have it. */
export async function unused(entry) {
  globalThis[Symbol.for("tabstate")]?.release();
  return importFrom(copyPackage(), entry);
}

/** The end of the present turn: the writes of it are on their way, the listeners have heard. */
export const turn = () => new Promise((resolve) => setTimeout(resolve));

/** The error that `run` throws; a test fails where it throws none. */
export function thrownBy(run) {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error(`nothing was thrown by ${run}`);
}

/**
 * Runs `f(tabstate, assert)` in a thread of its own, which is ended when the time is over: a call that does not return
 * would stop the whole run otherwise. `f` closes over nothing.
 */
export async function within(milliseconds, f) {
  const source = `
    import assert from "node:assert/strict";
    import { parentPort } from "node:worker_threads";
    const tabstate = await import(${JSON.stringify(pathToFileURL(join(packed, "dist", `${main}.js`)))});
    await (${f})(tabstate, assert);
    parentPort.postMessage("done");
  `;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  const late = new Error(`not done after ${milliseconds} ms`);
  let timer;
  try {
    await new Promise((resolve, reject) => {
      worker.on("message", resolve).on("error", reject);
      timer = setTimeout(reject, milliseconds, late);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
