// What claims about session state use inside a page: the storage as the browser has it, the calls that really go to it, by
// whomever, and refusals by schedule. Loaded before tabstate, so that it stands under everything else.

{
  const native = {};
  for (const name of ["getItem", "setItem", "removeItem", "key", "clear"]) native[name] = Storage.prototype[name];
  const length = Object.getOwnPropertyDescriptor(Storage.prototype, "length").get;
  const calls = [];
  const log = (name, what) => {
    Storage.prototype[name] = function (...args) {
      calls.push([what, args[0]]);
      stored.before?.(what, ...args);
      return native[name].apply(this, args);
    };
  };
  log("getItem", "get");
  log("setItem", "set");
  log("removeItem", "remove");

  globalThis.stored = {
    /** `["get" | "set" | "remove", name]`, in order; the claim empties it. */
    calls,
    /** Called before each call, with its kind and arguments; what it throws is what the browser throws. */
    before: undefined,
    writes: () => calls.filter(([what]) => what !== "get"),
    get: (name) => native.getItem.call(sessionStorage, name),
    put: (name, text) => native.setItem.call(sessionStorage, name, text),
    remove: (name) => native.removeItem.call(sessionStorage, name),
    clear: () => native.clear.call(sessionStorage),
    names: () =>
      Array.from({ length: length.call(sessionStorage) }, (_, nth) => native.key.call(sessionStorage, nth)).sort(),
    /** Name and text of all entries. */
    all: () => Object.fromEntries(stored.names().map((name) => [name, stored.get(name)])),
    noRoom: () => new DOMException("there is no room", "QuotaExceededError"),
    /** Imports tabstate, with options, once in a document; gives the module, as awaiting the state itself would use it. */
    async open(options) {
      if (globalThis.tabstate === undefined) {
        globalThis.tabstate = await import("/package/dist/index.js");
        if (options) tabstate.configure(options);
      }
      return tabstate;
    },
    /** What `f` returns, or the code of the error that it throws. */
    outcomeOf(f) {
      try {
        return f() ?? "done";
      } catch (error) {
        if (!(error instanceof globalThis.tabstate.TabstateError)) throw error;
        return error.code;
      }
    },
    /** The changes that are told, `source: keys`. */
    hearing(options) {
      const heard = [];
      const end = globalThis.tabstate.sessionState.subscribe(
        ({ keys, source }) => heard.push(`${source}: ${keys.toSorted().join()}`),
        options,
      );
      return Object.assign(heard, { end });
    },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async until(isTrue, ms = 5000) {
      for (const end = performance.now() + ms; !isTrue(); await stored.sleep(5)) {
        if (performance.now() > end) throw new Error(`not within ${ms} ms: ${isTrue}`);
      }
    },
    /** Hides the page, or shows it: no driver can. */
    hide(isHidden = true) {
      Object.defineProperty(document, "visibilityState", {
        value: isHidden ? "hidden" : "visible",
        configurable: true,
      });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    },
    /** Adds a frame, and waits until it is loaded. */
    frame: (attributes) =>
      new Promise((resolve) => {
        const frame = document.createElement("iframe");
        for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
        frame.onload = () => resolve(frame);
        document.body.append(frame);
      }),
  };
}
