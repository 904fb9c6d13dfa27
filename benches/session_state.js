// Session state against what people write by hand and what they install. Writes and later reads: one page for all
// contenders. Reads after a reload: a document for what was written and one for each reader, as a first read happens once.

import { interleaved, median } from "./measure.js";

const floor = "JSON by hand";

/** The names of all contenders' entries are of one length. */
const keys = Array.from({ length: 20 }, (_, nth) => `draft${String(nth).padStart(2, "0")}`);

const cities = ["Oslo", "São Paulo", "Kyiv", "Łódź", "Nairobi", "Reykjavík", "Hanoi"];

const fields = (nth) => ({
  id: 40_000 + nth,
  name: "Ada Lovelace",
  city: cities[nth % 7],
  isOpen: nth % 3 > 0,
  page: 2,
});

const lines = (nth, count) => ({
  step: "address",
  saved: 1_790_000_000_000 + nth,
  lines: Array.from({ length: count }, (_, line) => ({
    ...fields(nth + line),
    price: 19.5 + line,
    note: line % 4 > 0 ? null : "Leave it at the door, please: the bell is broken.",
    sizes: [line, 40.5, 42],
  })),
});

/** A basket: what a page keeps that is no JSON. */
const basket = (nth, count) => ({
  saved: new Date(1_790_000_000_000 + nth),
  customer: 9_007_199_254_740_993n + BigInt(nth),
  tags: new Set(["sale", "summer", cities[nth % 7]]),
  lines: new Map(
    Array.from({ length: count }, (_, line) => [
      `sku-${1000 + line}`,
      {
        ...fields(nth + line),
        added: new Date(1_780_000_000_000 + line),
        coupon: undefined,
        sizes: new Set([line, 42]),
      },
    ]),
  ),
  preview: Uint8Array.from({ length: count * 16 }, (_, byte) => (byte * 7 + nth) & 255),
  curve: Float64Array.from({ length: count * 2 }, (_, point) => Math.sin(point + nth)),
});

function deep(around) {
  let value = 0;
  for (let level = 0; level < 100_000; level += 1) value = around(value);
  return value;
}

const plain = {
  contenders: ["tabstate", floor, "store2", "zustand persist"],
  most: { [floor]: 1.3 },
};
const rich = { contenders: ["tabstate", "devalue", "superjson"], most: { devalue: 1, superjson: 1 } };
/** The peers overflow the stack here, as JSON.stringify does. */
const alone = { contenders: ["tabstate"] };

/**
 * `make` makes the nth value. `many` of them are also written in a row; `count` of them are read in a document; `units` is how
 * long a record of ours may be.
 */
const values = {
  "5 fields": { ...plain, many: 64, count: 20, make: fields, units: 100 },
  "2 kB": { ...plain, many: 32, count: 20, make: (nth) => lines(nth, 16), units: 2500 },
  "100 kB": { ...plain, count: 10, make: (nth) => lines(nth, 750), units: 110_000 },
  "2 kB of Map, Date, bytes": { ...rich, many: 32, count: 20, make: (nth) => basket(nth, 9), units: 2500 },
  "50 kB of Map, Date, bytes": { ...rich, count: 10, make: (nth) => basket(nth, 240), units: 60_000 },
  // superjson's text of it, of 3.7 million characters, leaves no room for another's.
  "1 MB of bytes": {
    contenders: ["tabstate", "toBase64 by hand", "devalue"],
    limit: 10e6,
    count: 1,
    make: (nth) => Uint8Array.from({ length: 2 ** 20 }, (_, byte) => (byte * 7 + (byte >> 8) + nth) & 255),
    units: 1.4 * 2 ** 20,
  },
  "100,000 lists in each other": {
    ...alone,
    count: 1,
    make: () => deep((value) => [value]),
    units: 2_500_000,
  },
  "100,000 objects in each other": {
    ...alone,
    count: 1,
    make: () => deep((value) => ({ value })),
    units: 2_500_000,
  },
};

/** Who reads which value after a reload, in documents of their own. */
export const reads = Object.fromEntries(Object.entries(values).map(([name, { contenders }]) => [name, contenders]));

const opening = "opening the session";
const firstRead = (name) => `first get after a reload: ${name}`;
const firstOfAll = (name) => `first get of all after a reload: ${name}`;

/** Of what `read` returns. */
export const budgets = Object.fromEntries(
  Object.entries(values).map(([name, { limit, most }]) => [firstRead(name), { limit, most }]),
);

/** Each with the names that its entries have in the storage. */
const sides = {
  async tabstate() {
    const { sessionState } = await import("tabstate");
    return {
      prefix: "tabstate:",
      get: (key) => sessionState.get(key),
      set: (key, value) => sessionState.set(key, value),
      remove: (key) => sessionState.delete(key),
    };
  },
  async [floor]() {
    return inTexts("by-hand-:", JSON.stringify, JSON.parse);
  },
  async "toBase64 by hand"() {
    return inTexts(
      "base-64-:",
      (bytes) => bytes.toBase64(),
      (text) => Uint8Array.fromBase64(text),
    );
  },
  async devalue() {
    const { parse, stringify } = await import("devalue");
    return inTexts("devalue-:", stringify, parse);
  },
  async superjson() {
    const { parse, stringify } = await import("superjson");
    return inTexts("superjs-:", stringify, parse);
  },
  async store2() {
    const { default: store } = await import("store2");
    const prefix = "store-2-:";
    return {
      prefix,
      get: (key) => store.session.get(prefix + key),
      set: (key, value) => store.session.set(prefix + key, value),
      remove: (key) => sessionStorage.removeItem(prefix + key),
    };
  },
  /** A store for each key: it reads its entry when it is made. */
  async "zustand persist"() {
    const [{ createStore }, { createJSONStorage, persist }] = await Promise.all([
      import("zustand/vanilla"),
      import("zustand/middleware"),
    ]);
    const prefix = "zustand-:";
    const storage = createJSONStorage(() => sessionStorage);
    const stores = new Map();
    const storeOf = (key) => {
      let store = stores.get(key);
      if (store === undefined) {
        store = createStore(persist(() => ({ value: undefined }), { name: prefix + key, storage }));
        stores.set(key, store);
      }
      return store;
    };
    return {
      prefix,
      get: (key) => storeOf(key).getState().value,
      set: (key, value) => storeOf(key).setState({ value }),
      remove: (key) => sessionStorage.removeItem(prefix + key),
    };
  },
};

function inTexts(prefix, stringify, parse) {
  return {
    prefix,
    get: (key) => {
      const text = sessionStorage.getItem(prefix + key);
      return text === null ? undefined : parse(text);
    },
    set: (key, value) => sessionStorage.setItem(prefix + key, stringify(value)),
    remove: (key) => sessionStorage.removeItem(prefix + key),
  };
}

/**
 * Nanoseconds of a write, two values in turn, so that each is of another text than the one that is there. Chromium sends
 * each write to another process. Alone, after a rest, it has to wake a thread for that, as most writes of a page do; in a row
 * it has not, while the thread keeps up: what slows a writer down then makes `setItem` slower, too.
 * Contenders come in another order each time, as nobody's writes shall always follow the same one's.
 */
async function timesOfWrites(contenders, [one, other], { inARow, rests, repetitions }) {
  const runs = contenders.map(([side, { set }]) => ({ side, set, samples: [] }));
  const warming = 10;
  for (let repetition = 0; repetition < warming + repetitions; repetition += 1) {
    for (const { set, samples } of shuffled(runs)) {
      let milliseconds = 0;
      for (let nth = 0; nth < rests; nth += 1) {
        await rest(4);
        const began = performance.now();
        for (let write = 0; write < inARow; write += 1) set("draft00", (repetition + nth + write) & 1 ? other : one);
        milliseconds += performance.now() - began;
      }
      samples.push(milliseconds / rests / inARow);
    }
  }
  return Object.fromEntries(runs.map(({ side, samples }) => [side, median(samples.slice(warming)) * 1e6]));
}

function shuffled(list) {
  const keyed = list.map((item) => [Math.random(), item]);
  return keyed.sort(([one], [other]) => one - other).map(([, item]) => item);
}

async function measureWrites(name, repetitions) {
  const { contenders, many, make, units, limit, most = {} } = values[name];
  const pair = [make(0), make(1)];
  const all = await Promise.all(contenders.map(async (side) => [side, await sides[side]()]));
  // The clock's steps of 5 µs are long beside a short write: four of them make a sample.
  const ways = { [`set: ${name}`]: { inARow: 1, rests: many ? 4 : 1, repetitions } };
  if (many) ways[`set: ${name}, ${many} in a row`] = { inARow: many, rests: 1, repetitions };
  const measured = [];
  for (const [name, way] of Object.entries(ways)) {
    measured.push({ name, ...(limit && { limit }), most, times: await timesOfWrites(all, pair, way) });
  }
  for (const [side, { prefix, set, remove }] of all) {
    set("draft00", pair[1]);
    const text = sessionStorage.getItem(`${prefix}draft00`);
    if (text.length > (side === "tabstate" ? units : Number.POSITIVE_INFINITY))
      throw new Error(`${name}: a record of ${text.length} characters`);
    remove("draft00");
  }
  return measured;
}

/** A loop over eight keys in turn. */
function laterReads(read) {
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) made += read(keys[nth & 7]).page;
    return made;
  };
}

async function measureLaterReads(repetitions) {
  const { sessionState } = await import("tabstate");
  const byHand = await sides[floor]();
  for (const [nth, key] of keys.slice(0, 8).entries()) {
    sessionState.set(key, fields(nth));
    byHand.set(key, fields(nth));
  }
  const forms = {
    "get(key), later": (key) => sessionState.get(key),
    "sessionState[key], later": (key) => sessionState[key],
  };
  const measured = [];
  for (const [name, read] of Object.entries(forms)) {
    const contenders = { tabstate: laterReads(read), [floor]: laterReads(byHand.get) };
    measured.push({ name, limit: 100, times: await interleaved(contenders, repetitions) });
  }
  sessionState.clear();
  for (const key of keys.slice(0, 8)) byHand.remove(key);
  return measured;
}

/** What a page pays when it is hidden or left: every value that was read may have changed in place. */
async function measureFlush(repetitions) {
  const { sessionState } = await import("tabstate");
  const loaded = keys.map((key, nth) => [key, values["2 kB"].make(nth)]);
  sessionState.update(loaded);
  const rounds = (round) => (times) => {
    for (let nth = 0; nth < times; nth += 1) round();
    return times;
  };
  const contenders = {
    tabstate: rounds(() => sessionState.flush()),
    "JSON.stringify": rounds(() => loaded.map(([, value]) => JSON.stringify(value))),
  };
  const times = await interleaved(contenders, repetitions);
  sessionState.clear();
  const each = Object.entries(times).map(([side, time]) => [side, time / loaded.length]);
  return { name: "flush(), a value of 2 kB of 20, unchanged", times: Object.fromEntries(each) };
}

/** @returns {Promise<{ name: string, limit?: number, most?: Record<string, number>, times: Record<string, number> }[]>} */
export async function measure(repetitions) {
  sessionStorage.clear();
  const measured = [await measureFlush(repetitions), ...(await measureLaterReads(repetitions))];
  for (const [name, { many }] of Object.entries(values)) {
    measured.push(...(await measureWrites(name, many ? repetitions : Math.min(repetitions, 25))));
  }
  return measured;
}

/** Writes what the next document reads. */
export async function write({ name, side }) {
  sessionStorage.clear();
  const { count, make } = values[name];
  const { set } = await sides[side]();
  for (const [nth, key] of keys.slice(0, count).entries()) set(key, make(nth));
}

/**
 * Milliseconds of the first use, which is a look at a key that is not there, and of each key's first read, once the page is at
 * rest again: the browser has work in other threads when the storage is opened. Nothing has run in this document before, so
 * this is code that the engine has not made fast yet, the more so for the first key. The clock is too coarse for a single
 * read of a small value: the keys share the time.
 */
export async function read({ name, side }) {
  const { contenders, count, make, many } = values[name];
  const { get } = await sides[side]();
  const found = [];
  await rest(30);
  const began = performance.now();
  const absent = get("draft");
  const opened = performance.now();
  await rest(30);
  const rested = performance.now();
  found.push(get(keys[0]));
  const first = performance.now();
  for (const key of keys.slice(1, count)) found.push(get(key));
  const ended = performance.now();
  if (absent !== undefined && absent !== null) throw new Error(`${side}: ${absent}`);
  const told = contenders === alone.contenders ? depthOf : textOf;
  if (!found.every((value, nth) => told(value) === told(make(nth)))) throw new Error(`${name}: ${side} read another`);
  return {
    // Others open the storage when they are imported, or make a store of each key.
    ...(["tabstate", floor].includes(side) && { [opening]: opened - began }),
    ...(many && { [firstOfAll(name)]: first - rested }),
    [firstRead(name)]: (ended - rested) / count,
  };
}

function depthOf(value) {
  let depth = 0;
  for (let level = value; typeof level === "object"; [level] = Object.values(level)) depth += 1;
  return depth;
}

/** All that is in a value which is not too deep for it. */
function textOf(value) {
  return JSON.stringify(value, (_, part) => {
    if (typeof part === "bigint") return `${part}n`;
    if (part === undefined) return "undefined";
    return part instanceof Map || part instanceof Set || ArrayBuffer.isView(part)
      ? [part.constructor.name, ...part]
      : part;
  });
}

/** Lets the page come to rest, then keeps busy for a moment: a processor that just woke up is slow. */
async function rest(milliseconds) {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const awake = performance.now() + 1;
  while (performance.now() < awake);
}
