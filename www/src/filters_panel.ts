// The filters beside the results: kinds, countries, population, latitude. Draws what it is given, changes only the view.
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { type Cities, folded } from "./cities.js";
import { KINDS, type KindId } from "./kinds.js";
import { rangeSlider } from "./range_slider.js";
import { keepFocus } from "./results_table.js";
import type { Selection } from "./selection.js";
import { changeView, NO_FILTERS, type View } from "./view.js";
import { countryName, latitudeRange, number, parallel, populationRange } from "./wording.js";

const SIGNIFICANT = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

export const POPULATION_STOPS: readonly (number | undefined)[] = [
  undefined,
  ...[2, 3, 4, 5, 6, 7]
    .flatMap((decade) => SIGNIFICANT.map((digit) => Math.round(digit * 10 ** decade)))
    .filter((stop) => stop <= 2e7),
  undefined,
];

const LATITUDE_STOPS: readonly (number | undefined)[] = [
  undefined,
  ...Array.from({ length: 179 }, (_, at) => at - 89),
  undefined,
];

export function isFiltered(view: View): boolean {
  return (
    view.q !== "" ||
    view.countries.length + view.kinds.length > 0 ||
    [view.popMin, view.popMax, view.latMin, view.latMax].some((limit) => limit !== undefined)
  );
}

function toggled<Item>(items: readonly Item[], item: Item): Item[] {
  return items.includes(item) ? items.filter((other) => other !== item) : [...items, item];
}

function choice(
  label: string,
  count: number | undefined,
  checked: boolean,
  toggle: () => void,
  about?: string,
): TemplateResult {
  return html`
    <label class="choice ${count === 0 && !checked ? "empty" : ""}">
      <input type="checkbox" .checked=${live(checked)} @change=${toggle}>
      <span>${label}${about === undefined ? nothing : html`<small>${about}</small>`}</span>
      <span class="count">${count === undefined ? "" : number(count)}</span>
    </label>`;
}

/** What the reader types to find a country in the list: of no use in a link, so it is not in the address. */
let countrySearch = "";

function countries(
  view: View,
  cities: Cities | undefined,
  selection: Selection | undefined,
  redraw: () => void,
): TemplateResult {
  const wanted = folded(countrySearch.trim());
  const listed =
    cities?.countriesByName
      .map((place) => ({ code: cities.countries[place], place, name: cities.countryNames[place] }))
      .filter(({ code, name }) => wanted === "" || folded(name).includes(wanted) || code.toLowerCase() === wanted) ??
    [];
  return html`
    <fieldset>
      <legend>Country</legend>
      <input type="search" class="small-search" aria-label="Find a country in the list" placeholder="Find a country" autocomplete="off" spellcheck="false"
        .value=${live(countrySearch)} @input=${(event: Event) => {
          countrySearch = (event.target as HTMLInputElement).value;
          redraw();
        }}>
      <div class="choices scrolling">
        ${listed.map(({ code, place, name }) =>
          choice(name, selection?.perCountry[place], view.countries.includes(code), () =>
            changeView({ countries: toggled(view.countries, code) }),
          ),
        )}
        ${cities !== undefined && listed.length === 0 ? html`<p class="hint">No country is called that.</p>` : nothing}
      </div>
    </fieldset>`;
}

export function filtersPanel(
  view: View,
  cities: Cities | undefined,
  selection: Selection | undefined,
  redraw: () => void,
): TemplateResult {
  return html`
    <fieldset>
      <legend>Kind</legend>
      <div class="choices">
        ${KINDS.map((kind, place) =>
          choice(
            kind.many,
            selection?.perKind[place],
            view.kinds.includes(kind.id),
            () => changeView({ kinds: toggled<KindId>(view.kinds, kind.id) }),
            kind.about,
          ),
        )}
      </div>
    </fieldset>
    ${rangeSlider({
      legend: "Population",
      leastLabel: "Least population",
      mostLabel: "Most population",
      stops: POPULATION_STOPS,
      least: view.popMin,
      most: view.popMax,
      summary: populationRange(view.popMin, view.popMax),
      valueText: (value) => (value === undefined ? "no limit" : number(value)),
      change: (popMin, popMax) => changeView({ popMin, popMax }, "drag"),
    })}
    ${rangeSlider({
      legend: "Latitude",
      leastLabel: "Southern limit",
      mostLabel: "Northern limit",
      stops: LATITUDE_STOPS,
      least: view.latMin,
      most: view.latMax,
      summary: latitudeRange(view.latMin, view.latMax),
      valueText: (value) => (value === undefined ? "no limit" : parallel(value)),
      change: (latMin, latMax) => changeView({ latMin, latMax }, "drag"),
    })}
    ${countries(view, cities, selection, redraw)}`;
}

/** The filters in force, each a button that lifts it. */
export function filterChips(view: View): TemplateResult | typeof nothing {
  if (!isFiltered(view)) return nothing;
  const lift = (change: Partial<View>): void => {
    changeView(change);
    keepFocus();
  };
  const chip = (text: string, change: Partial<View>): TemplateResult => html`
    <li><button type="button" class="chip" @click=${() => lift(change)} aria-label="Remove filter: ${text}">${text}<span aria-hidden="true">×</span></button></li>`;
  return html`
    <ul class="chips" aria-label="Filters in force">
      ${view.q.trim() === "" ? nothing : chip(`“${view.q.trim()}”`, { q: "" })}
      ${KINDS.filter((kind) => view.kinds.includes(kind.id)).map((kind) => chip(kind.many, { kinds: toggled<KindId>(view.kinds, kind.id) }))}
      ${view.countries.map((code) => chip(countryName(code), { countries: toggled(view.countries, code) }))}
      ${
        view.popMin === undefined && view.popMax === undefined
          ? nothing
          : chip(`Population ${populationRange(view.popMin, view.popMax)}`, { popMin: undefined, popMax: undefined })
      }
      ${
        view.latMin === undefined && view.latMax === undefined
          ? nothing
          : chip(latitudeRange(view.latMin, view.latMax), { latMin: undefined, latMax: undefined })
      }
      <li><button type="button" class="chip clear" @click=${() => lift(NO_FILTERS)}>Clear all</button></li>
    </ul>`;
}
