// The deprecated pair warns once each. What it does is in the cases.

import assert from "node:assert/strict";
import test from "node:test";
import { unused } from "../support/packages.mjs";

test("each_of_the_deprecated_pair_warns_once_and_says_what_to_use", async (context) => {
  const { experimentalGetQueryParams, experimentalSetQueryParams } = await unused("index");
  const warn = context.mock.method(console, "warn", () => {});
  for (let nth = 0; nth < 3; nth += 1) {
    experimentalSetQueryParams({ a: ["1", "2"] });
    assert.deepEqual(experimentalGetQueryParams(), { a: ["1", "2"] });
  }
  experimentalSetQueryParams();
  assert.deepEqual(experimentalGetQueryParams(), {});
  const said = warn.mock.calls.map(({ arguments: [message] }) => message);
  assert.equal(said.length, 2);
  assert.match(said[0], /experimentalSetQueryParams is deprecated: use queryParams\.fromDict/);
  assert.match(said[1], /experimentalGetQueryParams is deprecated: use queryParams\.getAll/);
});
