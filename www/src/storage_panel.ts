// The screen "What this tab keeps": the room that it takes, each entry and how it is kept, the notes, and the demonstration of a spent quota. Changes nothing but notes; that demonstration is in quota_trial.ts.
import { html, nothing, type TemplateResult } from "lit-html";
import { type Durability, sessionState, status } from "tabstate";
import type { Cities } from "./cities.js";
import { notedPlace, notedPlaces, saveNotes } from "./kept_places.js";
import { KEPT, keptBadge, noteField } from "./note_field.js";
import { isThrowAway, QuotaTrial } from "./quota_trial.js";
import { viewLink } from "./results_table.js";
import { filters } from "./view.js";
import { hundredths, number, SCREEN_TITLES } from "./wording.js";

/** What Chromium and Firefox give each origin in a tab; others may give half. */
const QUOTA_UNITS = 5_242_880;

const TITLES: Record<string, string> = {
  pins: "Pinned places",
  compared: "Places that are compared",
  cleared: "What was cleared last",
};

interface Row {
  key: string;
  title: string;
  units: string;
  durability: Durability;
}

export class StoragePanel {
  #trial: QuotaTrial;
  #redraw: () => void;
  /** The id that this tab began with, where it was another tab's. */
  #copyOf: string | undefined;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
    this.#trial = new QuotaTrial(redraw);
    filters.subscribe(() => {
      if (filters.get().show !== "storage") this.#trial.end();
    });
    const first = sessionState.tabId;
    void sessionState.ready().then(() => {
      if (sessionState.tabId !== first) this.#copyOf = first;
      redraw();
    });
  }

  render(cities: Cities | undefined): TemplateResult {
    return html`
      <main class="about storage" aria-labelledby="storage-title">
        <h2 id="storage-title" tabindex="-1">${SCREEN_TITLES.storage}</h2>
        <p>Your pins, what you compare, your notes, and what you cleared last. They stay in this tab: a reload finds them, and so does the way back from another page. No other tab reads them, no server is sent them, and they end with the tab.</p>
        ${this.#room()}
        ${this.#entries(cities)}
        ${this.#notes(cities)}
        ${this.#trial.render()}
        ${this.#broken()}
        ${this.#tab()}
      </main>`;
  }

  #room(): TemplateResult {
    const { units, entries } = sessionState.usage();
    const isKept = status().sessionState === "durable";
    const share = Math.min(1, units / QUOTA_UNITS);
    const percent = 100 * share;
    return html`
      <section aria-labelledby="storage-room">
        <h3 id="storage-room">Room</h3>
        ${
          isKept
            ? html`
            <div class="budget" role="meter" aria-label="Units that are taken" aria-valuemin="0" aria-valuemax=${QUOTA_UNITS} aria-valuenow=${Math.min(units, QUOTA_UNITS)} aria-valuetext="${number(units)} of ${number(QUOTA_UNITS)} units">
              <span class=${share > 0.8 ? "high" : ""} style="inline-size: ${percent}%"></span>
            </div>`
            : nothing
        }
        <p id="usage">${number(units)} ${isKept ? html`of ${number(QUOTA_UNITS)} units` : "units"} in ${number(entries)} ${entries === 1 ? "entry" : "entries"}${isKept ? html`, ${percent > 0 && percent < 0.01 ? `less than ${hundredths(0.01)}` : hundredths(percent)} %` : nothing}.</p>
        <p class="hint">A unit is a code unit of UTF-16, for most scripts a letter, of names and values alike. ${isKept ? "This is the room of Chromium and Firefox; other browsers may give half. What other code stores takes of it too, and so does the id of the tab; neither is counted here." : nothing}</p>
      </section>`;
  }

  #titleOf(key: string, cities: Cities | undefined): string {
    const id = notedPlace(key);
    const row = id === undefined ? undefined : cities?.rowOfId(id);
    if (id !== undefined)
      return `Note on ${row === undefined || cities === undefined ? `place ${id}` : cities.name[row]}`;
    if (isThrowAway(key)) return "Throw-away entry";
    return TITLES[key] ?? "Of another page, or an earlier edition of this one";
  }

  #entries(cities: Cities | undefined): TemplateResult {
    const { largest } = sessionState.usage();
    const least = largest.at(-1)?.units ?? 0;
    const place = (key: string): number => {
      const at = largest.findIndex((one) => one.key === key);
      return at === -1 ? largest.length : at;
    };
    const rows = [...sessionState.keys()]
      .sort((one, other) => place(one) - place(other))
      .map((key): Row => {
        const units = largest[place(key)]?.units;
        return {
          key,
          title: this.#titleOf(key, cities),
          units: units === undefined ? `under ${number(least + 1)}` : number(units),
          durability: sessionState.durability(key),
        };
      });
    const words: Durability[] = status().sessionState === "memory" ? ["memory"] : ["durable", "pending"];
    return html`
      <section aria-labelledby="storage-entries">
        <h3 id="storage-entries">Entries, the largest first</h3>
        <dl class="legend">${words.map((word) => html`<div><dt>${keptBadge(word)}</dt><dd>${KEPT[word]}</dd></div>`)}</dl>
        ${
          rows.length === 0
            ? html`<p>Nothing yet. ${viewLink({ show: "places" }, "Pin a place")}, or open one and write a note.</p>`
            : html`
            <table class="plain known-facts" id="entries">
              <thead><tr><th scope="col">Entry</th><th scope="col" class="numeric">Units</th><th scope="col" class="mark">Kept</th></tr></thead>
              <tbody>${rows.map(
                ({ key, title, units, durability }) => html`
                <tr data-key=${key}>
                  <th scope="row">${title}<small><code>${key}</code></small></th>
                  <td class="numeric">${units}</td>
                  <td class="mark">${keptBadge(durability)}</td>
                </tr>`,
              )}
              </tbody>
            </table>`
        }
      </section>`;
  }

  #notes(cities: Cities | undefined): TemplateResult {
    const ids = notedPlaces();
    return html`
      <section aria-labelledby="storage-notes">
        <h3 id="storage-notes" tabindex="-1">Your notes</h3>
        ${
          ids.length === 0
            ? html`<p class="hint">None. Every place that you open has room for one.</p>`
            : html`
            <p class="hint">A note is an object that is changed as you type. That costs nothing, until it is saved: when you leave the field, the page is hidden or left, or by hand.</p>
            <div class="notes">${ids.map((id) => noteField(id, `note-${id}`, this.#titleOf(`note:${id}`, cities), this.#redraw))}</div>
            <p class="buttons"><button type="button" id="save-notes" @click=${() => {
              saveNotes();
              this.#redraw();
            }}>Save now</button></p>`
        }
      </section>`;
  }

  #broken(): TemplateResult {
    const records = sessionState.quarantined();
    return html`
      <section aria-labelledby="storage-broken">
        <h3 id="storage-broken">Records that cannot be read</h3>
        ${
          records.length === 0
            ? html`<p class="hint">None. One that is damaged would count as absent, and be listed here: kept, not deleted.</p>`
            : html`
            <table class="plain known-facts" id="broken">
              <thead><tr><th scope="col">Key</th><th scope="col">Why</th></tr></thead>
              <tbody>${records.map(({ key, reason }) => html`<tr><th scope="row"><code>${key}</code></th><td>${reason}</td></tr>`)}</tbody>
            </table>
            <p class="hint">They count as absent, and are kept as they are.</p>`
        }
      </section>`;
  }

  #tab(): TemplateResult {
    const { sessionState: where, reasons } = status();
    const fact = (title: string, content: unknown): TemplateResult =>
      html`<div><dt>${title}</dt><dd>${content}</dd></div>`;
    return html`
      <section aria-labelledby="storage-tab">
        <h3 id="storage-tab">This tab</h3>
        <dl class="facts">
          ${fact("Kept", where === "durable" ? html`${keptBadge("durable")} in <code>sessionStorage</code>` : html`${keptBadge("memory")} ${reasons.sessionState ?? nothing}`)}
          ${fact("Its id", html`<code id="tab-id">${sessionState.tabId}</code>`)}
          ${this.#copyOf === undefined ? nothing : fact("A copy", html`It began as a copy of the tab <code>${this.#copyOf}</code>, with all that was kept there. Since then each has its own.`)}
        </dl>
      </section>`;
  }
}
