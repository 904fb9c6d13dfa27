// The screen "What this page does only once": each cache, what it has and since when, what was done last, and trials of all that. What there is to see, cache_log.ts and the caches themselves know.
import { html, nothing, type TemplateResult } from "lit-html";
import { type CacheStats, cacheData, cacheResource } from "tabstate";
import { entriesOf, type LoggedEntry, type LoggedEvent, lastEvents } from "./cache_log.js";
import { CacheTrial } from "./cache_trial.js";
import type { Cities } from "./cities.js";
import { CITIES_CACHE, citiesFile } from "./cities_file.js";
import { EXTREMES_CACHE, extremesStats, extremesWords, forgetExtremes, MOST_EXTREMES } from "./extremes.js";
import { moment } from "./moment.js";
import { viewLink } from "./results_table.js";
import type { Selection } from "./selection.js";
import { SURVEYOR_CACHE, surveyor } from "./surveyor.js";
import { filters, type View } from "./view.js";
import { ago, number, SCREEN_TITLES } from "./wording.js";

const AGES_MS = 10_000;

type Where = CacheStats["persistence"];

const KEPT: Record<Where, string> = {
  disk: "in the browser’s database: a later visit finds it, in any tab",
  session: "in this tab’s storage: a reload finds it",
  memory: "with this page alone: it ends when the page is left",
};

const badge = (where: Where): TemplateResult =>
  html`<span class="known ${where === "memory" ? "kept-memory" : "kept-durable"}" title=${KEPT[where]}>${where}</span>`;

/** What an event says to its reader. */
const WORDS: Record<LoggedEvent["kind"], string> = {
  hit: "found",
  miss: "not there",
  store: "kept",
  expire: "too old",
  evict: "made room",
  clear: "cleared",
  refresh: "renewed",
  error: "failed",
};

interface Shown {
  id: "places" | "extremes" | "worker";
  cache: string;
  title: string;
  about: unknown;
  /** How long an entry is good for, where that is said. */
  lasts?: string;
  stats: CacheStats;
  /** A resource has no size that anybody could tell. */
  isSized: boolean;
  nameOf: (key: string) => unknown;
  /** When what an earlier page kept was made, if it says so itself. */
  since: Date | undefined;
  clear: () => void;
}

function shownCaches(cities: Cities | undefined): Shown[] {
  return [
    {
      id: "places",
      cache: CITIES_CACHE,
      title: "The places",
      about: `The file with ${cities === undefined ? "all of them" : `all ${number(cities.rows)} of them`}, as the server has it. A visit within a month has no need to fetch it, and no need of the network for it. Another edition of the file is another cache: what is kept is never an old one.`,
      lasts: ", for 30 days",
      stats: citiesFile.stats(),
      isSized: true,
      nameOf: () => html`<code>cities.columns</code>`,
      since: cities?.fetched,
      clear: () => citiesFile.clear(),
    },
    {
      id: "extremes",
      cache: EXTREMES_CACHE,
      title: "The extremes",
      about: html`The largest, the most remote and the like, of what you filter: a tab ${viewLink({ show: "places", tab: "extremes" }, "beside the map")}. There is an answer for each set of filters, in whatever order you chose them. When there are ${number(MOST_EXTREMES)}, the one that was not asked for the longest time makes room.`,
      stats: extremesStats(),
      isSized: true,
      nameOf: (key) => extremesWords(key) ?? html`<code>${key}</code>`,
      since: undefined,
      clear: () => forgetExtremes(),
    },
    {
      id: "worker",
      cache: SURVEYOR_CACHE,
      title: "The worker",
      about:
        "A thread beside the page, which sorts names and measures distances while you type and scroll. It is built once, all who ask share it, and it is ended when the cache lets go of it. Should it fail, the next one who asks gets another.",
      stats: surveyor.stats(),
      isSized: false,
      nameOf: () => "The worker",
      since: undefined,
      clear: () => surveyor.clear(),
    },
  ];
}

export class CachesPanel {
  #trial: CacheTrial;
  /** What was cleared last. */
  #cleared = "";
  #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
    this.#trial = new CacheTrial(redraw);
    setInterval(() => {
      if (filters.get().show === "caches") redraw();
    }, AGES_MS);
    filters.subscribe(() => {
      this.#cleared = "";
    });
  }

  render(view: View, cities: Cities | undefined, selection: Selection | undefined): TemplateResult {
    const shown = shownCaches(cities);
    return html`
      <main class="about caches" aria-labelledby="caches-title">
        <h2 id="caches-title" tabindex="-1">${SCREEN_TITLES.caches}</h2>
        <p>Some things take a while: fetching all places, finding the extremes among them, starting a worker. The page keeps what came of them, and finds it when the same is asked again. Clearing loses nothing but time: what is needed is made again.</p>
        <dl class="legend">${(Object.keys(KEPT) as Where[]).map((where) => html`<div><dt>${badge(where)}</dt><dd>${KEPT[where]}</dd></div>`)}</dl>
        ${shown.map((one) => this.#cache(one))}
        <section aria-labelledby="caches-all">
          <h3 id="caches-all">All of them</h3>
          <p class="buttons"><button type="button" id="clear-all" @click=${() =>
            this.#clear("All caches are empty. A reload fetches the places again.", () => {
              cacheData.clear();
              cacheResource.clear();
            })}>Clear all</button>
            <span class="hint" id="caches-news" role="status">${this.#cleared}</span></p>
        </section>
        ${this.#trial.render(view, cities, selection)}
        ${this.#events(shown)}
      </main>`;
  }

  #clear(news: string, clear: () => void): void {
    clear();
    this.#cleared = news;
    this.#redraw();
  }

  #cache(shown: Shown): TemplateResult {
    const { id, title, about, stats, isSized } = shown;
    const { hits, misses, joins, entries, bytes, persistence, reason } = stats;
    const count = (name: string, title: string, value: number): TemplateResult =>
      html`<div><dt>${title}${name === title.toLowerCase() ? nothing : html`<small><code>${name}</code></small>`}</dt><dd data-count=${name}>${number(value)}</dd></div>`;
    return html`
      <section aria-labelledby="cache-${id}" data-cache=${id}>
        <h3 id="cache-${id}">${title} ${badge(persistence)}</h3>
        ${reason === undefined ? nothing : html`<p class="hint reason">Kept with this page alone: <b class="waiting">${reason}</b>.</p>`}
        <p class="hint">${about}</p>
        <dl class="tally">
          ${count("hits", "Found", hits)}
          ${count("misses", "Made", misses)}
          ${count("joins", "Waited", joins)}
          ${count("entries", "Entries", entries)}
          ${isSized ? count("bytes", "Bytes", bytes) : nothing}
        </dl>
        ${this.#entries(shown)}
        <p class="buttons"><button type="button" id="clear-${id}" aria-label="Clear: ${title.toLowerCase()}" @click=${() =>
          this.#clear(`${title}: cleared.`, shown.clear)}>Clear</button></p>
      </section>`;
  }

  #entries({ cache, stats, lasts = "", nameOf, since }: Shown): TemplateResult {
    // What the disk has and nobody asked for, is not counted by the cache, nor listed here.
    const known = entriesOf(cache);
    const more = stats.entries - known.length;
    if (stats.entries === 0) return html`<p class="entries-none">Nothing is kept.</p>`;
    const age = (entry: LoggedEntry): string => {
      const made = entry.since ?? since;
      return made === undefined ? "kept before this page was loaded" : `kept ${ago(made)}`;
    };
    return html`
      <ul class="cache-entries">
        ${known.map(
          (entry) => html`
          <li><b>${nameOf(entry.key)}</b> <span>${age(entry)}${lasts}</span></li>`,
        )}
        ${more > 0 ? html`<li><span>${number(more)} ${known.length === 0 ? "" : "more"} from before this page was loaded, and not asked for since</span></li>` : nothing}
      </ul>`;
  }

  #events(shown: Shown[]): TemplateResult {
    const titleOf = (cache: string): string => shown.find((one) => one.cache === cache)?.title ?? cache;
    const nameOf = ({ cache, key }: LoggedEvent): unknown =>
      key === undefined || cache !== EXTREMES_CACHE ? nothing : html`<small>${extremesWords(key) ?? key}</small>`;
    return html`
      <section aria-labelledby="caches-events">
        <h3 id="caches-events">What they did last</h3>
        <p class="hint">The list is live, the newest first: filter the places, go back, and look.</p>
        <ol class="changes cache-events">${lastEvents.map(
          (event) => html`
          <li>
            ${moment(event.at, "clock")}
            <span class="source ${event.kind === "error" ? "external" : ""}" title=${event.kind}>${WORDS[event.kind]}</span>
            <span class="keys">${titleOf(event.cache)} ${nameOf(event)}</span>
          </li>`,
        )}
        </ol>
      </section>`;
  }
}
