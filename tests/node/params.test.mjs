// `defineParams`: snapshots, defaults, linked rules, options, links. In memory, where every write is read at once.

import assert from "node:assert/strict";
import test from "node:test";
import { copyPackage, importFrom, tabstate, thrownBy, turn, unused } from "../support/packages.mjs";

const { custom, date, decimal, defineParams, delimited, float, int, json, list, oneOf } = tabstate;
const { queryParams, schema, text, tuple } = tabstate;

const definition = () => ({
  q: text().default(""),
  page: int({ min: 1 }).default(1),
  sort: oneOf(["price", "name"]).default("price"),
  tags: list(text()),
  from: date().optional(),
  geo: tuple(float(), float()).optional(),
});
const filters = () => defineParams(definition(), { resets: { page: ["q", "sort", "tags"] } });

test("absent_parameters_read_as_their_defaults", () => {
  queryParams.clear();
  const expected = { q: "", page: 1, sort: "price", tags: [], from: undefined, geo: undefined };
  assert.deepEqual(filters().get(), expected);
  assert.equal(queryParams.toString(), "");
});

test("a_snapshot_is_the_same_object_until_a_value_changes", () => {
  queryParams.fromDict({ page: "2", tags: ["a", "b"], geo: "1.5,2" });
  const params = filters();
  const before = params.get();
  assert.ok(Object.isFrozen(before) && Object.isFrozen(before.tags) && Object.isFrozen(before.geo));
  queryParams.set("other", "1");
  queryParams.update({ page: "02", geo: "1.50,2.0" });
  assert.equal(params.get(), before, "other texts of the same values are no change");
  params.set({ q: "x", page: 2 });
  assert.notEqual(params.get(), before);
  assert.equal(params.get().tags, before.tags, "what did not change is the same object");
  assert.equal(params.get().geo, before.geo);
  assert.deepEqual(before, { ...before, q: "" });
});

test("defaults_are_left_out_and_kept_where_that_is_asked", () => {
  queryParams.clear();
  const params = defineParams({ a: int().default(1), b: int().default(1).keepDefault(), c: list(int()).default([1]) });
  params.set({ a: 2, b: 2, c: [2] });
  assert.equal(queryParams.toString(), "a=2&b=2&c=2");
  params.set({ a: 1, b: 1, c: [1] });
  assert.equal(queryParams.toString(), "b=1");
  params.set({ b: null });
  assert.equal(queryParams.toString(), "");
  params.set({ a: 3, b: 3 });
  params.reset();
  assert.equal(queryParams.toString(), "b=1");
});

test("an_empty_list_is_told_apart_from_an_absent_one", () => {
  queryParams.clear();
  const params = defineParams({
    a: list(text()).default(["x"]),
    b: list(text()).optional(),
    c: delimited(",", text()).default(["x"]),
    d: list(text()),
  });
  params.set({ a: [], b: [], c: [], d: [] });
  assert.equal(queryParams.toString(), "a=&b=&c=");
  assert.deepEqual(params.get(), { a: [], b: [], c: [], d: [] });
  params.set({ a: [""], b: ["", ""], c: [""], d: [""] });
  assert.deepEqual(params.get(), { a: [""], b: ["", ""], c: [""], d: [""] });
  params.reset();
  assert.deepEqual(params.get(), { a: ["x"], b: undefined, c: ["x"], d: [] });
});

test("a_default_can_be_made_when_it_is_needed", () => {
  queryParams.clear();
  let made = 0;
  const params = defineParams({
    year: int().default(() => {
      made += 1;
      return 2026;
    }),
    days: list(int()).default(() => [1, 2]),
  });
  assert.equal(made, 0);
  const before = params.get();
  assert.deepEqual(before, { year: 2026, days: [1, 2] });
  queryParams.set("other", "2");
  assert.equal(params.get(), before, "what is made anew and means the same is no change");
  params.set({ year: 2026 });
  assert.equal(queryParams.get("year"), undefined);
});

// Absent and invalid.

test("absent_and_invalid_are_told_apart_and_neither_throws", () => {
  queryParams.fromDict({ page: "1e3", sort: "price", tags: ["a"] });
  const params = filters();
  const reason = "not a whole number";
  assert.deepEqual(params.inspect("page"), { state: "invalid", raw: ["1e3"], reason, value: 1 });
  assert.deepEqual(params.inspect("q"), { state: "absent", raw: [], value: "" });
  assert.deepEqual(params.inspect("sort"), { state: "value", raw: ["price"], value: "price" });
  assert.equal(params.get("page"), 1);
  params.set({ page: 1 });
  assert.equal(queryParams.has("page"), false, "a write mends it");
});

test("one_invalid_item_makes_a_list_invalid_and_shifts_none", () => {
  queryParams.fromDict({ ids: ["1", "x", "3"], pairs: "1,x" });
  const params = defineParams({ ids: list(int()), pairs: delimited(",", int()) });
  assert.deepEqual(params.get(), { ids: [], pairs: [] });
  assert.equal(params.inspect("ids").state, "invalid");
  assert.deepEqual(params.inspect("ids").raw, ["1", "x", "3"]);
});

test("a_key_that_looks_like_an_escape_is_a_key", () => {
  queryParams.clear();
  const params = defineParams({ "%41": int(), A: int(), ["__proto__"]: int(), toString: int() });
  params.set({ "%41": 1, A: 2, ["__proto__"]: 3, toString: 4 });
  assert.equal(queryParams.toString(), "%2541=1&A=2&__proto__=3&toString=4");
  assert.deepEqual(Object.entries(params.get()).sort(), [
    ["%41", 1],
    ["A", 2],
    ["__proto__", 3],
    ["toString", 4],
  ]);
});

// Values that read and have no text: a link must not be able to stop a page.

const splitting = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: { parts: value.split("-") } }) },
};

test("a_value_that_cannot_be_written_is_read_follows_the_address_and_stops_nothing", () => {
  const throws = custom({
    parse: (given) => ({ given }),
    format() {
      throw new Error("cannot be written");
    },
  });
  const params = defineParams({ a: schema(splitting), b: throws, j: json(), k: int().default(1) });
  queryParams.fromDict({ a: "a-b", b: "x", j: "[1e999]" });
  assert.deepEqual(params.get(), { a: { parts: ["a", "b"] }, b: { given: "x" }, j: undefined, k: 1 });
  queryParams.fromDict({ a: "c", b: "y", j: "[1e999,2]" });
  assert.deepEqual(params.get(), { a: { parts: ["c"] }, b: { given: "y" }, j: undefined, k: 1 });
  params.set({ k: 2 });
  assert.equal(params.get("k"), 2);
  assert.equal(thrownBy(() => params.set({ a: { parts: ["d"] } })).code, "unsupported-value");
  assert.equal(queryParams.get("a"), "c");
  params.reset();
  assert.equal(queryParams.toString(), "");
});

test("a_default_that_is_made_wrong_stops_no_write", () => {
  queryParams.clear();
  const params = defineParams({ i: int().default(() => "x"), k: int() });
  params.set({ k: 1 });
  params.set({ i: 4 });
  assert.deepEqual(params.get(), { i: 4, k: 1 });
});

test("a_list_of_a_schema_tells_an_empty_list_apart_as_any_list_does", () => {
  const texts = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };
  queryParams.clear();
  const params = defineParams({
    a: list(schema(texts)).default(["z"]),
    b: list(schema(texts)).optional(),
    c: list(schema(texts)),
  });
  assert.deepEqual(params.get(), { a: ["z"], b: undefined, c: [] });
  params.set({ a: [], b: [], c: [] });
  assert.deepEqual(params.get(), { a: [], b: [], c: [] });
  assert.equal(queryParams.toString(), "a=&b=");
});

test("a_default_that_throws_is_told_to_the_page_and_stops_no_read", (context) => {
  const told = context.mock.method(console, "error", () => {});
  queryParams.fromDict({ w: "1" });
  const params = defineParams({
    w: int(),
    f: int().default(() => {
      throw new Error("no default today");
    }),
  });
  assert.deepEqual(params.get(), { w: 1, f: undefined });
  assert.equal(params.inspect("f").state, "absent");
  assert.deepEqual(params.parse("?w=2"), { w: 2, f: undefined });
  params.set({ w: 3 });
  assert.equal(params.get("w"), 3);
  assert.equal(told.mock.calls[0]?.arguments[0]?.message, "no default today");
});

test("a_default_that_asks_for_the_values_gets_those_from_before", () => {
  queryParams.fromDict({ b: "2" });
  const params = defineParams({ a: int().default(() => params.get("b") ?? 5), b: int() });
  assert.deepEqual(params.get(), { a: 5, b: 2 });
  params.set({ b: 3 });
  assert.deepEqual(params.get(), { a: 2, b: 3 });
});

test("a_codec_that_throws_whatever_makes_its_parameter_invalid", () => {
  for (const thrown of [Object.create(null), undefined, "absent", new Error("absent")]) {
    const broken = custom({
      parse() {
        throw thrown;
      },
      format: String,
    });
    queryParams.fromDict({ x: "1" });
    const { state, raw } = defineParams({ x: broken }).inspect("x");
    assert.deepEqual([state, raw], ["invalid", ["1"]]);
  }
});

test("a_default_is_kept_as_a_copy_in_its_canonical_form", () => {
  queryParams.clear();
  const given = { a: 1 };
  const day = new Date("2024-02-29");
  const params = defineParams({
    d: date().default(day),
    j: json().default(given),
    l: list(tuple(int(), int())).default([[1, 2]]),
    n: decimal().default("1.50"),
    s: list(int()).default(new Set([1, 2])),
  });
  day.setUTCDate(1);
  given.a = 2;
  params.parse("").j.a = 3;
  params.parse("").d.setUTCDate(2);
  const values = params.get();
  assert.deepEqual(values, { d: new Date("2024-02-29"), j: { a: 1 }, l: [[1, 2]], n: "1.5", s: [1, 2] });
  assert.ok(Object.isFrozen(values.l) && Object.isFrozen(values.l[0]));
  queryParams.set("other", "1");
  assert.equal(params.get(), values, "and is the same object from snapshot to snapshot");
});

test("the_last_of_default_and_optional_counts", () => {
  queryParams.clear();
  const params = defineParams({ a: int().default(3).optional(), b: int().optional().default(3) });
  assert.deepEqual(params.get(), { a: undefined, b: 3 });
});

test("what_is_no_change_no_function_and_no_definition_is_refused", () => {
  queryParams.fromDict({ n: "1" });
  const params = defineParams({ n: int() }, { resets: { n: async () => false } });
  const refused = [
    () => params.set(new Map([["n", 5]])),
    () => params.set(null),
    () => params.update({ n: 5 }),
    () => params.update(async () => ({ n: 5 })),
    () => params.set({}),
    () => defineParams(null),
    () => json((value) => value),
    () => json({}),
    () => schema(splitting, { formt: String }),
    () => custom(),
    () => int({ min: 5, max: 3 }),
    () => delimited(null, text()),
    () => text().debounce(),
  ];
  for (const run of refused) assert.equal(thrownBy(run).code, "invalid-option", `${run}`);
  assert.equal(queryParams.toString(), "n=1");
});

// Linked rules.

const changesOf = (params, options) => {
  const heard = [];
  const stop = params.subscribe((change) => heard.push(change), options);
  return { heard, stop };
};

test("a_filter_resets_the_page_in_the_same_write_and_the_same_notification", async () => {
  queryParams.fromDict({ page: "5", other: "1" });
  const params = filters();
  const { heard, stop } = changesOf(params);
  params.set({ q: "fjord" });
  assert.deepEqual([params.get("q"), params.get("page")], ["fjord", 1]);
  assert.equal(queryParams.toString(), "other=1&q=fjord");
  await turn();
  assert.deepEqual(heard, [{ keys: ["q", "page"], source: "local" }]);
  stop();
});

test("a_rule_acts_on_a_change_and_not_on_a_write", () => {
  queryParams.fromDict({ q: "a", page: "5" });
  const params = filters();
  params.set({ q: "a" });
  assert.equal(params.get("page"), 5);
  params.set({ q: "b", page: 3 });
  assert.equal(params.get("page"), 3, "what is named is not reset");
  params.set({ tags: [] });
  assert.equal(params.get("page"), 3);
  params.reset("q");
  assert.equal(params.get("page"), 1);
});

test("rules_follow_one_another", () => {
  queryParams.fromDict({ page: "2", row: "7", q: "a" });
  const params = defineParams(
    { q: text().default(""), page: int().default(1), row: int().optional() },
    { resets: { page: ["q"], row: ["page"] } },
  );
  params.set({ q: "b" });
  assert.deepEqual(params.get(), { q: "b", page: 1, row: undefined });
  queryParams.fromDict({ row: "7" });
  params.set({ q: "c" });
  assert.equal(params.get("row"), 7, "the page was 1 before and is 1 now");
});

test("a_rule_can_be_a_function_of_the_values_before_and_after", () => {
  queryParams.fromDict({ min: "1", max: "9" });
  const params = defineParams(
    { min: int().default(0), max: int().optional() },
    { resets: { max: (next, before) => next.max !== undefined && next.min > next.max && before.min <= before.max } },
  );
  params.set({ min: 5 });
  assert.deepEqual(params.get(), { min: 5, max: 9 });
  params.set({ min: 10 });
  assert.deepEqual(params.get(), { min: 10, max: undefined });
});

test("a_rule_that_throws_changes_nothing", async () => {
  queryParams.fromDict({ q: "a", page: "5" });
  const params = defineParams(
    { q: text().default(""), page: int().default(1) },
    {
      resets: {
        page() {
          throw new Error("broken rule");
        },
      },
    },
  );
  const { heard, stop } = changesOf(params);
  assert.equal(thrownBy(() => params.set({ q: "b" })).message, "broken rule");
  assert.equal(queryParams.toString(), "q=a&page=5");
  await turn();
  assert.deepEqual(heard, []);
  stop();
});

// Writes.

test("a_write_changes_all_that_it_names_or_nothing", () => {
  queryParams.fromDict({ q: "a" });
  const params = filters();
  const refused = thrownBy(() => params.set({ q: "b", page: 0 }));
  assert.deepEqual([refused.code, refused.key], ["unsupported-value", "page"]);
  const unknown = thrownBy(() => params.set({ q: "b", pages: 1 }));
  assert.deepEqual([unknown.code, unknown.key], ["invalid-option", "pages"]);
  assert.equal(thrownBy(() => params.set({ q: "b" }, { history: "append" })).code, "invalid-option");
  assert.equal(queryParams.toString(), "q=a");
});

test("update_gets_the_values_as_they_are", () => {
  queryParams.fromDict({ page: "2", tags: "a" });
  const params = filters();
  params.update(({ page, tags }) => ({ page: page + 1, tags: [...tags, "b"] }));
  assert.deepEqual([params.get("page"), params.get("tags")], [3, ["a", "b"]]);
});

test("null_and_undefined_remove", () => {
  queryParams.fromDict({ q: "a", page: "2" });
  filters().set({ q: null, page: undefined });
  assert.equal(queryParams.toString(), "");
});

test("typed_writes_take_part_in_transactions", () => {
  queryParams.fromDict({ q: "a" });
  const params = filters();
  const stopped = thrownBy(() =>
    queryParams.transaction(() => {
      params.set({ q: "b" });
      assert.equal(params.get("q"), "b");
      throw new Error("stop");
    }),
  );
  assert.equal(stopped.message, "stop");
  assert.equal(params.get("q"), "a");
});

// Prefix and aliases.

test("a_prefix_stands_before_each_key", () => {
  queryParams.fromDict({ page: "9", left_page: "2" });
  const params = defineParams({ page: int().default(1) }, { prefix: "left_" });
  assert.equal(params.get("page"), 2);
  params.set({ page: 3 });
  assert.equal(queryParams.toString(), "page=9&left_page=3");
  assert.equal(thrownBy(() => params.set({ left_page: 3 })).code, "invalid-option");
});

test("an_old_key_is_read_and_a_write_moves_to_the_new_one", () => {
  queryParams.fromDict({ search: "old", x: "1" });
  const params = defineParams({ q: text().default("") }, { aliases: { q: ["query", "search"] } });
  assert.equal(params.get("q"), "old");
  assert.deepEqual(params.inspect("q"), { state: "value", raw: ["old"], value: "old" });
  params.set({ q: "new" });
  assert.equal(queryParams.toString(), "x=1&q=new");
  queryParams.fromDict({ search: "old", q: "new" });
  assert.equal(params.get("q"), "new", "the key itself comes before its old names");
});

// Links and other queries.

test("a_link_is_what_set_would_write_and_writes_nothing", async () => {
  queryParams.fromDict({ q: "a", page: "5", keep: "1" });
  const params = filters();
  const { heard, stop } = changesOf(params);
  assert.equal(params.href({ q: "b" }), "?q=b&keep=1");
  assert.equal(params.href({ page: 6 }), "?q=a&page=6&keep=1");
  assert.equal(defineParams({ keep: int() }).href({ keep: null }), "?q=a&page=5");
  assert.equal(queryParams.toString(), "q=a&page=5&keep=1");
  await turn();
  assert.deepEqual(heard, []);
  stop();
  queryParams.clear();
  assert.equal(params.href({}), "?");
});

test("another_query_is_parsed_by_the_same_definition", () => {
  queryParams.clear();
  const params = filters();
  const expected = { q: "a b", page: 2, sort: "name", tags: ["x", "y"], from: new Date("2024-02-29"), geo: [1, 2] };
  const query = "?q=a+b&page=2&sort=name&tags=x&tags=y&from=2024-02-29&geo=1,2";
  for (const given of [query, query.slice(1), new URL(query, "https://h/p"), new URLSearchParams(query)]) {
    assert.deepEqual(params.parse(given), expected);
  }
  assert.equal(params.get("page"), 1);
});

// Listening.

test("listeners_hear_of_values_and_of_their_own_keys_alone", async () => {
  queryParams.fromDict({ page: "2" });
  const params = filters();
  const all = changesOf(params);
  const pages = changesOf(params, { keys: ["page", "page"] });
  queryParams.set("page", "02");
  await turn();
  queryParams.set("page", "x");
  await turn();
  params.set({ q: "y" });
  await turn();
  assert.deepEqual(all.heard, [
    { keys: ["page"], source: "local" },
    { keys: ["q"], source: "local" },
  ]);
  assert.deepEqual(pages.heard, [{ keys: ["page"], source: "local" }]);
  all.stop();
  pages.stop();
  params.set({ page: 7 });
  await turn();
  assert.equal(all.heard.length, 2);
});

// Definitions.

test("a_definition_that_cannot_work_is_refused_at_once", () => {
  const wrong = {
    "no codec": [() => defineParams({ a: String }), "a"],
    "one key twice": [() => defineParams({ a: int(), b: int() }, { aliases: { b: ["a"] } }), "a"],
    "an unknown name in resets": [() => defineParams({ a: int() }, { resets: { b: ["a"] } }), "resets"],
    "an unknown source": [() => defineParams({ a: int() }, { resets: { a: ["b"] } }), "resets"],
    "an unknown name in aliases": [() => defineParams({ a: int() }, { aliases: { b: ["c"] } }), "aliases"],
    "a prefix that is no text": [() => defineParams({ a: int() }, { prefix: 1 }), "prefix"],
    "an unknown option": [() => defineParams({ a: int() }, { shallow: true }), "shallow"],
    "another history": [() => defineParams({ a: int() }, { history: "append" }), "history"],
  };
  for (const [name, [run, key]] of Object.entries(wrong)) {
    const error = thrownBy(run);
    assert.deepEqual([error.code, error.key], ["invalid-option", key], name);
  }
});

test("a_reserved_key_is_refused_with_the_first_use", () => {
  const aliased = defineParams({ a: text() }, { aliases: { a: ["Embed"] } });
  for (const params of [defineParams({ Embed: text() }), aliased]) {
    for (const use of [() => params.get(), () => params.parse("?Embed=1"), () => params.set({})]) {
      const error = thrownBy(use);
      assert.deepEqual([error.code, error.key], ["reserved", "Embed"]);
    }
  }
});

test("two_copies_share_what_is_typed", async () => {
  const other = await importFrom(copyPackage());
  queryParams.fromDict({ page: "2" });
  const params = other.defineParams({ page: other.int() });
  assert.equal(params.get("page"), 2);
  params.set({ page: 3 });
  assert.equal(filters().get("page"), 3);
});

test("before_init_the_slim_entry_defines_and_every_use_is_not_ready", async () => {
  const slim = await unused("slim");
  const params = slim.defineParams({ page: slim.int() });
  for (const use of [() => params.get(), () => params.set({ page: 1 }), () => params.href({ page: 1 })]) {
    assert.equal(thrownBy(use).code, "not-ready");
  }
});
