// The options of both caches: names, types, ranges, and which go together. An error names the option.

import assert from "node:assert/strict";
import test from "node:test";
import { tabstate, thrownBy, unused } from "../support/packages.mjs";

const { cacheData, cacheResource, TabstateError } = tabstate;
const both = { cacheData, cacheResource };

/** Each is a time to live, a size, a number of entries… that is none, by its option. */
const wrong = {
  ttl: [
    ...[Number.NaN, true, [], {}, () => 1, 1n, Symbol("a"), new Date()],
    ...["", " ", "10", "soon", "NaT", "10 parsecs", "1h 5", "h", "P", "PT", "P1X", "1:2:3:4:5", "--1h", "1e400d", "∞"],
    ...["1h\0", "\uD800", "x".repeat(100_000)],
  ],
  maxEntries: [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "10", true, 1n, [], {}],
  key: ["", null, 1, true, {}, [], Symbol("a"), "a\uD800"],
  hashFuncs: [
    [[() => {}, Number]],
    ...[null, 5, "ab", {}, new Map(), [1], [[]], [[Date]], [[Date, 1]], [["Date", () => 1]], [[Date, () => 1, 2]]],
    ...[[[Date, () => 1], null], Date, [Date, () => 1]],
  ],
  refreshMode: ["", "eager", "Background", null, true, 1],
  skipArgs: [
    null,
    1,
    "1",
    {},
    new Set([1]),
    [-1],
    [1.5],
    ["1"],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [1n],
    [null],
  ],
};
const wrongOfData = {
  maxSize: [
    ...[0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, true, [], {}, 1n],
    ...["", "10 parsecs", "1 XB", "MB", "-1MB", "1e3kb", "0", "0MB", "1e400MB"],
  ],
  persist: [null, true, "", "memory", "local", "Disk", 1],
};
const wrongOfResource = { validate: [null, true, "f", {}, 1], onRelease: [null, true, "f", {}, 1] };

const shown = (value) => {
  try {
    return typeof value === "string" ? JSON.stringify(value.slice(0, 12)) : JSON.stringify(value) || String(value);
  } catch {
    return String(value);
  }
};

for (const [cache, wrap] of Object.entries(both)) {
  const all = { ...wrong, ...(wrap === cacheData ? wrongOfData : wrongOfResource) };
  for (const [option, values] of Object.entries(all)) {
    test(`${cache}_refuses_a_wrong ${option}`, () => {
      for (const value of values) {
        const also = { ...(option === "refreshMode" && { ttl: 1 }), ...(option === "persist" && { key: "a" }) };
        const error = thrownBy(() => wrap(() => 1, { ...also, [option]: value }));
        assert.ok(error instanceof TabstateError, `${shown(value)}: ${error}`);
        assert.deepEqual([error.code, error.key], ["invalid-option", option], shown(value));
        assert.ok(error.message.startsWith(`"${option}": `) && error.message.length > 20, error.message);
      }
    });
  }

  test(`${cache}_refuses_unknown_options_and_names_those_that_there_are`, () => {
    for (const name of ["TTL", "maxAge", "max", "ttl ", "__proto__x", "scope", "showSpinner"]) {
      const error = thrownBy(() => wrap(() => 1, { [name]: 1 }));
      assert.deepEqual([error.code, error.key], ["invalid-option", name]);
      assert.match(error.message, /ttl.*maxEntries.*key.*hashFuncs.*refreshMode.*skipArgs/);
    }
    for (const options of [null, 5, "ttl", () => 1]) {
      const error = thrownBy(() => wrap(() => 1, options));
      assert.deepEqual([error.code, error.key], ["invalid-option", "options"], String(options));
    }
  });

  test(`${cache}_needs_a_function`, () => {
    for (const run of [undefined, null, 1, "f", {}, Promise.resolve(() => 1)]) {
      const error = thrownBy(() => wrap(run));
      assert.deepEqual([error.code, error.key], ["invalid-option", "function"], String(run));
    }
  });

  test(`${cache}_takes_what_is_right`, () => {
    const ttls = [0, -1, 0.5, 1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null, undefined];
    const texts = ["10m", "1h23s", "1.5 days", "P1D", "PT5M", "00:01:30", "-1h", "100ms", "1w"];
    for (const ttl of [...ttls, ...texts]) assert.equal(wrap(() => 1, { ttl })(), 1, String(ttl));
    for (const maxEntries of [1, 2 ** 31 - 1, null, undefined]) assert.equal(wrap(() => 1, { maxEntries })(), 1);
    for (const skipArgs of [[], [0], [5, 0, 0], undefined]) assert.equal(wrap(() => 1, { skipArgs })(1), 1);
    for (const hashFuncs of [[], [[Date, Number]], undefined]) assert.equal(wrap(() => 1, { hashFuncs })(), 1);
    for (const refreshMode of ["foreground", undefined]) assert.equal(wrap(() => 1, { refreshMode })(), 1);
    assert.equal(wrap(() => 1, { refreshMode: "background", ttl: "1s" })(), 1);
    assert.equal(wrap(() => 1, { key: undefined })(), 1);
    assert.equal(wrap(() => 1, Object.assign(Object.create(null), { ttl: 1 }))(), 1);
  });

  test(`${cache}_refreshes_nothing_that_has_no_time_to_live`, () => {
    for (const ttl of [undefined, null, Number.POSITIVE_INFINITY]) {
      const error = thrownBy(() => wrap(() => 1, { refreshMode: "background", ttl }));
      assert.deepEqual([error.code, error.key], ["invalid-option", "refreshMode"]);
      assert.match(error.message, /ttl/);
    }
  });

  test(`${cache}_has_one_set_of_options_for_a_key`, () => {
    const key = `${cache}: one set`;
    const options = { key, ttl: "1m", maxEntries: 5, skipArgs: [1], refreshMode: "background" };
    wrap(() => 1, options);
    wrap(() => 2, { ...options, ttl: 60 });
    const others = [
      { ttl: 61 },
      { ttl: undefined, refreshMode: undefined },
      { maxEntries: 6 },
      { maxEntries: undefined },
      { skipArgs: [] },
      { skipArgs: [1, 2] },
      { refreshMode: "foreground" },
    ];
    for (const other of others) {
      const error = thrownBy(() => wrap(() => 1, { ...options, ...other }));
      assert.deepEqual([error.code, error.key], ["invalid-option", "key"], JSON.stringify(other));
    }
    // Of the other kind, a cache of the same key is another one.
    both[cache === "cacheData" ? "cacheResource" : "cacheData"](() => 1, { key });
  });

  test(`${cache}_keeps_the_options_as_they_were`, () => {
    const skipArgs = [1];
    const hashFuncs = [[Date, () => "a date"]];
    const options = { skipArgs, hashFuncs };
    let runs = 0;
    const remembering = wrap(() => ++runs, options);
    skipArgs.push(0);
    hashFuncs.length = 0;
    options.skipArgs = [];
    assert.equal(remembering(new Date(1), 1), 1);
    assert.equal(remembering(new Date(2), 2), 1);
    assert.equal(remembering(1, 1), 2);
  });

  test(`${cache}_gives_a_function_of_the_same_name_and_length`, () => {
    const load = (_city, _country) => 1;
    const remembering = wrap(load);
    assert.deepEqual([remembering.name, remembering.length, typeof remembering], ["load", 2, "function"]);
    assert.deepEqual([wrap(() => 1).name, wrap(async (...all) => all).length], ["", 0]);
    assert.deepEqual(Object.keys(remembering).toSorted(), ["clear", "has", "peek", "stats"]);
  });

  test(`${cache}_calls_functions_without_a_this`, () => {
    const seen = [];
    const object = {
      load: wrap(function load() {
        seen.push(this);
        return 1;
      }),
    };
    object.load();
    object.load.call({ a: 1 }, 2);
    assert.deepEqual(seen, [undefined, undefined]);
    // And the methods need none.
    const { peek, has, clear, stats } = object.load;
    assert.deepEqual([peek(), has(), stats().entries], [1, true, 2]);
    clear();
    assert.equal(has(), false);
  });

  test(`${cache}_tells_only_of_what_there_is_to_tell`, () => {
    const { subscribe } = wrap;
    for (const [listener, options, key] of [
      [undefined, {}, "listener"],
      [() => {}, { kinds: ["hits"] }, "kinds"],
      [() => {}, { kinds: 5 }, "kinds"],
      [() => {}, { keys: ["hit"] }, "keys"],
      [() => {}, { signal: {} }, "signal"],
      [() => {}, null, "options"],
    ]) {
      const error = thrownBy(() => subscribe(listener, options));
      assert.deepEqual([error.code, error.key], ["invalid-option", key]);
    }
  });
}

test("persist_and_max_size_are_no_options_of_cache_resource", () => {
  for (const [name, value] of [
    ["persist", "disk"],
    ["persist", false],
    ["maxSize", "1MB"],
  ]) {
    // biome-ignore format: a row
    const error = thrownBy(() => cacheResource(() => 1, { key: "a", [name]: value }));
    assert.deepEqual([error.code, error.key], ["invalid-option", name]);
  }
});

test("validate_and_on_release_are_no_options_of_cache_data", () => {
  for (const name of ["validate", "onRelease"]) {
    const error = thrownBy(() => cacheData(() => 1, { [name]: () => true }));
    assert.deepEqual([error.code, error.key], ["invalid-option", name]);
  }
});

test("what_persists_has_a_key", () => {
  for (const persist of ["session", "disk"]) {
    const error = thrownBy(() => cacheData(() => 1, { persist }));
    assert.deepEqual([error.code, error.key], ["invalid-option", "key"]);
    assert.match(error.message, /key/);
  }
  assert.equal(cacheData(() => 1, { persist: false })(), 1);
});

test("what_is_on_disk_is_not_refreshed_in_the_background", () => {
  const options = { persist: "disk", key: "what is on disk", ttl: 1, refreshMode: "background" };
  const error = thrownBy(() => cacheData(() => 1, options));
  assert.deepEqual([error.code, error.key], ["invalid-option", "refreshMode"]);
});

test("max_size_and_persist_are_part_of_what_is_the_same_for_a_key", () => {
  const key = "with a size";
  cacheData(() => 1, { key, maxSize: "1KB" });
  cacheData(() => 1, { key, maxSize: 1024.9 });
  for (const other of [{ maxSize: 1025 }, {}, { maxSize: 1024, persist: "session" }]) {
    const error = thrownBy(() => cacheData(() => 1, { key, ...other }));
    assert.deepEqual([error.code, error.key], ["invalid-option", "key"]);
  }
});

test("a_wrong_option_makes_no_cache_and_takes_no_key", () => {
  assert.throws(() => cacheData(() => 1, { key: "taken", ttl: "soon" }), { code: "invalid-option" });
  assert.throws(() => cacheResource(() => 1, { key: "taken", validate: 1 }), { code: "invalid-option" });
  assert.equal(cacheData(() => 1, { key: "taken", ttl: 5 })(), 1);
  assert.equal(cacheResource(() => 1, { key: "taken", ttl: 5 })(), 1);
});

test("the_slim_entry_is_not_ready_before_init", async () => {
  const slim = await unused("slim");
  for (const use of [
    () => slim.cacheData(() => 1),
    () => slim.cacheData.clear(),
    () => slim.cacheData.subscribe(() => {}),
    () => slim.cacheResource(() => 1),
    () => slim.cacheResource.clear(),
    () => slim.cacheResource.subscribe(() => {}),
  ])
    assert.equal(thrownBy(use).code, "not-ready");
  const { readFileSync } = await import("node:fs");
  const { packed } = await import("../support/packages.mjs");
  await slim.init(readFileSync(`${packed}/dist/tabstate.wasm`));
  assert.equal(slim.cacheData(() => 1)(), 1);
});
