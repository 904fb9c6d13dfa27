// Plays tests/cases/cache.json: each case by its id. In real pages: tests/e2e/cache_cases.test.mjs.

import assert from "node:assert/strict";
import test from "node:test";
import { cases, expectedOf, inapplicable, ofRust, playCache } from "../support/cache_cases.mjs";
import { nameOf } from "../support/cases.mjs";
import { tabstate } from "../support/packages.mjs";

await import("../pages/session_values.js");
globalThis.tabstate = tabstate;
let passed = 0;

for (const row of cases) {
  test(nameOf(row), async () => {
    assert.deepEqual(await playCache(row), expectedOf(row));
    passed++;
  });
}

test("every_applicable_case_was_played", (t) => {
  t.diagnostic(`${passed} cases by id, ${inapplicable.length} that no host can say, ${ofRust.length} of Rust alone`);
  assert.equal(passed, cases.length);
  assert.ok(passed > 75);
  for (const { id, inapplicable: why } of inapplicable) assert.ok(why.length > 10, id);
});
