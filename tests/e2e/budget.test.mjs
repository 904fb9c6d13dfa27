// The writer against the browser's real limits: what is written comes into the address, and nothing lies meanwhile. Each
// claim waits for the browser's 10 seconds, so this file's name puts it among the first: other files fill the time.

import assert from "node:assert/strict";
import test from "node:test";
import { openTab } from "../support/claims.mjs";

test("after_another_script_spent_the_budget_writes_reach_the_address_by_themselves", async () => {
  const tab = await openTab("?sig=a%20b%2Cc#top", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams, inspectWriter } = tabstate;
    const length = history.length;
    queryParams.subscribe(() => {});
    for (let n = 1; n <= 450; n += 1) {
      try {
        history.replaceState(null, "", `?sig=a%20b%2Cc&spent=${n}#top`);
      } catch (error) {
        if (error.name !== "SecurityError") throw error;
      }
    }
    const spent = new URLSearchParams(location.search).get("spent");
    queryParams.set("n", 42);
    const atOnce = { n: queryParams.get("n"), spent: queryParams.get("spent") };
    queryParams.set("list", [1, 2]);
    queryParams.set("way", "push", { history: "push" });
    let settled;
    const began = performance.now();
    queryParams.settled().then((outcome) => {
      settled = { outcome, search: location.search, hash: location.hash, after: performance.now() - began };
    });
    const lies = [];
    let looks = 0;
    while (settled === undefined && performance.now() - began < 45_000) {
      await observed.sleep(15);
      looks += 1;
      const { pending, calls, limit, nextTryInMs, blocked } = inspectWriter();
      const isThere = new URLSearchParams(location.search).get("n") === "42";
      if (isThere === pending.includes("n")) lies.push({ pending, search: location.search });
      if (queryParams.get("n") !== "42" || `${queryParams.getAll("list")}` !== "1,2") lies.push(`${queryParams}`);
      if (blocked || calls > limit || (pending.length > 0 && !(nextTryInMs >= 0))) {
        lies.push({ blocked, calls, nextTryInMs });
      }
    }
    return {
      spent,
      atOnce,
      settled,
      lies: lies.slice(0, 3),
      looks,
      pushed: history.length - length,
      ...inspectWriter(),
    };
  });
  assert.deepEqual(seen.atOnce, { n: "42", spent: seen.spent });
  assert.deepEqual(seen.lies, []);
  assert.equal(seen.settled?.outcome, "applied");
  assert.equal(seen.settled.search, `?sig=a%20b%2Cc&spent=${seen.spent}&n=42&list=1&list=2&way=push`);
  assert.equal(seen.settled.hash, "#top");
  assert.ok(seen.settled.after > 1000, `the budget was not spent: ${seen.settled.after} ms`);
  assert.equal(seen.pushed, 1);
  assert.deepEqual(seen.pending, []);
  assert.deepEqual(await tab.errors(), []);
});

test("writes_reach_the_address_while_another_script_goes_on", async () => {
  const tab = await openTab("", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    queryParams.get("n");
    observed.spend(450);
    let stop = false;
    let refused = 0;
    const traffic = (async () => {
      for (let n = 1000; !stop; n += 1) {
        observed.foreign(n);
        if (new URLSearchParams(location.search).get("foreign") !== `${n}`) refused += 1;
        await observed.sleep(150);
      }
    })();
    const outcomes = [];
    const began = performance.now();
    for (let n = 1; n <= 30; n += 1) {
      queryParams.set("n", n);
      queryParams.set(`k${n}`, n);
      await observed.sleep(20);
    }
    outcomes.push(await Promise.race([queryParams.settled(), observed.sleep(60_000)]));
    const { search } = location;
    stop = true;
    await traffic;
    return { outcomes, search, refused, took: performance.now() - began };
  });
  const params = new URLSearchParams(seen.search);
  assert.deepEqual(seen.outcomes, ["applied"]);
  assert.equal(params.get("n"), "30");
  for (let n = 1; n <= 30; n += 1) assert.equal(params.get(`k${n}`), `${n}`);
  assert.deepEqual(await tab.errors(), []);
});
