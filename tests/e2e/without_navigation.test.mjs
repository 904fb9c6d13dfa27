// Pages without the Navigation API: other code's calls are heard through wrapped methods, which undo cleanly. WebKitGTK is
// such an engine; the others are made one before the package is imported.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, html, importing, openTab } from "../support/claims.mjs";

addPage("/plain/*", {
  body: html(`<script>
      Object.defineProperty(globalThis, "navigation", { value: undefined, configurable: true });
      globalThis.methods = ["pushState", "replaceState", "back", "forward", "go"];
      globalThis.originals = methods.map((name) => history[name]);
      const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    </script>
    ${importing}`),
});

test("reads_and_listeners_follow_other_code_without_the_navigation_api", async () => {
  const tab = await openTab("/plain/follow?a=0");
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    let heard = [];
    queryParams.subscribe(({ keys, source }) => heard.push([source, ...keys.toSorted()]));
    const rounds = {};
    const round = async (name, change) => {
      heard = [];
      change();
      const read = queryParams.get("a");
      await wait(150);
      rounds[name] = [read, queryParams.get("a"), ...heard];
    };
    await round("write", () => queryParams.set("a", 1, { history: "push" }));
    await round("replace", () => history.replaceState(null, "", "?a=2"));
    await round("push", () => history.pushState(null, "", "?a=3"));
    await round("fragment", () => {
      location.hash = "there";
    });
    await round("back over a fragment", () => history.back());
    await round("back", () => history.go(-1));
    queryParams.set("n", 1);
    return { ...rounds, outcome: await queryParams.settled(), search: location.search };
  });
  assert.deepEqual(seen, {
    write: ["1", "1", ["local", "a"]],
    replace: ["2", "2", ["external", "a"]],
    push: ["3", "3", ["external", "a"]],
    fragment: ["3", "3"],
    "back over a fragment": ["3", "3"],
    back: ["3", "2", ["traversal", "a"]],
    outcome: "applied",
    search: "?a=2&n=1",
  });
  assert.deepEqual(await tab.errors(), []);
});

test("calls_that_bypass_the_wrapped_methods_are_seen_by_the_next_read", async () => {
  const tab = await openTab("/plain/bypass?a=0");
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const reads = [queryParams.get("a")];
    History.prototype.replaceState.call(history, null, "", "?a=1");
    reads.push(queryParams.get("a"));
    queryParams.set("n", 1);
    History.prototype.pushState.call(history, null, "", "?a=2");
    reads.push(queryParams.get("a"));
    await queryParams.settled();
    queryParams.set("m", 1);
    await queryParams.settled();
    return {
      reads,
      a: new URLSearchParams(location.search).get("a"),
      m: new URLSearchParams(location.search).get("m"),
    };
  });
  assert.deepEqual(seen, { reads: ["0", "1", "2"], a: "2", m: "1" });
});

test("wrapped_methods_pass_on_what_is_given_returned_and_thrown", async () => {
  const tab = await openTab("/plain/wrapped?a=0");
  const seen = await tab.run(() => {
    tabstate.queryParams.get("a");
    const told = [history.replaceState({ deep: 1 }, "", "?a=1"), history.state, location.search];
    try {
      history.pushState(null, "", "https://example.com/");
    } catch (error) {
      told.push(error.name);
    }
    try {
      history.replaceState(() => {}, "");
    } catch (error) {
      told.push(error.name);
    }
    history.pushState({ short: 1 }, "");
    told.push(location.search, history.state);
    return told;
  });
  assert.deepEqual(seen, [null, { deep: 1 }, "?a=1", "SecurityError", "DataCloneError", "?a=1", { short: 1 }]);
});

test("release_puts_back_the_original_methods_and_hears_no_more", async () => {
  const tab = await openTab("/plain/release?a=0");
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    let heard = 0;
    queryParams.subscribe(() => {
      heard += 1;
    });
    const wrapped = methods.some((name, nth) => history[name] !== originals[nth]);
    globalThis[Symbol.for("tabstate")].release();
    const isBack = methods.every((name, nth) => history[name] === originals[nth]);
    const own = methods.filter((name) => Object.hasOwn(history, name));
    history.replaceState(null, "", "?a=1");
    await wait(50);
    return { wrapped, isBack, own, heard, isRegistered: Symbol.for("tabstate") in globalThis };
  });
  assert.deepEqual(seen, { wrapped: true, isBack: true, own: [], heard: 0, isRegistered: false });
});

test("release_leaves_other_codes_wrappers_in_place_and_working", async () => {
  const tab = await openTab("/plain/wrappers?a=0");
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    let heard = 0;
    queryParams.subscribe(() => {
      heard += 1;
    });
    let calls = 0;
    const inner = history.replaceState;
    const theirs = function (...args) {
      calls += 1;
      return inner.apply(this, args);
    };
    history.replaceState = theirs;
    queryParams.set("n", 1);
    await queryParams.settled();
    await wait(20);
    const before = [calls, heard];
    globalThis[Symbol.for("tabstate")].release();
    history.replaceState(null, "", "?a=1");
    await wait(50);
    return {
      before,
      after: [calls, heard, location.search],
      isTheirs: history.replaceState === theirs,
      isBack: history.pushState === originals[0],
    };
  });
  assert.deepEqual(seen, { before: [1, 1], after: [2, 1, "?a=1"], isTheirs: true, isBack: true });
});

test("a_router_that_wrapped_the_methods_before_hears_of_our_calls", async () => {
  const tab = await openTab("/plain/router?a=0");
  const seen = await tab.run(async () => {
    globalThis[Symbol.for("tabstate")].release();
    const urls = [];
    const inner = history.replaceState;
    history.replaceState = (state, unused, url) => {
      urls.push(url);
      return inner.call(history, state, unused, url);
    };
    const { queryParams } = await import("/copy/dist/index.js");
    queryParams.set("n", 1);
    await queryParams.settled();
    return urls.map((url) => url.replace(/.*\?/, "?"));
  });
  assert.deepEqual(seen, ["?a=0&n=1"]);
});
