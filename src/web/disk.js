// The disk of cached values: IndexedDB, one database for all caches. Texts in, texts out: what a key or a text means, and
// whether a row is still alive, is decided elsewhere.

/*! idb 8, copyright (c) 2016 Jake Archibald <jaffathecake@gmail.com>, ISC licence: https://github.com/jakearchibald/idb */

import { openDB } from "idb";

/** The database's version. An older one is emptied, a newer one is left alone. */
const format = 1;

/** For each cache its totals and its epoch; for each row what it weighs and when it was used; and, apart, its text. */
const storeNames = ["caches", "entries", "values"];

/** Stands among the names of caches, and is none: the epoch of all caches that are not there. */
const others = 0;

/** Longer texts stand in no index: each comparison of two reads them whole, which takes Chromium 100 ms for a megabyte. */
const longestName = 512;

const patienceMs = 2000;
const ticksOfPatience = 4;

/** How long the last uses may wait to be written down, and how many of a cache. */
const useDelayMs = 1000;
const mostUses = 256;

/** So many rows are looked at in one request, and go in one transaction of a purge: others want their turn. */
const batch = 256;

/** A connection that the browser closed; WebKit has the last one for a lost one. */
const signsOfLoss = ["InvalidStateError", "AbortError", "UnknownError"];

export function openDisk(databaseName) {
  let connection;
  let uses = new Map();
  let useTimer;
  let answers = 0;
  const underWay = new Set();
  /** While the page is in the back/forward cache: settles when it is back. */
  let away;

  const connect = () => {
    const opening = (async () =>
      openDB(databaseName, format, {
        upgrade: createStores,
        // Else whoever wants to delete or upgrade the database waits for this page to end.
        blocking: () => forget(connected),
        terminated: () => forget(connected),
      }))();
    const connected = patiently(opening);
    const closeLate = (database) => connection !== connected && database.close();
    // Who waits for the connection hears of the failure.
    opening.then(closeLate, () => {});
    return connected;
  };

  const forget = (connected) => {
    if (connection === connected) connection = undefined;
    // Who waits for the connection hears of the failure.
    connected.then(
      (database) => database.close(),
      () => {},
    );
  };

  /**
   * Rejects when there is no answer for so long. Each answer to anybody counts, because many operations stand in line. Time
   * is counted in ticks, because a page that was busy or frozen finds many a timer due, and the answers behind them.
   */
  const patiently = (promise) =>
    new Promise((resolve, reject) => {
      let ticks = 0;
      let heard = answers;
      const timer = setInterval(() => {
        ticks = heard === answers ? ticks + 1 : 0;
        heard = answers;
        if (ticks < ticksOfPatience) return;
        clearInterval(timer);
        reject(new DOMException("IndexedDB does not answer", "TimeoutError"));
      }, patienceMs / ticksOfPatience);
      const settle = (how) => (result) => {
        // The end of what was given up is no answer.
        if (ticks === ticksOfPatience) return;
        clearInterval(timer);
        answers += 1;
        how(result);
      };
      promise.then(settle(resolve), settle(reject));
    });

  /** What `action` returns, when all that it asked for is kept. */
  const transact = async (mode, action, isAgain = false) => {
    if (away) await away;
    connection ??= connect();
    const connected = connection;
    let transaction;
    try {
      const database = await connected;
      transaction = database.transaction(storeNames, mode, { durability: "relaxed" });
      underWay.add(transaction);
      const stores = Object.fromEntries(storeNames.map((name) => [name, transaction.objectStore(name)]));
      const [result] = await patiently(Promise.all([action(stores), transaction.done]));
      return result;
    } catch (error) {
      // The requests of an aborted transaction do not say why.
      const cause = transaction?.error ?? error;
      if (transaction) abort(transaction);
      forget(connected);
      if (isAgain || !signsOfLoss.includes(cause.name)) throw cause;
      return transact(mode, action, true);
    } finally {
      underWay.delete(transaction);
    }
  };

  const noteUse = (cache, key) => {
    const keys = uses.get(cache) ?? new Set();
    uses.set(cache, keys);
    // The last use counts.
    keys.delete(key);
    keys.add(key);
    useTimer ??= setTimeout(keepUses, useDelayMs);
    if (keys.size >= mostUses) keepUses();
  };

  const keepUses = () => {
    clearTimeout(useTimer);
    useTimer = undefined;
    const noted = uses;
    uses = new Map();
    const keep = async (stores) => {
      for (const [cache, keys] of noted) {
        const state = await stateOf(stores, cache);
        await countUses(stores, state, keys);
        // Nothing is known of a cache that was removed meanwhile.
        if (state.uses > 0) await stores.caches.put(state);
      }
    };
    // Nobody waits for it, and all that is lost is an order.
    transact("readwrite", keep).catch(() => {});
  };

  /** Drops rows that an index has in a range, from its start, as long as `isWanted`. */
  const dropWhile = async (stores, state, index, range, isWanted) => {
    // Mostly one is enough.
    for (let most = 1; isWanted(); most = Math.min(most * 2, batch)) {
      const rows = await stores.entries.index(index).getAll(range, most);
      answers += 1;
      await Promise.all(rows.map((row) => isWanted() && dropRow(stores, state, row)));
      if (rows.length < most) return;
    }
  };

  /**
   * Chromium and Firefox abort what is under way in a page that goes to the back/forward cache, and keep it out of there. WebKit
   * lets it in as it is, and every other page waits for it. It is done again when the page is back.
   */
  const leave = ({ persisted }) => {
    if (!persisted) return;
    away = new Promise((resolve) => {
      const restore = () => {
        away = undefined;
        resolve();
      };
      addEventListener("pageshow", restore, { once: true });
    });
    for (const transaction of underWay) abort(transaction);
    if (connection !== undefined) forget(connection);
  };
  globalThis.document && addEventListener("pagehide", leave);

  return {
    async read(cache, key) {
      const id = [nameOf(cache), nameOf(key)];
      const [{ epoch }, entry, value] = await transact("readonly", (stores) =>
        Promise.all([stateOf(stores, cache), stores.entries.get(id), stores.values.get(id)]),
      );
      // Long texts may share a name.
      if (entry === undefined || value?.cache !== cache || value.key !== key) return { epoch };
      noteUse(cache, key);
      const { time, size, expires } = entry;
      return { row: { time, size, form: value.form, expires }, epoch };
    },

    write: (cache, key, { time, size, form, expires }, epoch, { maxEntries = Infinity, maxSize = Infinity }) =>
      transact("readwrite", async (stores) => {
        const [state, before] = await find(stores, cache, key);
        if (state.epoch !== epoch) return false;
        const used = uses.get(cache) ?? [];
        uses.delete(cache);
        await countUses(stores, state, used);
        if (before) await dropRow(stores, state, before);
        const isKept = maxEntries >= 1 && size <= maxSize;
        if (isKept) {
          const isOver = () => state.entries >= maxEntries || state.size + size > maxSize;
          await dropWhile(stores, state, "byExpiry", rowsOf(state.name, time), isOver);
          await dropWhile(stores, state, "byUse", rowsOf(state.name), isOver);
          state.entries += 1;
          state.size += size;
          state.uses += 1;
          await Promise.all([
            stores.entries.put({ cache: state.name, key: nameOf(key), time, size, expires, used: state.uses }),
            stores.values.put({ cache, key, form }, [state.name, nameOf(key)]),
            stores.caches.put(state),
          ]);
        } else await stores.caches.put(state);
        return isKept;
      }),

    remove: (cache, key) =>
      transact("readwrite", async (stores) => {
        const [state, before] = await find(stores, cache, key);
        if (before) await dropRow(stores, state, before);
        state.epoch += 1;
        await stores.caches.put(state);
      }),

    removeAll: (cache) =>
      transact("readwrite", async (stores) => {
        const { name, epoch } = await stateOf(stores, cache);
        await Promise.all([...dropAll(stores, name), stores.caches.put(stateOfNone(cache, epoch + 1))]);
      }),

    async removeEverything() {
      if (connection === undefined && indexedDB.databases) {
        const databases = await patiently(indexedDB.databases());
        if (!databases.some(({ name }) => name === databaseName)) return;
      }
      await transact("readwrite", async (stores) => {
        let last = 0;
        for (const { epoch } of await stores.caches.getAll()) last = Math.max(last, epoch);
        await Promise.all([
          ...storeNames.map((name) => stores[name].clear()),
          stores.caches.put({ name: others, epoch: last + 1 }),
        ]);
      });
    },

    drop: (cache, key, time) =>
      transact("readwrite", async (stores) => {
        const [state, row] = await find(stores, cache, key);
        if (row?.time !== time) return;
        await dropRow(stores, state, row);
        await stores.caches.put(state);
      }),

    async purge(isOld, now) {
      /** Returns whether there may be more. */
      const purgeSome = async (stores) => {
        let room = batch;
        for (const state of await stores.caches.getAll(IDBKeyRange.lowerBound(""))) {
          const { name, text, entries, epoch } = state;
          if (isOld(text)) {
            const rest = await stores.caches.get(others);
            // A write of the other version that was overtaken by a clear still is.
            rest.epoch = Math.max(rest.epoch, epoch);
            await Promise.all([...dropAll(stores, name), stores.caches.delete(name), stores.caches.put(rest)]);
          } else {
            const isRoom = () => entries - state.entries < room;
            await dropWhile(stores, state, "byExpiry", rowsOf(name, now), isRoom);
            room -= entries - state.entries;
            if (state.entries < entries) await stores.caches.put(state);
          }
        }
        return room === 0;
      };
      while (await transact("readwrite", purgeSome));
    },

    close() {
      if (connection === undefined) return;
      if (uses.size > 0) keepUses();
      forget(connection);
    },
  };
}

function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has ended.
  }
}

function createStores(database) {
  for (const name of [...database.objectStoreNames]) database.deleteObjectStore(name);
  const caches = database.createObjectStore("caches", { keyPath: "name" });
  // A database that was deleted must not come back with an epoch that it had. Who opens it hears of the failure.
  caches.put({ name: others, epoch: Date.now() }).catch(() => {});
  const entries = database.createObjectStore("entries", { keyPath: ["cache", "key"] });
  entries.createIndex("byUse", ["cache", "used"]);
  entries.createIndex("byExpiry", ["cache", "expires"]);
  database.createObjectStore("values");
}

function stateOfNone(text, epoch) {
  return { name: nameOf(text), text, entries: 0, size: 0, uses: 0, epoch };
}

async function stateOf({ caches }, cache) {
  return (await caches.get(nameOf(cache))) ?? stateOfNone(cache, (await caches.get(others)).epoch);
}

function find(stores, cache, key) {
  return Promise.all([stateOf(stores, cache), stores.entries.get([nameOf(cache), nameOf(key)])]);
}

/** Uses are numbered, because clocks are set back, and are too coarse to tell two uses apart. */
async function countUses({ entries }, state, keys) {
  const count = async (key) => {
    const row = await entries.get([state.name, nameOf(key)]);
    if (row === undefined) return;
    state.uses += 1;
    row.used = state.uses;
    await entries.put(row);
  };
  await Promise.all(Array.from(keys, count));
}

function dropRow({ entries, values }, state, { cache, key, size }) {
  state.entries -= 1;
  state.size -= size;
  return Promise.all([entries.delete([cache, key]), values.delete([cache, key])]);
}

function dropAll({ entries, values }, name) {
  return [entries, values].map((store) => store.delete(rowsOf(name)));
}

/** All rows of a cache's name, or those up to a number: a list in a list is behind all numbers and names. */
function rowsOf(name, last = [[]]) {
  return IDBKeyRange.bound([name], [name, last]);
}

/** Two long texts of one name take the place of each other, and are still told apart. */
function nameOf(text) {
  if (text.length <= longestName) return text;
  let a = 1;
  let b = 2;
  for (let at = 0; at < text.length; at += 1) {
    a = Math.imul(a ^ text.charCodeAt(at), 0x01000193);
    b = Math.imul((b ^ (b >>> 15)) + text.charCodeAt(at), 0x85ebca6b);
  }
  return [text.length, a, b];
}
