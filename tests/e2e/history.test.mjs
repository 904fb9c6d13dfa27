// Entries of the history: pushes, bursts, debounces, transactions, Back and Forward, leaving and coming back.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, engine, html, importing, openTab } from "../support/claims.mjs";

test("a_push_ends_the_run_of_replaces_before_it_and_back_returns_to_them", async () => {
  const tab = await openTab("?a=0", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const length = history.length;
    queryParams.set("a", 1);
    queryParams.set("b", 1, { history: "push" });
    queryParams.set("c", 1, { history: "push" });
    await queryParams.settled();
    const calls = [...observed.calls];
    const pushed = [location.search, queryParams.toString(), history.length - length];
    await observed.go(-1);
    const back = [location.search, queryParams.toString()];
    await observed.go(1);
    return { calls, pushed, back, forward: [location.search, queryParams.toString()] };
  });
  assert.deepEqual(seen, {
    calls: ["replace", "push"],
    pushed: ["?a=1&b=1&c=1", "a=1&b=1&c=1", 1],
    back: ["?a=1", "a=1"],
    forward: ["?a=1&b=1&c=1", "a=1&b=1&c=1"],
  });
});

test("pushes_of_different_turns_are_entries_of_their_own", async () => {
  const tab = await openTab("?a=0", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const length = history.length;
    for (const n of [1, 2, 3]) {
      queryParams.set("a", n, { history: "push" });
      await null;
      await null;
    }
    await queryParams.settled();
    const pushed = history.length - length;
    await observed.go(-2);
    return { pushed, search: location.search };
  });
  assert.deepEqual(seen, { pushed: 3, search: "?a=1" });
});

test("a_burst_of_pushes_is_one_step_back_and_a_push_after_it_is_another", async () => {
  const tab = await openTab("?price=0", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const length = history.length;
    const drag = { history: "push", burst: 400 };
    for (let n = 1; n <= 20; n += 1) {
      queryParams.set("price", n, drag);
      await observed.sleep(8);
    }
    await queryParams.settled();
    const first = [history.length - length, location.search];
    await observed.sleep(600);
    queryParams.set("price", 50, drag);
    await queryParams.settled();
    const second = [history.length - length, location.search];
    queryParams.set("other", 1, drag);
    await queryParams.settled();
    const third = [history.length - length, location.search];
    const back = [];
    for (let n = 0; n < 3; n += 1) {
      await observed.go(-1);
      back.push(queryParams.toString());
    }
    return { first, second, third, back };
  });
  assert.deepEqual(seen, {
    first: [1, "?price=20"],
    second: [2, "?price=50"],
    third: [3, "?price=50&other=1"],
    back: ["price=50", "price=20", "price=0"],
  });
});

test("a_debounce_delays_the_address_and_never_the_state", async () => {
  const tab = await openTab("?a=1", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const looks = {};
    queryParams.set("q", "f", { debounce: 250 });
    const first = queryParams.settled();
    looks.state = queryParams.get("q");
    await observed.sleep(120);
    queryParams.set("q", "fj", { debounce: 250 });
    queryParams.set("now", 1);
    await observed.sleep(30);
    looks.others = location.search;
    await observed.sleep(150);
    looks.restarted = location.search;
    const outcome = await queryParams.settled();
    looks.done = [await first, outcome, location.search];

    observed.calls.length = 0;
    queryParams.update({ x: 1, y: 2 }, { debounce: 100, history: "push" });
    await observed.sleep(10);
    looks.together = [location.search];
    await queryParams.settled();
    looks.together.push(location.search, observed.calls.join());

    queryParams.set("flushed", 1, { debounce: 60_000 });
    queryParams.flush();
    looks.flushed = location.search;
    return looks;
  });
  assert.deepEqual(seen, {
    state: "f",
    others: "?a=1&now=1",
    restarted: "?a=1&now=1",
    done: ["superseded", "applied", seen.done[2]],
    together: [seen.done[2], `${seen.done[2]}&x=1&y=2`, "push"],
    flushed: `${seen.done[2]}&x=1&y=2&flushed=1`,
  });
  assert.deepEqual([...new URLSearchParams(seen.done[2])].sort(), [
    ["a", "1"],
    ["now", "1"],
    ["q", "fj"],
  ]);
});

test("a_transaction_is_one_entry_and_one_notification_and_an_undone_one_is_none", async () => {
  const tab = await openTab("?a=1", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const heard = [];
    queryParams.subscribe((change) => heard.push([change.source, ...change.keys.toSorted()]));
    try {
      queryParams.transaction(() => {
        queryParams.set("a", 2, { history: "push" });
        throw new Error("no");
      });
    } catch {
      // What the claim is about comes after it.
    }
    await observed.sleep(20);
    const undone = [observed.calls.length, heard.length, location.search];
    queryParams.transaction(() => {
      queryParams.set("a", 2);
      queryParams.set("b", 1, { history: "push" });
      queryParams.set("c", 1);
      queryParams.set("d", 1, { history: "push" });
    });
    const outcome = await queryParams.settled();
    await observed.sleep(20);
    return { undone, outcome, calls: observed.calls, heard, search: location.search };
  });
  assert.deepEqual(seen, {
    undone: [0, 0, "?a=1"],
    outcome: "applied",
    calls: ["push"],
    heard: [["local", "a", "b", "c", "d"]],
    search: "?a=2&b=1&c=1&d=1",
  });
});

test("listeners_hear_once_of_each_batch_and_by_whom_it_was", async () => {
  const tab = await openTab("?a=0&stays=1", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    let heard = [];
    queryParams.subscribe(({ keys, source }) => heard.push([source, ...keys.toSorted(), queryParams.toString()]));
    const rounds = {};
    const round = async (name, change) => {
      heard = [];
      await change();
      await observed.sleep(80);
      rounds[name] = heard;
    };
    await round("push", () => queryParams.update({ a: 1, b: 1 }, { history: "push" }));
    await round("back", () => observed.go(-1));
    await round("forward", () => observed.go(1));
    await round("other code's replace", () => history.replaceState(null, "", "?a=2&b=1&stays=1"));
    await round("other code's push", () => history.pushState(null, "", "?a=3&stays=1"));
    await round("a fragment", () => {
      location.hash = "there";
    });
    await round("another fragment", () => history.pushState(null, "", `${location.search}#here`));
    await round("back over a fragment", () => observed.go(-1));
    await round("another spelling", () => history.replaceState(null, "", "?%61=3&stays=1"));
    return rounds;
  });
  assert.deepEqual(seen, {
    push: [["local", "a", "b", "a=1&stays=1&b=1"]],
    back: [["traversal", "a", "b", "a=0&stays=1"]],
    forward: [["traversal", "a", "b", "a=1&stays=1&b=1"]],
    "other code's replace": [["external", "a", "a=2&b=1&stays=1"]],
    "other code's push": [["external", "a", "b", "a=3&stays=1"]],
    "a fragment": [],
    "another fragment": [],
    "back over a fragment": [],
    "another spelling": [],
  });
  assert.deepEqual(await tab.errors(), []);
});

/** Plays Back and Forward around a write, and tells what became of it. */
async function aroundBack(order) {
  const tab = await openTab("?at=0", { observed: true });
  return tab.run(async (order) => {
    const { queryParams } = tabstate;
    const at = () => new URLSearchParams(location.search).get("at");
    queryParams.set("at", 1, { history: "push" });
    await queryParams.settled();
    if (order === "back, then write") history.back();
    queryParams.set("n", 42, order === "back, then write" ? {} : { debounce: 60_000 });
    const atOnce = queryParams.get("n");
    const settled = queryParams.settled();
    if (order !== "back, then write") history.back();
    await observed.until(() => at() === "0", 3000);
    const outcome = await Promise.race([settled, observed.sleep(3000)]);
    await observed.sleep(250);
    const landed = [location.search.slice(1), queryParams.toString()];
    history.forward();
    await observed.until(() => at() === "1", 3000);
    await observed.sleep(50);
    return { atOnce, outcome, landed, left: [location.search.slice(1), queryParams.toString()] };
  }, order);
}

test("a_write_just_after_back_was_asked_for_lets_it_go_and_its_outcome_is_the_truth", async () => {
  const { atOnce, outcome, landed, left } = await aroundBack("back, then write");
  assert.equal(atOnce, "42");
  assert.equal(landed[0], landed[1]);
  assert.equal(left[0], left[1]);
  // Engines differ in which entry is the present one when a traversal is on its way.
  const written = [landed[0] === "at=0&n=42", left[0] === "at=1&n=42"];
  assert.deepEqual([landed[0].slice(0, 4), left[0].slice(0, 4)], ["at=0", "at=1"]);
  if (outcome === "superseded") assert.deepEqual(written, [false, false]);
  else assert.deepEqual([outcome, written[0] !== written[1]], ["applied", true], `${landed[0]}, ${left[0]}`);
});

test("a_write_that_waits_does_not_stop_back_and_is_on_its_own_entry_or_superseded", async () => {
  const { outcome, landed, left } = await aroundBack("write, then back");
  assert.deepEqual(landed, ["at=0", "at=0"]);
  assert.ok(["applied", "superseded"].includes(outcome), outcome);
  const expected = outcome === "applied" ? "at=1&n=42" : "at=1";
  assert.deepEqual(left, [expected, expected]);
});

test("a_fragment_navigation_supersedes_nothing", async () => {
  const tab = await openTab("?a=1", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    queryParams.set("n", 1, { debounce: 150 });
    location.hash = "there";
    await observed.sleep(20);
    location.hash = "here";
    return { outcome: await queryParams.settled(), search: location.search, hash: location.hash };
  });
  assert.deepEqual(seen, { outcome: "applied", search: "?a=1&n=1", hash: "#here" });
});

test("leaving_the_page_flushes_what_waits_and_coming_back_finds_it", async (t) => {
  // The tests' server forbids caching; a page that may be cached can be restored from the back/forward cache.
  const caching = { "cache-control": "max-age=0" };
  addPage("/kept/*", { body: html(`<script src="/pages/observed.js"></script>${importing}`), headers: caching });
  addPage("/next", { body: html(""), headers: caching });
  const tab = await openTab("", { bare: true });
  await tab.goto("/kept/here?a=1#top");
  await tab.run(() => {
    globalThis.heard = [];
    addEventListener("pageshow", ({ persisted }) => {
      globalThis.wasRestored = persisted;
    });
    tabstate.queryParams.set("draft", "x", { debounce: 60_000 });
    tabstate.queryParams.subscribe(({ keys, source }) => globalThis.heard.push([source, ...keys]));
    setTimeout(() => location.assign("/next"), 30);
  });
  await tab.driver.wait(async () => new URL(await tab.url()).pathname === "/next", 10_000);
  await tab.run(() => void setTimeout(() => history.back(), 30));
  await tab.driver.wait(async () => new URL(await tab.url()).pathname === "/kept/here", 10_000);
  await tab.driver.wait(() => tab.run(() => globalThis.tabstate !== undefined).catch(() => false), 10_000);
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const { search } = location;
    const draft = queryParams.get("draft");
    queryParams.set("n", 1);
    const outcome = await queryParams.settled();
    return {
      search,
      draft,
      outcome,
      after: location.search + location.hash,
      wasRestored: globalThis.wasRestored ?? false,
    };
  });
  const { wasRestored, ...rest } = seen;
  assert.deepEqual(rest, { search: "?a=1&draft=x", draft: "x", outcome: "applied", after: "?a=1&draft=x&n=1#top" });
  t.diagnostic(`${engine}: ${wasRestored ? "restored from the back/forward cache" : "loaded anew"}`);
});

test("hiding_the_page_flushes_what_waits", async () => {
  const tab = await openTab("?a=1");
  const seen = await tab.run(() => {
    const { queryParams } = tabstate;
    queryParams.set("draft", "x", { debounce: 60_000 });
    const before = location.search;
    // What the engine does when another tab comes to the front; drivers cannot make all of them do it.
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    return [before, location.search];
  });
  assert.deepEqual(seen, ["?a=1", "?a=1&draft=x"]);
});

test("after_a_restore_reads_follow_an_address_that_changed_meanwhile", async () => {
  const tab = await openTab("?a=1");
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    queryParams.get("a");
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    const reads = [queryParams.get("a")];
    queryParams.set("n", 1);
    reads.push(await queryParams.settled(), location.search);
    return reads;
  });
  assert.deepEqual(seen, ["1", "applied", "?a=1&n=1"]);
});

test("the_default_history_mode_can_be_push", async () => {
  const tab = await openTab("?a=0", { observed: true });
  const seen = await tab.run(async () => {
    const { queryParams, configure } = tabstate;
    configure({ history: "push" });
    queryParams.set("a", 1);
    await queryParams.settled();
    queryParams.set("a", 2, { history: "replace" });
    await queryParams.settled();
    return observed.calls;
  });
  assert.deepEqual(seen, ["push", "replace"]);
});
