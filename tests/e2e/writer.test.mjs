// Calls of the history: how the writer makes few of them, and what it does with those that the page refuses.

import assert from "node:assert/strict";
import test from "node:test";
import { engine, openTab } from "../support/claims.mjs";

const limits = { chromium: 200, firefox: 200, webkit: 100 };

test("all_writes_of_a_turn_are_one_history_call", async () => {
  const tab = await openTab("?a=1", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const rounds = [];
    const round = async (write) => {
      observed.calls.length = 0;
      write();
      const early = observed.calls.length;
      await null;
      await null;
      rounds.push([early, observed.calls.length, await queryParams.settled()]);
    };
    await round(() => {
      for (let n = 1; n <= 1000; n += 1) queryParams.set("n", n);
    });
    await round(() => {
      for (let n = 1; n <= 1000; n += 1) queryParams.set(`k${n}`, n);
    });
    await round(() => {
      queryParams.set("n", 1);
      queryParams.set("n", 1000);
      queryParams.set("a", 1);
    });
    return { rounds, size: new URLSearchParams(location.search).size, n: queryParams.get("n") };
  });
  assert.deepEqual(seen, {
    rounds: [
      [0, 1, "applied"],
      [0, 1, "applied"],
      [0, 0, "applied"],
    ],
    size: 1002,
    n: "1000",
  });
});

test("the_writer_counts_everybodys_calls", async () => {
  const tab = await openTab("", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams, inspectWriter } = tabstate;
    queryParams.get("n");
    const before = inspectWriter();
    for (let n = 0; n < 20; n += 1) observed.foreign(n);
    for (let n = 0; n < 5; n += 1) {
      queryParams.set("n", n);
      await queryParams.settled();
    }
    queryParams.set("later", 1, { debounce: 1000 });
    await observed.sleep(0);
    return { before, after: inspectWriter() };
  });
  const { windowMs, ...before } = seen.before;
  assert.deepEqual(before, { pending: [], calls: 0, limit: limits[engine], blocked: false });
  assert.ok(windowMs >= 10_000);
  assert.equal(seen.after.calls, 25);
  assert.deepEqual(seen.after.pending, ["later"]);
  assert.ok(seen.after.nextTryInMs > 0 && seen.after.nextTryInMs <= 1000, `${seen.after.nextTryInMs}`);
});

const hasNoNavigation = engine === "webkit" ? "WebKitGTK 2.50 has no Navigation API: nothing can cancel" : false;

test("what_the_page_cancels_is_blocked_stays_readable_and_is_tried_with_the_next_write", {
  skip: hasNoNavigation,
}, async () => {
  const tab = await openTab("?a=1", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams, inspectWriter } = tabstate;
    let isDenied = true;
    let tries = 0;
    navigation.addEventListener("navigate", (event) => {
      if (!isDenied) return;
      tries += 1;
      event.preventDefault();
    });
    const began = performance.now();
    queryParams.set("n", 42);
    const outcome = await Promise.race([queryParams.settled(), observed.sleep(15_000)]);
    const blocked = { outcome, n: queryParams.get("n"), search: location.search, isBlocked: inspectWriter().blocked };
    const took = performance.now() - began;
    const triesThen = tries;
    await observed.sleep(600);
    const later = tries - triesThen;
    isDenied = false;
    queryParams.set("m", 1);
    const again = await queryParams.settled();
    return {
      ...blocked,
      triesThen,
      later,
      took,
      again,
      after: location.search,
      isStillBlocked: inspectWriter().blocked,
    };
  });
  const { took, triesThen, ...rest } = seen;
  assert.deepEqual(rest, {
    outcome: "blocked",
    n: "42",
    search: "?a=1",
    isBlocked: true,
    later: 0,
    again: "applied",
    after: "?a=1&n=42&m=1",
    isStillBlocked: false,
  });
  assert.ok(triesThen >= 2 && triesThen <= 10, `${triesThen} tries`);
  assert.ok(took < 8000, `${took} ms`);
  assert.deepEqual(await tab.errors(), []);
});

test("a_value_longer_than_the_engine_takes_is_blocked_and_nothing_is_lost", async (t) => {
  const tab = await openTab("?a=1", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams, inspectWriter } = tabstate;
    const long = "x".repeat(3_000_000);
    queryParams.set("long", long);
    const outcome = await Promise.race([queryParams.settled(), observed.sleep(40_000)]);
    const isThere = location.search.length > long.length;
    const { pending } = inspectWriter();
    const isReadable = queryParams.get("long") === long;
    queryParams.update({ n: 42, long: null });
    return {
      tells: isThere === (outcome === "applied") && (isThere ? pending.length === 0 : pending.includes("long")),
      outcome,
      isReadable,
      again: await Promise.race([queryParams.settled(), observed.sleep(20_000)]),
      search: location.search,
    };
  });
  const { outcome, ...rest } = seen;
  assert.deepEqual(rest, { tells: true, isReadable: true, again: "applied", search: "?a=1&n=42" });
  // Some engines show an address that they would not load again.
  assert.ok(["blocked", "applied"].includes(outcome), outcome);
  t.diagnostic(`${engine}: three million characters are ${outcome}`);
  assert.deepEqual(await tab.errors(), []);
});

test("what_a_listener_writes_while_our_own_call_runs_is_written_next", async () => {
  const tab = await openTab("?k=1");
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    // Where there is no Navigation API, a page that wraps the method stands for its events.
    const replaceState = history.replaceState;
    const once = (name, write) => {
      if (globalThis.navigation?.currentEntry) return navigation.addEventListener(name, write, { once: true });
      history.replaceState = function (...args) {
        history.replaceState = replaceState;
        if (name === "navigate") write();
        replaceState.apply(this, args);
        if (name !== "navigate") write();
      };
    };
    once("navigate", () => queryParams.set("y", "1"));
    queryParams.set("x", "1");
    const first = await queryParams.settled();
    once("currententrychange", () => queryParams.set("x", "2"));
    queryParams.set("z", "1");
    const second = await queryParams.settled();
    return [first, second, location.search, String(queryParams)];
  });
  assert.deepEqual(seen, ["applied", "applied", "?k=1&x=2&y=1&z=1", "k=1&x=2&y=1&z=1"]);
});

// In what a driver runs, and before it awaits, WebKit runs microtasks whenever a listener returns.
test("a_click_in_a_transaction_may_write_also_where_microtasks_run_behind_its_listener", async () => {
  const tab = await openTab("?a=0");
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const button = document.createElement("button");
    document.body.append(button);
    button.onclick = () => queryParams.set("b", 2);
    const told = [];
    queryParams.subscribe(({ keys }) => told.push(keys.toSorted().join()));
    queryParams.transaction(() => {
      queryParams.set("a", 1);
      button.click();
      queryParams.set("c", 3);
    });
    return [await queryParams.settled(), location.search, told];
  });
  assert.deepEqual(seen, ["applied", "?a=1&b=2&c=3", ["a,b,c"]]);
});
