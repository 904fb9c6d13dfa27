// What claims about the values of session state use inside a page: a value of every listed kind, values from data
// (tests/cases/README.md), and a comparison that sees all that there is to be seen. Stays in the page's realm.

{
  /** Builds the value that a case's data stands for. */
  const build = (data, names = new Map()) => {
    const made = (given) => build(given, names);
    if (typeof data !== "object" || data === null) return data;
    if (Array.isArray(data)) return fill([], data);
    const [[tag, given] = [], ...more] = Object.entries(data);
    if (tag?.[0] !== "$" || more.length > 0) {
      return define({}, Object.entries(data));
    }
    /** The object has its name before it has its parts. */
    function named(object) {
      if (names.next !== undefined) names.set(names.next, object);
      names.next = undefined;
      return object;
    }
    function fill(list, items) {
      named(list);
      items.forEach((item, nth) => {
        if (item?.$hole) list.length = nth + 1;
        else list[nth] = made(item);
      });
      return list;
    }
    function define(object, entries) {
      named(object);
      for (const [key, value] of entries) {
        const options = { writable: true, enumerable: true, configurable: true };
        Object.defineProperty(object, made(key), { ...options, value: made(value) });
      }
      return object;
    }
    switch (tag) {
      case "$undefined":
        return undefined;
      case "$float":
        return Number(given);
      case "$bigint":
        return BigInt(given);
      case "$units":
        return String.fromCharCode(...given);
      case "$entries":
        return define({}, given);
      case "$bare":
        return define(Object.create(null), given);
      case "$sparse": {
        const [length, ...items] = given;
        const list = named([]);
        list.length = length;
        for (const [index, item] of items) list[index] = made(item);
        return list;
      }
      case "$map": {
        const map = named(new Map());
        for (const [key, value] of given) map.set(made(key), made(value));
        return map;
      }
      case "$set": {
        const set = named(new Set());
        for (const value of given) set.add(made(value));
        return set;
      }
      case "$date":
        return named(new Date(given ?? Number.NaN));
      case "$url":
        return named(new URL(given));
      case "$regexp":
        return named(new RegExp(made(given[0]), given[1]));
      case "$error": {
        const [name, message, ...cause] = given;
        const error = named(new globalThis[name](made(message)));
        if (cause.length > 0)
          Object.defineProperty(error, "cause", { value: made(cause[0]), writable: true, configurable: true });
        return error;
      }
      case "$buffer":
        return named(new Uint8Array(given).buffer);
      case "$view": {
        const [kind, buffer, offset, length] = given;
        const { next } = names;
        names.next = undefined;
        const view = new globalThis[kind](made(buffer), offset, length);
        names.next = next;
        return named(view);
      }
      case "$boxed":
        return named(Object(made(given)));
      case "$as":
        names.next = given[0];
        return made(given[1]);
      case "$same":
        return names.get(given);
      case "$levels": {
        let value = made(given[1]);
        for (let level = 0; level < given[0]; level++) value = [value];
        return value;
      }
      default:
        throw new Error(`no tag ${tag}`);
    }
  };

  const kindOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

  /**
   * Where two values differ first; `undefined` when they are the same in all that can be seen: kinds, prototypes, order
   * and holes, `-0`, and which parts are one object. Iterative: values may be deep.
   */
  const difference = (one, other) => {
    const there = new Map();
    const back = new Map();
    const queue = [["value", one, other]];
    while (queue.length > 0) {
      const [path, a, b] = queue.pop();
      if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) {
        if (!Object.is(a, b)) return `${path}: ${String(a)}, ${String(b)}`;
        continue;
      }
      if (there.has(a) || back.has(b)) {
        if (there.get(a) !== b || back.get(b) !== a) return `${path}: not the same object twice`;
        continue;
      }
      there.set(a, b);
      back.set(b, a);
      if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path}: prototypes`;
      const kind = kindOf(a);
      if (kindOf(b) !== kind) return `${path}: ${kind}, ${kindOf(b)}`;
      const compare = (step, x, y) => queue.push([`${path}${step}`, x, y]);
      const compareAll = (step, xs, ys) => {
        compare(`${step}.length`, xs.length, ys.length);
        xs.forEach((x, nth) => {
          compare(`${step}[${nth}]`, x, ys[nth]);
        });
      };
      if (ArrayBuffer.isView(a)) {
        for (const field of ["buffer", "byteOffset", "byteLength"]) compare(`.${field}`, a[field], b[field]);
        continue;
      }
      if (kind === "ArrayBuffer") {
        const [x, y] = [new Uint8Array(a), new Uint8Array(b)];
        if (x.length !== y.length || x.some((byte, nth) => byte !== y[nth])) return `${path}: bytes`;
        continue;
      }
      if (kind === "Map") compareAll("{}", [...a].flat(), [...b].flat());
      else if (kind === "Set") compareAll("{}", [...a], [...b]);
      else if (kind === "Date") compare(".getTime()", a.getTime(), b.getTime());
      else if (kind === "RegExp") for (const field of ["source", "flags"]) compare(`.${field}`, a[field], b[field]);
      else if (kind === "URL") compare(".href", a.href, b.href);
      else if (kind === "Error") {
        for (const field of ["name", "message", "cause"]) compare(`.${field}`, a[field], b[field]);
        compare(" has a cause", Object.hasOwn(a, "cause"), Object.hasOwn(b, "cause"));
        continue;
      } else if (/^(Boolean|Number|String|BigInt)$/.test(kind)) compare(".valueOf()", a.valueOf(), b.valueOf());
      if (kind === "Array") compare(".length", a.length, b.length);
      const [x, y] = [Object.keys(a), Object.keys(b)];
      if (x.length !== y.length || x.some((key, nth) => key !== y[nth])) return `${path}: keys ${x}; ${y}`;
      for (const key of x) compare(`[${JSON.stringify(key)}]`, a[key], b[key]);
    }
  };

  /** A value of every kind that API.md lists, by name; anew with each call. */
  const every = () => {
    const shared = { shared: true };
    const cycle = { list: [], map: new Map() };
    cycle.list.push(cycle, shared, shared);
    cycle.map.set(cycle, cycle.list);
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 255, 254, 253, 252, 251, 250, 249, 248]).buffer;
    const sparse = [];
    sparse[1_000_000] = "far";
    // biome-ignore lint/suspicious/noSparseArray: holes are what it is about
    const holes = [1, , undefined, ,];
    const kinds = [
      ...["Int8", "Uint8", "Uint8Clamped", "Int16", "Uint16", "Int32", "Uint32"],
      ...["BigInt64", "BigUint64", "Float16", "Float32", "Float64"],
    ];
    const views = kinds.map((kind) => globalThis[`${kind}Array`]).filter(Boolean);
    return {
      text: "Oslo \u{1F388} \0 \n",
      surrogates: "\uD800a\uDC00",
      empty: "",
      number: 1.5,
      large: 2 ** 60,
      minusZero: -0,
      nan: Number.NaN,
      infinities: [Infinity, -Infinity],
      bigint: -(2n ** 100n),
      yes: true,
      no: false,
      null: null,
      undefined: undefined,
      date: new Date(1709210096789),
      invalidDate: new Date(Number.NaN),
      regexp: /a\/(?<n>b)/giu,
      aMap: new Map([
        ["a", 1],
        [shared, new Map([[Number.NaN, -0]])],
      ]),
      aSet: new Set([shared, "b", undefined, 2n]),
      list: [1, [2, [3]]],
      holes,
      sparse,
      object: { b: 1, a: { c: undefined } },
      proto: JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'),
      bare: Object.assign(Object.create(null), { a: 1 }),
      oddKeys: { "\uD800": 1, "": 2, 10: "index", "a b": new Date(0) },
      views: views.map((View) => new View(buffer, 0, 8 / View.BYTES_PER_ELEMENT)),
      part: [new Uint8Array(buffer, 3, 2), new DataView(buffer, 1, 5), buffer],
      url: new URL("https://h.example/p?q=1#f"),
      error: new TypeError("no", { cause: new Error("why", { cause: shared }) }),
      boxed: [Object(1), Object("a"), Object(false), Object(2n)],
      cycle,
      shared: [shared, shared],
    };
  };

  globalThis.values = { build, difference, every };
}
