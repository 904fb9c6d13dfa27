// Defects that libraries of typed parameters are known for, each as a claim that it is not one of ours.

import assert from "node:assert/strict";
import test from "node:test";
import { tabstate } from "../support/packages.mjs";

const { bigint, bool, defineParams, delimited, float, int, list, queryParams, text } = tabstate;

/** What a value reads as after a way through the query's text. */
function through(param, value) {
  queryParams.clear();
  const params = defineParams({ k: param });
  params.set({ k: value });
  return params.parse(queryParams.toString()).k;
}

for (const [name, param] of Object.entries({
  "repeated keys": list(text()),
  "items behind commas": delimited(",", text()),
  "items behind dashes": delimited("-", text()),
})) {
  for (const items of [
    ["a%2Cb"],
    ["a,b"],
    ["a-b"],
    [""],
    [],
    ["", ""],
    ["a", "", "b"],
    ["~"],
    ["%"],
    ["a+b", "c&d=e"],
  ]) {
    test(`${name} keep ${JSON.stringify(items)}`, () => assert.deepEqual(through(param, items), items));
  }
}

const invalid = {
  "12abc": [int(), float(), bigint()],
  "1e3": [int(), bigint()],
  1.5: [int(), bigint()],
  "1.5x": [int(), float()],
  "0x10": [int(), float(), bigint()],
  " 1": [int(), float(), bigint()],
  "": [int(), float(), bool(), bigint()],
  1: [bool()],
  foo: [bool(), int(), float()],
  NaN: [float(), int()],
  Infinity: [float(), int()],
  9007199254740993: [int()],
};
for (const [given, codecs] of Object.entries(invalid)) {
  test(`${JSON.stringify(given)} is no number, no boolean, and reads as the default`, () => {
    for (const codec of codecs) {
      queryParams.fromDict({ k: given });
      const params = defineParams({ k: codec });
      assert.equal(params.inspect("k").state, "invalid");
      assert.equal(params.get("k"), undefined);
    }
  });
}

test("a_long_integer_does_not_lose_digits", () => {
  assert.equal(through(bigint(), 9007199254740993n), 9007199254740993n);
  assert.equal(int().parse("9007199254740991"), 9007199254740991);
  assert.equal(int().parse("9007199254740992"), undefined);
});

test("a_key_that_is_spelled_like_an_escape_is_not_decoded_twice", () => {
  queryParams.clear();
  const params = defineParams({ "%41": text(), A: text() });
  params.set({ "%41": "x" });
  assert.deepEqual(params.get(), { "%41": "x", A: undefined });
  assert.deepEqual(params.parse(queryParams.toString()), { "%41": "x", A: undefined });
});

test("an_invalid_item_never_shifts_the_others", () => {
  const params = defineParams({ all: list(int()), joined: delimited(",", int()), one: int() });
  queryParams.fromDict({ all: ["1", "x", "3"], joined: "1,,3", one: "2" });
  assert.deepEqual(params.get(), { all: [], joined: [], one: 2 });
  assert.deepEqual(params.inspect("all").raw, ["1", "x", "3"]);
});

test("absent_empty_and_invalid_are_three_things", () => {
  const params = defineParams({ absent: int(), empty: int(), wrong: int(), text: text() });
  queryParams.fromDict({ empty: "", wrong: "x", text: "" });
  const states = ["absent", "empty", "wrong", "text"].map((name) => params.inspect(name).state);
  assert.deepEqual(states, ["absent", "invalid", "invalid", "value"]);
});
