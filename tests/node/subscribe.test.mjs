// Who hears of a change, how often, and what a listener may do.

import assert from "node:assert/strict";
import test, { afterEach, beforeEach } from "node:test";
import { tabstate, turn } from "../support/packages.mjs";

const { queryParams } = tabstate;
let subscriptions = [];

beforeEach(async () => {
  queryParams.fromDict({ a: "1" });
  await turn();
});
afterEach(() => {
  for (const unsubscribe of subscriptions) unsubscribe();
  subscriptions = [];
});

function listen(options, also = () => {}) {
  const heard = [];
  const unsubscribe = queryParams.subscribe((change) => {
    heard.push({ keys: change.keys.toSorted(), source: change.source });
    also(change, unsubscribe);
  }, options);
  subscriptions.push(unsubscribe);
  return Object.defineProperty(heard, "unsubscribe", { value: unsubscribe });
}

test("all_writes_of_a_turn_are_one_notification", async () => {
  const heard = listen();
  queryParams.set("a", "2");
  queryParams.set("b", "1");
  queryParams.update({ c: [1, 2], a: "3" });
  await turn();
  queryParams.delete("c");
  await turn();
  assert.deepEqual(heard, [
    { keys: ["a", "b", "c"], source: "local" },
    { keys: ["c"], source: "local" },
  ]);
});

test("a_listener_sees_the_state_that_it_is_told_of", async () => {
  const seen = [];
  listen({}, () => seen.push(queryParams.toString()));
  queryParams.set("a", "2");
  queryParams.set("a", "3");
  await turn();
  assert.deepEqual(seen, ["a=3"]);
});

test("a_write_that_changes_nothing_notifies_nobody", async () => {
  const heard = listen();
  queryParams.set("a", "1");
  queryParams.delete("absent");
  queryParams.update();
  queryParams.fromDict({ a: 1 });
  await turn();
  assert.deepEqual(heard, []);
});

test("writes_that_cancel_each_other_within_a_turn_notify_nobody", async () => {
  const heard = listen();
  queryParams.set("a", "2");
  queryParams.set("b", "2");
  queryParams.set("a", "1");
  queryParams.delete("b");
  await turn();
  assert.deepEqual(heard, []);
});

test("keys_choose_what_a_listener_hears_and_it_hears_of_the_whole_batch", async () => {
  const heard = listen({ keys: new Set(["b", "z"]) });
  queryParams.set("a", "2");
  await turn();
  queryParams.update({ b: "1", c: "1" });
  await turn();
  assert.equal(heard.length, 1);
  assert.ok(heard[0].keys.includes("b"));
});

test("unsubscribing_is_heard_at_once_and_twice_is_no_error", async () => {
  const heard = listen();
  queryParams.set("a", "2");
  heard.unsubscribe();
  heard.unsubscribe();
  await turn();
  assert.deepEqual(heard, []);
});

test("an_aborted_signal_unsubscribes", async () => {
  const abort = new AbortController();
  const heard = listen({ signal: abort.signal });
  const never = listen({ signal: AbortSignal.abort() });
  queryParams.set("a", "2");
  await turn();
  abort.abort();
  queryParams.set("a", "3");
  await turn();
  assert.equal(heard.length, 1);
  assert.equal(never.length, 0);
});

test("the_same_function_subscribed_twice_is_two_subscriptions", async () => {
  let calls = 0;
  const listener = () => {
    calls += 1;
  };
  const first = queryParams.subscribe(listener);
  const second = queryParams.subscribe(listener);
  queryParams.set("a", "2");
  await turn();
  first();
  queryParams.set("a", "3");
  await turn();
  second();
  assert.equal(calls, 3);
});

test("a_listener_that_throws_does_not_stop_the_others_and_is_reported", async (t) => {
  const reported = t.mock.method(console, "error", () => {});
  const before = listen();
  const faulty = queryParams.subscribe(() => {
    throw new Error("listener");
  });
  subscriptions.push(faulty);
  const after = listen();
  queryParams.set("a", "2");
  await turn();
  assert.equal(before.length + after.length, 2);
  assert.equal(reported.mock.callCount(), 1);
  assert.match(String(reported.mock.calls[0].arguments[0]), /listener/);
});

test("a_listener_that_unsubscribes_itself_or_others_stops_them_at_once", async () => {
  let last;
  const once = listen({}, (_, unsubscribe) => {
    unsubscribe();
    last.unsubscribe();
  });
  const between = listen();
  last = listen();
  queryParams.set("a", "2");
  await turn();
  queryParams.set("a", "3");
  await turn();
  assert.deepEqual([once.length, between.length, last.length], [1, 2, 0]);
});

test("a_listener_that_subscribes_another_does_not_make_it_hear_of_the_same_batch", async () => {
  let later;
  listen({}, () => {
    later ??= listen();
  });
  queryParams.set("a", "2");
  await turn();
  assert.equal(later.length, 0);
  queryParams.set("a", "3");
  await turn();
  assert.equal(later.length, 1);
});

test("a_write_from_a_listener_is_a_batch_of_its_own", async () => {
  const heard = listen({}, () => {
    if (queryParams.get("n") !== "3") queryParams.set("n", Number(queryParams.get("n") ?? 0) + 1);
  });
  queryParams.set("a", "2");
  await turn();
  await turn();
  assert.equal(queryParams.get("n"), "3");
  assert.deepEqual(
    heard.flatMap(({ keys }) => keys),
    ["a", "n", "n", "n"],
  );
});

test("what_one_listener_does_to_its_keys_no_other_sees", async () => {
  listen({}, ({ keys }) => keys.splice(0));
  const heard = listen();
  queryParams.set("a", "2");
  await turn();
  assert.deepEqual(heard[0].keys, ["a"]);
});
