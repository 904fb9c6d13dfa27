// Plays tests/cases/cache.json in real pages: each case by its id.

import assert from "node:assert/strict";
import test from "node:test";
import { cases, expectedOf, inapplicable, ofRust, playCache } from "../support/cache_cases.mjs";
import { nameOf } from "../support/cases.mjs";
import { addPage, engine, html, importing, openTab } from "../support/claims.mjs";

addPage("/cache-case", { body: html(`<script src="/pages/session_values.js"></script>${importing}`) });
/** One page: each case has caches of its own. */
const tab = openTab("/cache-case");
let passed = 0;

for (const row of cases) {
  test(nameOf(row), async () => {
    const { run } = await tab;
    assert.deepEqual(await run(playCache, row), expectedOf(row));
    passed++;
  });
}

test("every_applicable_case_was_played", async (t) => {
  t.diagnostic(
    `${engine}: ${passed} cases by id, ${inapplicable.length} that no host can say, ${ofRust.length} of Rust alone`,
  );
  assert.equal(passed, cases.length);
  assert.deepEqual(await (await tab).errors(), []);
});
