// One page of the selected rows as a table, its sort buttons, its pager and the choice of columns.
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Cities } from "./cities.js";
import { clearFilters, pins, togglePin } from "./kept_places.js";
import { KINDS } from "./kinds.js";
import { pinButton } from "./pin_button.js";
import type { Selection } from "./selection.js";
import { type Change, COLUMNS, type ColumnId, filters, SORTS, type SortId, type View } from "./view.js";
import { latitude, longitude, number } from "./wording.js";

export const PAGE_ROWS = 25;

interface Column {
  title: string;
  numeric: boolean;
  /** Whether a first click on its title lists the greatest first. */
  descFirst: boolean;
  cell: (cities: Cities, row: number) => string;
}

const COLUMN: Record<SortId, Column> = {
  name: { title: "Place", numeric: false, descFirst: false, cell: (cities, row) => cities.name[row] },
  country: {
    title: "Country",
    numeric: false,
    descFirst: false,
    cell: (cities, row) => cities.countryNames[cities.country[row]],
  },
  population: {
    title: "Population",
    numeric: true,
    descFirst: true,
    cell: (cities, row) => (cities.population[row] === 0 ? "–" : number(cities.population[row])),
  },
  kind: { title: "Kind", numeric: false, descFirst: true, cell: (cities, row) => KINDS[cities.kind[row]].one },
  latitude: {
    title: "Latitude",
    numeric: true,
    descFirst: true,
    cell: (cities, row) => latitude(cities.latitude[row]),
  },
  longitude: {
    title: "Longitude",
    numeric: true,
    descFirst: true,
    cell: (cities, row) => longitude(cities.longitude[row]),
  },
  region: {
    title: "Region code",
    numeric: false,
    descFirst: false,
    cell: (cities, row) => cities.regions[cities.region[row]],
  },
  id: { title: "GeoNames id", numeric: true, descFirst: false, cell: (cities, row) => String(cities.id[row]) },
};

/** A click that the browser should follow by itself: into a new tab, a download, a copy. */
export function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

/** A link that opens `change` here by a history step, and anywhere else by its address. */
export function viewLink(
  change: Change,
  content: unknown,
  options: { class?: string; current?: boolean; label?: string; after?: () => void } = {},
): TemplateResult {
  return html`<a href=${filters.href(change)} class=${options.class ?? nothing} aria-current=${options.current === true ? "page" : nothing} aria-label=${options.label ?? nothing}
    @click=${(event: MouseEvent) => {
      if (!isPlainClick(event)) return;
      event.preventDefault();
      filters.set(change);
      options.after?.();
    }}>${content}</a>`;
}

/** A row opens like the link in it. WebKit positions nothing in a row, so the link cannot cover it. */
function openRow(event: MouseEvent, city: number): void {
  const isOnControl = event.target instanceof Element && event.target.closest("a, button") !== null;
  if (!isOnControl && isPlainClick(event) && getSelection()?.isCollapsed !== false) filters.set({ city });
}

function heading(id: SortId, view: View): TemplateResult {
  const column = COLUMN[id];
  const sorted = view.sort === id;
  return html`
    <th scope="col" class="${column.numeric ? "numeric" : ""} col-${id}" aria-sort=${sorted ? (view.desc ? "descending" : "ascending") : nothing}>
      <button type="button" @click=${() => filters.set(sorted ? { desc: !view.desc } : { sort: id, desc: column.descFirst })}>
        ${column.title}<span class="arrow" aria-hidden="true">${sorted ? (view.desc ? "↓" : "↑") : ""}</span>
      </button>
    </th>`;
}

/** After a control that was focused has gone with its reason: the focus goes to what it changed, not to the top of the page. */
export function keepFocus(...ids: string[]): void {
  setTimeout(() => {
    if (document.activeElement !== document.body) return;
    const there = [...ids, "results-title"].map((id) => document.getElementById(id)).find((one) => one !== null);
    there?.focus({ preventScroll: true });
  });
}

function toResults(): void {
  const results = document.getElementById("results");
  if (results !== null && results.getBoundingClientRect().top < 0) results.scrollIntoView({ block: "start" });
  keepFocus();
}

/** The list of pinned places above grows or shrinks: the row stays where the reader's pointer is. */
function pinInPlace(city: number, button: HTMLElement): void {
  const before = button.getBoundingClientRect().top;
  togglePin(city);
  scrollBy({ top: button.getBoundingClientRect().top - before, behavior: "instant" });
}

/** First, last, and the neighbours of the page, with a gap where pages are left out. */
function pagesShown(page: number, pages: number): (number | "gap")[] {
  const shown = [...new Set([1, page - 1, page, page + 1, pages])]
    .filter((at) => at >= 1 && at <= pages)
    .sort((a, b) => a - b);
  return shown.flatMap((at, place) => (place > 0 && at - shown[place - 1] > 1 ? ["gap" as const, at] : [at]));
}

function pager(page: number, pages: number): TemplateResult {
  const step = (to: number, text: string, label: string): TemplateResult =>
    to < 1 || to > pages
      ? html`<span class="step off" aria-hidden="true">${text}</span>`
      : viewLink({ page: to }, text, { class: "step", label, after: toResults });
  return html`
    <nav class="pager" aria-label="Pages of results">
      ${step(page - 1, "← Previous", "Previous page")}
      <ol>${pagesShown(page, pages).map((at) =>
        at === "gap"
          ? html`<li class="gap" aria-hidden="true">…</li>`
          : html`<li>${viewLink({ page: at }, number(at), { current: at === page, label: `Page ${number(at)}`, after: toResults })}</li>`,
      )}
      </ol>
      ${step(page + 1, "Next →", "Next page")}
    </nav>`;
}

/** The order for where the titles do not fit on the screen. Its controls are bound in main.ts. */
export function orderChoice(): TemplateResult {
  return html`
    <form id="order" class="order" @submit=${(event: Event) => event.preventDefault()}>
      <label>Sort by <select name="sort">${SORTS.map((id) => html`<option value=${id}>${COLUMN[id].title}</option>`)}</select></label>
      <label><input type="checkbox" name="desc"> Descending</label>
    </form>`;
}

export function columnChoice(view: View): TemplateResult {
  return html`
    <details class="menu" @keydown=${(event: KeyboardEvent) => {
      const menu = event.currentTarget as HTMLDetailsElement;
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }}>
      <summary>Columns</summary>
      <fieldset class="choices">
        <legend class="unseen">Columns shown beside the place</legend>
        ${COLUMNS.map(
          (id: ColumnId) => html`
          <label class="choice"><input type="checkbox" .checked=${live(view.cols.includes(id))}
            @change=${() => filters.set({ cols: view.cols.includes(id) ? view.cols.filter((other) => other !== id) : [...view.cols, id] })}>
            <span>${COLUMN[id].title}</span></label>`,
        )}
        <p class="hint">A column that you add goes last.</p>
      </fieldset>
    </details>`;
}

/** Folds the choice of columns away when the reader turns to something else. */
export function closeMenusBeside(target: EventTarget | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!(target instanceof Node && menu.contains(target))) menu.open = false;
  }
}

export function resultsTable(view: View, cities: Cities, selection: Selection): TemplateResult {
  const { rows } = selection;
  if (rows.length === 0) {
    return html`
      <div class="blank">
        <p class="blank-title">No place fits all of this.</p>
        <p>${selection.unknownPopulation > 0 ? html`${number(selection.unknownPopulation)} would, but have no recorded population. ` : nothing}Lift a filter above, or start over.</p>
        <button type="button" @click=${() => {
          clearFilters();
          keepFocus();
        }}>Clear all filters</button>
      </div>`;
  }
  const pages = Math.ceil(rows.length / PAGE_ROWS);
  // The address may ask for a page beyond the last, of a link made before the data changed: show the last.
  const page = Math.min(view.page, pages);
  const shown = rows.subarray((page - 1) * PAGE_ROWS, page * PAGE_ROWS);
  // A link may name a column twice.
  const cols = [...new Set(view.cols)];
  const columns: SortId[] = ["name", ...cols];
  const pinned = pins();
  return html`
    <div class="table-frame" role="region" aria-label="Table of places" tabindex="0">
      <table>
        <caption class="unseen">Places, page ${number(page)} of ${number(pages)}. Column titles sort.</caption>
        <thead><tr>${columns.map((id) => heading(id, view))}<th scope="col" class="col-pin"><span class="unseen">Pinned</span></th></tr></thead>
        <tbody>
          ${Array.from(
            shown,
            (row) => html`
            <tr class=${cities.id[row] === view.city ? "open" : ""} @click=${(event: MouseEvent) => openRow(event, cities.id[row])}>
              <th scope="row">${viewLink({ city: cities.id[row] }, cities.name[row])}</th>
              ${cols.map((id) => html`<td class="${COLUMN[id].numeric ? "numeric" : ""} col-${id}">${COLUMN[id].cell(cities, row)}</td>`)}
              <td class="col-pin">${pinButton(`Pin ${cities.name[row]}`, pinned.has(cities.id[row]), (button) => pinInPlace(cities.id[row], button))}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${pages > 1 ? pager(page, pages) : nothing}`;
}
