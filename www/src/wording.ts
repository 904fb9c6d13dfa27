// Numbers and moments as the reader's language and time zone write them; names and sentences in the page's English. Presentation only.

import { context } from "tabstate";
import type { Cities } from "./cities.js";
import { KINDS } from "./kinds.js";
import type { View } from "./view.js";

/** The language of the page's words. */
export const ENGLISH = "en";

function createFormats(locale: string, timeZone: string | undefined) {
  const decimals = (digits: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return {
    locale,
    timeZone,
    whole: new Intl.NumberFormat(locale),
    tenths: decimals(1),
    hundredths: decimals(2),
    tenThousandths: decimals(4),
    clock: new Intl.DateTimeFormat(locale, { timeZone, timeStyle: "medium" }),
    moment: new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "full", timeStyle: "long" }),
    day: new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "long" }),
  };
}

let made: ReturnType<typeof createFormats> | undefined;

/** The reader's formats: made anew when they prefer another language, or have travelled into another zone. */
function formats(): ReturnType<typeof createFormats> {
  const { locale = ENGLISH, timezone } = context;
  if (made?.locale !== locale || made.timeZone !== timezone) made = createFormats(locale, timezone);
  return made;
}

const compact = { notation: "compact", maximumSignificantDigits: 3 } as const;
const shortWords = new Intl.NumberFormat(ENGLISH, compact);
const longWords = new Intl.NumberFormat(ENGLISH, { ...compact, compactDisplay: "long" });
const regionNames = new Intl.DisplayNames(ENGLISH, { type: "region" });
const lists = new Intl.ListFormat(ENGLISH, { type: "conjunction" });

/** The unit's English word or letter after the reader's own digits: `25,3 million`. */
function compacted(value: number, words: Intl.NumberFormat): string {
  const parts = words.formatToParts(value);
  const unit = parts.findIndex(({ type }) => type === "compact");
  const textOf = (some: typeof parts): string => some.map((part) => part.value).join("");
  if (unit === -1) return number(value);
  const gap = parts[unit - 1].type === "literal" ? 1 : 0;
  const digits = Number(textOf(parts.slice(0, unit - gap)));
  return `${formats().whole.format(digits)}${textOf(parts.slice(unit - gap))}`;
}

const past = new Intl.RelativeTimeFormat(ENGLISH, { numeric: "auto" });

/** How long ago, in the largest unit that it fills. */
export function ago(since: Date): string {
  const seconds = Math.max(0, Date.now() - since.getTime()) / 1000;
  if (seconds < 5) return "just now";
  const [length, unit] =
    (
      [
        [86_400, "day"],
        [3600, "hour"],
        [60, "minute"],
      ] as const
    ).find(([length]) => seconds >= length) ?? ([1, "second"] as const);
  return past.format(-Math.floor(seconds / length), unit);
}

const timesByZone = new Map<string, Intl.DateTimeFormat>();

/** The time of day and the weekday, as the clocks of a zone have it. */
export function timeIn(timeZone: string, at: Date): string {
  const { locale } = formats();
  const name = `${locale} ${timeZone}`;
  const format =
    timesByZone.get(name) ??
    new Intl.DateTimeFormat(locale, { timeZone, weekday: "short", hour: "numeric", minute: "2-digit" });
  timesByZone.set(name, format);
  return format.format(at);
}

/** The time of day, the day, or both with the zone. */
export type MomentStyle = "clock" | "day" | "moment";

/** To be marked as the reader's language where it stands: see moment.ts. */
export const momentText = (at: Date, style: MomentStyle): string => formats()[style].format(at);

export const number = (value: number): string => formats().whole.format(value);
export const tenths = (value: number): string => formats().tenths.format(value);
export const hundredths = (value: number): string => formats().hundredths.format(value);
export const shortNumber = (value: number): string => compacted(value, shortWords);
export const people = (value: number): string => compacted(value, longWords);
export const duration = (milliseconds: number): string => `${tenths(milliseconds / 1000)} s`;
export const kilometres = (km: number): string => `${km < 10 ? tenths(km) : number(Math.round(km))} km`;
export const times = (count: number): string => (count === 1 ? "once" : `${number(count)} times`);
export const list = (items: readonly string[]): string => lists.format(items);

export function countryName(code: string): string {
  return regionNames.of(code) ?? code;
}

function degreesText(degrees: number, precise: boolean): string {
  const { hundredths, tenThousandths } = formats();
  return (precise ? tenThousandths : hundredths).format(Math.abs(degrees));
}

export function latitude(degrees: number, precise = false): string {
  return `${degreesText(degrees, precise)}° ${degrees < 0 ? "S" : "N"}`;
}

export function longitude(degrees: number, precise = false): string {
  return `${degreesText(degrees, precise)}° ${degrees < 0 ? "W" : "E"}`;
}

export function parallel(degrees: number): string {
  return degrees === 0 ? "Equator" : `${number(Math.abs(degrees))}° ${degrees < 0 ? "S" : "N"}`;
}

export function populationRange(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return `${number(least)} to ${number(most)}`;
  if (least !== undefined) return `${number(least)} or more`;
  if (most !== undefined) return `up to ${number(most)}`;
  return "any";
}

/** The poles are no limit. */
export function latitudeRange(least: number, most: number): string {
  if (least > -90 && most < 90) return `${parallel(least)} to ${parallel(most)}`;
  if (least > -90) return `north of ${parallel(least)}`;
  if (most < 90) return `south of ${parallel(most)}`;
  return "any";
}

export function places(count: number): string {
  return count === 1 ? "1 place" : `${number(count)} places`;
}

/** What each screen beside the places is about, as its own title says. */
export const SCREEN_TITLES: Record<Exclude<View["show"], "places">, string> = {
  about: "What this page knows about you",
  caches: "What this page does only once",
  storage: "What this tab keeps",
};

/** The view in a few words, for the title of the document. */
export function titleOf(view: View, cities: Cities | undefined, openRow: number | undefined): string {
  const parts: string[] = [];
  if (view.show !== "places") {
    parts.push(SCREEN_TITLES[view.show]);
  } else if (openRow !== undefined && cities !== undefined) {
    parts.push(`${cities.name[openRow]}, ${cities.countryNames[cities.country[openRow]]}`);
  } else {
    if (view.q.trim() !== "") parts.push(`“${view.q.trim()}”`);
    if (view.country.length > 0)
      parts.push(
        view.country.length > 3 ? `${number(view.country.length)} countries` : list(view.country.map(countryName)),
      );
    if (view.kind.length > 0)
      parts.push(list(KINDS.filter((kind) => view.kind.includes(kind.id)).map((kind) => kind.many)));
    if (view.pop_min !== undefined || view.pop_max !== undefined)
      parts.push(`population ${populationRange(view.pop_min, view.pop_max)}`);
    if (view.lat_min > -90 || view.lat_max < 90) parts.push(latitudeRange(view.lat_min, view.lat_max));
    if (view.page > 1) parts.push(`page ${number(view.page)}`);
  }
  return [...parts, "Gazetteer"].join(" · ");
}
