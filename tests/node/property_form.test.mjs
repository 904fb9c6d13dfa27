// Parameters as properties of `queryParams`.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { tabstate, thrownBy } from "../support/packages.mjs";

const { queryParams } = tabstate;

const methods = [
  ...["get", "getAll", "has", "size", "keys", "values", "entries", "toDict", "toString", "set", "delete", "update"],
  ...["fromDict", "clear", "transaction", "settled", "flush", "subscribe"],
];

/** Names that objects have by themselves, and that promises, JSON and the console ask for. */
const ordinary = [
  ...["__proto__", "constructor", "prototype", "hasOwnProperty", "isPrototypeOf", "valueOf", "toLocaleString"],
  ...["__defineGetter__", "__lookupGetter__", "then", "toJSON", "inspect", "length", "name", "", "0", "a b", "ключ"],
];

beforeEach(() => queryParams.clear());

test("a_property_reads_the_last_value", () => {
  queryParams.set("city", ["Oslo", "Bergen"]);
  assert.equal(queryParams.city, "Bergen");
  assert.equal(queryParams.absent, undefined);
});

test("assigning_a_property_sets_its_key", () => {
  queryParams.page = 2;
  queryParams.tag = ["a", "b"];
  assert.deepEqual(queryParams.getAll("tag"), ["a", "b"]);
  assert.equal(queryParams.get("page"), "2");
  queryParams.page = null;
  queryParams.tag = undefined;
  assert.equal(queryParams.toString(), "");
});

test("in_tells_whether_a_key_is_there", () => {
  queryParams.city = "";
  assert.ok("city" in queryParams);
  assert.ok(!("absent" in queryParams));
  assert.ok(!("constructor" in queryParams));
});

test("delete_removes_a_key_and_is_no_error_for_an_absent_one", () => {
  queryParams.city = "Oslo";
  assert.ok(delete queryParams.city);
  assert.ok(delete queryParams.city);
  assert.ok(!queryParams.has("city"));
});

test("spread_keys_and_json_see_the_parameters_in_order", () => {
  queryParams.update({ b: 1, a: [2, 3] });
  assert.deepEqual({ ...queryParams }, { b: "1", a: "3" });
  assert.deepEqual(Object.keys(queryParams), ["b", "a"]);
  assert.deepEqual(Object.entries(queryParams), Object.entries({ b: "1", a: "3" }));
  assert.equal(JSON.stringify(queryParams), '{"b":"1","a":"3"}');
  const seen = [];
  for (const key in queryParams) seen.push(key);
  assert.deepEqual(seen, ["b", "a"]);
  assert.ok(Object.hasOwn(queryParams, "a"));
  assert.deepEqual(Object.assign({}, queryParams), queryParams.toDict());
});

for (const name of methods) {
  test(`the_key_${name}_is_reachable_only_through_get`, () => {
    const own = queryParams[name];
    queryParams[name] = "x";
    if (name !== "size") assert.equal(queryParams[name], own, "the method is still the method");
    else assert.equal(queryParams.size, 1);
    assert.equal(queryParams.get(name), "x");
    assert.deepEqual(queryParams.toDict(), { [name]: "x" });
    assert.deepEqual(Object.keys(queryParams), []);
    assert.deepEqual({ ...queryParams }, {});
    delete queryParams[name];
    assert.ok(!queryParams.has(name));
    assert.ok(name in queryParams);
  });
}

for (const name of ordinary) {
  test(`the_key_${JSON.stringify(name)}_is_an_ordinary_key`, () => {
    assert.equal(queryParams[name], undefined);
    assert.equal(queryParams.get(name), undefined);
    assert.deepEqual(queryParams.getAll(name), []);
    assert.ok(!queryParams.has(name));
    queryParams[name] = "x";
    assert.equal(queryParams[name], "x");
    assert.equal(queryParams.get(name), "x");
    assert.ok(name in queryParams);
    assert.deepEqual(Object.keys(queryParams), [name]);
    assert.deepEqual(Object.entries(queryParams.toDict()), [[name, "x"]]);
    assert.equal(Object.getPrototypeOf(queryParams.toDict()), Object.prototype);
    assert.ok(delete queryParams[name]);
    assert.equal(queryParams.size, 0);
    queryParams.update(Object.fromEntries([[name, "y"]]));
    assert.equal(queryParams.get(name), "y");
  });
}

test("awaiting_the_parameters_gives_the_parameters", async () => {
  queryParams.set("then", "now");
  assert.equal(await queryParams, queryParams);
});

test("a_refused_assignment_throws_and_changes_nothing", () => {
  queryParams.city = "Oslo";
  const error = thrownBy(() => {
    queryParams.city = { name: "Bergen" };
  });
  assert.equal(error.code, "unsupported-value");
  assert.equal(error.key, "city");
  assert.equal(queryParams.city, "Oslo");
});

test("the_parameters_cannot_be_frozen_or_given_another_prototype", () => {
  assert.throws(() => Object.freeze(queryParams), TypeError);
  assert.throws(() => Object.setPrototypeOf(queryParams, Array.prototype), TypeError);
  assert.equal(queryParams.at, undefined);
});

test("symbols_are_no_keys", () => {
  assert.throws(() => {
    queryParams[Symbol("city")] = "Oslo";
  }, TypeError);
  assert.equal(queryParams[Symbol("city")], undefined);
  assert.equal(queryParams.size, 0);
});

test("a_text_of_the_parameters_is_their_query", () => {
  queryParams.city = "São Paulo";
  assert.equal(`${queryParams}`, "city=S%C3%A3o+Paulo");
});
