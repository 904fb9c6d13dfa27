// Plays tests/cases/session_state.json in real pages: each case by its id, with real reloads, in a tab of its own.

import assert from "node:assert/strict";
import test from "node:test";
import { casesOf, compared, nameOf } from "../support/cases.mjs";
import { addPage, engine, html, openTab } from "../support/claims.mjs";

addPage("/session-case/*", { body: html('<script src="/pages/stored.js"></script>') });

const { cases, later } = casesOf("session_state");
const applicable = cases.filter(({ inapplicable }) => inapplicable === undefined);
let passed = 0;

/** Does operations in the page, and gives the results. */
const play = async (ops, options) => {
  const { sessionState, TabstateError } = await stored.open(options);
  const value = (given) => (given?.$unsupported ? () => {} : given);
  const special = {
    size: () => sessionState.size,
    keys: () => [...sessionState.keys()],
    property: (key) => sessionState[key],
    setProperty(key, given) {
      sessionState[key] = given;
    },
    quarantined: () =>
      sessionState
        .quarantined()
        .map(({ key }) => key)
        .toSorted(),
  };
  return ops.map(([op, ...given]) => {
    try {
      const args = given.map(value);
      const result = Object.hasOwn(special, op) ? special[op](...args) : sessionState[op](...args);
      if (typeof result === "function") return { $method: result === sessionState[given[0]] ? given[0] : "another" };
      const reads = op === "get" || op === "property";
      return reads && result === undefined && !sessionState.has(given[0]) ? { $absent: true } : (result ?? null);
    } catch (error) {
      if (!(error instanceof TabstateError)) throw error;
      return error.key === undefined ? { error: error.code } : { error: error.code, key: error.key };
    }
  });
};

for (const [nth, row] of applicable.entries()) {
  test(nameOf(row), async () => {
    const { start = {}, version, ops, expect, end } = row;
    const path = `/session-case/${nth}`;
    const tab = await openTab(path);
    await tab.run((start) => {
      for (const [name, text] of Object.entries(start)) stored.put(name, text);
    }, start);
    const seen = [];
    let segment = [];
    const playSegment = async () => {
      seen.push(...(await tab.run(play, segment, version === undefined ? null : { sessionVersion: version })));
      segment = [];
    };
    for (const op of ops) {
      if (op[0] === "reload") {
        await playSegment();
        await tab.goto(path);
        seen.push(null);
      } else if (op[0] === "newSession") {
        await playSegment();
        await tab.driver.switchTo().newWindow(engine === "webkit" ? "window" : "tab");
        await tab.goto(path);
        seen.push(null);
      } else segment.push(op);
    }
    await playSegment();
    assert.deepEqual(compared(seen, expect), expect);
    if (end !== undefined) assert.deepEqual(await tab.run(() => stored.all()), end);
    assert.deepEqual(await tab.errors(), []);
    passed++;
  });
}

test("every_applicable_case_was_played", (t) => {
  t.diagnostic(
    `${engine}: ${passed} cases by id, ${cases.length - applicable.length} that no host can say, ${later.length} later`,
  );
  assert.equal(passed, applicable.length);
  assert.ok(passed > 25);
});
