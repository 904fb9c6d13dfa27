// The filters beside the results: kinds, countries, population, latitude. What their controls hold is bound to the address (bindFilters), not drawn; around them it draws what it is given.
import { html, nothing, type TemplateResult } from "lit-html";
import { bindForm, bindQueryParam } from "tabstate/dom";
import { type Cities, folded } from "./cities.js";
import { clearFilters } from "./kept_places.js";
import { KINDS } from "./kinds.js";
import { latitudeSlider, stopSlider } from "./range_slider.js";
import { keepFocus } from "./results_table.js";
import type { Selection } from "./selection.js";
import { type Change, DRAG, type FilterValues, filters, isFiltered, isLatitudeLimited, type View } from "./view.js";
import { countryName, latitudeRange, list, number, parallel, populationRange } from "./wording.js";

const SIGNIFICANT = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

export const POPULATION_STOPS: readonly (number | undefined)[] = [
  undefined,
  ...[2, 3, 4, 5, 6, 7]
    .flatMap((decade) => SIGNIFICANT.map((digit) => Math.round(digit * 10 ** decade)))
    .filter((stop) => stop <= 2e7),
  undefined,
];

/** Binds the controls of the panel that are there: those for countries come with the data, and `bindCountries` binds them. */
export function bindFilters(): void {
  bindForm(document.getElementById("filters") as HTMLFormElement, { params: filters });
}

export function bindCountries(): void {
  bindQueryParam(document.querySelectorAll("#filters [name=country]"), "country", { params: filters });
}

interface Choice {
  name: "kind" | "country";
  value: string;
  label: string;
  about?: string;
  count: number | undefined;
  /** Whether the view has it: for the look alone, the binding checks it. */
  chosen: boolean;
  hidden?: boolean;
}

function choice({ name, value, label, about, count, chosen, hidden = false }: Choice): TemplateResult {
  return html`
    <label class="choice ${count === 0 && !chosen ? "empty" : ""}" ?hidden=${hidden}>
      <input type="checkbox" name=${name} value=${value}>
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
  const listed = (cities?.countriesByName ?? []).map((place): Choice => {
    const [code, name] = [cities?.countries[place] ?? "", cities?.countryNames[place] ?? ""];
    return {
      name: "country",
      value: code,
      label: name,
      count: selection?.perCountry[place],
      chosen: view.country.includes(code),
      // Out of sight, but there: a checkbox that is bound stays.
      hidden: wanted !== "" && !folded(name).includes(wanted) && code.toLowerCase() !== wanted,
    };
  });
  return html`
    <fieldset>
      <legend>Country</legend>
      <input type="search" class="small-search" aria-label="Find a country in the list" placeholder="Find a country" autocomplete="off" spellcheck="false"
        @input=${(event: Event) => {
          countrySearch = (event.target as HTMLInputElement).value;
          redraw();
        }}>
      <div class="choices scrolling">
        ${listed.map(choice)}
        ${cities !== undefined && listed.every(({ hidden }) => hidden) ? html`<p class="hint">No country is called that.</p>` : nothing}
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
          choice({
            name: "kind",
            value: kind.id,
            label: kind.many,
            about: kind.about,
            count: selection?.perKind[place],
            chosen: view.kind.includes(kind.id),
          }),
        )}
      </div>
    </fieldset>
    ${stopSlider({
      legend: "Population",
      leastLabel: "Least population",
      mostLabel: "Most population",
      stops: POPULATION_STOPS,
      least: view.pop_min,
      most: view.pop_max,
      summary: populationRange(view.pop_min, view.pop_max),
      valueText: (value) => (value === undefined ? "no limit" : number(value)),
      change: (pop_min, pop_max) => filters.set({ pop_min, pop_max }, DRAG),
    })}
    ${latitudeSlider({
      legend: "Latitude",
      leastLabel: "Southern limit",
      mostLabel: "Northern limit",
      least: view.lat_min,
      most: view.lat_max,
      summary: latitudeRange(view.lat_min, view.lat_max),
      valueText: (degrees) => (Math.abs(degrees) === 90 ? "no limit" : parallel(degrees)),
    })}
    ${countries(view, cities, selection, redraw)}`;
}

/** What each filter that is in force says, and the change that lifts it. */
function filterTexts(values: FilterValues): [text: string, lift: Change][] {
  const { q, kind, country, pop_min, pop_max, lat_min, lat_max } = values;
  const texts: [string, Change][] = [];
  if (q.trim() !== "") texts.push([`“${q.trim()}”`, { q: undefined }]);
  for (const { id, many } of KINDS)
    if (kind.includes(id)) texts.push([many, { kind: kind.filter((other) => other !== id) }]);
  for (const code of country) texts.push([countryName(code), { country: country.filter((other) => other !== code) }]);
  if (pop_min !== undefined || pop_max !== undefined)
    texts.push([`Population ${populationRange(pop_min, pop_max)}`, { pop_min: undefined, pop_max: undefined }]);
  if (isLatitudeLimited(values))
    texts.push([latitudeRange(lat_min, lat_max), { lat_min: undefined, lat_max: undefined }]);
  return texts;
}

/** The filters in words. */
export const filterWords = (values: FilterValues): string => list(filterTexts(values).map(([text]) => text));

/** The filters in force, each a button that lifts it. */
export function filterChips(view: View): TemplateResult | typeof nothing {
  if (!isFiltered(view)) return nothing;
  const chip = ([text, lift]: [string, Change]): TemplateResult => html`
    <li><button type="button" class="chip" aria-label="Remove filter: ${text}" @click=${() => {
      filters.set(lift);
      keepFocus();
    }}>${text}<span aria-hidden="true">×</span></button></li>`;
  return html`
    <ul class="chips" aria-label="Filters in force">
      ${filterTexts(view).map(chip)}
      <li><button type="button" class="chip clear" @click=${() => {
        clearFilters();
        keepFocus();
      }}>Clear all</button></li>
    </ul>`;
}
