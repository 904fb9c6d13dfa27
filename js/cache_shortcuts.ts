// Ways to what is kept that are shorter than its key: an argument that stands alone, or the JSON of plain ones, as native code
// writes it. Other arguments never have the same; the same ones may have others, where properties are in another order.

/** There is no shortcut. */
export const none = {};

/** Beyond that, JSON is no shortcut. */
const mostParts = 1000;
const longest = 1000;
const deepest = 20;
const longestJson = 2000;

/** Lists and objects that were met. */
let parts = 0;

export function shortcutOf(args: readonly unknown[], skipArgs: readonly number[]): unknown {
  const [arg] = args;
  if (args.length === 1 && skipArgs.length === 0 && isShort(arg)) return arg;
  const all = skipArgs.length > 0 ? args.map((arg, nth) => (skipArgs.includes(nth) ? null : arg)) : args;
  parts = 0;
  try {
    const json = !("toJSON" in all) && all.every(isWholeArgument) ? JSON.stringify(all) : "";
    // It takes room of its own.
    return json !== "" && json.length <= longestJson ? json : none;
  } catch {
    // A getter or a Proxy threw: the walk for the key meets it too, and knows where.
    return none;
  }
}

/** Whether what was read for a shortcut is what is read each time: no getter is among it. */
export function isLasting(shortcut: unknown, args: readonly unknown[]): boolean {
  if (shortcut === none) return false;
  const isValue = (part: unknown): boolean =>
    typeof part !== "object" ||
    part === null ||
    Object.values(Object.getOwnPropertyDescriptors(part)).every(({ value, get }) => !get && isValue(value));
  return args.every(isValue);
}

const isWholeArgument = (arg: unknown) => isWhole(arg, 0);

/** Whether a Map tells it from all others, and from JSON. */
function isShort(arg: unknown): boolean {
  switch (typeof arg) {
    case "number":
      return arg !== 0 || 1 / arg > 0;
    case "string":
      return arg[0] !== "[";
    case "object":
      return arg === null;
    case "function":
    case "symbol":
      return false;
  }
  return true;
}

/** Whether the JSON of a list or an object holds all of it. A part that stands in two places is as good as two. */
function isPlain(object: object, level: number): boolean {
  const isList = Array.isArray(object);
  if (level > deepest || Object.getPrototypeOf(object) !== (isList ? Array : Object).prototype) return false;
  // Native code would write what it makes of itself.
  if ("toJSON" in object) return false;
  if (!isList) {
    for (const name in object) if (!isWhole(object[name as never], level)) return false;
    return true;
  }
  if (object.length > longest) return false;
  for (let nth = 0; nth < object.length; nth++) if (!isWhole(object[nth], level)) return false;
  // Nothing beside the items.
  return Object.keys(object).length === object.length;
}

function isWhole(part: unknown, level: number): boolean {
  const type = typeof part;
  if (type === "string" || type === "boolean") return true;
  if (type === "number") return (part as number) - (part as number) === 0 && (part !== 0 || 1 / part > 0);
  return part === null || (type === "object" && ++parts < mostParts && isPlain(part as object, level + 1));
}
