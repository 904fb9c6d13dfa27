// The cases that every host has to meet, each on a page of its own.

import assert from "node:assert/strict";
import test from "node:test";
import { casesOf, compared, nameOf, play } from "../support/cases.mjs";
import { openTab } from "../support/claims.mjs";

const cases = ["query_params", "experimental_query_params"].flatMap((name) => casesOf(name).cases);
const playing = openTab();

for (const entry of cases) {
  test(nameOf(entry), async () => {
    const { id, start, ops, expect, end, calls, text } = entry;
    const tab = await playing;
    await tab.goto(`/observed/${id}${start}#frag`);
    const seen = await tab.run(
      async (play, ops) => {
        const { queryParams } = tabstate;
        // biome-ignore lint/security/noGlobalEval: the player travels as source text.
        const results = globalThis.eval(`(${play})`)(ops);
        const readAtOnce = queryParams.toString();
        const outcome = await queryParams.settled();
        return {
          results,
          outcome,
          pairs: [...new URLSearchParams(location.search)],
          search: location.search,
          hash: location.hash,
          calls: observed.calls.length,
          isTruth: `?${readAtOnce}` === location.search || (readAtOnce === "" && location.search === ""),
        };
      },
      `${play}`,
      ops,
    );
    assert.deepEqual(compared(seen.results, expect), expect);
    assert.deepEqual(seen.pairs, end);
    assert.equal(seen.calls, calls);
    assert.equal(seen.hash, "#frag");
    assert.equal(seen.outcome, "applied");
    // The browser escapes `'` by itself.
    if (text !== undefined) assert.equal(seen.search, text && `?${text}`);
    if (calls > 0) assert.ok(seen.isTruth, "what was read is what came into the address");
  });
}
