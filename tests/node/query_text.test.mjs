// Queries as pure functions, and the parameters against a model: properties over random texts, and extreme sizes.

import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { tabstate, within } from "../support/packages.mjs";

const { parseQuery, formatQuery, queryParams } = tabstate;

const wellFormed = (text) => text.toWellFormed();
const units = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 0xffff }),
    fc.integer({ min: 0xd7ff, max: 0xe000 }),
    fc.integer({ min: 0, max: 0x7f }),
  ),
);
const text = fc.oneof(
  fc.string(),
  units.map((codes) => String.fromCharCode(...codes)),
);
const pair = fc.tuple(text, text);
/** Texts that are nearly queries: what a query is written with, broken escapes, bytes that are not UTF-8. */
const query = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "&",
        "=",
        "+",
        "%",
        "?",
        "#",
        "%20",
        "%2",
        "%zz",
        "%C3%A9",
        "%C3",
        "%FF",
        "%00",
        "%EF%BB%BF",
        "a",
        ";",
      ),
      text,
    ),
  )
  .map((parts) => parts.join(""));

/** The URL standard's parser. Node's own mangles non-ASCII text beside a broken escape; the browsers' are asked in e2e. */
function standard(query) {
  const bytes = Buffer.from(query.replace(/^\?/, ""), "utf8").toString("latin1");
  const decode = (part) => {
    const decoded = part
      .replaceAll("+", " ")
      .replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(`0x${hex}`));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.from(decoded, "latin1"));
  };
  return bytes
    .split("&")
    .filter((field) => field !== "")
    .map((field) => {
      const [name, ...value] = field.split("=");
      return [decode(name), decode(value.join("="))];
    });
}

test("a_query_reads_as_the_url_standard_says", () => {
  fc.assert(
    fc.property(query, (query) => {
      assert.deepEqual(parseQuery(query), standard(query));
    }),
    { numRuns: 3000 },
  );
});

test("what_is_formatted_reads_back_pair_by_pair", () => {
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      const expected = pairs.map((texts) => texts.map(wellFormed));
      assert.deepEqual(parseQuery(formatQuery(pairs)), expected);
      assert.deepEqual([...new URLSearchParams(formatQuery(pairs))], expected);
    }),
    { numRuns: 1000 },
  );
});

test("a_formatted_query_is_canonical_and_safe_at_its_end", () => {
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      const query = formatQuery(pairs);
      assert.match(query, /^(?:[-A-Za-z0-9._~,:/@$!*;+&=]|%[0-9A-F]{2})*$/);
      assert.doesNotMatch(query, /[.,!:;*_~]$/);
      assert.equal(formatQuery(parseQuery(query)), query);
    }),
    { numRuns: 1000 },
  );
});

test("a_list_is_written_as_a_repeated_key", () => {
  assert.equal(formatQuery({ a: [1, true], b: null, c: [], d: "" }), "a=1&a=true&d=");
});

for (const [input, pairs] of [
  ["", []],
  ["?", []],
  ["??a=1", [["?a", "1"]]],
  [
    "&&a&&=&",
    [
      ["a", ""],
      ["", ""],
    ],
  ],
  ["a=%00", [["a", "\0"]]],
  ["a=%EF%BB%BFx", [["a", "\uFEFFx"]]],
  ["a=%C3%28", [["a", "\uFFFD("]]],
  ["a=\uD800", [["a", "\uFFFD"]]],
  [
    "__proto__=1&constructor=2",
    [
      ["__proto__", "1"],
      ["constructor", "2"],
    ],
  ],
]) {
  test(`parseQuery reads ${JSON.stringify(input)}`, () => {
    assert.deepEqual(parseQuery(input), pairs);
  });
}

const key = fc.oneof(fc.constantFrom("a", "b", "c", "d", "__proto__", "get", "\uD800"), text);
const list = fc.array(text, { maxLength: 3 });
const operation = fc.oneof(
  fc.record({ op: fc.constant("set"), key, texts: list }),
  fc.record({ op: fc.constant("delete"), key }),
  fc.record({ op: fc.constant("update"), entries: fc.array(fc.tuple(key, list), { maxLength: 4 }) }),
  fc.record({ op: fc.constant("fromDict"), entries: fc.array(fc.tuple(key, list), { maxLength: 4 }) }),
  fc.record({ op: fc.constant("clear") }),
);
const isReserved = (key) => ["embed", "embed_options"].includes(key.toLowerCase());

/** A Map keeps keys in order of arrival and a changed one in its place, as the parameters do. */
function apply(model, { op, key, texts, entries = [] }) {
  const write = (key, texts) => {
    if (texts.length === 0) model.delete(wellFormed(key));
    else model.set(wellFormed(key), texts.map(wellFormed));
  };
  if (op === "set") write(key, texts);
  if (op === "delete") model.delete(wellFormed(key));
  if (op === "clear") model.clear();
  if (op === "fromDict") {
    const named = new Set(entries.map(([key]) => wellFormed(key)));
    for (const key of model.keys()) if (!named.has(key)) model.delete(key);
  }
  for (const [key, texts] of lastOf(entries)) write(key, texts);
}

function lastOf(entries) {
  const lasts = new Map();
  for (const [key, texts] of entries) lasts.set(wellFormed(key), texts);
  return lasts;
}

test("any_writes_read_as_a_map_of_lists_would", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 12 }), (operations) => {
      queryParams.clear();
      const model = new Map();
      for (const { op, key, texts, entries } of operations) {
        if ([key, ...(entries ?? []).map(([key]) => key)].some((key) => isReserved(key ?? ""))) continue;
        apply(model, { op, key, texts, entries });
        if (op === "set") queryParams.set(key, texts);
        else if (op === "delete") queryParams.delete(key);
        else if (op === "clear") queryParams.clear();
        else queryParams[op](entries);
        assert.deepEqual(
          [...queryParams.keys()].map((key) => [key, queryParams.getAll(key)]).sort(),
          [...model].sort(),
        );
      }
      assert.deepEqual(parseQuery(queryParams.toString()).length, [...model.values()].flat().length);
    }),
    { numRuns: 500 },
  );
});

test("a_lone_surrogate_in_a_key_reads_as_it_was_written", () => {
  queryParams.fromDict({ "\uD800": "x" });
  assert.equal(queryParams.get("\uD800"), "x");
  assert.equal(queryParams["\uD800"], "x");
  assert.ok(queryParams.has("\uD800"));
  assert.deepEqual([...queryParams.keys()], ["\uFFFD"]);
  assert.equal(queryParams.delete("\uD800"), true);
});

test("a_query_of_a_megabyte_is_read_and_written", () =>
  within(5_000, ({ queryParams, parseQuery }, assert) => {
    const long = "é\0 ".repeat(350_000);
    queryParams.fromDict({ before: 1, long, after: 2 });
    assert.equal(queryParams.get("long"), long);
    queryParams.set("before", 3);
    assert.deepEqual(queryParams.toDict(), { before: "3", long, after: "2" });
    assert.deepEqual(parseQuery(queryParams.toString())[1], ["long", long]);
  }));

test("a_hundred_thousand_fields_are_read_and_formatted_in_bounded_time", () =>
  within(5_000, ({ queryParams, parseQuery, formatQuery }, assert) => {
    const entries = Array.from({ length: 100_000 }, (_, n) => [`k${n}`, `${n}`]);
    assert.deepEqual(parseQuery(formatQuery(entries)), entries);
    queryParams.fromDict(entries);
    assert.equal(queryParams.size, 100_000);
    assert.equal(queryParams.get("k99999"), "99999");
    queryParams.set("k500", "changed");
    assert.deepEqual([queryParams.get("k500"), queryParams.size], ["changed", 100_000]);
  }));

test("a_hundred_thousand_fields_are_changed_and_removed_in_bounded_time", () =>
  within(10_000, ({ queryParams }, assert) => {
    const keys = Array.from({ length: 100_000 }, (_, n) => `k${n}`);
    queryParams.update(keys.map((key) => [key, "1"]));
    queryParams.update(keys.map((key) => [key, "2"]));
    assert.deepEqual([queryParams.get("k0"), queryParams.get("k99999"), queryParams.size], ["2", "2", 100_000]);
    queryParams.update(keys.map((key) => [key, null]));
    assert.equal(queryParams.size, 0);
  }));

test("a_hundred_thousand_writes_of_new_keys_in_a_turn_take_bounded_time", () =>
  within(5_000, ({ queryParams }, assert) => {
    for (let n = 0; n < 100_000; n += 1) queryParams.set(`k${n}`, "1");
    assert.equal(queryParams.size, 100_000);
  }));

test("a_hundred_thousand_writes_of_one_key_in_a_turn_take_bounded_time", () =>
  within(5_000, ({ queryParams }, assert) => {
    queryParams.fromDict({ a: "1", b: "2", c: "3" });
    for (let n = 0; n < 100_000; n += 1) queryParams.set("b", `${n}`);
    assert.equal(queryParams.toString(), "a=1&b=99999&c=3");
  }));

test("a_key_repeated_a_hundred_thousand_times_takes_bounded_time", () =>
  within(5_000, ({ queryParams }, assert) => {
    const values = Array.from({ length: 100_000 }, (_, n) => `${n}`);
    queryParams.set("a", values);
    assert.deepEqual(queryParams.getAll("a"), values);
    assert.equal(queryParams.get("a"), "99999");
    queryParams.set("a", "one");
    assert.equal(queryParams.toString(), "a=one");
  }));
