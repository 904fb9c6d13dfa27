// Reading typed parameters: seven fields of an address with ten, anew and unchanged.

import {
  createLoader,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsFloat,
  parseAsInteger,
  parseAsIsoDate,
  parseAsString,
  parseAsStringLiteral,
} from "nuqs/server";
import { bool, date, defineParams, delimited, float, int, oneOf, text } from "tabstate";
import { interleaved } from "./measure.js";

const sorts = ["name", "price"];

const query =
  "?q=blue+running+shoes&page=2&sort=price&tags=sale,navy%2Fwhite&from=2026-02-28&max=160.5&open=true" +
  "&utm_source=newsletter&utm_campaign=spring%20sale%202026&ref=7f3a9c1e";

const filters = defineParams({
  q: text().default(""),
  page: int({ min: 1 }).default(1),
  sort: oneOf(sorts).default("name"),
  tags: delimited(",", text()),
  from: date(),
  max: float(),
  open: bool().default(false),
});

const load = createLoader({
  q: parseAsString.withDefault(""),
  page: parseAsInteger.withDefault(1),
  sort: parseAsStringLiteral(sorts).withDefault("name"),
  tags: parseAsArrayOf(parseAsString).withDefault([]),
  from: parseAsIsoDate,
  max: parseAsFloat,
  open: parseAsBoolean.withDefault(false),
});

/** As strict as the codecs, but for what is escaped inside tags. */
function handWritten(query) {
  const params = new URLSearchParams(query);
  const [page, sort, tags, from, max, open] = ["page", "sort", "tags", "from", "max", "open"].map((key) =>
    params.get(key),
  );
  const isDate = from !== null && /^\d{4}-\d\d-\d\d$/.test(from) && new Date(from).toJSON()?.startsWith(from);
  return {
    q: params.get("q") ?? "",
    page: page !== null && /^-?\d+$/.test(page) && Number(page) >= 1 ? Number(page) : 1,
    sort: sorts.includes(sort) ? sort : "name",
    tags: tags ? tags.split(",") : [],
    from: isDate ? new Date(from) : undefined,
    max: max !== null && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(max) ? Number(max) : undefined,
    open: open?.toLowerCase() === "true",
  };
}

function loop(read) {
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) {
      const { q, page, tags, from } = read();
      made += q.length + page + tags.length + from.getTime();
    }
    return made;
  };
}

const cases = [
  {
    name: "7 typed fields of 10 parameters",
    most: { "nuqs loader": 0.5, "written by hand": 1 },
    contenders: {
      tabstate: loop(() => filters.parse(query)),
      "nuqs loader": loop(() => load(query)),
      "written by hand": loop(() => handWritten(query)),
    },
  },
  {
    name: "filters.get(), nothing changed",
    most: { "filters.parse(query)": 0.01 },
    contenders: { tabstate: loop(() => filters.get()), "filters.parse(query)": loop(() => filters.parse(query)) },
  },
];

/** @returns {Promise<{ name: string, most: Record<string, number>, times: Record<string, number> }[]>} */
export async function measure(repetitions) {
  history.replaceState(null, "", query);
  const read = [filters.get(), filters.parse(query), load(query), handWritten(query)];
  if (new Set(read.map((values) => JSON.stringify(values))).size > 1) throw new Error(JSON.stringify(read));
  const measured = [];
  for (const { contenders, ...about } of cases) {
    measured.push({ ...about, times: await interleaved(contenders, repetitions) });
  }
  return measured;
}
