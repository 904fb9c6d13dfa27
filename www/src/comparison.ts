// The places that are compared, side by side. Their time is the sun's, and the clocks' where all clocks of the country agree and the browser knows its zones.
import { html, nothing, type TemplateResult } from "lit-html";
import { context } from "tabstate";
import type { Cities } from "./cities.js";
import { kmBetween } from "./distance.js";
import { noteText } from "./kept_places.js";
import { KINDS } from "./kinds.js";
import { viewLink } from "./results_table.js";
import { ENGLISH, kilometres, latitude, longitude, number, timeIn } from "./wording.js";

const MINUTE_MS = 60_000;
/** The earth turns a degree in four minutes. */
const DEGREE_MS = 4 * MINUTE_MS;

/** The time zones of a country, where the browser tells them. */
function zonesOf(country: string): readonly string[] {
  // Younger than the types that TypeScript has of it; some browsers have it as a property, and some have neither.
  const locale = new Intl.Locale(`und-${country}`) as {
    getTimeZones?: () => string[] | undefined;
    timeZones?: string[];
  };
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}

function clockTime(country: string, at: Date): string | undefined {
  const zones = zonesOf(country);
  const times = new Set(zones.map((zone) => timeIn(zone, at)));
  return times.size > 1 ? "several zones" : [...times][0];
}

/** In the reader's language, as all moments of the page are. */
const inTheirs = (time: string): TemplateResult =>
  html`<span lang=${context.locale ?? ENGLISH} dir=${context.direction ?? "auto"}>${time}</span>`;

let isClockFollowed = false;

/** Draws once more when the next minute begins. */
function followClock(redraw: () => void): void {
  if (isClockFollowed) return;
  isClockFollowed = true;
  setTimeout(
    () => {
      isClockFollowed = false;
      redraw();
    },
    MINUTE_MS - (Date.now() % MINUTE_MS),
  );
}

export function comparison(cities: Cities, rows: readonly number[], redraw: () => void): TemplateResult {
  followClock(redraw);
  const now = new Date();
  const most = Math.max(1, ...rows.map((row) => cities.population[row]));
  const clocks = rows.map((row) => clockTime(cities.countries[cities.country[row]], now));
  const line = (title: unknown, cell: (row: number, nth: number) => unknown): TemplateResult => html`
    <tr><th scope="row">${title}</th>${rows.map((row, nth) => html`<td>${cell(row, nth)}</td>`)}</tr>`;
  const population = (row: number): unknown =>
    cities.population[row] === 0
      ? "not recorded"
      : html`${number(cities.population[row])}<span class="share" aria-hidden="true" style="inline-size: ${(100 * cities.population[row]) / most}%"></span>`;
  return html`
    <div class="comparison" role="region" aria-labelledby="comparison-title" tabindex="0">
      <table>
        <caption id="comparison-title">Side by side</caption>
        <thead><tr><td></td>${rows.map((row) => html`<th scope="col">${viewLink({ city: cities.id[row] }, cities.name[row])}</th>`)}</tr></thead>
        <tbody>
          ${line("Country", (row) => cities.countryNames[cities.country[row]])}
          ${line("Population", population)}
          ${line("Kind", (row) => KINDS[cities.kind[row]].one)}
          ${line("Position", (row) => html`${latitude(cities.latitude[row])}, <wbr>${longitude(cities.longitude[row])}`)}
          ${clocks.every((time) => time === undefined) ? nothing : line("Time by the clock", (_, nth) => (clocks[nth] === undefined ? "not known" : inTheirs(clocks[nth])))}
          ${line("Time by the sun", (row) => inTheirs(timeIn("UTC", new Date(now.getTime() + cities.longitude[row] * DEGREE_MS))))}
          ${rows.map((to) => line(`To ${cities.name[to]}`, (row) => (row === to ? "–" : kilometres(kmBetween(cities, row, to)))))}
          ${rows.every((row) => noteText(cities.id[row]) === "") ? nothing : line("Your note", (row) => html`<span class="note-text">${noteText(cities.id[row])}</span>`)}
        </tbody>
      </table>
    </div>`;
}
