// Claims about the keys of cached values, by their names. Each closes over nothing, so that Node and a page can run it: it
// uses `tabstate`, `values` (tests/pages/session_values.js), `keys` (tests/pages/cache_keys.js) and `fastCheck`.

import { casesOf } from "./cases.mjs";

const { cases: rows } = casesOf("cache-keys");

/** How many rows of each kind there are, for this language. */
export const counts = {
  texts: rows.filter(({ text }) => text !== undefined).length,
  differ: rows.filter(({ differ }) => differ !== undefined).length,
  equal: rows.filter(({ equal }) => equal !== undefined).length,
};

/** Each row is a claim of its own. */
export const rowClaims = rows.map((row) => [
  row.id,
  (row) => {
    const { keyOf, textOf, check, same } = keys;
    const { text, differ, equal } = row;
    const made = (value) => values.build(value);
    if (text !== undefined) {
      const args = "arguments" in row ? row.arguments.map(made) : [made(row.value)];
      const isCut = args.length === 1 && args[0] === undefined;
      if ("arguments" in row) return same(keyOf(args), text);
      same(textOf(args[0]), text);
      return same(keyOf(args), isCut ? "a0:" : `a1:${text}`);
    }
    const [one, other] = (differ ?? equal).map(made);
    check((textOf(one) === textOf(other)) === (equal !== undefined), `${textOf(one)}, ${textOf(other)}`);
    check(keys.isEqual(one, other) === (equal !== undefined), "the test's own comparison says otherwise");
  },
  row,
]);

export const claims = {
  what_has_no_key_is_refused_with_its_place() {
    const { refusalOf, same, check } = keys;
    class Point {
      x = 1;
    }
    const nothing = () => {};
    const own = (object) => Object.assign(object, { own: 1 });
    const beside = (kind) => `is an instance of ${kind} with a property "own" of its own`;
    const refused = [
      ["a function", [nothing], "arguments[0] is a function"],
      ["a class", [1, Point], "arguments[1] is a function"],
      ["a Proxy of a function", [new Proxy(nothing, {})], "arguments[0] is a function"],
      ["a symbol", [Symbol("a")], "arguments[0] is a symbol"],
      ["a symbol of the registry", [Symbol.for("a")], "arguments[0] is a symbol"],
      ["a boxed symbol", [Object(Symbol("a"))], "arguments[0] is an instance of Symbol"],
      ["a promise", [Promise.resolve(1)], "arguments[0] is an instance of Promise"],
      ["a generator", [(function* () {})()], "arguments[0] is an instance of a nameless class"],
      ["an async generator", [(async function* () {})()], "arguments[0] is an instance of a nameless class"],
      ["an iterator", [[1].values()], "arguments[0] is an instance of a nameless class"],
      ["a Map's iterator", [new Map().keys()], "arguments[0] is an instance of a nameless class"],
      ["a WeakMap", [new WeakMap()], "arguments[0] is an instance of WeakMap"],
      ["a WeakSet", [new WeakSet()], "arguments[0] is an instance of WeakSet"],
      ["a WeakRef", [new WeakRef({})], "arguments[0] is an instance of WeakRef"],
      ["an instance", [new Point()], "arguments[0] is an instance of Point"],
      ["an instance of what extends a Map", [new (class Dict extends Map {})()], "arguments[0] is an instance of Dict"],
      ["what has an instance behind it", [Object.create(new Point())], "arguments[0] is an instance of"],
      ["a list's function", [[1, [2, nothing]]], "arguments[0][1][1] is a function"],
      ["an object's function", [{ a: { "b c": nothing } }], 'arguments[0].a["b c"] is a function'],
      ["a Map's value", [new Map([["k", nothing]])], 'arguments[0].get("k") is a function'],
      ["a Map's value behind a number", [new Map([[5, nothing]])], "arguments[0].get(number) is a function"],
      ["a Map's key", [new Map([["k", 1], [nothing, 1]])], "arguments[0].keys()[1] is a function"], // biome-ignore format: a row
      ["a Set's element", [{ s: new Set([1, nothing]) }], "arguments[0].s.keys()[1] is a function"],
      ["an element of a Map's key", [new Map([[[nothing], 1]])], "arguments[0].keys()[0][0] is a function"],
      ["the last argument", ["a", undefined, nothing], "arguments[2] is a function"],
      ["a Date with more", [own(new Date(0))], `arguments[0] ${beside("Date")}`],
      ["a list with more", [own([1])], `arguments[0] ${beside("Array")}`],
      ["an empty list with more", [own([])], `arguments[0] ${beside("Array")}`],
      ["a list of holes with more", [own(new Array(5))], `arguments[0] ${beside("Array")}`],
      ["a list with a negative index", [Object.assign([], { "-1": 1 })], "arguments[0] is an instance of Array with"],
      ["a list that has more, behind another", [{ a: [1, 2], b: own([1]) }], `arguments[0].b ${beside("Array")}`],
      ["a Map with more", [own(new Map())], `arguments[0] ${beside("Map")}`],
      ["a Set with more, behind a list", [[[1, [2]], own(new Set())]], `arguments[0][1] ${beside("Set")}`],
      ["a RegExp with more", [own(/a/)], `arguments[0] ${beside("RegExp")}`],
      ["a URL with more", [own(new URL("https://a.example"))], `arguments[0] ${beside("URL")}`],
      ["a buffer with more", [own(new ArrayBuffer(1))], `arguments[0] ${beside("ArrayBuffer")}`],
      ["a box with more", [own(Object("ab"))], `arguments[0] ${beside("String")}`],
      ["what only looks like a view", [Object.create(Uint8Array.prototype)], "arguments[0] cannot be read"],
      [
        "a view that looks like another",
        [Object.setPrototypeOf(new Int8Array(1), Uint8Array.prototype)],
        "arguments[0] only looks like",
      ],
      ["what only looks like a Date", [Object.create(Date.prototype)], "arguments[0] cannot be read"],
      ["what only looks like a Map", [[1, Object.create(Map.prototype)]], "arguments[0][1] cannot be read"],
      ["what only looks like a list", [Object.create(Array.prototype)], "arguments[0] is an instance of Array"],
      ["a Proxy of a Map", [new Proxy(new Map(), {})], "arguments[0] cannot be read"],
    ];
    if (globalThis.SharedArrayBuffer)
      refused.push(["shared bytes", [new SharedArrayBuffer(1)], "arguments[0] is an instance of SharedArrayBuffer"]);
    for (const [name, args, place] of refused) {
      const message = refusalOf(args);
      check(message.startsWith(place), `${name}: ${message}`);
      check(message.endsWith("leave it out by skipArgs, or tell what it is by hashFuncs"), `${name}: ${message}`);
    }
    // The module goes on working, and nothing was kept for any of them.
    same(keys.textOf({ a: [1] }), "o1:s1:aa1:n1;");
  },

  peek_has_and_clear_refuse_the_same() {
    const { check } = keys;
    const remembering = tabstate.cacheData(() => 1);
    for (const method of ["peek", "has", "clear"]) {
      try {
        remembering[method]({ a: () => {} });
        check(false, `${method} takes it`);
      } catch (error) {
        check(error instanceof tabstate.TabstateError && error.code === "unsupported-value", `${method}: ${error}`);
        check(error.message.startsWith("arguments[0].a is a function"), error.message);
      }
    }
  },

  hash_funcs_make_keys_of_what_has_none() {
    const { textOf, refusalOf, check, same } = keys;
    class Point {
      constructor(x, y) {
        Object.assign(this, { x, y });
      }
    }
    class Line {
      constructor(from, to) {
        Object.assign(this, { from, to });
      }
    }
    class Named extends Point {}
    const hashFuncs = [
      [Line, ({ from, to }) => [from, to]],
      [Point, ({ x, y }) => ({ y, x })],
      [Function, (f) => f.name],
    ];
    same(textOf(new Point(1, 2), { hashFuncs }), "c1:o2:s1:xn1;s1:yn2;");
    same(textOf(new Named(1, 2), { hashFuncs }), "c1:o2:s1:xn1;s1:yn2;", "what extends it is one");
    same(
      textOf({ a: [new Line(new Point(1, 2), new Point(1, 3))] }, { hashFuncs }),
      "o1:s1:aa1:c0:a2:c1:o2:s1:xn1;s1:yn2;c1:o2:s1:xn1;s1:yn3;",
      "instances in what is given back",
    );
    same(textOf(Math.max, { hashFuncs }), "c2:s3:max");
    check(
      textOf({ x: 1, y: 2 }, { hashFuncs }) !== textOf(new Point(1, 2), { hashFuncs }),
      "an instance is not its data",
    );
    same(textOf(new Map([[new Point(1, 1), new Set([new Point(1, 2)])]]), { hashFuncs }).slice(0, 6), "m1:c1:");
    // Of the language's own classes, too.
    same(textOf(new Date(5), { hashFuncs: [[Date, () => "any"]] }), "c0:s3:any");
    check(refusalOf([Symbol("a")], { hashFuncs }).startsWith("arguments[0] is a symbol"), "a symbol is no instance");
  },

  what_hash_funcs_throw_is_the_cause_and_what_they_give_is_looked_at() {
    const { refusalOf, keyOf, check } = keys;
    class Bad {}
    const cause = new RangeError("on purpose");
    const throwing = [[Bad, () => { throw cause; }]]; // biome-ignore format: a row
    try {
      keyOf([[1, new Bad()]], { hashFuncs: throwing });
      check(false, "it is taken");
    } catch (error) {
      check(error.code === "unsupported-value" && error.cause === cause, `${error}, ${error.cause}`);
      check(error.message.startsWith("arguments[0][1] is refused by its function of hashFuncs"), error.message);
    }
    const message = refusalOf([new Bad()], { hashFuncs: [[Bad, () => ({ f: [() => {}] })]] });
    check(message.startsWith("arguments[0].f[0] is a function"), message);
    // One that gives an instance again, and again.
    const again = refusalOf([new Bad()], { hashFuncs: [[Bad, () => new Bad()]] });
    check(again.startsWith("arguments[0]"), again);
    const deeper = refusalOf([new Bad()], { hashFuncs: [[Bad, () => [new Bad()]]] });
    check(deeper.startsWith("arguments[0][0]"), deeper.slice(0, 100));
    keys.same(keys.textOf(1), "n1;");
  },

  skip_args_are_no_part_of_the_key() {
    const { keyOf, same } = keys;
    same(keyOf([1, () => {}, 2], { skipArgs: [1] }), "a3:n1;un2;");
    same(keyOf([1, 2, () => {}], { skipArgs: [2] }), "a2:n1;n2;");
    same(keyOf([1, undefined, Symbol("a")], { skipArgs: [2] }), "a1:n1;");
    same(keyOf([() => {}], { skipArgs: [0] }), "a0:");
    same(keyOf([1, 2], { skipArgs: [0, 1, 7] }), "a0:");
    // Those inside of others are.
    same(keyOf([[1, 2]], { skipArgs: [1] }), "a1:a2:n1;n2;");
  },

  a_cycle_is_told_by_how_many_levels_it_leads_back() {
    const { textOf, same, check } = keys;
    const ring = [];
    ring.push(ring);
    same(textOf(ring), "a1:k1;");
    const two = [[]];
    two[0].push(two);
    same(textOf(two), "a1:a1:k2;");
    const object = { name: "a", list: [] };
    object.list.push(object, object.list);
    same(textOf(object), "o2:s4:lista2:k2;k1;s4:names1:a");
    const map = new Map();
    map.set(map, new Set([map]));
    same(textOf(map), "m1:k1;e1:k2;");
    same(textOf([ring, [ring]]), "a2:a1:k1;a1:a1:k1;", "at whatever depth");
    check(textOf(ring) !== textOf(two), "rings of one and of two");
    // A part that stands in two places is no cycle.
    const part = { x: 1 };
    same(textOf([part, part, { part }]), textOf([{ x: 1 }, { x: 1 }, { part: { x: 1 } }]));
  },

  a_thousand_levels_are_written_and_more_are_refused() {
    const { textOf, refusalOf, check, same } = keys;
    const levels = (count, wrap = (value) => [value]) => {
      let value = 1;
      for (let level = 0; level < count; level++) value = wrap(value);
      return value;
    };
    // The arguments themselves are the first one.
    const wraps = [
      [(value) => [value], "a1:"],
      [(value) => ({ a: value }), "o1:s1:a"],
      [(value) => new Map([["a", value]]), "m1:s1:a"],
      [(value) => new Map([[value, 1]]), "m1:", "n1;"],
      [(value) => new Set([value]), "e1:"],
    ];
    for (const [wrap, start, end = ""] of wraps) {
      same(textOf(levels(999, wrap)), `${start.repeat(999)}n1;${end.repeat(999)}`);
      for (const count of [1000, 1001, 100_000]) {
        const message = refusalOf([levels(count, wrap)]);
        check(message.includes(" is deeper than 1000 levels"), `${count}: ${message.slice(-200)}`);
      }
      same(textOf(levels(999, wrap)), `${start.repeat(999)}n1;${end.repeat(999)}`, "afterwards");
    }
  },

  what_is_shared_so_often_that_it_has_no_end_is_refused_in_time() {
    const { refusalOf, textOf, check, same } = keys;
    let shared = [1];
    for (let level = 0; level < 200; level++) shared = [shared, shared];
    const start = performance.now();
    const message = refusalOf([{ shared }]);
    const took = performance.now() - start;
    check(
      message.startsWith("arguments[0].shared[0][0]") && message.includes(" has too many parts"),
      message.slice(0, 99),
    );
    check(took < 20_000, `${took} ms`);
    let few = [1];
    for (let level = 0; level < 10; level++) few = [few, few];
    check(textOf(few).length > 1024 * 3, "what is shared less often is written");
    same(textOf(1), "n1;");
  },

  a_getter_or_a_proxy_that_throws_is_refused_with_its_place_and_cause() {
    const { keyOf, check, same } = keys;
    const cause = new Error("on purpose");
    const fail = () => {
      throw cause;
    };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const refused = [
      ["a getter", { a: [{ get b() { return fail(); } }] }, "arguments[0].a[0].b cannot be read", cause], // biome-ignore format: a row
      ["a getter named as a signal", { get signal() { return fail(); } }, "arguments[0].signal cannot be read", cause], // biome-ignore format: a row
      ["a Proxy's keys", new Proxy({}, { ownKeys: fail }), "arguments[0] cannot be read", cause],
      ["a Proxy's prototype", [1, new Proxy({}, { getPrototypeOf: fail })], "arguments[0][1] cannot be read", cause],
      ["a Proxy as an argument", new Proxy({}, { getPrototypeOf: fail }), "arguments[0] cannot be read", cause],
      ["a Proxy's value", new Proxy({ a: 1 }, { get: fail }), "arguments[0].a cannot be read", cause],
      ["a revoked Proxy", revoked.proxy, "arguments[0] cannot be read"],
    ];
    for (const [name, value, place, expected] of refused) {
      try {
        keyOf([value]);
        check(false, `${name} is taken`);
      } catch (error) {
        check(error.code === "unsupported-value", `${name}: ${error.code} ${error}`);
        check(error.message.startsWith(place), `${name}: ${error.message}`);
        check(expected === undefined ? error.cause instanceof TypeError : error.cause === expected, `${name}: cause`);
      }
    }
    same(keys.textOf([1]), "a1:n1;");
  },

  a_getter_may_call_another_cached_function_or_change_the_argument() {
    const { keyOf, textOf, same } = keys;
    const inner = [];
    const other = tabstate.cacheData((value) => value);
    const one = {
      a: [1],
      get b() {
        inner.push(other({ deep: [[[2]]] }));
        try {
          other([() => {}]);
        } catch (error) {
          inner.push(error.message.slice(0, 12));
        }
        return [3];
      },
      c: [4],
    };
    const key = keyOf([one, 5]);
    // The last miss is that of the outer call.
    same(key, "a2:o3:s1:aa1:n1;s1:ba1:n3;s1:ca1:n4;n5;");
    // It may be read more than once.
    same(inner.slice(0, 2), [{ deep: [[[2]]] }, "arguments[0]"]);
    same(inner.slice(-2), [{ deep: [[[2]]] }, "arguments[0]"]);
    const changing = {
      get a() {
        changing.z = 1;
        delete changing.b;
        return 1;
      },
      b: 2,
    };
    same(textOf(changing), "o2:s1:an1;s1:zn1;", "the key is of what it has become");
    const list = [{ get a() { list.length = 0; return 1; } }, 2]; // biome-ignore format: a row
    same(typeof textOf(list), "string");
    const map = new Map([[1, { get a() { map.clear(); return 1; } }], [2, 2]]); // biome-ignore format: a row
    same(textOf(map), "m1:n1;o1:s1:an1;");
  },

  a_getter_that_gives_another_value_each_time_takes_nobody_elses_place() {
    let runs = 0;
    let reads = 0;
    const load = tabstate.cacheData(() => ++runs);
    // However often it is read for a call: sometimes 7, mostly 5.
    const flips = (period, at) => ({ get a() { return ++reads % period === at ? 7 : 5; } }); // biome-ignore format: a row
    for (let period = 2; period < 6; period++) {
      for (let at = 0; at < period; at++) {
        load.clear();
        for (let start = 0; start < 2 * period; start++) {
          reads = start;
          load(flips(period, at));
        }
        for (const a of [5, 7]) {
          const wasKept = load.has({ a });
          const before = runs;
          load({ a });
          keys.same(runs - before, wasKept ? 0 : 1, `${period} ${at} ${a}`);
        }
      }
    }
  },

  what_an_object_would_make_of_itself_in_json_is_no_part_of_the_key() {
    const load = tabstate.cacheData((value) => value.a);
    load({ a: 2 });
    load({ a: 2 });
    const hidden = Object.defineProperty({ a: 1 }, "toJSON", { value: () => ({ a: 2 }) });
    keys.same(load(hidden), 1);
    const list = Object.defineProperty([1], "toJSON", { value: () => [2] });
    const loadList = tabstate.cacheData((value) => value[0]);
    loadList([2]);
    loadList([2]);
    keys.same(loadList(list), 1);
    // Nor of the value.
    keys.same(tabstate.cacheData(() => hidden)(), { a: 1 });
    keys.same(tabstate.cacheData(() => list)(), [1]);
  },

  what_the_page_gave_to_prototypes_changes_no_key() {
    const { textOf, same } = keys;
    const value = () => ({
      b: [1, { c: null }],
      a: new Map([["k", new Set([new Date(5), /x/g])]]),
      e: new Uint8Array(2),
    });
    const before = textOf(value());
    const given = [
      [Object.prototype, "polluted"],
      [Object.prototype, "toJSON"],
      [Array.prototype, "toJSON"],
      [Date.prototype, "toJSON"],
      [Array.prototype, "more"],
      [Object.prototype, "0"],
    ];
    for (const [prototype, name] of given) {
      const was = Object.getOwnPropertyDescriptor(prototype, name);
      try {
        Object.defineProperty(prototype, name, {
          value: () => "other",
          enumerable: true,
          configurable: true,
          writable: true,
        });
        same(textOf(value()), before, name);
        same(textOf(new Array(1)), "A1,0:", name);
      } finally {
        if (was) Object.defineProperty(prototype, name, was);
        else delete prototype[name];
      }
    }
  },

  the_key_is_that_of_the_moment_of_the_call() {
    const { same } = keys;
    let runs = 0;
    const remembering = tabstate.cacheData((value) => [++runs, value.a]);
    const value = { a: [1] };
    same(remembering(value), [1, [1]]);
    value.a.push(2);
    same(remembering({ a: [1] }), [1, [1]]);
    same(remembering(value), [2, [1, 2]]);
  },

  two_values_have_one_key_exactly_when_they_are_equal_and_no_key_begins_another(runs) {
    const { fc } = fastCheck;
    const { textOf, isEqual, check } = keys;
    const text = fc.oneof(
      fc.constantFrom(
        "",
        "a",
        "b",
        "1",
        "s1:a",
        "a1:",
        "n1;",
        "__proto__",
        "\uD800",
        "\\ud800",
        "\u{1F388}",
        "\uFFFF",
        "é",
      ),
      fc.string({ maxLength: 3 }),
      fc
        .array(fc.integer({ min: 0xd7fe, max: 0xe001 }), { maxLength: 2 })
        .map((units) => String.fromCharCode(...units)),
    );
    const primitive = fc.oneof(
      fc.constantFrom(undefined, null, true, false, 0, -0, 1, 1n, -1n, Number.NaN, Infinity, 2 ** 53, 2n ** 53n),
      text,
      fc.double(),
    );
    const byte = fc.array(fc.constantFrom(0, 1, 128), { maxLength: 4 });
    const leaf = fc.oneof(
      primitive.map((value) => ["value", value]),
      fc.constantFrom(0, 1, Number.NaN).map((time) => ["date", time]),
      fc.tuple(fc.constantFrom("a", "b", "a/g"), fc.constantFrom("", "g")).map((of) => ["regexp", ...of]),
      fc.constantFrom("https://a.example/", "https://a.example/b").map((href) => ["url", href]),
      fc.tuple(fc.constantFrom("Error", "TypeError"), fc.constantFrom("", "a", "b")).map((of) => ["error", ...of]),
      byte.map((bytes) => ["buffer", bytes]),
      fc
        .tuple(fc.constantFrom("Uint8Array", "Int8Array", "DataView", "Uint16Array"), byte)
        .map((of) => ["view", ...of]),
      fc.oneof(fc.constantFrom(1, true, 1n), text).map((value) => ["boxed", value]),
      fc.nat(4).map((levels) => ["up", levels]),
    );
    const { tree } = fc.letrec((tie) => {
      const items = fc.array(tie("tree"), { maxLength: 3 });
      const named = fc.array(fc.tuple(text, tie("tree")), { maxLength: 3 });
      return {
        tree: fc.oneof(
          { maxDepth: 4, depthSize: "small", withCrossShrink: true },
          leaf,
          items.map((items) => ["list", items]),
          fc.tuple(fc.constantFrom(1, 3, 8), fc.nat(7), tie("tree")).map(([size, at, item]) => ["sparse", size, at % size, item]), // biome-ignore format: a row
          named.map((entries) => ["object", entries]),
          fc.array(fc.tuple(tie("tree"), tie("tree")), { maxLength: 3 }).map((entries) => ["map", entries]),
          items.map((items) => ["set", items]),
        ),
      };
    });

    /** `order` arranges what has none: properties, entries, elements. */
    const build = ([kind, ...of], order, above = []) => {
      const inside = (object) => (tree) => build(tree, order, [...above, object]);
      switch (kind) {
        case "value":
          return of[0];
        case "date":
          return new Date(of[0]);
        case "regexp":
          return new RegExp(of[0], of[1]);
        case "url":
          return new URL(of[0]);
        case "error":
          return new globalThis[of[0]](of[1]);
        case "buffer":
          return new Uint8Array(of[0]).buffer;
        case "view": {
          const { buffer } = new Uint8Array([0, 0, ...of[1]]);
          const width = of[0] === "Uint16Array" ? 2 : 1;
          return new globalThis[of[0]](buffer, 2, Math.floor(of[1].length / width));
        }
        case "boxed":
          return Object(of[0]);
        case "up":
          return above.at(-1 - of[0]) ?? null;
        case "list": {
          const list = [];
          for (const item of of[0]) list.push(inside(list)(item));
          return list;
        }
        case "sparse": {
          const list = [];
          [list.length] = of;
          list[of[1]] = inside(list)(of[2]);
          return list;
        }
        case "object": {
          const object = {};
          for (const [name, value] of order([...new Map(of[0])]))
            Object.defineProperty(object, name, { value: inside(object)(value), enumerable: true, configurable: true });
          return object;
        }
        case "map": {
          const map = new Map();
          // A primitive that comes twice as a key has another value in another order.
          for (const [key, value] of order(of[0])) map.set(inside(map)(key), inside(map)(value));
          return map;
        }
        case "set": {
          const set = new Set();
          for (const item of order(of[0])) set.add(inside(set)(item));
          return set;
        }
      }
    };
    const asIs = (list) => list;
    const turned = (list) => list.toReversed?.() ?? [...list].reverse();
    const all = new Map();
    let equals = 0;
    const holds = (one, other) => {
      const [first, second] = [build(one, asIs), build(other, asIs)];
      const [a, b] = [textOf(first), textOf(second)];
      const isSame = isEqual(first, second);
      equals += isSame;
      check((a === b) === isSame, `${a} and ${b}: ${isSame ? "equal" : "not equal"}`);
      const again = build(one, turned);
      if (isEqual(first, again)) check(textOf(again) === a, `turned: ${textOf(again)}, ${a}`);
      else check(textOf(again) !== a, `turned to another: ${a}`);
      check(!/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(a), `not well formed: ${a}`);
      all.set(a, first);
      all.set(b, second);
    };
    const pairs = fc.oneof(fc.tuple(tree, tree), fc.tuple(leaf, leaf), tree.map((one) => [one, one])); // biome-ignore format: a row
    const outcome = fc.check(
      fc.property(pairs, ([one, other]) => holds(one, other)),
      { numRuns: runs },
    );
    if (outcome.failed)
      throw new Error(`${outcome.errorInstance?.message} ${JSON.stringify(outcome.counterexample, (_, part) => (typeof part === "bigint" ? `${part}n` : part))}`); // biome-ignore format: a row
    check(equals > runs / 10, `${equals} equal ones of ${runs}`);
    const texts = [...all.keys()].sort();
    for (let nth = 1; nth < texts.length; nth++)
      check(!texts[nth].startsWith(texts[nth - 1]), `${texts[nth - 1]} begins ${texts[nth]}`);
    return { pairs: outcome.numRuns, equal: equals, texts: texts.length };
  },
};
