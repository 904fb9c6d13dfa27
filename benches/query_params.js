// Reading query parameters: the hot read of a key, and queries to pairs. One page for all contenders, no history calls.

import { createLoader, parseAsString } from "nuqs/server";
import qs from "qs";
import queryString from "query-string";
import { parseQuery, queryParams } from "tabstate";
import { interleaved } from "./measure.js";

/** What shops and mailings put into addresses: some words, some escapes, some numbers. */
const mix = [
  ["q", "blue+running+shoes"],
  ["city", "S%C3%A3o+Paulo"],
  ["page", "2"],
  ["sort", "price"],
  ["color", "navy%2Fwhite"],
  ["min", "40"],
  ["max", "160"],
  ["utm_source", "newsletter"],
  ["utm_campaign", "spring%20sale%202026"],
  ["ref", "7f3a9c1e"],
];

function queryOf(size) {
  const round = (nth) => (nth < mix.length ? "" : Math.floor(nth / mix.length));
  return Array.from({ length: size }, (_, nth) => [nth, ...mix[nth % mix.length]])
    .map(([nth, key, value]) => `${key}${round(nth)}=${value}`)
    .join("&");
}

const address = `?${queryOf(10)}`;

const keys = mix.map(([key]) => key).slice(0, 8);

/** A loop over reads of eight keys in turn. */
function reads(read) {
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) made += read(keys[nth & 7]).length;
    return made;
  };
}

function handWrittenMap() {
  let seen;
  let params;
  return (key) => {
    if (document.URL !== seen) {
      seen = document.URL;
      params = new Map(new URLSearchParams(location.search));
    }
    return params.get(key);
  };
}

const load = createLoader(Object.fromEntries(keys.map((key) => [key, parseAsString])));

function loop(pairs) {
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) {
      const found = pairs();
      made += found.length + found[found.length - 1][1].length;
    }
    return made;
  };
}

function parsing(size) {
  const query = queryOf(size);
  return {
    name: `parseQuery, ${size} parameters`,
    most: { "[...new URLSearchParams(q)]": 0.5 },
    contenders: {
      tabstate: loop(() => parseQuery(query)),
      "[...new URLSearchParams(q)]": loop(() => [...new URLSearchParams(query)]),
      "query-string": loop(() => Object.entries(queryString.parse(query, { sort: false }))),
      qs: loop(() => Object.entries(qs.parse(query, { parameterLimit: size }))),
    },
  };
}

const cases = [
  {
    name: "get(key), 10 parameters",
    limit: 60,
    most: { "new URLSearchParams(location.search)": 0.01, "map checked against document.URL": 1.5 },
    contenders: {
      tabstate: reads((key) => queryParams.get(key)),
      "new URLSearchParams(location.search)": reads((key) => new URLSearchParams(location.search).get(key)),
      "map checked against document.URL": reads(handWrittenMap()),
      "nuqs loader": reads((key) => load(location.search)[key]),
    },
  },
  {
    name: "queryParams[key], 10 parameters",
    contenders: {
      tabstate: reads((key) => queryParams[key]),
      "map checked against document.URL": reads(handWrittenMap()),
    },
  },
  ...[10, 100, 1000].map(parsing),
];

/** @returns {Promise<{ name: string, limit?: number, most?: Record<string, number>, times: Record<string, number> }[]>} */
export async function measure(repetitions) {
  verify();
  const measured = [];
  for (const { contenders, ...about } of cases) {
    measured.push({ ...about, times: await interleaved(contenders, repetitions) });
  }
  verify();
  return measured;
}

/** A fast answer has to be the right one: the next read sees what other code did. */
function verify() {
  for (const city of ["Bergen", "Oslo"]) {
    queryParams.get("city");
    history.replaceState(null, "", `?city=${city}`);
    if (queryParams.get("city") !== city) throw new Error("a foreign change was not seen by the next read");
  }
  history.replaceState(null, "", address);
  for (const size of [10, 100, 1000]) {
    const same = JSON.stringify(parseQuery(queryOf(size))) === JSON.stringify([...new URLSearchParams(queryOf(size))]);
    if (!same) throw new Error(`parseQuery differs from URLSearchParams on ${size} parameters`);
  }
}
