// Numbers, names and sentences as the reader's language writes them. Presentation only.

import type { Cities } from "./cities.js";
import { KINDS } from "./kinds.js";
import type { View } from "./view.js";

/** The visitor's own. WebKitGTK in a system without a language has "C" for it, which Intl refuses. */
export const LOCALE = ownLocale();

function ownLocale(): string {
  try {
    const { locale } = new Intl.NumberFormat().resolvedOptions();
    return new Intl.NumberFormat(locale).resolvedOptions().locale;
  } catch {
    return "en";
  }
}

const wholeNumbers = new Intl.NumberFormat(LOCALE);
const shortNumbers = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumSignificantDigits: 3 });
const peopleNumbers = new Intl.NumberFormat(LOCALE, {
  notation: "compact",
  compactDisplay: "long",
  maximumSignificantDigits: 3,
});
const decimals = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const fineDecimals = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 4, maximumFractionDigits: 4 });
const seconds = new Intl.NumberFormat(LOCALE, {
  style: "unit",
  unit: "second",
  unitDisplay: "narrow",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const regionNames = new Intl.DisplayNames(LOCALE, { type: "region" });
const lists = new Intl.ListFormat(LOCALE, { type: "conjunction" });
const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium" });

export const number = (value: number): string => wholeNumbers.format(value);
export const shortNumber = (value: number): string => shortNumbers.format(value);
export const people = (value: number): string => peopleNumbers.format(value);
export const timeOfDay = (at: Date): string => clock.format(at);
export const duration = (milliseconds: number): string => seconds.format(milliseconds / 1000);
export const list = (items: readonly string[]): string => lists.format(items);

export function countryName(code: string): string {
  return regionNames.of(code) ?? code;
}

export function latitude(degrees: number, precise = false): string {
  return `${(precise ? fineDecimals : decimals).format(Math.abs(degrees))}° ${degrees < 0 ? "S" : "N"}`;
}

export function longitude(degrees: number, precise = false): string {
  return `${(precise ? fineDecimals : decimals).format(Math.abs(degrees))}° ${degrees < 0 ? "W" : "E"}`;
}

export function parallel(degrees: number): string {
  return degrees === 0 ? "Equator" : `${wholeNumbers.format(Math.abs(degrees))}° ${degrees < 0 ? "S" : "N"}`;
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

/** The view in a few words, for the title of the document. */
export function titleOf(view: View, cities: Cities | undefined, openRow: number | undefined): string {
  const parts: string[] = [];
  if (openRow !== undefined && cities !== undefined) {
    parts.push(`${cities.name[openRow]}, ${cities.countryNames[cities.country[openRow]]}`);
  } else {
    if (view.q.trim() !== "") parts.push(`“${view.q.trim()}”`);
    if (view.country.length > 0)
      parts.push(view.country.length > 3 ? `${view.country.length} countries` : list(view.country.map(countryName)));
    if (view.kind.length > 0)
      parts.push(list(KINDS.filter((kind) => view.kind.includes(kind.id)).map((kind) => kind.many)));
    if (view.pop_min !== undefined || view.pop_max !== undefined)
      parts.push(`population ${populationRange(view.pop_min, view.pop_max)}`);
    if (view.lat_min > -90 || view.lat_max < 90) parts.push(latitudeRange(view.lat_min, view.lat_max));
    if (view.page > 1) parts.push(`page ${number(view.page)}`);
  }
  return [...parts, "Gazetteer"].join(" · ");
}
