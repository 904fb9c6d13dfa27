// Plays the cases of tests/cases/context.json: on pages, and for requests.

/** The result of each operation, `null` for none. Closes over nothing, so that a page can run it. */
export function play({ on, ops, headers }) {
  const { context } = globalThis.tabstate;
  const dict = context[on];
  // A page knows more headers by itself.
  const handed = headers?.map(([name]) => name.toLowerCase());
  const isAsked = ([name]) => handed?.includes(name.toLowerCase()) ?? true;
  const assign = (object, name, value) => Function("o, n, v", "'use strict'; o[n] = v")(object, name, value);
  const operations = {
    get: (name) => dict.get(name),
    getAll: (name) => dict.getAll(name),
    keys: () => [...dict.entries()].filter(isAsked).map(([name]) => name),
    size: () => (handed === undefined ? dict.size : [...dict].filter(isAsked).length),
    toDict: () => Object.fromEntries(Object.entries(dict.toDict()).filter(isAsked)),
    property: (name) => dict[name],
    setProperty: (name, value) => assign(dict, name, value),
    read: (path) => path.split(".").reduce((value, part) => value?.[part], context),
    in: (name) => name in context,
    assign: (name, value) => assign(context, name, value),
    iterate: () => [...context],
  };
  return ops.map(([op, ...args]) => {
    try {
      return operations[op](...args) ?? null;
    } catch (error) {
      return { error: error.name };
    }
  });
}
