// Session state on a server, where it lives in memory: the dict, transactions, subscriptions, errors, `configure`. What a
// browser's storage adds is in tests/e2e/session_*.test.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { afterEach, beforeEach } from "node:test";
import { copyPackage, importFrom, packed, tabstate, thrownBy, turn, unused } from "../support/packages.mjs";

const { sessionState, TabstateError } = tabstate;
let subscriptions = [];

beforeEach(() => sessionState.clear());
afterEach(() => {
  for (const unsubscribe of subscriptions) unsubscribe();
  subscriptions = [];
});

function listen(options, also = () => {}, state = sessionState) {
  const heard = [];
  const unsubscribe = state.subscribe((change) => {
    heard.push({ keys: change.keys.toSorted(), source: change.source });
    also(change, unsubscribe);
  }, options);
  subscriptions.push(unsubscribe);
  return Object.defineProperty(heard, "unsubscribe", { value: unsubscribe });
}

const methods = [
  ...[
    "get",
    "has",
    "size",
    "keys",
    "values",
    "entries",
    "toDict",
    "set",
    "setDefault",
    "delete",
    "pop",
    "update",
    "clear",
  ],
  ...["transaction", "flush", "touch", "durability", "usage", "quarantined", "tabId", "ready", "subscribe"],
];

/** Names that objects have by themselves, and that promises, JSON and the console ask for. */
const ordinary = [
  ...["__proto__", "constructor", "prototype", "hasOwnProperty", "isPrototypeOf", "valueOf", "toString"],
  ...["__defineGetter__", "then", "toJSON", "inspect", "length", "name", "getItem", "", "0", "a b", "ключ", "a:b", "!"],
  ...["\0", "\uD800", "\uDC00x"],
];

// The dict

test("what_was_set_is_what_is_read_the_same_object", () => {
  const value = { list: [1], map: new Map([[1, new Set([2n])]]) };
  sessionState.set("a", value);
  assert.equal(sessionState.get("a"), value);
  assert.equal(sessionState.a, value);
  value.list.push(2);
  assert.deepEqual(sessionState.get("a").list, [1, 2]);
  assert.equal(sessionState.get("absent"), undefined);
  assert.equal(sessionState.absent, undefined);
});

test("undefined_and_null_are_values", () => {
  sessionState.set("undefined", undefined);
  sessionState.null = null;
  assert.deepEqual([...sessionState.keys()], ["undefined", "null"]);
  assert.ok(sessionState.has("undefined") && "null" in sessionState);
  assert.equal(sessionState.get("undefined"), undefined);
  assert.equal(sessionState.get("null"), null);
  assert.equal(sessionState.size, 2);
  assert.equal(sessionState.setDefault("null", 1), null);
  assert.equal(sessionState.setDefault("undefined", 1), undefined);
  assert.ok(sessionState.delete("undefined"));
  assert.ok(!sessionState.has("undefined"));
});

test("keys_values_entries_iteration_and_dict_have_the_order_of_insertion", () => {
  for (const [key, value] of [
    ["10", "ten"],
    ["b", 2],
    ["2", "two"],
    ["a", 1],
  ])
    sessionState.set(key, value);
  sessionState.set("b", 3);
  const entries = [
    ["10", "ten"],
    ["b", 3],
    ["2", "two"],
    ["a", 1],
  ];
  assert.deepEqual([...sessionState.entries()], entries);
  assert.deepEqual([...sessionState], entries);
  assert.deepEqual([...sessionState.keys()], ["10", "b", "2", "a"]);
  assert.deepEqual([...sessionState.values()], ["ten", 3, "two", 1]);
  assert.deepEqual(Object.entries(sessionState.toDict()), Object.entries(Object.fromEntries(entries)));
  assert.equal(Object.getPrototypeOf(sessionState.toDict()), Object.prototype);
  assert.equal(sessionState.size, 4);
  sessionState.delete("10");
  sessionState.set("10", "again");
  assert.deepEqual([...sessionState.keys()], ["b", "2", "a", "10"], "a key that comes back is a new one");
});

test("iterating_goes_over_what_was_there_when_it_began", () => {
  sessionState.update({ a: 1, b: 2, c: 3 });
  const seen = [];
  for (const key of sessionState.keys()) {
    seen.push(key);
    sessionState.delete(key);
    sessionState.set(`new ${key}`, 1);
  }
  assert.deepEqual(seen, ["a", "b", "c"]);
  assert.equal(sessionState.size, 3);
});

test("set_default_sets_what_is_absent_and_gives_what_is_there", () => {
  const first = [];
  assert.equal(sessionState.setDefault("a", first), first);
  assert.equal(sessionState.setDefault("a", []), first);
  assert.equal(sessionState.get("a"), first);
});

test("pop_and_delete_remove_and_are_no_error_for_what_is_absent", () => {
  const value = { a: 1 };
  sessionState.set("a", value);
  sessionState.set("b", undefined);
  assert.equal(sessionState.pop("a"), value);
  assert.equal(sessionState.pop("a"), undefined);
  assert.equal(sessionState.delete("b"), true);
  assert.equal(sessionState.delete("b"), false);
  assert.ok(delete sessionState.b);
  assert.equal(sessionState.size, 0);
});

const updates = {
  "a plain object": { a: 1, b: { c: 2 } },
  "a Map": new Map([
    ["a", 1],
    ["b", { c: 2 }],
  ]),
  pairs: [
    ["a", 1],
    ["b", { c: 2 }],
  ],
  "pairs, where a key comes twice": [
    ["a", 0],
    ["b", { c: 2 }],
    ["a", 1],
  ],
  "an object without a prototype": Object.assign(Object.create(null), { a: 1, b: { c: 2 } }),
};
for (const [name, entries] of Object.entries(updates)) {
  test(`update_takes ${name}`, () => {
    sessionState.set("kept", 0);
    const heard = listen();
    sessionState.update(entries);
    assert.deepEqual(
      [...sessionState],
      [
        ["kept", 0],
        ["a", 1],
        ["b", { c: 2 }],
      ],
    );
    assert.deepEqual(heard, [{ keys: ["a", "b"], source: "local" }]);
  });
}

test("update_takes_an_iterator_and_the_state_itself_and_nothing", () => {
  sessionState.update([["a", 1]].values());
  sessionState.update(sessionState);
  sessionState.update();
  assert.deepEqual([...sessionState], [["a", 1]]);
});

test("update_with_null_stores_null", () => {
  sessionState.set("a", 1);
  sessionState.update({ a: null, b: undefined });
  assert.deepEqual(sessionState.toDict(), { a: null, b: undefined });
});

const refusedEntries = {
  "a text": "ab",
  "a number": 1,
  null: null,
  "texts instead of pairs": ["ab"],
  "a list of one": [["a"]],
  "a list of three": [["a", 1, 2]],
  "a list with null": [["a", 1], null],
  "a value that cannot be written, behind one that can": [
    ["a", 1],
    ["b", () => {}],
  ],
  "a key that is none, behind one that is": [
    ["a", 1],
    [{}, 1],
  ],
};
for (const [name, entries] of Object.entries(refusedEntries)) {
  test(`update_refuses ${name}, and changes nothing`, () => {
    sessionState.set("a", 0);
    const heard = listen();
    assert.equal(thrownBy(() => sessionState.update(entries)).code, "unsupported-value");
    assert.deepEqual(sessionState.toDict(), { a: 0 });
    assert.deepEqual(heard, []);
  });
}

// The property form

test("properties_read_write_and_remove", () => {
  sessionState.city = "Oslo";
  assert.equal(sessionState.get("city"), "Oslo");
  assert.ok("city" in sessionState && !("absent" in sessionState) && !("constructor" in sessionState));
  assert.ok(Object.hasOwn(sessionState, "city"));
  sessionState.tags = ["a"];
  sessionState.tags.push("b");
  assert.deepEqual({ ...sessionState }, { city: "Oslo", tags: ["a", "b"] });
  assert.deepEqual(Object.keys(sessionState), ["city", "tags"]);
  assert.equal(JSON.stringify(sessionState), '{"city":"Oslo","tags":["a","b"]}');
  sessionState.count ??= 0;
  sessionState.count += 2;
  assert.equal(sessionState.get("count"), 2);
  assert.ok(delete sessionState.city);
  assert.ok(!sessionState.has("city"));
  const seen = [];
  for (const key in sessionState) seen.push(key);
  assert.deepEqual(seen, ["tags", "count"]);
});

for (const name of methods) {
  test(`the_key_${name}_is_reachable_only_through_get`, () => {
    const own = sessionState[name];
    sessionState[name] = "x";
    if (name === "size") assert.equal(sessionState.size, 1);
    else assert.equal(sessionState[name], own, "it is still the method");
    assert.equal(sessionState.get(name), "x");
    assert.deepEqual(sessionState.toDict(), { [name]: "x" });
    assert.deepEqual(Object.keys(sessionState), []);
    delete sessionState[name];
    assert.ok(!sessionState.has(name));
    assert.ok(name in sessionState);
  });
}

for (const name of ordinary) {
  test(`the_key_${JSON.stringify(name)}_is_an_ordinary_key`, () => {
    assert.equal(sessionState[name], undefined);
    assert.ok(!sessionState.has(name) && !(name in sessionState));
    sessionState[name] = { x: 1 };
    assert.equal(sessionState[name], sessionState.get(name));
    assert.deepEqual(sessionState.get(name), { x: 1 });
    assert.ok(name in sessionState);
    assert.deepEqual(Object.keys(sessionState), [name]);
    assert.deepEqual(Object.entries(sessionState.toDict()), [[name, { x: 1 }]]);
    assert.ok(delete sessionState[name]);
    assert.equal(sessionState.size, 0);
    assert.equal({}.x, undefined);
  });
}

test("awaiting_the_state_gives_the_state", async () => {
  sessionState.set("then", "now");
  assert.equal(await sessionState, sessionState);
});

test("the_state_cannot_be_frozen_or_given_another_prototype_and_symbols_are_no_keys", () => {
  assert.throws(() => Object.freeze(sessionState), TypeError);
  assert.throws(() => Object.setPrototypeOf(sessionState, Array.prototype), TypeError);
  assert.throws(() => {
    sessionState[Symbol("a")] = 1;
  }, TypeError);
  assert.equal(sessionState[Symbol("a")], undefined);
  assert.equal(sessionState.size, 0);
});

// Errors

class Point {
  x = 1;
}
const unsupported = {
  "a function": [() => {}, "value"],
  "a symbol": [Symbol("s"), "value"],
  "a function in an object": [{ a: { "b c": () => {} } }, 'value.a["b c"]'],
  "a symbol in a list": [[0, [Symbol("s")]], "value[1][0]"],
  "a class instance": [{ point: new Point() }, "value.point"],
  "a promise": [[Promise.resolve()], "value[0]"],
  "a WeakMap": [{ weak: new WeakMap() }, "value.weak"],
  "a Blob": [{ blob: new Blob([]) }, "value.blob"],
  "a function in a Map": [new Map([["k", () => {}]]), 'value.get("k")'],
  "a function in a Set": [new Set([1, () => {}]), "value.keys()[1]"],
  "a function as a Map's key": [new Map([[() => {}, 1]]), "value.keys()[0]"],
  "a function as an error's cause": [new Error("e", { cause: () => {} }), "value.cause"],
  "a property of a list": [Object.assign([1], { extra: 1 }), "value.extra"],
};
for (const [name, [value, place]] of Object.entries(unsupported)) {
  test(`unsupported_is ${name}, the error names the place, and the old value stays`, () => {
    sessionState.set("a", "old");
    for (const write of [
      () => sessionState.set("a", value),
      () => {
        sessionState.a = value;
      },
      () => sessionState.update({ b: 1, a: value }),
      () => sessionState.transaction(() => sessionState.set("a", value)),
    ]) {
      const error = thrownBy(write);
      assert.ok(error instanceof TabstateError && error instanceof Error);
      assert.equal(error.code, "unsupported-value");
      assert.equal(error.key, "a");
      assert.ok(error.message.includes(`${place} `), error.message);
      assert.deepEqual(sessionState.toDict(), { a: "old" });
    }
    assert.equal(thrownBy(() => sessionState.setDefault("new", value)).key, "new");
    assert.ok(!sessionState.has("new"));
  });
}

test("keys_are_texts_and_numbers_become_texts", () => {
  sessionState.set(1, "one");
  sessionState.set(true, "yes");
  sessionState.set(10n, "ten");
  assert.deepEqual([...sessionState.keys()], ["1", "true", "10"]);
  assert.equal(sessionState.get(1), "one");
  assert.ok(sessionState.has(1) && sessionState.has(10n));
  assert.equal(sessionState[1], "one");
  assert.ok(sessionState.delete(true));
  for (const key of [Symbol("s"), {}, null, undefined, () => {}, ["a"]]) {
    assert.equal(thrownBy(() => sessionState.set(key, 1)).code, "unsupported-value", String(key));
  }
  assert.equal(sessionState.size, 2);
  sessionState.transaction(() => {
    sessionState.set(1, "two");
    assert.equal(sessionState.get(1), "two");
    assert.ok(sessionState.delete(10n));
    assert.ok(!sessionState.has(10n));
  });
  assert.deepEqual(sessionState.toDict(), { 1: "two" });
});

test("reads_of_what_can_be_no_key_find_nothing", () => {
  for (const key of [Symbol("s"), {}, null, undefined]) {
    assert.equal(sessionState.get(key), undefined);
    assert.equal(sessionState.has(key), false);
    assert.equal(sessionState.delete(key), false);
    assert.equal(sessionState.pop(key), undefined);
  }
});

// Transactions

test("a_transaction_gives_what_its_function_gives_and_its_reads_see_its_writes", () => {
  sessionState.update({ a: 1, b: 2 });
  const result = sessionState.transaction(() => {
    sessionState.set("a", "new");
    sessionState.c = 3;
    sessionState.delete("b");
    assert.equal(sessionState.a, "new");
    assert.ok(!sessionState.has("b"));
    assert.equal(sessionState.size, 2);
    assert.deepEqual([...sessionState], Object.entries({ a: "new", c: 3 }));
    assert.equal(sessionState.setDefault("d", 4), 4);
    assert.equal(sessionState.pop("d"), 4);
    return "result";
  });
  assert.equal(result, "result");
  assert.deepEqual([...sessionState], Object.entries({ a: "new", c: 3 }));
});

test("a_transaction_that_throws_changes_nothing_and_its_error_comes_through", () => {
  sessionState.update({ a: 1, b: 2 });
  const heard = listen();
  const fault = new RangeError("no");
  const thrown = thrownBy(() =>
    sessionState.transaction(() => {
      sessionState.set("a", "new");
      sessionState.clear();
      sessionState.set("c", 3);
      throw fault;
    }),
  );
  assert.equal(thrown, fault);
  assert.deepEqual([...sessionState], Object.entries({ a: 1, b: 2 }));
  assert.deepEqual(heard, []);
  sessionState.set("c", 3);
  assert.equal(sessionState.size, 3);
});

test("an_inner_transaction_that_throws_undoes_only_itself_and_an_outer_one_the_inner_too", () => {
  sessionState.update({ a: 1, b: 2 });
  sessionState.transaction(() => {
    sessionState.set("a", "outer");
    assert.throws(() =>
      sessionState.transaction(() => {
        sessionState.set("a", "inner");
        sessionState.delete("b");
        throw new Error("inner");
      }),
    );
    assert.deepEqual(sessionState.toDict(), { a: "outer", b: 2 });
    sessionState.transaction(() => sessionState.set("c", "inner"));
  });
  assert.deepEqual(sessionState.toDict(), { a: "outer", b: 2, c: "inner" });
  assert.throws(() =>
    sessionState.transaction(() => {
      sessionState.transaction(() => sessionState.clear());
      assert.equal(sessionState.size, 0);
      throw new Error("outer");
    }),
  );
  assert.deepEqual(sessionState.toDict(), { a: "outer", b: 2, c: "inner" });
});

test("a_refused_write_inside_undoes_the_writes_before_it_unless_it_is_caught", () => {
  sessionState.set("a", 1);
  assert.throws(() =>
    sessionState.transaction(() => {
      sessionState.set("a", 2);
      sessionState.set("b", Symbol("s"));
    }),
  );
  assert.equal(sessionState.a, 1);
  sessionState.transaction(() => {
    sessionState.set("a", 2);
    assert.throws(() => sessionState.set("b", Symbol("s")));
  });
  assert.deepEqual(sessionState.toDict(), { a: 2 });
});

test("a_transaction_that_would_wait_is_refused_and_changes_nothing", async () => {
  sessionState.set("a", 1);
  for (const wait of [
    async () => sessionState.set("a", 2),
    () => {
      sessionState.set("a", 2);
      // biome-ignore lint/suspicious/noThenProperty: what is no Promise can be waited for, too
      return { then() {} };
    },
  ]) {
    assert.equal(thrownBy(() => sessionState.transaction(wait)).code, "unsupported-value");
  }
  await turn();
  assert.equal(sessionState.a, 1);
  for (const no of [undefined, {}, "edit"]) {
    assert.equal(thrownBy(() => sessionState.transaction(no)).code, "invalid-option");
  }
});

test("a_transaction_is_one_notification_of_what_is_different_in_the_end", () => {
  sessionState.update({ a: 1, b: 2, same: 3 });
  const heard = listen({}, () => assert.deepEqual(sessionState.toDict(), { a: 2, same: 3, c: 1 }));
  sessionState.transaction(() => {
    sessionState.set("a", 0);
    sessionState.set("a", 2);
    sessionState.transaction(() => sessionState.delete("b"));
    sessionState.set("same", 3);
    sessionState.set("c", 1);
    sessionState.set("gone", 1);
    sessionState.delete("gone");
  });
  assert.deepEqual(heard, [{ keys: ["a", "b", "c"], source: "local" }]);
});

test("an_object_that_is_touched_in_a_transaction_is_kept_as_it_is_then", () => {
  const value = { n: 1 };
  sessionState.transaction(() => {
    sessionState.set("a", value);
    value.n = 22;
    sessionState.touch("a");
  });
  assert.equal(sessionState.a, value);
  const { units } = sessionState.usage();
  value.n = 1000;
  sessionState.touch("a");
  assert.equal(sessionState.usage().units, units + 2);
});

// Subscriptions

test("each_call_that_changes_something_is_one_batch", () => {
  const heard = listen();
  sessionState.set("a", 1);
  sessionState.update({ b: 1, c: 1 });
  sessionState.set("a", 1);
  sessionState.delete("absent");
  sessionState.clear();
  sessionState.clear();
  sessionState.update();
  assert.deepEqual(heard, [
    { keys: ["a"], source: "local" },
    { keys: ["b", "c"], source: "local" },
    { keys: ["a", "b", "c"], source: "local" },
  ]);
});

test("a_touch_and_a_flush_tell_of_changes_in_place_once", () => {
  sessionState.update({ a: { n: 1 }, b: { n: 1 } });
  const heard = listen();
  sessionState.a.n = 2;
  sessionState.b.n = 2;
  assert.deepEqual(heard, []);
  sessionState.touch("a");
  sessionState.touch("absent");
  sessionState.flush();
  sessionState.flush();
  assert.deepEqual(heard, [
    { keys: ["a"], source: "local" },
    { keys: ["b"], source: "local" },
  ]);
  sessionState.set("a", { n: 2 });
  assert.equal(heard.length, 3, "another object is another value");
});

test("keys_choose_what_a_listener_hears", () => {
  const heard = listen({ keys: new Set(["b", "__proto__"]) });
  sessionState.set("a", 1);
  sessionState.update({ a: 2, b: 1 });
  sessionState.set("__proto__", 1);
  assert.deepEqual(heard, [
    { keys: ["b"], source: "local" },
    { keys: ["__proto__"], source: "local" },
  ]);
});

test("unsubscribing_and_an_aborted_signal_end_it", () => {
  const abort = new AbortController();
  const heard = listen();
  const signalled = listen({ signal: abort.signal });
  const never = listen({ signal: AbortSignal.abort() });
  sessionState.set("a", 1);
  heard.unsubscribe();
  heard.unsubscribe();
  abort.abort();
  sessionState.set("a", 2);
  assert.deepEqual([heard.length, signalled.length, never.length], [1, 1, 0]);
});

test("subscribe_refuses_what_is_no_listener_and_unknown_options", () => {
  for (const [listener, options] of [
    [undefined, {}],
    [{ handleEvent() {} }, {}],
    [() => {}, { key: "a" }],
    [() => {}, { keys: "a" }],
    [() => {}, { keys: [1] }],
    [() => {}, { signal: true }],
    [() => {}, "a"],
  ]) {
    assert.equal(thrownBy(() => sessionState.subscribe(listener, options)).code, "invalid-option");
  }
});

test("a_listener_that_throws_does_not_stop_the_others_and_is_reported", (t) => {
  const reported = t.mock.method(console, "error", () => {});
  const before = listen();
  listen({}, () => {
    throw new Error("listener");
  });
  const after = listen();
  sessionState.set("a", 1);
  assert.deepEqual([before.length, after.length, sessionState.a], [1, 1, 1]);
  assert.equal(reported.mock.callCount(), 1);
});

test("a_write_from_a_listener_is_a_batch_of_its_own", () => {
  const heard = listen({}, () => {
    if ((sessionState.n ?? 0) < 3) sessionState.n = (sessionState.n ?? 0) + 1;
  });
  const other = listen();
  sessionState.set("a", 1);
  assert.equal(sessionState.n, 3);
  for (const told of [heard, other]) {
    assert.deepEqual(told.flatMap(({ keys }) => keys).toSorted(), ["a", "n", "n", "n"]);
  }
});

test("what_one_listener_does_to_its_keys_no_other_sees", () => {
  listen({}, ({ keys }) => keys.splice(0));
  const heard = listen();
  sessionState.set("a", 2);
  assert.deepEqual(heard, [{ keys: ["a"], source: "local" }]);
});

// Memory

test("on_a_server_all_is_in_memory_and_it_says_so", async () => {
  sessionState.set("a", { n: 1 });
  sessionState.a.n = 2;
  sessionState.flush();
  assert.deepEqual(
    [sessionState.durability(), sessionState.durability("a"), sessionState.durability("b")],
    ["memory", "memory", "memory"],
  );
  assert.equal(tabstate.status().sessionState, "memory");
  assert.match(tabstate.status().reasons.sessionState, /\w/);
  assert.deepEqual(sessionState.quarantined(), []);
  const { entries, units, largest } = sessionState.usage();
  assert.deepEqual([entries, largest], [1, [{ key: "a", units }]]);
  assert.ok(units > "tabstate:a".length && units < 40);
});

test("usage_lists_the_ten_largest", () => {
  for (let nth = 0; nth < 12; nth++) sessionState.set(`k${nth}`, "x".repeat(100 * nth));
  const { entries, units, largest } = sessionState.usage();
  assert.equal(entries, 12);
  assert.deepEqual(
    largest.map(({ key }) => key),
    Array.from({ length: 10 }, (_, nth) => `k${11 - nth}`),
  );
  assert.ok(units > 6600 && units < 6900);
});

test("the_tabs_id_is_32_digits_stays_and_is_ready", async () => {
  const { tabId } = sessionState;
  assert.match(tabId, /^[0-9a-f]{32}$/);
  assert.equal(await sessionState.ready(), undefined);
  assert.equal(sessionState.tabId, tabId);
  assert.ok(!sessionState.has("tabId"));
  const other = await unused();
  assert.notEqual(other.sessionState.tabId, tabId);
});

// Options

const refusedOptions = {
  "an empty namespace": { namespace: "" },
  "a namespace with a colon": { namespace: "a:b" },
  "a namespace with a mark": { namespace: "a!b" },
  "a namespace that is a number": { namespace: 5 },
  "a namespace that is null": { namespace: null },
  "a version that is text": { sessionVersion: "1" },
  "a negative version": { sessionVersion: -1 },
  "a fraction of a version": { sessionVersion: 1.5 },
  "a version that is no number": { sessionVersion: Number.NaN },
  "a version beyond all": { sessionVersion: 2 ** 53 },
  "a migration that is none": { migrate: {} },
  "no migration": { migrate: null },
  "another word about copies": { onClone: "clear" },
  "another letter case": { onClone: "Keep" },
  "an unknown option": { sessionversion: 1 },
};
for (const [name, options] of Object.entries(refusedOptions)) {
  test(`configure_refuses ${name}`, async () => {
    const { configure, sessionState } = await unused();
    const error = thrownBy(() => configure(options));
    assert.equal(error.code, "invalid-option");
    assert.equal(error.key, Object.keys(options)[0]);
    sessionState.set("a", 1);
    assert.equal(sessionState.a, 1);
  });
}

test("configure_takes_each_option_and_undefined_for_each", async () => {
  for (const options of [
    { namespace: "app", sessionVersion: 3, migrate: (_key, value) => value, onClone: "fresh" },
    { namespace: undefined, sessionVersion: undefined, migrate: undefined, onClone: undefined },
    { sessionVersion: 0, onClone: "keep", namespace: "ключ app/1" },
  ]) {
    const { configure, sessionState } = await unused();
    configure(options);
    sessionState.set("a", 1);
    assert.equal(sessionState.a, 1);
    await sessionState.ready();
  }
});

const uses = {
  read: ({ sessionState }) => sessionState.get("a"),
  property: ({ sessionState }) => sessionState.a,
  write: ({ sessionState }) => sessionState.set("a", 1),
  id: ({ sessionState }) => sessionState.tabId,
};
for (const [name, use] of Object.entries(uses)) {
  test(`configure_after_the_first_${name}_is_refused`, async () => {
    const fresh = await unused();
    use(fresh);
    for (const options of [{ namespace: "b" }, { sessionVersion: 1 }, { migrate() {} }, { onClone: "fresh" }]) {
      assert.equal(thrownBy(() => fresh.configure(options)).code, "invalid-option", JSON.stringify(options));
    }
  });
}

test("configure_after_the_first_use_through_another_copy_is_refused", async () => {
  const first = await unused();
  const second = await importFrom(copyPackage());
  second.sessionState.set("a", 1);
  assert.equal(thrownBy(() => first.configure({ namespace: "b" })).code, "invalid-option");
  assert.equal(first.sessionState.a, 1);
});

test("two_copies_of_the_package_share_one_session", async () => {
  const first = await unused();
  const second = await importFrom(copyPackage());
  const value = {};
  first.configure({ namespace: "shared" });
  first.sessionState.set("a", value);
  assert.equal(second.sessionState.a, value);
  const heard = listen({}, undefined, second.sessionState);
  first.sessionState.a = 2;
  assert.deepEqual(heard, [{ keys: ["a"], source: "local" }]);
  assert.equal(first.sessionState.tabId, second.sessionState.tabId);
  assert.ok(thrownBy(() => second.sessionState.set("b", () => {})) instanceof first.TabstateError);
});

test("slim_refuses_every_call_before_init_and_works_after_it", async () => {
  const slim = await unused("slim");
  const { sessionState } = slim;
  const calls = {
    get: () => sessionState.get("a"),
    set: () => sessionState.set("a", 1),
    size: () => sessionState.size,
    property: () => sessionState.a,
    assignment: () => {
      sessionState.a = 1;
    },
    in: () => "a" in sessionState,
    delete: () => delete sessionState.a,
    keys: () => Object.keys(sessionState),
    iteration: () => [...sessionState],
    tabId: () => sessionState.tabId,
    ready: () => sessionState.ready(),
    subscribe: () => sessionState.subscribe(() => {}),
    transaction: () => sessionState.transaction(() => {}),
  };
  for (const [name, call] of Object.entries(calls)) assert.equal(thrownBy(call).code, "not-ready", name);
  await slim.init(readFileSync(join(packed, "dist", "tabstate.wasm")));
  slim.configure({ namespace: "slim" });
  sessionState.a = 1;
  assert.deepEqual({ ...sessionState }, { a: 1 });
});
