// The rows that a view selects, with the counts that facets, chart and summary need: one pass over the columns. Pure.
import { type Cities, folded } from "./cities.js";
import { KINDS } from "./kinds.js";
import type { View } from "./view.js";

/** Which filters a row fails, one bit each: a facet's counts leave its own filter out. */
const TEXT = 1;
const COUNTRY = 2;
const KIND = 4;
const POPULATION = 8;
const LATITUDE = 16;

/** Bins of the population chart: twelve to a decade, from 100 up. What is smaller falls into the first. */
export const BIN_START = 2;
export const BINS_PER_DECADE = 12;
export const BINS = 66;

export function binOf(population: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor((Math.log10(population) - BIN_START) * BINS_PER_DECADE)));
}

export interface Selection {
  /** In the order of the view. */
  rows: Uint32Array;
  /** 0 where the row is selected. */
  failed: Uint8Array;
  /** By place in `cities.countries`, with the country filter left out; likewise for kinds and the population. */
  perCountry: Uint32Array;
  perKind: Uint32Array;
  perBin: Uint32Array;
  people: number;
  /** Rows without a figure, among those that only the population could still rule out. */
  unknownPopulation: number;
  milliseconds: number;
}

/** Marks the rows whose name holds every word of `text`, anywhere, whatever the marks and the case. */
function failText(cities: Cities, text: string, failed: Uint8Array): void {
  const words = folded(text)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return;
  const { searchText, searchStart, rows } = cities;
  const found = new Uint8Array(rows);
  words.forEach((word, place) => {
    let row = 0;
    for (let at = searchText.indexOf(word); at !== -1; at = searchText.indexOf(word, searchStart[row])) {
      while (searchStart[row + 1] <= at) row++;
      if (found[row] === place) found[row]++;
      row++;
      if (row === rows) break;
    }
  });
  for (let row = 0; row < rows; row++) if (found[row] !== words.length) failed[row] |= TEXT;
}

let binOfRow: { cities: Cities; bins: Uint8Array } | undefined;

function binsOf(cities: Cities): Uint8Array {
  if (binOfRow?.cities !== cities) binOfRow = { cities, bins: Uint8Array.from(cities.population, binOf) };
  return binOfRow.bins;
}

export function select(cities: Cities, view: View): Selection {
  const bins = binsOf(cities);
  const began = performance.now();
  const { rows, country, kind, population, latitude } = cities;
  const failed = new Uint8Array(rows);
  failText(cities, view.q, failed);

  const countryFails = Uint8Array.from(cities.countries, (code) =>
    view.country.length === 0 || view.country.includes(code) ? 0 : COUNTRY,
  );
  const kindFails = Uint8Array.from(KINDS, ({ id }) => (view.kind.length === 0 || view.kind.includes(id) ? 0 : KIND));
  const byPopulation = view.pop_min !== undefined || view.pop_max !== undefined;
  const popMin = Math.max(view.pop_min ?? 1, 1);
  const popMax = view.pop_max ?? Infinity;
  const { lat_min: latMin, lat_max: latMax } = view;

  const perCountry = new Uint32Array(cities.countries.length);
  const perKind = new Uint32Array(KINDS.length);
  const perBin = new Uint32Array(BINS);
  let people = 0;
  let count = 0;
  let unknownPopulation = 0;
  for (let row = 0; row < rows; row++) {
    let fails = failed[row] | countryFails[country[row]] | kindFails[kind[row]];
    if (byPopulation && (population[row] < popMin || population[row] > popMax)) fails |= POPULATION;
    if (latitude[row] < latMin || latitude[row] > latMax) fails |= LATITUDE;
    failed[row] = fails;
    if (fails === 0) {
      count++;
      people += population[row];
    }
    if ((fails & ~COUNTRY) === 0) perCountry[country[row]]++;
    if ((fails & ~KIND) === 0) perKind[kind[row]]++;
    if ((fails & ~POPULATION) === 0) {
      if (population[row] === 0) unknownPopulation++;
      else perBin[bins[row]]++;
    }
  }

  const selected = new Uint32Array(count);
  let place = 0;
  for (const row of cities.ordered(view.sort, view.desc)) if (failed[row] === 0) selected[place++] = row;

  return {
    rows: selected,
    failed,
    perCountry,
    perKind,
    perBin,
    people,
    unknownPopulation,
    milliseconds: performance.now() - began,
  };
}
