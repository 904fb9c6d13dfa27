// What docs/testing.md gives to copy runs as it stands there, with the packed package; and what `tabstate/testing` weighs.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipped } from "../../scripts/size.mjs";

/** In bytes after gzip -9, minified, without what it shares with `tabstate`. */
const budget = 10_000;

const docs = readFileSync(new URL("../../docs/testing.md", import.meta.url), "utf8");
const packed = fileURLToPath(new URL("../../build/package/dist", import.meta.url));
/** Beside an installed package, so that it is imported by its name. */
const directory = fileURLToPath(new URL("../apps/node/node_modules/.testing", import.meta.url));

test("the_examples_for_node_test_pass", async () => {
  const examples = [...docs.matchAll(/`(\w+(?:\.test)?\.js)`[^`]*```js\n(.*?)```/gs)];
  assert.deepEqual(
    examples.map(([, name]) => name),
    ["filters.js", "filters.test.js"],
  );
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
  for (const [, name, code] of examples) writeFileSync(join(directory, name), code);
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const args = ["--test", "--test-reporter=tap", join(directory, "filters.test.js")];
  const { stdout, code = 0 } = await promisify(execFile)(process.execPath, args, { env }).catch((error) => error);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^# pass 4$/m);
});

test("the_entry_for_tests_is_within_its_budget_and_in_no_other_entry", async () => {
  const { transform } = await import("esbuild");
  const { code } = await transform(readFileSync(join(packed, "testing.js"), "utf8"), { minify: true, format: "esm" });
  assert.ok(gzipped(code) <= budget, `${gzipped(code)} bytes are over the budget of ${budget}`);
  for (const entry of ["index", "slim", "dom", "react", "vue", "svelte", "solid", "server"])
    assert.doesNotMatch(readFileSync(join(packed, `${entry}.js`), "utf8"), /testing/, entry);
});
