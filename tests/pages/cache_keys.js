// What claims about the keys of cached values use, in Node and inside a page: the key of a call, and a comparison of values
// that says whether two of them are to have one. Stays in the page's realm.

{
  let plain;
  /** The key of a call with these arguments; throws what the call throws. */
  const keyOf = (args, options) => {
    const { cacheData } = globalThis.tabstate;
    const seen = [];
    plain ??= cacheData(() => 0);
    const remembering = options === undefined ? plain : cacheData(() => 0, options);
    remembering.clear();
    const stop = cacheData.subscribe(({ key }) => seen.push(key), { kinds: ["miss"] });
    try {
      remembering(...args);
    } finally {
      stop();
    }
    return seen.at(-1);
  };
  /** The text of one value. That of `undefined` alone is cut off as an argument. */
  const textOf = (value, options) => {
    const start = "a2:";
    const key = keyOf([value, null], options);
    if (!key.startsWith(start) || !key.endsWith("z")) throw new Error(`no key of two arguments: ${key}`);
    return key.slice(start.length, -1);
  };
  /** How a call with these arguments is refused. */
  const refusalOf = (args, options) => {
    try {
      return `not refused: ${keyOf(args, options).slice(0, 200)}`;
    } catch (error) {
      if (error.code !== "unsupported-value") return `${error.name} ${error.code}: ${error.message}`;
      return error.message;
    }
  };

  const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const bytesOf = (view) => [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)].join();

  /** Whether `ones` and `others` are the same but for their order. */
  const isPermutation = (ones, others, isSame) => {
    if (ones.length !== others.length) return false;
    const left = [...others];
    return ones.every((one) => {
      const at = left.findIndex((other) => isSame(one, other));
      if (at >= 0) left.splice(at, 1);
      return at >= 0;
    });
  };
  /** Whether two values are equal as docs/cache-key.md has it, from their parts alone. */
  const isEqual = (one, other, above = [[], []]) => {
    if (typeof one !== "object" || one === null || typeof other !== "object" || other === null)
      return Object.is(one, other);
    const levels = [above[0].lastIndexOf(one), above[1].lastIndexOf(other)];
    if (levels[0] >= 0 || levels[1] >= 0) return levels[0] === levels[1];
    const kind = tagOf(one);
    if (tagOf(other) !== kind) return false;
    const inside = [
      [...above[0], one],
      [...above[1], other],
    ];
    const isSame = (a, b) => isEqual(a, b, inside);
    const isSamePair = ([a, b], [c, d]) => isSame(a, c) && isSame(b, d);
    if (ArrayBuffer.isView(one)) return bytesOf(one) === bytesOf(other);
    switch (kind) {
      case "Array":
        return (
          one.length === other.length &&
          Array.from(one).every((item, nth) => nth in one === nth in other && isSame(item, other[nth]))
        );
      case "Object":
        return isPermutation(Object.entries(one), Object.entries(other), isSamePair);
      case "Map":
        return isPermutation([...one], [...other], isSamePair);
      case "Set":
        return isPermutation([...one], [...other], isSame);
      case "Date":
        return Object.is(one.getTime(), other.getTime());
      case "RegExp":
        return one.source === other.source && one.flags === other.flags;
      case "URL":
        return one.href === other.href;
      case "Error":
        return one.name === other.name && one.message === other.message;
      case "ArrayBuffer":
        return bytesOf(new Uint8Array(one)) === bytesOf(new Uint8Array(other));
      default:
        return Object.is(one.valueOf(), other.valueOf());
    }
  };

  const check = (isRight, what) => {
    if (!isRight) throw new Error(what);
  };
  const same = (seen, expected, what = "") => {
    const [one, other] = [JSON.stringify(seen), JSON.stringify(expected)];
    if (one !== other) throw new Error(`${what} ${one} instead of ${other}`);
  };

  globalThis.keys = { keyOf, textOf, refusalOf, isEqual, check, same };
}
