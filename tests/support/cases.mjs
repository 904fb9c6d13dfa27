// Reads tests/cases, and plays a case on `globalThis.tabstate`: in Node, or by `tab.run` in a page.

import { readFileSync } from "node:fs";

/** The cases of this language: those with operations, and the ids of those that belong to a later part. */
export function casesOf(name) {
  const all = JSON.parse(readFileSync(new URL(`../cases/${name}.json`, import.meta.url), "utf8"));
  const ours = all.filter(({ only, later }) => later === undefined && (only ?? "js") === "js");
  return { cases: ours, later: all.filter(({ later }) => later !== undefined) };
}

/** A test's name for a case: its id, and what is different on purpose. */
export function nameOf({ id, deviation }) {
  return deviation === undefined ? id : `${id} (deviates: ${deviation})`;
}

/**
 * The result of each operation, `null` for none. Closes over nothing, so that a page can run it.
 *
 * @param {unknown[][]} ops
 */
export function play(ops) {
  const { queryParams, formatQuery, TabstateError } = globalThis.tabstate;
  let last;
  const value = (given) => {
    if (typeof given !== "object" || given === null) return given;
    if (Array.isArray(given)) return given.map(value);
    if ("$bigint" in given) return BigInt(given.$bigint);
    if ("$float" in given) return Number(given.$float);
    if ("$date" in given) return new Date(given.$date);
    if ("$set" in given) return new Set(given.$set.map(value));
    if ("$iterator" in given) return given.$iterator.map(value).values();
    if ("$pairs" in given) return given.$pairs.map(([key, item]) => [key, value(item)]);
    if ("$self" in given) return queryParams;
    return Object.fromEntries(Object.entries(given).map(([key, item]) => [key, value(item)]));
  };
  const special = {
    size: () => queryParams.size,
    keys: () => [...queryParams.keys()],
    values: () => [...queryParams.values()],
    entries: () => [...queryParams.entries()],
    iterate: () => [...queryParams],
    property: (key) => queryParams[key],
    setProperty(key, given) {
      queryParams[key] = given;
    },
    deleteProperty(key) {
      delete queryParams[key];
    },
    formatQuery: (entries) => formatQuery(entries),
    experimentalGet: () => Object.entries(globalThis.tabstate.experimentalGetQueryParams()),
    experimentalSet: (entries) => globalThis.tabstate.experimentalSetQueryParams(entries),
    appendToLast: (item) => void last.push(item),
    deleteWhileIterating() {
      for (const key of queryParams.keys()) queryParams.delete(key);
    },
  };
  return ops.map(([op, ...given]) => {
    try {
      const args = given.map(value);
      last = Object.hasOwn(special, op) ? special[op](...args) : queryParams[op](...args);
      if (typeof last === "function") return { $method: last === queryParams[given[0]] ? given[0] : "another" };
      return structuredClone(last ?? null);
    } catch (error) {
      if (!(error instanceof TabstateError)) throw error;
      return error.key === undefined ? { error: error.code } : { error: error.code, key: error.key };
    }
  });
}

/** What a case expects, with an error's key left out where the case names none. */
export function compared(seen, expected) {
  return seen.map((result, nth) => {
    if (result?.error === undefined || expected[nth]?.key !== undefined) return result;
    return { error: result.error };
  });
}
