// What can be written, as which text, and what is refused.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { runInNewContext } from "node:vm";
import { tabstate, thrownBy } from "../support/packages.mjs";

const { queryParams, formatQuery, TabstateError } = tabstate;

beforeEach(() => queryParams.fromDict({ a: "old", b: ["1", "2"] }));

const written = {
  text: ["x", ["x"]],
  "empty text": ["", [""]],
  "a number": [1.5, ["1.5"]],
  "a large number": [1e21, ["1e+21"]],
  "not a number": [Number.NaN, ["NaN"]],
  infinity: [-Infinity, ["-Infinity"]],
  "minus zero": [-0, ["0"]],
  "a bigint": [12345678901234567890n, ["12345678901234567890"]],
  true: [true, ["true"]],
  false: [false, ["false"]],
  "a Date": [new Date(Date.UTC(2024, 1, 29, 12)), ["2024-02-29T12:00:00.000Z"]],
  "a Date before year 0": [new Date(Date.UTC(-1, 0, 1)), ["-000001-01-01T00:00:00.000Z"]],
  "a boxed text": [Object("x"), ["x"]],
  "a boxed number": [Object(2), ["2"]],
  "a boxed boolean": [Object(false), ["false"]],
  "an array": [
    ["x", 1, true, 2n],
    ["x", "1", "true", "2"],
  ],
  "an array with empty items": [
    ["", "x", ""],
    ["", "x", ""],
  ],
  "an array of Dates": [[new Date(0)], ["1970-01-01T00:00:00.000Z"]],
  "a Set": [new Set(["x", "y"]), ["x", "y"]],
  "a generator": [range(3), ["0", "1", "2"]],
  "a typed array": [Uint8Array.of(1, 2), ["1", "2"]],
  "a bigint array": [BigInt64Array.of(-1n), ["-1"]],
  "an own iterable": [{ [Symbol.iterator]: () => range(2) }, ["0", "1"]],
  "a lone surrogate": ["a\uD800b", ["a\uFFFDb"]],
  "a pair in the wrong order": ["\uDC00\uD800", ["\uFFFD\uFFFD"]],
  NUL: ["a\0b", ["a\0b"]],
  "a byte order mark": ["\uFEFFa", ["\uFEFFa"]],
  "what a query is written with": ["a=1&b=2#c?d+e%20", ["a=1&b=2#c?d+e%20"]],
  "an empty array": [[], []],
  "an empty Set": [new Set(), []],
  null: [null, []],
  undefined: [undefined, []],
};

for (const [name, [value, texts]] of Object.entries(written)) {
  test(`set_writes ${name}`, () => {
    const again = name === "a generator" ? range(3) : value;
    queryParams.set("a", value);
    assert.deepEqual(queryParams.getAll("a"), texts);
    assert.equal(queryParams.get("a"), texts.at(-1));
    assert.equal(queryParams.has("a"), texts.length > 0);
    assert.deepEqual(queryParams.getAll("b"), ["1", "2"]);
    queryParams.update({ c: again });
    assert.deepEqual(queryParams.getAll("c"), texts);
  });
}

const refused = {
  "an invalid Date": new Date(Number.NaN),
  "a plain object": { k: "v" },
  "an object without a prototype": Object.create(null),
  "a Map": new Map([["k", "v"]]),
  "an empty Map": new Map(),
  "a nested list": [["x"]],
  "null inside a list": ["x", null],
  "undefined inside a list": ["x", undefined],
  "a hole in a list": Array(1),
  "a mapping inside a list": [{ k: "v" }],
  "an invalid Date inside a list": [new Date(Number.NaN)],
  "a symbol": Symbol("x"),
  "a symbol inside a list": [Symbol("x")],
  "a function": () => "x",
  "a promise": Promise.resolve("x"),
  "a regular expression": /x/,
  "an error": new Error("x"),
  "a buffer": new ArrayBuffer(2),
  "the parameters of a URL": new URLSearchParams("x=1"),
  "a URL": new URL("https://example.com/"),
};

for (const [name, value] of Object.entries(refused)) {
  test(`a_write_refuses ${name}, and changes nothing`, () => {
    const before = queryParams.toString();
    const writes = [
      () => queryParams.set("a", value),
      () => queryParams.update({ c: "new", a: value, b: null }),
      () =>
        queryParams.update([
          ["b", "new"],
          ["a", value],
        ]),
      () => queryParams.fromDict({ c: "new", a: value }),
      () => formatQuery({ a: value }),
      () => {
        queryParams.a = value;
      },
    ];
    for (const write of writes) {
      const error = thrownBy(write);
      assert.ok(error instanceof TabstateError && error instanceof Error, `${error} at ${write}`);
      assert.equal(error.code, "unsupported-value");
      assert.equal(error.key, "a");
      assert.match(error.message, /"a"/);
      assert.equal(queryParams.toString(), before, `${write} changed something`);
    }
  });
}

const refusedEntries = {
  null: null,
  "a text": "a=1",
  "a number": 1,
  "a boolean": true,
  "a function": () => [],
  "an item that is no pair": [["a", "1"], "abc"],
  "a triple": [["a", "1", "2"]],
  "a single": [["a"]],
  "an item that is null": [null],
  "a key that is a number": [[1, "x"]],
  "a key that is null": [[null, "x"]],
  "a key that is a symbol": [[Symbol("a"), "x"]],
};

for (const [name, entries] of Object.entries(refusedEntries)) {
  test(`update and fromDict refuse ${name}, and change nothing`, () => {
    const before = queryParams.toString();
    for (const write of [() => queryParams.update(entries), () => queryParams.fromDict(entries)]) {
      assert.equal(thrownBy(write).code, "unsupported-value", `${write}`);
      assert.equal(queryParams.toString(), before);
    }
  });
}

for (const key of [1, null, undefined, Symbol("a"), {}, ["a"], true]) {
  test(`a_key_is_text, not ${String(key)} (${typeof key})`, () => {
    const before = queryParams.toString();
    assert.equal(thrownBy(() => queryParams.set(key, "x")).code, "unsupported-value");
    assert.equal(queryParams.toString(), before);
  });
}

test("a_value_that_throws_while_it_is_read_changes_nothing", () => {
  const before = queryParams.toString();
  const fault = new RangeError("enough");
  function* faulty() {
    yield "x";
    throw fault;
  }
  const getter = {
    c: "new",
    get a() {
      throw fault;
    },
  };
  for (const write of [
    () => queryParams.set("a", faulty()),
    () => queryParams.update({ c: "new", a: faulty() }),
    () =>
      queryParams.fromDict([
        ["c", "new"],
        ["a", faulty()],
      ]),
    () => queryParams.update(getter),
  ]) {
    assert.equal(thrownBy(write), fault);
    assert.equal(queryParams.toString(), before);
  }
  queryParams.set("a", "afterwards");
  assert.equal(queryParams.get("a"), "afterwards");
});

test("of_a_repeated_key_in_the_entries_the_last_one_counts", () => {
  queryParams.update([
    ["a", "1"],
    ["a", ["2", "3"]],
  ]);
  assert.deepEqual(queryParams.getAll("a"), ["2", "3"]);
});

test("entries_may_be_any_iterable_of_pairs", () => {
  for (const entries of [
    new Map([["a", "1"]]),
    new URLSearchParams("a=1"),
    Object.entries({ a: 1 }).values(),
    new Set([["a", 1n]]),
    Object.assign(Object.create(null), { a: true && "1" }),
    Object.assign(Object.create({ inherited: "not this" }), { a: "1" }),
  ]) {
    queryParams.fromDict(entries);
    assert.equal(queryParams.toString(), "a=1");
  }
});

test("update_removes_with_null_and_undefined", () => {
  queryParams.update({ a: null, b: undefined, c: [] });
  assert.equal(queryParams.toString(), "");
  queryParams.update([
    ["a", "1"],
    ["a", null],
  ]);
  assert.equal(queryParams.toString(), "");
});

test("the_parameters_can_be_given_to_themselves", () => {
  queryParams.update(queryParams);
  assert.deepEqual(queryParams.getAll("b"), ["2"], "update takes last values");
  queryParams.set("b", ["1", "2"]);
  queryParams.fromDict(queryParams);
  assert.equal(queryParams.toString(), "a=old&b=2");
});

test("a_value_of_another_realm_is_written_as_one_of_this", () => {
  queryParams.set("a", runInNewContext("['x', 'y']"));
  assert.deepEqual(queryParams.getAll("a"), ["x", "y"]);
  queryParams.set("a", runInNewContext("new Date(0)"));
  assert.equal(queryParams.get("a"), "1970-01-01T00:00:00.000Z");
  assert.equal(
    thrownBy(() => queryParams.set("a", runInNewContext("new Map([['k', 'v']])"))).code,
    "unsupported-value",
  );
});

test("getAll_gives_a_fresh_array_each_time", () => {
  queryParams.getAll("b").push("3");
  queryParams.getAll("absent").push("3");
  assert.deepEqual(queryParams.getAll("b"), ["1", "2"]);
  assert.deepEqual(queryParams.getAll("absent"), []);
});

test("toDict_is_not_connected_to_the_parameters", () => {
  queryParams.toDict().a = "changed";
  assert.equal(queryParams.get("a"), "old");
});

test("delete_gives_whether_the_key_was_there", () => {
  assert.equal(queryParams.delete("a"), true);
  assert.equal(queryParams.delete("a"), false);
});

test("a_key_keeps_its_place_until_it_is_removed", async () => {
  queryParams.set("a", "new");
  assert.deepEqual([...queryParams.keys()], ["a", "b"]);
  queryParams.delete("a");
  queryParams.set("a", "again");
  assert.deepEqual([...queryParams.keys()], ["b", "a"]);
  queryParams.clear();
  queryParams.set("b", 1);
  queryParams.set("a", 2);
  assert.deepEqual([...queryParams.keys()], ["b", "a"]);
});

test("an_iteration_goes_over_the_entries_as_they_were_when_it_began", () => {
  const seen = [];
  for (const [key, value] of queryParams) {
    queryParams.set(`${key}-seen`, value);
    queryParams.delete(key);
    seen.push(key);
  }
  assert.deepEqual(seen, ["a", "b"]);
  assert.equal(queryParams.toString(), "a-seen=old&b-seen=2");
});

test("a_reserved_key_is_refused_in_any_letter_case_and_changes_nothing", () => {
  const before = queryParams.toString();
  for (const key of ["embed", "EMBED", "Embed_Options"]) {
    for (const write of [
      () => queryParams.set(key, "x"),
      () => queryParams.set(key, ["x"]),
      () => queryParams.update({ a: "new", [key]: "x" }),
      () => queryParams.fromDict({ a: "new", [key]: "x" }),
    ]) {
      const error = thrownBy(write);
      assert.equal(error.code, "reserved");
      assert.equal(error.key, key);
      assert.equal(queryParams.toString(), before);
    }
  }
});

function* range(end) {
  for (let n = 0; n < end; n += 1) yield n;
}

test("of_keys_that_differ_in_lone_surrogates_alone_the_last_one_counts", () => {
  queryParams.fromDict([
    ["\uD800", []],
    ["\uD801", []],
    ["\uD800", ["last"]],
  ]);
  assert.equal(queryParams.get("\uFFFD"), "last");
});
