// What claims about kept values use inside a page: a clock that stands still until it is set, the functions that are remembered
// and how often they ran, what is told, and the database as the browser has it. Loaded before tabstate.

{
  const request = (asked) =>
    new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const { open, deleteDatabase } = IDBFactory.prototype;
  const factory = (() => {
    try {
      return indexedDB;
    } catch {
      // Documents of opaque origin.
      return undefined;
    }
  })();
  const stores = ["caches", "entries", "values"];
  const { transaction } = IDBDatabase.prototype;

  /** The database, or `undefined` where there is none: asking makes none. */
  const openDatabase = (name) =>
    new Promise((resolve, reject) => {
      const asked = open.call(factory, name);
      asked.onupgradeneeded = () => asked.transaction.abort();
      asked.onsuccess = () => {
        asked.result.onversionchange = () => asked.result.close();
        resolve(asked.result);
      };
      asked.onerror = () => (asked.error.name === "AbortError" ? resolve(undefined) : reject(asked.error));
    });

  globalThis.cached = {
    /** What `Date.now()` says. */
    now: 1_700_000_000_000,
    /** `kind cache`, in order. */
    events: [],
    errors: [],
    /** The arguments with which functions ran, by cache. */
    runs: {},
    namespace: "tabstate",
    /** Imports tabstate, once in a document. */
    async open({ from = "/package/dist/index.js", ...options } = {}) {
      if (globalThis.tabstate === undefined) {
        globalThis.tabstate = await import(from);
        if (options.namespace) {
          tabstate.configure(options);
          cached.namespace = options.namespace;
        }
        tabstate.cacheData.subscribe(({ kind, cache, error }) => {
          cached.events.push(`${kind} ${cache}`);
          if (error !== undefined) cached.errors.push(error.code ?? error.message);
        });
      }
      return tabstate;
    },
    /** A function that is remembered on disk, if not said otherwise, and counts its runs. */
    wrap(key, options = {}, make = (...args) => ({ of: args })) {
      cached.runs[key] ??= [];
      const run = (...args) => {
        cached.runs[key].push(args.join());
        return make(...args);
      };
      return tabstate.cacheData(run, { key, persist: "disk", ...options });
    },
    count: (key) => cached.runs[key]?.length ?? 0,
    /** Events since the last time. */
    heard: () => cached.events.splice(0).join(),
    /** Works in one transaction of the database of which we know how it lies on disk. */
    async edit(change, mode = "readwrite") {
      const database = await openDatabase(`${cached.namespace}!cache`);
      if (database === undefined) return undefined;
      try {
        const under = transaction.call(database, stores, mode);
        const done = new Promise((resolve, reject) => {
          under.oncomplete = resolve;
          under.onabort = () => reject(under.error);
        });
        const result = await change(Object.fromEntries(stores.map((name) => [name, under.objectStore(name)])), request);
        await done;
        return result;
      } finally {
        database.close();
      }
    },
    /** The rows on disk, with their texts; of one cache, if it is named. */
    async rows(cache) {
      const rows = await cached.edit(async ({ entries, values }, ask) => {
        const [rows, texts, places] = await Promise.all([
          ask(entries.getAll()),
          ask(values.getAll()),
          ask(values.getAllKeys()),
        ]);
        const at = places.map((place) => JSON.stringify(place));
        return rows.map((row) => ({ ...row, ...texts[at.indexOf(JSON.stringify([row.cache, row.key]))] }));
      }, "readonly");
      return (rows ?? []).filter((row) => cache === undefined || row.cache === cache);
    },
    /** The keys that a cache has on disk, once they are so many. */
    async keys(cache, count) {
      for (const end = performance.now() + 5000; ; await cached.sleep(10)) {
        const rows = await cached.rows(cache);
        if (count === undefined || rows.length === count) return rows.map(({ key }) => key).sort();
        if (performance.now() > end) throw new Error(`not ${count} rows but ${rows.length}: ${cache}`);
      }
    },
    /** Where the totals on disk are not those of the rows. */
    async drift() {
      return cached.edit(async ({ caches, entries, values }, ask) => {
        const [totals, rows, texts] = await Promise.all([
          ask(caches.getAll(IDBKeyRange.lowerBound(""))),
          ask(entries.getAll()),
          ask(values.count()),
        ]);
        const wrong = totals.filter(({ name, entries: count, size }) => {
          const own = rows.filter(({ cache }) => indexedDB.cmp(cache, name) === 0);
          return count !== own.length || size !== own.reduce((sum, row) => sum + row.size, 0);
        });
        return [...wrong.map(({ text }) => text), ...(texts === rows.length ? [] : [`${texts} texts`])];
      }, "readonly");
    },
    /** Deletes the database; says whether somebody stood in the way. */
    delete: () =>
      new Promise((resolve, reject) => {
        let isBlocked = false;
        const asked = deleteDatabase.call(factory, `${cached.namespace}!cache`);
        asked.onblocked = () => {
          isBlocked = true;
        };
        asked.onsuccess = () => resolve(isBlocked);
        asked.onerror = () => reject(asked.error);
      }),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async until(isTrue, ms = 5000) {
      for (const end = performance.now() + ms; !(await isTrue()); await cached.sleep(5)) {
        if (performance.now() > end) throw new Error(`not within ${ms} ms: ${isTrue}`);
      }
    },
    /** A promise, and what settles it. */
    gate() {
      const gate = {};
      gate.promise = new Promise((resolve, reject) => Object.assign(gate, { resolve, reject }));
      return gate;
    },
    /** What a promise comes to: its value, or the code or the text of what it rejects with. */
    outcomeOf: (promise) =>
      Promise.resolve(promise).then(
        (value) => ({ value }),
        (error) => ({ error: error?.code ?? error?.message ?? String(error) }),
      ),
  };
  Date.now = () => cached.now;
}
