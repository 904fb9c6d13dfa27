// An object that stands for another one, which is found when it is needed.

export function standInFor<Target extends object>(find: () => Target): Target {
  return new Proxy({} as Target, {
    get: (_, key) => Reflect.get(find(), key),
    set: (_, key, value) => Reflect.set(find(), key, value),
    has: (_, key) => Reflect.has(find(), key),
    deleteProperty: (_, key) => Reflect.deleteProperty(find(), key),
    ownKeys: () => Reflect.ownKeys(find()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(find(), key),
    defineProperty: (_, key, descriptor) => Reflect.defineProperty(find(), key, descriptor),
    preventExtensions: () => false,
    setPrototypeOf: () => false,
  });
}
