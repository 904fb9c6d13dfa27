// The screen "What this page knows about you": every fact that tabstate tells of this tab and how it is known, as they are now. Reads only; cookies are tried in cookie_trial.ts.
import { html, nothing, type TemplateResult } from "lit-html";
import { context, type ExplainedFact, type FactSource, type LiveFact, type Theme } from "tabstate";
import { CookieTrial } from "./cookie_trial.js";
import { moment } from "./moment.js";
import type { Tip } from "./tip.js";
import { hundredths, list, number, SCREEN_TITLES } from "./wording.js";

const SOURCES: Record<FactSource, string> = {
  server: "the server that sent the page told it",
  observed: "the browser shows it to any page",
  derived: "a rule works it out from what the browser shows",
  unknown: "a page cannot know it, so it is not guessed",
};

/** What a fact is called in plain words; one without a name here is called by its own. */
const TITLES: Partial<Record<string, string>> = {
  cookies: "Cookies",
  headers: "Headers of the request",
  locale: "Language you prefer",
  locales: "All languages you read",
  direction: "Direction of writing",
  timezone: "Time zone",
  timezoneOffset: "Distance to UTC",
  theme: "Appearance",
  url: "Address of the page",
  isEmbedded: "Embedded, says the address",
  embedOptions: "Options of embedding",
  isFramed: "In a frame",
  ipAddress: "IP address",
};

const notKnown = html`<i class="foreign">not known</i>`;
const none = html`<i class="foreign">none</i>`;

function appearance({ type, contrast, forcedColors, reducedMotion }: Theme): string {
  return [
    type ?? "light or dark: not known",
    `contrast: ${contrast?.replace("-", " ") ?? "not known"}`,
    `${forcedColors === true ? "the system’s" : "the page’s own"} colours`,
    reducedMotion === true ? "reduced motion" : "motion allowed",
  ].join(", ");
}

function count(dict: object, what: string): string {
  const { length } = Object.keys(dict);
  return length === 0 ? "none" : `${number(length)} ${length === 1 ? what : `${what}s`}, listed below`;
}

/** A value as people read it. */
function readable({ name, value }: ExplainedFact): unknown {
  if (value === undefined || value === null) return notKnown;
  if (name === "theme") return appearance(value as Theme);
  if (name === "cookies") return count(value, "cookie");
  if (name === "headers") return count(value, "header");
  if (name === "timezoneOffset") return html`${number(value as number)} minutes from local time to UTC`;
  if (name === "direction") return value === "rtl" ? "right to left" : "left to right";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length === 0 ? none : html`<code>${value.join(", ")}</code>`;
  return html`<code>${value}</code>`;
}

const badge = (source: FactSource): TemplateResult =>
  html`<span class="known ${source}" title=${SOURCES[source]}>${source}</span>`;

export class AboutReader {
  /** When the page was opened. */
  #since = new Date();
  #lastChange: { at: Date; facts: readonly LiveFact[] } | undefined;
  #trial: CookieTrial;
  #tip: Tip;

  constructor(tip: Tip, redraw: () => void) {
    this.#tip = tip;
    this.#trial = new CookieTrial(redraw);
    context.subscribe(({ facts }) => {
      this.#lastChange = { at: new Date(), facts };
    });
  }

  render(): TemplateResult {
    return html`
      <main class="about" aria-labelledby="about-title">
        <h2 id="about-title" tabindex="-1">${SCREEN_TITLES.about}</h2>
        <p>Your browser shows this to every page that you open, or to its server. This one reads it in your tab, to write numbers and dates as you do and to look as you like it. Nothing of it is sent anywhere or kept, except that cookies go back to the server they are from, as cookies do.</p>
        ${this.#uses()}
        ${this.#facts()}
        ${this.#headers()}
        ${this.#trial.render()}
      </main>`;
  }

  /** What the page does with it. */
  #uses(): TemplateResult {
    const { timezone, theme } = context;
    const fact = (title: string, content: unknown): TemplateResult =>
      html`<div><dt>${title}</dt><dd>${content}</dd></div>`;
    return html`
      <section aria-labelledby="about-uses">
        <h3 id="about-uses" tabindex="-1">What it does with that</h3>
        <dl class="facts">
          ${fact("Numbers", html`<span id="sample-number">${hundredths(1234567.891)}</span>`)}
          ${fact("Dates and times", html`You opened the page on <span id="sample-moment">${moment(this.#since, "moment")}</span>${timezone === undefined ? nothing : html`, by the clocks of <code>${timezone}</code>`}.`)}
          ${fact("Appearance", `${theme.type === "dark" ? "Dark" : "Light"}, map and chart included; it changes as your system does.`)}
          ${fact("The tip above the map", this.#tipState())}
        </dl>
      </section>`;
  }

  #tipState(): TemplateResult {
    const { isHidden, hiddenSince, notKept } = this.#tip;
    if (!isHidden) return html`It is shown.`;
    return html`
      ${
        notKept !== undefined
          ? html`Hidden for this visit: ${notKept}.`
          : hiddenSince === undefined
            ? "Hidden by a cookie."
            : html`Hidden by a cookie since ${moment(hiddenSince, "day")}, for a year.`
      }
      <button type="button" id="tip-back" class="small" @click=${() => {
        this.#tip.bringBack();
        document.getElementById("about-uses")?.focus();
      }}>Show it again</button>`;
  }

  #facts(): TemplateResult {
    return html`
      <section aria-labelledby="about-facts">
        <h3 id="about-facts">All that it can know</h3>
        <dl class="legend">${Object.entries(SOURCES).map(
          ([source, text]) => html`<div><dt>${badge(source as FactSource)}</dt><dd>${text}</dd></div>`,
        )}
        </dl>
        <table class="plain known-facts" id="facts">
          <thead><tr><th scope="col">Fact</th><th scope="col">Value</th><th scope="col" class="mark">Known by</th></tr></thead>
          <tbody>${context.explain().map(
            (fact) => html`
            <tr data-fact=${fact.name}>
              <th scope="row">${TITLES[fact.name] ?? fact.name}<small><code>${fact.name}</code></small></th>
              <td>${readable(fact)}${fact.note === undefined ? nothing : html`<small>${fact.note}</small>`}</td>
              <td class="mark">${badge(fact.source)}</td>
            </tr>`,
          )}
          </tbody>
        </table>
        <p class="hint" role="status">${
          this.#lastChange === undefined
            ? "The table is live: change the colours or the language of your system, and look."
            : html`Last change: ${list(this.#lastChange.facts)}, at ${moment(this.#lastChange.at, "clock")}.`
        }</p>
      </section>`;
  }

  #headers(): TemplateResult {
    const { headers } = context;
    return html`
      <section aria-labelledby="about-headers">
        <h3 id="about-headers">Headers of the request that brought this page</h3>
        <p class="hint">Rebuilt where that can be done to the byte, or handed over by the server. Those that a page can do neither with are not here.</p>
        <table class="plain known-facts" id="headers">
          <thead class="unseen"><tr><th scope="col">Header</th><th scope="col">Text</th><th scope="col">Known by</th></tr></thead>
          <tbody>${[...headers.keys()].map(
            (name) => html`
            <tr data-header=${name}>
              <th scope="row">${name}</th>
              <td>${headers.getAll(name).map((text) => html`<code>${text}</code>`)}</td>
              <td class="mark">${badge(headers.source(name))}</td>
            </tr>`,
          )}
          </tbody>
        </table>
      </section>`;
  }
}
