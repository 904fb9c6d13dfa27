// The options of a write, of `subscribe` and of `configure`.

import assert from "node:assert/strict";
import test from "node:test";
import { tabstate, thrownBy, unused } from "../support/packages.mjs";

const { queryParams } = tabstate;

const refused = {
  "another history": [{ history: "append" }, "history"],
  "a history that objects have by themselves": [{ history: "toString" }, "history"],
  "no history": [{ history: null }, "history"],
  "a negative debounce": [{ debounce: -1 }, "debounce"],
  "a debounce that is no number": [{ debounce: Number.NaN }, "debounce"],
  "an endless debounce": [{ debounce: Infinity }, "debounce"],
  "a debounce that is text": [{ debounce: "5" }, "debounce"],
  "a debounce that is a bigint": [{ debounce: 5n }, "debounce"],
  "a negative burst": [{ burst: -0.5 }, "burst"],
  "a burst that is text": [{ burst: "1s" }, "burst"],
  "an unknown name": [{ replace: true }, "replace"],
  "a name in another letter case": [{ History: "push" }, "History"],
  "a text": ["push", "options"],
};

for (const [name, [options, key]] of Object.entries(refused)) {
  test(`a_write_refuses_as_its_options ${name}, and changes nothing`, () => {
    queryParams.fromDict({ a: "old" });
    for (const write of [
      () => queryParams.set("a", "new", options),
      () => queryParams.set("a", ["new"], options),
      () => queryParams.set("a", null, options),
      () => queryParams.delete("a", options),
      () => queryParams.update({ a: "new" }, options),
      () => queryParams.fromDict({ a: "new" }, options),
      () => queryParams.clear(options),
    ]) {
      const error = thrownBy(write);
      assert.equal(error.code, "invalid-option", `${write}`);
      assert.equal(error.key, key);
      assert.equal(queryParams.toString(), "a=old");
    }
  });
}

test("every_option_can_be_left_undefined", () => {
  queryParams.set("a", "1", { history: undefined, burst: undefined, debounce: undefined });
  queryParams.set("a", "2", undefined);
  queryParams.set("a", "3", {});
  assert.equal(queryParams.get("a"), "3");
});

test("a_debounce_never_delays_the_state", () => {
  queryParams.set("a", "later", { debounce: 60_000 });
  assert.equal(queryParams.get("a"), "later");
  assert.equal(queryParams.delete("a", { debounce: 60_000, history: "push", burst: 5 }), true);
  assert.ok(!queryParams.has("a"));
});

test("subscribe_refuses_what_is_no_listener_and_unknown_options", () => {
  for (const [listener, options] of [
    [undefined, {}],
    [{ handleEvent() {} }, {}],
    [() => {}, { key: "a" }],
    [() => {}, { keys: "a" }],
    [() => {}, "a"],
  ]) {
    assert.equal(thrownBy(() => queryParams.subscribe(listener, options)).code, "invalid-option");
  }
});

test("configure_refuses_unknown_options_and_wrong_values", async () => {
  const { configure } = await unused();
  for (const options of [
    { histories: "push" },
    { history: "append" },
    { reservedKeys: "embed" },
    { reservedKeys: [1] },
    "push",
    null,
  ]) {
    assert.equal(thrownBy(() => configure(options)).code, "invalid-option", JSON.stringify(options));
  }
});

test("configure_settles_which_keys_are_reserved", async () => {
  const fresh = await unused();
  fresh.configure({ reservedKeys: new Set(["Secret"]) });
  assert.equal(thrownBy(() => fresh.queryParams.set("sEcret", "x")).code, "reserved");
  fresh.queryParams.set("embed", "true");
  assert.equal(fresh.queryParams.get("embed"), "true");
});

test("configure_can_reserve_nothing", async () => {
  const fresh = await unused();
  fresh.configure({ reservedKeys: [] });
  fresh.queryParams.embed_options = "x";
  assert.equal(fresh.queryParams.toString(), "embed_options=x");
});

for (const [name, use] of Object.entries({
  read: ({ queryParams }) => queryParams.get("a"),
  write: ({ queryParams }) => queryParams.set("a", "1"),
})) {
  test(`configure_after_the_first_${name}_is_refused`, async () => {
    const fresh = await unused();
    use(fresh);
    assert.equal(thrownBy(() => fresh.configure({ history: "push" })).code, "invalid-option");
    assert.equal(thrownBy(() => fresh.configure({ reservedKeys: [] })).code, "invalid-option");
    assert.equal(thrownBy(() => fresh.queryParams.set("embed", "x")).code, "reserved");
  });
}
