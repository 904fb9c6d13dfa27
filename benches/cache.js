// Hits of cached functions: finding what is kept by the arguments, and handing out a copy. One page for all contenders.

import { hashKey, QueryClient } from "@tanstack/query-core";
import { LRUCache } from "lru-cache";
import memoizee from "memoizee";
import objectHash from "object-hash";
import pMemoize from "p-memoize";
import { cacheData } from "tabstate";
import { interleaved } from "./measure.js";

/** A loop over calls with arguments in turn, all of which are kept. */
function hits(call, args, numberOf = (value) => value) {
  for (const one of args) call(...one);
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) made += numberOf(call(...args[nth % args.length]));
    return made;
  };
}

/** The same, where a call is one argument. */
function hitsOfOne(call, args, numberOf = (value) => value) {
  for (const one of args) call(one);
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) made += numberOf(call(args[nth % args.length]));
    return made;
  };
}

const numbers = Array.from({ length: 16 }, (_, nth) => nth * 7);

/** What a page asks a server for: fields in the order in which its code writes them. */
const questions = Array.from({ length: 16 }, (_, nth) => [
  `city${nth}`,
  {
    query: "harbour",
    page: nth,
    size: 50,
    sort: "population",
    isDescending: true,
    country: ["NO", "SE"],
    from: 1000 * nth,
    to: null,
    language: "nb",
    unit: "km",
  },
]);
const lengthOf = (text, { page }) => text.length + page;

/** A function whose values are kept under a key of its arguments. */
function keptBy(keyOf, run, kept = new Map()) {
  return (...args) => {
    const key = keyOf(args);
    let value = kept.get(key);
    if (value === undefined) {
      value = run(...args);
      kept.set(key, value);
    }
    return value;
  };
}

/** TanStack Query's own cache, which makes the key itself. */
function tanStack(run) {
  const client = new QueryClient();
  const kept = { get: (args) => client.getQueryData(args), set: (args, value) => client.setQueryData(args, value) };
  return keptBy((args) => args, run, kept);
}

const byJson = { normalizer: (args) => JSON.stringify([...args]) };

/** 2 kB, as JSON. */
const page = (nth) => ({
  total: 16 + nth,
  lines: Array.from({ length: 16 }, (_, line) => ({
    id: 40_000 + line,
    name: "Ada Lovelace",
    city: "Reykjavík",
    price: 19.5 + line,
    note: line % 4 > 0 ? null : "Leave it at the door, please.",
    sizes: [line, 40.5, 42],
  })),
});
const basket = (nth) => ({
  saved: new Date(1_790_000_000_000 + nth),
  tags: new Set(["sale", "summer"]),
  lines: new Map(page(nth).lines.map((line) => [`sku-${line.id}`, { ...line, added: new Date(line.id) }])),
});
const bytes = (nth) => Uint8Array.from({ length: 2 ** 18 }, (_, byte) => (byte * 7 + nth) & 255);

function copied(make, copy, keep = (value) => value) {
  const kept = new Map(numbers.map((number) => [number, keep(make(number))]));
  return (number) => copy(kept.get(number));
}

/** As many entries, asked for in an order that no cache of a processor likes. */
function among(count) {
  const load = cacheData((number) => number);
  for (let nth = 0; nth < count; nth += 1) load(nth);
  const args = Array.from({ length: 4096 }, (_, nth) => (nth * 7919) % count);
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) made += load(args[nth & 4095]) >= 0 ? 1 : 0;
    return made;
  };
}

const isPromise = (value) => Number(typeof value.then === "function");

const cases = {
  "hit, a number": () => ({
    limit: 200,
    contenders: {
      tabstate: hitsOfOne(
        cacheData((number) => number + 1),
        numbers,
      ),
      memoizee: hitsOfOne(
        memoizee((number) => number + 1),
        numbers,
      ),
      "memoizee, primitive": hitsOfOne(
        memoizee((number) => number + 1, { primitive: true }),
        numbers,
      ),
    },
  }),
  "hit, a text and 10 fields": () => ({
    most: { "JSON by hand": 2, "memoizee, JSON": 1, TanStack: 1, "object-hash": 1 },
    contenders: {
      tabstate: hits(cacheData(lengthOf), questions),
      "JSON by hand": hits(keptBy(JSON.stringify, lengthOf), questions),
      "memoizee, JSON": hits(memoizee(lengthOf, byJson), questions),
      TanStack: hits(tanStack(lengthOf), questions),
      "TanStack's hashKey": hits(keptBy(hashKey, lengthOf), questions),
      "object-hash": hits(keptBy(objectHash, lengthOf, new LRUCache({ max: 1000 })), questions),
    },
  }),
  "hit, a promise": () => ({
    contenders: {
      tabstate: hits(
        cacheData(async (...args) => lengthOf(...args)),
        questions,
        isPromise,
      ),
      "p-memoize, JSON": hits(
        pMemoize(async (...args) => lengthOf(...args), { cacheKey: JSON.stringify }),
        questions,
        isPromise,
      ),
    },
  }),
  "hit, a copy of 2 kB": () => ({
    most: { "JSON.parse": 1.1, structuredClone: 0.5 },
    contenders: {
      tabstate: hitsOfOne(cacheData(page), numbers, ({ total }) => total),
      "JSON.parse": hitsOfOne(copied(page, JSON.parse, JSON.stringify), numbers, ({ total }) => total),
      structuredClone: hitsOfOne(copied(page, structuredClone), numbers, ({ total }) => total),
    },
  }),
  "hit, a copy of 2 kB of Map, Set, Date": () => ({
    most: { structuredClone: 1 },
    contenders: {
      tabstate: hitsOfOne(cacheData(basket), numbers, ({ lines }) => lines.size),
      structuredClone: hitsOfOne(copied(basket, structuredClone), numbers, ({ lines }) => lines.size),
    },
  }),
  "hit, a copy of 256 kB of bytes": () => ({
    contenders: {
      tabstate: hitsOfOne(cacheData(bytes), numbers.slice(0, 4), ({ length }) => length),
      structuredClone: hitsOfOne(copied(bytes, structuredClone), numbers.slice(0, 4), ({ length }) => length),
    },
  }),
  "hit among 100,000 entries": () => ({
    most: { "100 entries": 2 },
    contenders: { tabstate: among(100_000), "100 entries": among(100) },
  }),
};

/** @returns {Promise<{ name: string, most: Record<string, number>, times: Record<string, number> }[]>} */
export async function measure(repetitions) {
  const measured = [];
  for (const [name, open] of Object.entries(cases)) {
    const { contenders, ...about } = open();
    measured.push({ name, ...about, times: await interleaved(contenders, repetitions) });
  }
  return measured;
}
