// A dict in property form: its entries as properties around its methods.

interface Dict {
  get(key: string): unknown;
  has(key: string): boolean;
  set(key: string, value: never): void;
  delete(key: string): unknown;
  keys(): Iterable<string>;
}

/** The methods' own names and all symbols are the methods'. */
export function inPropertyForm<Methods extends Dict, Form extends Methods>(methods: Methods): Form {
  const own: Record<string | symbol, unknown> = Object.setPrototypeOf(methods, null);
  const owns = (key: string | symbol) => typeof key === "symbol" || key in own;
  return new Proxy({} as Form, {
    get: (_, key) => (owns(key) ? own[key] : methods.get(key as string)),
    set(_, key, value) {
      if (typeof key === "symbol") return false;
      methods.set(key, value as never);
      return true;
    },
    has: (_, key) => key in own || (typeof key === "string" && methods.has(key)),
    deleteProperty(_, key) {
      if (typeof key === "string") methods.delete(key);
      return true;
    },
    ownKeys: () => [...methods.keys()].filter((key) => !(key in own)),
    getOwnPropertyDescriptor: (_, key) =>
      owns(key) || !methods.has(key as string)
        ? undefined
        : { value: methods.get(key as string), writable: true, enumerable: true, configurable: true },
    defineProperty(_, key, descriptor) {
      const { configurable = true, enumerable = true, writable = true } = descriptor;
      if (typeof key === "symbol" || !("value" in descriptor) || !(configurable && enumerable && writable))
        return false;
      methods.set(key, descriptor.value as never);
      return true;
    },
    preventExtensions: () => false,
    setPrototypeOf: () => false,
  });
}
