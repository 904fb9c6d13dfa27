// Codecs: the rows that Rust meets too, the laws as properties, and what only JavaScript has.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import fc from "fast-check";
import { tabstate, thrownBy } from "../support/packages.mjs";

const { bigint, bool, custom, date, dateTime, decimal, defineParams, delimited, float, int } = tabstate;
const { json, list, localDateTime, oneOf, queryParams, schema, text, time, tuple } = tabstate;

const rows = JSON.parse(readFileSync(new URL("../cases/codecs.json", import.meta.url), "utf8"));

for (const row of rows.filter(({ only }) => only !== "rust")) {
  test(`${row.id} ${JSON.stringify(row.codec)} ${JSON.stringify(row.raw ?? row.value).slice(0, 60)}`, () => {
    const param = codecOf(row.codec);
    const params = defineParams({ k: param });
    const write = (texts) => queryParams.fromDict({ k: texts });
    if (row.raw !== undefined) {
      write(row.raw.map(textOf));
      const { state, value } = params.inspect("k");
      assert.equal(state, row.invalid ? "invalid" : row.raw.length === 0 ? "absent" : "value");
      const absent = row.raw.length === 0 ? undefined : null;
      if (!row.invalid) assert.deepStrictEqual(value, row.value === null ? absent : valued(row.value, row.codec));
    }
    // To write `null` is to remove the key, so JSON's null is one to read alone.
    if (row.invalid || (row.value === null && row.raw?.length > 0)) return;
    if (row.unwritable) {
      write(["kept"]);
      assert.equal(thrownBy(() => params.set({ k: valued(row.value, row.codec) })).code, "unsupported-value");
      assert.deepEqual(queryParams.getAll("k"), ["kept"]);
      return;
    }
    params.set({ k: row.value === null ? undefined : valued(row.value, row.codec) });
    assert.deepEqual(queryParams.getAll("k"), (row.written ?? row.raw).map(textOf));
    if (row.value !== null) assert.deepStrictEqual(params.get("k"), valued(row.value, row.codec));
  });
}

function codecOf(described) {
  const [name, ...given] = [described].flat();
  switch (name) {
    case "list":
      return list(codecOf(given[0]));
    case "delimited":
      return delimited(given[0], codecOf(given[1]));
    case "tuple":
      return tuple(...given.map(codecOf));
    case "bigint":
      return bigint(Object.fromEntries(Object.entries(given[0] ?? {}).map(([key, limit]) => [key, BigInt(limit)])));
    default:
      return tabstate[name](...given);
  }
}

function textOf(given) {
  return typeof given === "string" ? given : given.$concat.map(([part, times]) => part.repeat(times)).join("");
}

function valued(given, codec) {
  if (Array.isArray(given)) {
    const [name, ...inner] = [codec].flat();
    return given.map((item, nth) => valued(item, name === "tuple" ? inner[nth] : inner.at(-1)));
  }
  if (typeof given !== "object" || given === null) return given;
  if ("$bigint" in given) return BigInt(given.$bigint);
  if ("$float" in given) return Number(given.$float);
  if ("$date" in given) return new Date(given.$date);
  return "$concat" in given ? textOf(given) : given;
}

// Laws.

/** The longest run of each value through the address; what reads back is what was written, and writes the same. */
function holds(name, codec, values) {
  const once = codec();
  test(`${name}: what was written reads back, and writes the same again`, () => {
    fc.assert(
      fc.property(values, (value) => {
        const texts = once.format(value);
        assert.deepStrictEqual(once.parse(texts), value);
        assert.deepEqual(once.format(once.parse(texts)), texts);
      }),
      { numRuns: 500 },
    );
  });
  test(`${name}: any text reads without an exception, and what it reads as is stable`, () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[-+0-9.:TZeE~,"[\]{}a]{0,24}$/)),
        (given) => {
          const value = once.parse(given);
          if (value === undefined) return;
          assert.deepStrictEqual(once.parse(once.format(value)), value);
        },
      ),
      { numRuns: 1000 },
    );
  });
}

const anyText = fc.string({ unit: "grapheme" });
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
const instants = fc.date({
  min: new Date("0001-01-01T00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});
const days = instants.map((instant) => new Date(instant.toISOString().slice(0, 10)));

holds("text", text, anyText);
holds("int", int, fc.maxSafeInteger());
holds("float", float, doubles);
holds("float with infinities", () => float({ infinite: true }), fc.double({ noNaN: true }));
holds("bool", bool, fc.boolean());
holds("bigint", bigint, fc.bigInt());
holds("date", date, days);
holds("dateTime", dateTime, instants);
holds("delimited texts", () => delimited(",", text()), fc.array(anyText, { minLength: 1 }));
holds(
  "texts delimited by two characters",
  () => delimited("--", text()),
  fc.array(fc.stringMatching(/^[-~a]*$/), { minLength: 1 }),
);
holds(
  "lists in lists",
  () => delimited(";", delimited(",", int())),
  fc.array(fc.array(fc.maxSafeInteger()), { minLength: 1 }),
);
holds("tuple", () => tuple(text(), float(), bool()), fc.tuple(anyText, doubles, fc.boolean()));
// JSON has one zero: `-0` is written as `0`, which it equals.
const jsonValues = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
holds("json", json, jsonValues);

test("a list of texts keeps any content, where absence is no items and where it is a default", () => {
  for (const param of [
    list(text()),
    list(text()).default(["a"]),
    list(text()).keepDefault(),
    list(text()).optional(),
  ]) {
    const params = defineParams({ k: param });
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText, fc.constant(""))), (texts) => {
        params.set({ k: texts });
        assert.deepEqual(params.get("k"), texts);
      }),
    );
  }
});

// What the page's own code reads and writes.

const evenNumber = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      /^\d*[02468]$/.test(value) ? { value: Number(value) } : { issues: [{ message: "an even number, please" }] },
  },
};

test("a schema reads the text, and its first issue is the reason", () => {
  const params = defineParams({ n: schema(evenNumber) });
  queryParams.fromDict({ n: "42" });
  assert.equal(params.get("n"), 42);
  queryParams.set("n", "43");
  assert.deepEqual(params.inspect("n"), {
    state: "invalid",
    raw: ["43"],
    reason: "an even number, please",
    value: undefined,
  });
  params.set({ n: 44 });
  assert.equal(queryParams.get("n"), "44");
  assert.equal(thrownBy(() => params.set({ n: 45 })).code, "unsupported-value");
});

test("under_list_a_schema_gets_all_texts_at_once", () => {
  const seen = [];
  const atMostTwo = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate(value) {
        seen.push(value);
        return value.length <= 2 ? { value: value.map(Number) } : { issues: [{ message: "too many" }] };
      },
    },
  };
  const params = defineParams({ n: list(schema(atMostTwo)) });
  queryParams.fromDict({ n: ["1", "2"] });
  assert.deepEqual(params.get("n"), [1, 2]);
  assert.deepEqual(seen[0], ["1", "2"]);
  params.set({ n: [3] });
  assert.deepEqual(queryParams.getAll("n"), ["3"]);
  assert.equal(thrownBy(() => params.set({ n: [1, 2, 3] })).code, "unsupported-value");
});

test("a_schema_that_answers_later_is_refused_by_its_reason", () => {
  const later = { "~standard": { version: 1, vendor: "test", validate: async (value) => ({ value }) } };
  const params = defineParams({ n: schema(later) });
  queryParams.fromDict({ n: "1" });
  assert.match(params.inspect("n").reason, /later/);
});

test("json_is_validated_by_its_schema", () => {
  const pair = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) =>
        Array.isArray(value) && value.length === 2 ? { value } : { issues: [{ message: "a pair" }] },
    },
  };
  const params = defineParams({ p: json(pair) });
  queryParams.fromDict({ p: "[1,2]" });
  assert.deepEqual(params.get("p"), [1, 2]);
  queryParams.set("p", "[1]");
  assert.equal(params.inspect("p").reason, "a pair");
  assert.equal(thrownBy(() => params.set({ p: [1] })).code, "unsupported-value");
});

test("what_a_schema_makes_of_json_is_written", () => {
  const stripping = {
    "~standard": { version: 1, vendor: "test", validate: ({ a }) => ({ value: { a: a ?? 0 } }) },
  };
  assert.deepEqual(json(stripping).format({ a: 1, b: 2 }), ['{"a":1}']);
  const params = defineParams({ j: json(stripping) });
  params.set({ j: { b: 2 } });
  assert.deepEqual(params.get("j"), { a: 0 });
});

for (const [name, value] of Object.entries({
  undefined: undefined,
  "a function": () => {},
  "NaN inside": { a: Number.NaN },
  "undefined inside": { a: undefined },
  "a Date": { a: new Date(0) },
  "a Map": new Map(),
  "a bigint": [1n],
  "a hole": new Array(2),
})) {
  test(`json refuses ${name}, which it would lose`, () => {
    assert.equal(thrownBy(() => json().format(value)).code, "unsupported-value");
  });
}

test("json_refuses_what_stands_beside_the_items_and_under_symbols", () => {
  for (const value of [Object.assign([1], { x: 1 }), { [Symbol("s")]: 1 }]) {
    assert.equal(thrownBy(() => json().format(value)).code, "unsupported-value");
  }
});

test("no_items_are_a_value_of_every_list", () => {
  for (const codec of [list(text()), list(int()), delimited(",", text())]) {
    assert.deepEqual(codec.parse(codec.format([])), []);
  }
});

test("json_refuses_a_circle", () => {
  const circle = { a: {} };
  circle.a.b = circle;
  assert.equal(thrownBy(() => json().format(circle)).code, "unsupported-value");
});

test("a_custom_codec_reads_writes_and_refuses", () => {
  const hex = custom({
    parse: (text) => (/^[0-9a-f]+$/.test(text) ? Number.parseInt(text, 16) : undefined),
    format: (n) => n.toString(16),
  });
  const params = defineParams({ c: hex, all: list(hex) });
  queryParams.fromDict({ c: "ff", all: ["a", "b"] });
  assert.deepEqual(params.get(), { c: 255, all: [10, 11] });
  params.set({ c: 16, all: [1] });
  assert.equal(queryParams.toString(), "c=10&all=1");
  queryParams.set("all", ["1", "x"]);
  assert.deepEqual(params.inspect("all"), {
    state: "invalid",
    raw: ["1", "x"],
    reason: "the codec refuses it",
    value: [],
  });
});

test("a_custom_codec_that_throws_makes_the_parameter_invalid_and_no_other", () => {
  const broken = custom({
    parse() {
      throw new Error("no such place");
    },
    format: String,
  });
  const params = defineParams({ a: int(), b: broken, c: int() });
  queryParams.fromDict({ a: 1, b: "x", c: 3 });
  assert.deepEqual(params.get(), { a: 1, b: undefined, c: 3 });
  assert.equal(params.inspect("b").reason, "no such place");
});

test("a_custom_codec_whose_text_reads_back_as_something_else_is_refused", () => {
  const rounded = custom({ parse: Number, format: (n) => n.toFixed(0) });
  assert.deepEqual(rounded.format(2), ["2"]);
  const lossy = custom({ parse: (text) => text.trim(), format: (value) => ` ${value}${value}` });
  assert.equal(thrownBy(() => lossy.format("a")).code, "unsupported-value");
  assert.equal(thrownBy(() => rounded.format(1.26)).code, "unsupported-value");
});

test("a_value_of_another_type_is_refused_by_every_codec", () => {
  const codecs = {
    text: text(),
    int: int(),
    float: float(),
    bool: bool(),
    bigint: bigint(),
    decimal: decimal(),
    date: date(),
  };
  Object.assign(codecs, { time: time(), dateTime: dateTime(), localDateTime: localDateTime(), oneOf: oneOf(["a"]) });
  Object.assign(codecs, { list: list(int()), delimited: delimited(",", int()), tuple: tuple(int()) });
  for (const [name, codec] of Object.entries(codecs)) {
    for (const value of [Symbol("a"), {}, null, () => {}, Number.NaN, new Date(Number.NaN)]) {
      assert.equal(thrownBy(() => codec.format(value)).code, "unsupported-value", `${name} ${String(value)}`);
    }
  }
});

test("what_is_no_codec_option_or_item_is_refused_at_once", () => {
  const wrong = {
    min: () => int({ min: 0.5 }),
    max: () => float({ max: Number.NaN }),
    least: () => int({ least: 1 }),
    oneOf: () => oneOf([]),
    separator: () => delimited("", text()),
    item: () => list(int().default(1)),
    tuple: () => tuple(),
    schema: () => schema({}),
    custom: () => custom({ parse: Number }),
    history: () => text().history("append"),
    debounce: () => text().debounce(-1),
    default: () => int({ min: 1 }).default(0),
  };
  for (const [key, run] of Object.entries(wrong)) {
    const error = thrownBy(run);
    assert.equal(error.code, "invalid-option", key);
    assert.equal(error.key, key);
  }
  for (const run of [() => oneOf(["a", "a"]), () => oneOf(["", "a"]), () => oneOf("ab"), () => list(list(int()))]) {
    assert.equal(thrownBy(run).code, "invalid-option", `${run}`);
  }
});

test("texts_of_a_megabyte_are_read_and_written_whatever_they_hold", () => {
  const megabyte = 2 ** 20;
  const parts = ["a", "&", "=", "~,", "%", "+", "\0", "é", "\u{1F600}", "\uD800", "\uDC00x", "\uFEFF"];
  const codec = delimited(",", text());
  for (const part of parts) {
    const long = part.repeat(megabyte / part.length);
    const kept = long.toWellFormed?.() ?? long.replace(/\p{Surrogate}/gu, "\uFFFD");
    assert.ok(text().parse(text().format(long)) === kept, JSON.stringify(part));
    const [first, second] = codec.parse(codec.format([long, "b"]));
    assert.ok(first === kept && second === "b", JSON.stringify(part));
    assert.equal(int().parse(long), undefined, JSON.stringify(part));
  }
  assert.ok(decimal().parse("9".repeat(megabyte)) === "9".repeat(megabyte));
  assert.deepEqual(codec.parse(",".repeat(megabyte / 8)), Array(megabyte / 8 + 1).fill(""));
  const params = defineParams({ a: list(text()), z: int() });
  assert.deepEqual(params.parse("a&".repeat(megabyte / 8)).a, Array(megabyte / 8).fill(""));
  assert.deepEqual(params.parse(`?${"&".repeat(megabyte)}z=1`), { a: [], z: 1 });
  assert.deepEqual(params.parse("?z=1"), { a: [], z: 1 });
});

test("any_query_reads_as_URLSearchParams_reads_it", () => {
  const params = defineParams({ a: list(text()), b: text(), "%C3é": text(), "\uFFFD": text() });
  const part = fc.oneof(
    fc.constantFrom("a", "b", "=", "&", "%", "+", "%C3", "%A9", "%E2%82%AC", "%F0%9F", "%ED%A0%80", "é", "\u{1F600}"),
    fc.constantFrom("%25C3", "%FF", "%fe", "%2", "%00", "\0", "%26", "%3D", "%EF%BF%BD", "\uFFFD"),
    fc.nat(255).map((byte) => `%${byte.toString(16).padStart(2, "0")}`),
    fc.string({ unit: "grapheme", maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 24 }), (parts) => {
      const query = parts.join("").replaceAll("?", "");
      // Node's own reading confuses characters beyond ASCII that stand beside broken escapes.
      const reference = new URLSearchParams(query.replace(/[^\0-\x7F]+/g, encodeURIComponent));
      const last = (key) => reference.getAll(key).at(-1);
      const expected = { a: reference.getAll("a"), b: last("b"), "%C3é": last("%C3é"), "\uFFFD": last("\uFFFD") };
      assert.deepEqual({ ...params.parse(query) }, expected, JSON.stringify(query));
    }),
    { numRuns: 3000 },
  );
});

test("codecs_that_read_with_others_while_they_are_read_disturb_none", () => {
  const inner = tuple(int(), text());
  const nested = defineParams({ place: tuple(float({ max: 90 }), float()) });
  const outer = custom({
    parse: (given) => {
      const { place } = nested.parse(`?place=${given}`);
      return { pair: inner.parse(`7,${"x".repeat(place[0] * 5000)}`), place };
    },
    format: ({ pair, place }) => nested.href({ place }).slice(7) && `${place.join(",")}${inner.format(pair) && ""}`,
  });
  const params = defineParams({ a: int(), b: outer, c: list(outer), d: text() });
  const read = params.parse("?a=1&b=1,2&c=30,4&c=5,6&d=é");
  assert.equal(read.a, 1);
  assert.deepEqual(read.b, { pair: [7, "x".repeat(5000)], place: [1, 2] });
  assert.deepEqual(
    read.c.map(({ pair }) => pair[1].length),
    [150_000, 25_000],
  );
  assert.equal(read.d, "é");
  assert.deepEqual(outer.format(read.b), ["1,2"]);
});
