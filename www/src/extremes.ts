// The extremes among the places of a selection, and the tab of the charts that shows them. Found out once for the same filters: Back, a reload and another order of the table find what is kept.

import { VERSION } from "virtual:cities";
import { html, nothing, type TemplateResult } from "lit-html";
import { cacheData } from "tabstate";
import { type Cities, folded } from "./cities.js";
import { filterWords } from "./filters_panel.js";
import { viewLink } from "./results_table.js";
import type { Selection } from "./selection.js";
import type { Extremes } from "./survey.js";
import { findOut } from "./surveyor.js";
import { type FilterValues, filtersOf, type View } from "./view.js";
import { kilometres, latitude, number, people, tenths } from "./wording.js";

export const EXTREMES_CACHE = `extremes@${VERSION}`;
export const MOST_EXTREMES = 30;

/** What decides about the extremes: by value, in whatever order countries and kinds were chosen. */
function askedOf(values: FilterValues) {
  const { q, country, kind, ...limits } = filtersOf(values as View);
  const words = folded(q).split(/\s+/).sort().join(" ").trim();
  return { ...limits, words, country: new Set(country), kind: new Set(kind) };
}

type Asked = ReturnType<typeof askedOf>;

const extremesFor = cacheData(
  (_asked: Asked, cities: Cities, rows: Uint32Array, signal?: AbortSignal) =>
    findOut(cities, { kind: "extremes", rows }, signal),
  { key: EXTREMES_CACHE, persist: "session", maxEntries: MOST_EXTREMES, skipArgs: [1, 2] },
);

/** The filters of each key, in words. */
const wordsOfKey = new Map<string, string>();
export const extremesWords = (key: string): string | undefined => wordsOfKey.get(key);

/** A run goes on until nobody waits for it. */
export function extremesOf(
  values: FilterValues,
  cities: Cities,
  { rows }: Selection,
  signal?: AbortSignal,
): Promise<Extremes> {
  const stop = cacheData.subscribe(({ cache, key }) => {
    if (cache === EXTREMES_CACHE && key !== undefined) wordsOfKey.set(key, filterWords(values) || "All places");
  });
  try {
    return extremesFor(askedOf(values), cities, rows, signal);
  } finally {
    stop();
  }
}

export const extremesStats = extremesFor.stats;
/** Of these filters, or all. */
export const forgetExtremes = (values?: FilterValues): void =>
  values === undefined ? extremesFor.clear() : extremesFor.clear(askedOf(values));

interface Shown {
  selection: Selection;
  extremes: Extremes | undefined;
  failure: string | undefined;
}

type Name = Exclude<keyof Extremes, "milliseconds">;

const TITLES: [name: Name, title: string][] = [
  ["largest", "Largest"],
  ["northernmost", "Northernmost"],
  ["southernmost", "Southernmost"],
  ["remotest", "Most remote"],
  ["longestName", "Longest name"],
];

function told(name: Name, cities: Cities, extremes: Extremes): TemplateResult | string {
  const { remotest } = extremes;
  const row = name === "remotest" ? remotest?.row : extremes[name];
  if (row === undefined) return "–";
  const about: Record<Name, () => string> = {
    largest: () => `${people(cities.population[row])} people`,
    northernmost: () => latitude(cities.latitude[row]),
    southernmost: () => latitude(cities.latitude[row]),
    remotest: () => (remotest === undefined ? "" : `${kilometres(remotest.km)} to ${cities.name[remotest.neighbour]}`),
    longestName: () => `${number(cities.name[row].length)} letters`,
  };
  return html`${viewLink({ city: cities.id[row] }, cities.name[row])} <small>${cities.countryNames[cities.country[row]]}, ${about[name]()}</small>`;
}

export class ExtremesPanel {
  #shown: Shown | undefined;
  #asking = new AbortController();
  #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  render(view: View, cities: Cities | undefined, selection: Selection | undefined): TemplateResult {
    if (cities !== undefined && selection !== undefined && this.#shown?.selection !== selection)
      void this.#ask(view, cities, selection);
    const { extremes, failure } = this.#shown ?? {};
    if (failure !== undefined) return html`<p role="alert">They could not be found out: ${failure}</p>`;
    return html`
      <dl class="extremes" aria-busy=${extremes === undefined}>${TITLES.map(
        ([name, title]) =>
          html`<div><dt>${title}</dt><dd>${cities === undefined || extremes === undefined ? nothing : told(name, cities, extremes)}</dd></div>`,
      )}
      </dl>`;
  }

  get hint(): string {
    const extremes = this.#shown?.extremes;
    const how = "Of the places that fit: how far each is from the next one decides which is most remote.";
    return extremes === undefined
      ? how
      : `${how} Found out in ${tenths(extremes.milliseconds)} ms, once for these filters.`;
  }

  async #ask(view: View, cities: Cities, selection: Selection): Promise<void> {
    // Another order of the same places has the same extremes, and what is shown stays until the next is known.
    const shown: Shown = { selection, extremes: this.#shown?.extremes, failure: undefined };
    this.#shown = shown;
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    try {
      shown.extremes = await extremesOf(view, cities, selection, signal);
    } catch (error) {
      if (signal.aborted) return;
      shown.failure = error instanceof Error ? error.message : String(error);
    }
    this.#redraw();
  }
}
