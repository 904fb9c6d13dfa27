// The dialog with all that is known of one place, and where to go from there. Which place is open is the view's business.
import { html, nothing, type TemplateResult } from "lit-html";
import type { Cities } from "./cities.js";
import { kmBetween } from "./distance.js";
import { pins, togglePin } from "./kept_places.js";
import { KINDS } from "./kinds.js";
import { noteField } from "./note_field.js";
import { pinButton } from "./pin_button.js";
import { viewLink } from "./results_table.js";
import { filters, NO_FILTERS, type View } from "./view.js";
import { countryName, kilometres, latitude, list, longitude, number } from "./wording.js";
import { type Frame, WorldMap } from "./world_map.js";

const NEIGHBOURS = 5;
/** Degrees of latitude that the small map shows to either side. */
const SURROUNDINGS = 3;

interface Facts {
  row: number;
  worldRank: number;
  countryRank: number;
  countryPlaces: number;
  neighbours: { row: number; km: number }[];
}

let known: { cities: Cities; facts: Facts } | undefined;
let surroundings: { map: WorldMap; all: Uint8Array } | undefined;

function factsOf(cities: Cities, row: number): Facts {
  if (known?.cities === cities && known.facts.row === row) return known.facts;
  const { population, country } = cities;
  let worldRank = 1;
  let countryRank = 1;
  let countryPlaces = 0;
  const nearest: { row: number; km: number }[] = [];
  for (let other = 0; other < cities.rows; other++) {
    if (population[other] > population[row]) {
      worldRank++;
      if (country[other] === country[row]) countryRank++;
    }
    if (country[other] === country[row]) countryPlaces++;
    if (other === row) continue;
    const km = kmBetween(cities, row, other);
    if (nearest.length < NEIGHBOURS || km < nearest[NEIGHBOURS - 1].km) {
      nearest.push({ row: other, km });
      nearest.sort((a, b) => a.km - b.km);
      nearest.length = Math.min(nearest.length, NEIGHBOURS);
    }
  }
  const facts = { row, worldRank, countryRank, countryPlaces, neighbours: nearest };
  known = { cities, facts };
  return facts;
}

function mapAround(cities: Cities, row: number): HTMLElement {
  surroundings ??= { map: new WorldMap(""), all: new Uint8Array(cities.rows) };
  const { map, all } = surroundings;
  map.element.setAttribute("aria-label", `The places around ${cities.name[row]}, ${cities.name[row]} ringed`);
  const width = (2 * SURROUNDINGS * 2.4) / Math.max(0.2, Math.cos((cities.latitude[row] * Math.PI) / 180));
  map.show({
    cities,
    frame: framed(row, {
      west: cities.longitude[row] - width / 2,
      width,
      south: cities.latitude[row] - SURROUNDINGS,
      north: cities.latitude[row] + SURROUNDINGS,
    }),
    failed: all,
    markedRow: row,
  });
  return map.element;
}

let lastFrame: { row: number; frame: Frame } | undefined;

/** The same frame object for the same row: the map draws again when it is another. */
function framed(row: number, frame: Frame): Frame {
  if (lastFrame?.row !== row) lastFrame = { row, frame };
  return lastFrame.frame;
}

const close = (): void => filters.set({ city: undefined });

function detail(cities: Cities, row: number, redraw: () => void): TemplateResult {
  const facts = factsOf(cities, row);
  const id = cities.id[row];
  const country = cities.countryNames[cities.country[row]];
  const code = cities.countries[cities.country[row]];
  const kind = KINDS[cities.kind[row]];
  const also = cities.alsoListedIn[row]?.filter((other) => other !== code) ?? [];
  const fact = (title: string, content: unknown): TemplateResult =>
    html`<div><dt>${title}</dt><dd>${content}</dd></div>`;
  return html`
    <p class="eyebrow">${kind.one} · ${country}</p>
    <h2 id="city-title" tabindex="-1">${cities.name[row]}</h2>
    ${mapAround(cities, row)}
    <dl class="facts">
      ${
        cities.population[row] === 0
          ? fact("Population", "not recorded")
          : html`
          ${fact("Population", number(cities.population[row]))}
          ${fact("Rank", html`${number(facts.countryRank)} of ${number(facts.countryPlaces)} in ${country}, ${number(facts.worldRank)} in the world`)}`
      }
      ${fact("Position", `${latitude(cities.latitude[row], true)}, ${longitude(cities.longitude[row], true)}`)}
      ${fact("Region code", cities.regions[cities.region[row]] || "none")}
      ${also.length > 0 ? fact("Also listed in", list(also.map(countryName))) : nothing}
      ${fact("GeoNames", html`<a href="https://www.geonames.org/${id}" rel="noopener" target="_blank">${id}<span class="unseen"> (opens a new tab)</span></a>`)}
    </dl>
    <p class="detail-pin">${pinButton("Pin to your places", pins().has(id), () => togglePin(id), "beside")}</p>
    ${noteField(id, "note", "Your note", redraw)}
    <h3>Nearest places</h3>
    <ul class="neighbours">
      ${facts.neighbours.map(
        ({ row: other, km }) => html`
        <li>${viewLink({ city: cities.id[other] }, cities.name[other])}<span>${kilometres(km)}</span></li>`,
      )}
    </ul>
    <p class="detail-actions">
      ${viewLink({ ...NO_FILTERS, city: undefined, country: [code] }, `All places in ${country}`)}
    </p>`;
}

/** The dialog's template; `syncCityDialog` opens and closes it after rendering. */
export function cityDialog(
  view: View,
  cities: Cities | undefined,
  row: number | undefined,
  redraw: () => void,
): TemplateResult {
  return html`
    <dialog id="city" aria-labelledby="city-title"
      @click=${(event: MouseEvent) => {
        if (event.target === event.currentTarget) close();
      }}
      @close=${() => {
        if (openWanted) close();
      }}>
      <div class="dialog-body">
        <button type="button" class="icon close" aria-label="Close" @click=${close}>×</button>
        ${
          view.city === undefined || cities === undefined
            ? nothing
            : row !== undefined
              ? detail(cities, row, redraw)
              : html`<p class="eyebrow">Unknown place</p><h2 id="city-title" tabindex="-1">No place has the id ${view.city}</h2><p>The link may come from another edition of the data.</p>`
        }
      </div>
    </dialog>`;
}

let openWanted = false;

/** Follows the view: opens modally, keeps the focus inside when the place changes, and gives it back when the dialog closes. */
export function syncCityDialog(view: View, cities: Cities | undefined): void {
  const dialog = document.getElementById("city") as HTMLDialogElement | null;
  if (dialog === null) return;
  openWanted = view.city !== undefined && cities !== undefined;
  if (openWanted && !dialog.open) {
    dialog.showModal();
  } else if (!openWanted && dialog.open) {
    dialog.close();
    return;
  }
  const shown = String(view.city ?? "");
  if (openWanted && dialog.dataset.shown !== shown) {
    document.getElementById("city-title")?.focus({ preventScroll: true });
    dialog.scrollTop = 0;
  }
  dialog.dataset.shown = openWanted ? shown : "";
}
