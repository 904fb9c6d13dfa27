// What the apps know, and where they keep it: filters in the address, the weather in a cache.

import { cacheData, defineParams, int, list, oneOf, text } from "tabstate";

export const filters = defineParams(
  {
    q: text().default("").history("push"),
    sort: oneOf(["name", "newest"]).default("name"),
    tags: list(oneOf(["sea", "snow"])),
    page: int({ min: 1 }).default(1).history("push"),
  },
  { resets: { page: ["q", "sort", "tags"] } },
);

/** The address waits for the one who writes; all else does not. */
export const remark = text().default("").debounce(400);

/** A burst of typing is one step Back. */
export const typing = { burst: 1000 };

export const weather = cacheData(async (page) => (await fetch(`/api/weather?page=${page}`)).json(), { ttl: "10m" });

const harbours = ["Anchor", "Buoy", "Cove", "Delta", "Estuary"].flatMap((name, nth) =>
  Array.from({ length: 6 }, (_, n) => ({
    name: `${name} ${n + 1}`,
    since: Date.UTC(2020, nth * 6 + n, 2 + n),
    tags: [...(n % 2 ? ["sea"] : []), ...(n % 3 ? ["snow"] : [])],
  })),
);

export const perPage = 5;

export function search({ q, sort, tags, page }) {
  const found = harbours
    .filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()))
    .filter((harbour) => tags.every((tag) => harbour.tags.includes(tag)));
  if (sort === "newest") found.sort((a, b) => b.since - a.since);
  return { count: found.length, items: found.slice((page - 1) * perPage, page * perPage) };
}

export function dateText(since, locale) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(since);
}

/** Counts for the tests how often a part of the page is made. */
export function rendered(part, value) {
  globalThis.renders ??= {};
  globalThis.renders[part] = (globalThis.renders[part] ?? 0) + 1;
  return value;
}
