// Proves that the browsers under test have the history limits that users have. Does not test tabstate.

import assert from "node:assert/strict";
import test from "node:test";
import { engine, openTab } from "../support/claims.mjs";

/** BROWSER-FACTS: calls in 10 seconds, and what becomes of the next one. */
const limits = {
  chromium: { calls: 200, over: "ignored" },
  firefox: { calls: 200, over: "SecurityError" },
  webkit: { calls: 100, over: "SecurityError" },
};

test("the_history_limit_of_the_engine_is_on", async () => {
  const { calls, over } = limits[engine];
  const tab = await openTab("", { bare: true });
  const seen = await tab.run(() => {
    let landed = 0;
    const refusals = new Set();
    for (let n = 1; n <= 300; n += 1) {
      let refusal = "ignored";
      try {
        history.replaceState(null, "", `?n=${n}`);
      } catch (error) {
        refusal = error.name;
      }
      if (location.search === `?n=${n}`) landed += 1;
      else refusals.add(refusal);
    }
    return { landed, refusals: [...refusals] };
  });
  assert.ok(seen.landed >= calls - 5 && seen.landed <= calls + 1, `${seen.landed} of 300 calls landed`);
  assert.deepEqual(seen.refusals, [over]);
});

test("a_new_tab_has_a_new_budget", async () => {
  const tab = await openTab("", { bare: true });
  assert.equal(
    await tab.run(() => {
      history.replaceState(null, "", "?fresh");
      return location.search;
    }),
    "?fresh",
  );
});
