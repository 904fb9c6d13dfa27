// `cacheData` with persist: "disk" on a server, where there is no disk: values are in memory, which is said, and nothing keeps
// the process alive.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const entry = new URL("../../build/package/dist/index.js", import.meta.url);

test("a_process_that_used_the_disk_ends_by_itself_and_was_told_that_there_is_none", async () => {
  const source = `
    import { cacheData } from ${JSON.stringify(entry.href)};
    const told = [];
    cacheData.subscribe(({ kind, error }) => told.push(error?.code ?? kind));
    let runs = 0;
    const load = cacheData(async (n) => ({ n, runs: ++runs }), { key: "server@1", persist: "disk", ttl: "1h" });
    const values = [await load(1), await load(1), ...(await Promise.all(Array.from({ length: 100 }, () => load(2))))];
    const { persistence, reason } = load.stats();
    load.clear(1);
    await load(1);
    cacheData.clear();
    process.stdout.write(JSON.stringify({ values: values.slice(0, 3), runs, persistence, reason: typeof reason, told, has: load.has(2) }));
  `;
  const from = performance.now();
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", source], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    timeout: 20_000,
  });
  const ms = performance.now() - from;
  const { told, ...seen } = JSON.parse(stdout);
  assert.deepEqual(seen, {
    values: [
      { n: 1, runs: 1 },
      { n: 1, runs: 1 },
      { n: 2, runs: 2 },
    ],
    runs: 3,
    persistence: "memory",
    reason: "string",
    has: false,
  });
  assert.deepEqual([told.filter((what) => what === "blocked").length, stderr], [1, ""]);
  // The patience of nothing is waited for.
  assert.ok(ms < 5000, `${ms}`);
});
