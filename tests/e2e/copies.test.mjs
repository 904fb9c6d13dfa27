// Several copies of the package on one page.

import assert from "node:assert/strict";
import test from "node:test";
import { openTab } from "../support/claims.mjs";

test("two_copies_on_a_page_share_one_state_and_one_history_call", async () => {
  const tab = await openTab("?a=1", { observed: true });
  const seen = await tab.run(async () => {
    const first = tabstate;
    const second = await import("/copy/dist/index.js");
    const third = await import("/copy/dist/slim.js");
    const heard = [];
    second.queryParams.subscribe(({ keys, source }) => heard.push(source, ...keys.toSorted()));
    first.queryParams.set("x", 1);
    second.queryParams.set("y", 2);
    third.queryParams.set("z", 3);
    const reads = [second.queryParams.get("x"), first.queryParams.get("y"), { ...third.queryParams }];
    const outcome = await third.queryParams.settled();
    await observed.sleep(20);
    return {
      areModules: first !== second,
      isOne: first.queryParams === second.queryParams && first.TabstateError === second.TabstateError,
      reads,
      outcome,
      heard,
      calls: observed.calls,
      search: location.search,
    };
  });
  assert.deepEqual(seen, {
    areModules: true,
    isOne: true,
    reads: ["1", "2", { a: "1", x: "1", y: "2", z: "3" }],
    outcome: "applied",
    heard: ["local", "x", "y", "z"],
    calls: ["replace"],
    search: "?a=1&x=1&y=2&z=3",
  });
});

test("slim_loads_its_own_file_and_an_inlined_copy_after_it_joins", async () => {
  const tab = await openTab("?a=1", { bare: true });
  const seen = await tab.run(async () => {
    const slim = await import("/package/dist/slim.js");
    let early;
    try {
      slim.queryParams.get("a");
    } catch (error) {
      early = error.code;
    }
    await slim.init();
    const inlined = await import("/copy/dist/index.js");
    inlined.queryParams.set("n", 1);
    const n = slim.queryParams.get("n");
    const outcome = await slim.queryParams.settled();
    let refusal;
    try {
      inlined.queryParams.set("n", {});
    } catch (error) {
      refusal = error instanceof slim.TabstateError;
    }
    return { early, n, outcome, refusal, search: location.search };
  });
  assert.deepEqual(seen, { early: "not-ready", n: "1", outcome: "applied", refusal: true, search: "?a=1&n=1" });
});

test("slim_that_finds_no_file_says_so_and_starts_from_another_address", async () => {
  const tab = await openTab("?a=1", { bare: true });
  const seen = await tab.run(async () => {
    const { init, queryParams, TabstateError } = await import("/package/dist/slim.js");
    const told = [];
    for (const source of ["/nowhere.wasm", new URL("/copy/dist/tabstate.wasm", location.href)]) {
      told.push(
        await init(source).then(
          () => "started",
          (error) => error instanceof TabstateError && error.code,
        ),
      );
    }
    return [...told, queryParams.get("a")];
  });
  assert.deepEqual(seen, ["unavailable", "started", "1"]);
});

test("importing_writes_nothing_and_leaves_no_name_on_the_page", async () => {
  const tab = await openTab("?a=%zz&&b#top", { bare: true });
  const seen = await tab.run(async () => {
    const names = new Set(Object.getOwnPropertyNames(globalThis));
    const before = [location.href, history.length, history.state, document.cookie, sessionStorage.length];
    const { status, queryParams } = await import("/package/dist/index.js");
    queryParams.toDict();
    status();
    const after = [location.href, history.length, history.state, document.cookie, sessionStorage.length];
    return { before, after, added: Object.getOwnPropertyNames(globalThis).filter((name) => !names.has(name)) };
  });
  assert.deepEqual(seen.after, seen.before);
  assert.deepEqual(seen.added, []);
});
