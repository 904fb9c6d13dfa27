// A dict that is only read, in property form: its entries as properties around its methods.

/** The reads of a dict of texts. */
export interface DictReads extends Iterable<[string, string]> {
  /** The first value of `name`. */
  get(name: string): string | undefined;
  /** All values of `name`, in a fresh array. */
  getAll(name: string): string[];
  /** Whether `name` is there. */
  has(name: string): boolean;
  /** How many names there are. */
  readonly size: number;
  /** The names, in the order in which they first appear. */
  keys(): IterableIterator<string>;
  /** The first value of each name. */
  values(): IterableIterator<string>;
  /** Each name with its first value. */
  entries(): IterableIterator<[string, string]>;
  /** Each name with its first value, as a plain object. */
  toDict(): Record<string, string>;
}

/** Reads of what `read` gives at that moment; `fold` makes names alike that are found alike. */
export function readsOf(
  read: () => ReadonlyMap<string, readonly string[]>,
  fold: (name: string) => string = (name) => name,
): DictReads {
  const find = (name: string): readonly string[] | undefined => {
    const values = read();
    const found = values.get(name);
    if (found !== undefined) return found;
    const wanted = fold(`${name}`);
    for (const [other, values] of read()) if (fold(other) === wanted) return values;
    return undefined;
  };
  function* entries(): IterableIterator<[string, string]> {
    for (const [name, [first]] of read()) yield [name, first as string];
  }
  return {
    get: (name) => find(name)?.[0],
    getAll: (name) => [...(find(name) ?? [])],
    has: (name) => find(name) !== undefined,
    get size() {
      return read().size;
    },
    keys: () => [...read().keys()].values(),
    values: () => Array.from(entries(), ([, value]) => value).values(),
    entries,
    toDict: () => Object.fromEntries(entries()),
    [Symbol.iterator]: entries,
  };
}

/** The methods' own names and all symbols are the methods'. Nothing can be written. */
export function inReadOnlyForm<Methods extends DictReads>(methods: Methods) {
  const own: Record<string | symbol, unknown> = Object.setPrototypeOf(methods, null);
  const owns = (key: string | symbol) => typeof key === "symbol" || key in own;
  return new Proxy({} as Methods & { readonly [name: string]: string | undefined }, {
    get: (_, key) => (owns(key) ? own[key] : methods.get(key as string)),
    set: () => false,
    has: (_, key) => key in own || (typeof key === "string" && methods.has(key)),
    deleteProperty: () => false,
    ownKeys: () => [...methods.keys()].filter((key) => !(key in own)),
    getOwnPropertyDescriptor(_, key) {
      const value = owns(key) ? undefined : methods.get(key as string);
      return value === undefined ? undefined : { value, writable: false, enumerable: true, configurable: true };
    },
    defineProperty: () => false,
    preventExtensions: () => false,
    setPrototypeOf: () => false,
  });
}

/** Facts, each read when it is asked for, and methods, in one object that nobody writes to. */
export function withMethods<Facts extends object, Methods extends object>(facts: Facts, methods: Methods) {
  const both: Readonly<Facts & Methods> = Object.create(null, {
    ...Object.getOwnPropertyDescriptors(facts),
    ...Object.getOwnPropertyDescriptors(methods),
  });
  return Object.freeze(both);
}

/** A dict as a plain object; all else as it is. */
export function plain(value: unknown): unknown {
  return (value as DictReads | undefined)?.toDict?.() ?? value;
}
