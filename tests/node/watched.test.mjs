// What bindings stand on: values of a tab as objects that are read and listened to.

import assert from "node:assert/strict";
import test from "node:test";
import { tabstate, turn } from "../support/packages.mjs";

const { cacheData, cacheResource, custom, date, defineParams, int, list, queryParams, sessionState, text } = tabstate;
const { watchCached, watchQueryParam, watchQueryParams, watchSessionState, watchTabContext } = tabstate;

/** Counts what a watched value tells. */
function heard(watched) {
  const told = [];
  const stop = watched.subscribe(() => told.push(watched.snapshot().value));
  return { told, stop };
}

test.beforeEach(() => {
  queryParams.clear();
  sessionState.clear();
});

test("a_snapshot_is_the_same_object_until_the_value_changes", async () => {
  const from = watchQueryParam("from", date());
  queryParams.update({ from: "2024-02-29", other: 1 });
  const snapshot = from.snapshot();
  assert.equal(from.snapshot(), snapshot);
  queryParams.set("other", 2);
  assert.equal(from.snapshot(), snapshot);
  await turn();
  assert.equal(from.snapshot(), snapshot);
  queryParams.set("from", "2024-03-01");
  assert.notEqual(from.snapshot(), snapshot);
});

test("codecs_that_are_alike_give_the_same_object_and_others_do_not", () => {
  const one = watchQueryParam("page", int({ min: 1 }).default(1).history("push"));
  assert.equal(watchQueryParam("page", int({ min: 1 }).default(1).history("push")), one);
  const others = [
    int({ min: 1 }).default(1),
    int({ min: 1 }).default(2).history("push"),
    int({ min: 2 }).default(2).history("push"),
    int({ min: 1 }).history("push"),
    int({ min: 1 }).default(1).history("push").debounce(5),
    int({ min: 1 }).default(1).history("push").keepDefault(),
  ];
  for (const other of others) assert.notEqual(watchQueryParam("page", other), one, JSON.stringify(other));
  assert.notEqual(watchQueryParam("other", int({ min: 1 }).default(1).history("push")), one);
  assert.equal(
    watchQueryParam("tags", list(text()).default(["a"])),
    watchQueryParam("tags", list(text()).default(["a"])),
  );
  assert.notEqual(watchQueryParam("tags", list(text()).default([])), watchQueryParam("tags", list(text())));
});

test("codecs_with_code_of_the_page_are_told_apart_by_identity", () => {
  const shout = () => custom({ parse: (text) => text.toLowerCase(), format: (value) => value.toUpperCase() });
  const one = shout();
  assert.equal(watchQueryParam("s", one), watchQueryParam("s", one));
  assert.notEqual(watchQueryParam("s", shout()), watchQueryParam("s", one));
  const made = int().default(() => 1);
  assert.equal(watchQueryParam("n", made), watchQueryParam("n", made));
  assert.notEqual(
    watchQueryParam(
      "n",
      int().default(() => 1),
    ),
    watchQueryParam("n", made),
  );
});

test("listeners_have_heard_of_a_write_when_set_returns_and_hear_it_once", async () => {
  const page = watchQueryParam("page", int().default(1));
  const filters = watchQueryParams(defineParams({ page: int().default(1), q: text().default("") }));
  const [first, all] = [heard(page), heard(filters)];
  page.set(2);
  assert.deepEqual(first.told, [2]);
  assert.deepEqual(all.told, [{ page: 2, q: "" }], "another way to the same key");
  page.set((page) => page + 1);
  await turn();
  assert.deepEqual(first.told, [2, 3]);
  assert.equal(all.told.length, 2);
  filters.set(({ page }) => ({ page: page + 1 }));
  assert.deepEqual(first.told, [2, 3, 4]);
  first.stop();
  all.stop();
  page.set(9);
  await turn();
  assert.equal(first.told.length, 3);
});

test("a_write_by_others_is_heard_at_the_end_of_the_turn", async () => {
  const { told, stop } = heard(watchQueryParam("q"));
  queryParams.set("q", "a");
  queryParams.set("q", "b");
  assert.deepEqual(told, []);
  await turn();
  assert.deepEqual(told, ["b"]);
  stop();
});

test("what_a_failed_transaction_took_back_is_told", async () => {
  const page = watchQueryParam("page", int().default(1));
  const { told, stop } = heard(page);
  assert.throws(() =>
    queryParams.transaction(() => {
      page.set(2);
      throw new Error("no");
    }),
  );
  await turn();
  assert.deepEqual([told.at(-1) ?? 1, page.snapshot().value], [1, 1]);
  stop();
});

test("without_a_codec_a_param_is_its_text_or_undefined", () => {
  const q = watchQueryParam("q");
  assert.equal(q.snapshot().value, undefined);
  q.set("a");
  assert.equal(queryParams.get("q"), "a");
  q.set(undefined);
  assert.equal(queryParams.has("q"), false);
  assert.throws(() => q.set(5), { code: "unsupported-value" });
  assert.throws(() => q.set("a", { histroy: "push" }), { code: "invalid-option" });
});

test("the_initial_snapshot_knows_nothing_of_the_tab_and_stays_the_same", () => {
  queryParams.update({ page: 7, q: "x" });
  sessionState.set("note", "milk");
  const page = watchQueryParam("page", int().default(1));
  const all = watchQueryParams(defineParams({ page: int().default(1), tags: list(text()) }));
  assert.equal(page.initial().value, 1);
  assert.equal(page.initial(), page.initial());
  assert.deepEqual(all.initial().value, { page: 1, tags: [] });
  assert.equal(watchSessionState("note", "none").initial().value, "none");
  assert.equal(watchTabContext("locale").initial().value, undefined);
  assert.equal(watchTabContext("theme").initial().value.type, undefined);
  assert.deepEqual(watchTabContext("locales").initial().value, []);
  assert.deepEqual({ ...watchTabContext("cookies").initial().value }, {});
  assert.equal(watchTabContext("headers").initial().value.source("Host"), "unknown");
  assert.equal(watchTabContext("ipAddress").initial().value, null);
});

test("session_state_reads_its_initial_value_and_stores_it_not", () => {
  let made = 0;
  const note = watchSessionState("note", () => {
    made += 1;
    return { lines: [] };
  });
  assert.equal(note.snapshot().value, note.snapshot().value);
  assert.equal(made, 1);
  assert.equal(sessionState.has("note"), false);
  note.set(({ lines }) => ({ lines: [...lines, "a"] }));
  assert.deepEqual(sessionState.get("note"), { lines: ["a"] });
  note.set(undefined);
  assert.equal(sessionState.has("note"), true, "undefined is a value");
  sessionState.delete("note");
  assert.deepEqual(note.snapshot().value, { lines: [] });
});

test("a_value_that_is_touched_is_another_snapshot_of_the_same_object", () => {
  const draft = watchSessionState("draft", null);
  const value = { tags: new Set() };
  draft.set(value);
  const { told, stop } = heard(draft);
  const before = draft.snapshot();
  value.tags.add("sea");
  assert.equal(draft.snapshot(), before);
  sessionState.touch("draft");
  assert.notEqual(draft.snapshot(), before);
  assert.equal(draft.snapshot().value, value);
  assert.equal(told.length, 1);
  stop();
});

test("two_listeners_hear_one_touch_and_see_one_snapshot", () => {
  const draft = watchSessionState("draft", null);
  const value = {};
  draft.set(value);
  const seen = new Set();
  const stops = [1, 2].map(() => draft.subscribe(() => seen.add(draft.snapshot())));
  value.changed = true;
  sessionState.touch("draft");
  assert.equal(seen.size, 1);
  for (const stop of stops) stop();
});

test("a_listener_that_throws_stops_no_other", async (t) => {
  const reported = [];
  globalThis.reportError = (error) => reported.push(error.message);
  t.after(() => delete globalThis.reportError);
  const page = watchQueryParam("page", int().default(1));
  const stop = page.subscribe(() => {
    throw new Error("mine");
  });
  const { told, stop: end } = heard(page);
  page.set(5);
  assert.deepEqual([told, reported], [[5], ["mine"]]);
  stop();
  end();
});

test("a_call_is_pending_then_what_it_made_and_peeks_at_what_is_kept", async () => {
  let runs = 0;
  const load = cacheData(async (city) => `${city} ${++runs}`);
  const first = watchCached(load, ["Oslo"]);
  assert.deepEqual(first.snapshot().value, { status: "pending", data: undefined, error: undefined });
  assert.equal(runs, 0, "nothing runs before somebody listens");
  const { told, stop } = heard(first);
  await turn();
  assert.deepEqual(told, [{ status: "success", data: "Oslo 1", error: undefined }]);
  stop();
  const second = watchCached(load, ["Oslo"]);
  assert.equal(second.snapshot().value.data, "Oslo 1");
  const again = heard(second);
  await turn();
  assert.deepEqual([again.told, runs], [[], 1]);
  again.stop();
});

test("a_function_that_returns_at_once_is_done_when_somebody_listens", () => {
  const square = cacheData((n) => n * n);
  const watched = watchCached(square, [3]);
  const { stop } = heard(watched);
  assert.deepEqual(watched.snapshot().value.data, 9);
  stop();
});

test("what_a_resource_is_stays_the_same_object", () => {
  const open = cacheResource((name) => ({ name }));
  const watched = watchCached(open, ["a"]);
  const { stop } = heard(watched);
  assert.equal(watched.snapshot().value.data, open("a"));
  stop();
});

test("arguments_are_compared_by_value", () => {
  const load = cacheData(async (query) => query);
  const one = watchCached(load, [{ a: 1, b: [new Date(0)] }]);
  assert.equal(watchCached(load, [{ b: [new Date(0)], a: 1 }], one), one);
  assert.notEqual(watchCached(load, [{ b: [new Date(1)], a: 1 }], one), one);
  assert.notEqual(
    watchCached(
      cacheData(async (query) => query),
      [{ b: [new Date(0)], a: 1 }],
      one,
    ),
    one,
  );
  const log = () => {};
  const skipping = cacheData(async (city, _log) => city, { skipArgs: [1] });
  const skipped = watchCached(skipping, ["Oslo", log]);
  assert.equal(watchCached(skipping, ["Oslo", log], skipped), skipped, "what has no key is compared by identity");
});

test("clear_runs_again_where_somebody_listens_and_nowhere_else", async () => {
  let runs = 0;
  const load = cacheData(async (city) => `${city} ${++runs}`);
  const oslo = heard(watchCached(load, ["Oslo"]));
  await turn();
  load.clear("Bergen");
  cacheData(async () => 1).clear();
  await turn();
  assert.equal(runs, 1);
  load.clear("Oslo");
  await turn();
  assert.deepEqual(
    oslo.told.map(({ status, data }) => [status, data]),
    [
      ["success", "Oslo 1"],
      ["pending", "Oslo 1"],
      ["success", "Oslo 2"],
    ],
  );
  load.clear();
  cacheData.clear();
  await turn();
  assert.equal(runs, 3, "two of one turn are one run");
  oslo.stop();
  load.clear();
  await turn();
  assert.equal(runs, 3);
});

test("clear_of_a_function_that_skips_arguments_is_heard", async () => {
  let runs = 0;
  const load = cacheData(async (city, _log) => `${city} ${++runs}`, { skipArgs: [1] });
  const { told, stop } = heard(watchCached(load, ["Oslo", () => {}]));
  await turn();
  load.clear("Oslo");
  await turn();
  assert.equal(told.at(-1).data, "Oslo 2");
  stop();
});

test("what_somebody_else_had_made_anew_is_shown", async () => {
  let now = 1;
  const load = cacheData(async () => now);
  const { told, stop } = heard(watchCached(load, []));
  await turn();
  now = 2;
  load.clear();
  await load();
  await turn();
  assert.equal(told.at(-1).data, 2);
  stop();
});

test("an_error_is_told_and_keeps_what_was_there", async () => {
  let fails = false;
  const load = cacheData(async () => {
    if (fails) throw new Error("no wind");
    return "calm";
  });
  const { told, stop } = heard(watchCached(load, []));
  await turn();
  fails = true;
  load.clear();
  await turn();
  const { status, data, error } = told.at(-1);
  assert.deepEqual([status, data, error.message], ["error", "calm", "no wind"]);
  stop();
});

test("a_result_after_the_last_listener_has_gone_is_dropped_and_the_next_one_asks_anew", async () => {
  const load = cacheData(async (city) => city);
  const watched = watchCached(load, ["Oslo"]);
  const { told, stop } = heard(watched);
  stop();
  await turn();
  assert.deepEqual(told, []);
  const again = heard(watched);
  await turn();
  assert.equal(watched.snapshot().value.data, "Oslo");
  again.stop();
});

test("what_was_stored_between_the_first_look_and_the_first_listener_is_seen", async () => {
  let now = 1;
  const load = cacheData(async () => ({ now }));
  await load();
  const watched = watchCached(load, []);
  assert.equal(watched.snapshot().value.data.now, 1);
  now = 2;
  load.clear();
  await load();
  const { stop } = heard(watched);
  await turn();
  assert.equal(watched.snapshot().value.data.now, 2);
  stop();
});

test("arguments_without_a_key_are_an_error_not_an_exception", async () => {
  const load = cacheData(async (f) => f);
  let watched;
  assert.doesNotThrow(() => {
    watched = watchCached(load, [() => {}]);
    watched.subscribe(() => {})();
  });
  assert.equal(watched.snapshot().value.error?.code, "unsupported-value");
});
