// The reader's own places above the results: pinned ones and those with a note, a choice of some to compare, and what brings back the pins.
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { status } from "tabstate";
import type { Cities } from "./cities.js";
import { comparison } from "./comparison.js";
import { filterWords } from "./filters_panel.js";
import {
  type Cleared,
  clearFailure,
  compared,
  forgetCleared,
  keptPlaces,
  lastCleared,
  MOST_COMPARED,
  noteText,
  pinFailure,
  pins,
  toggleCompared,
  togglePin,
  undoClear,
  unpinAll,
} from "./kept_places.js";
import { keptBadge } from "./note_field.js";
import { pinButton } from "./pin_button.js";
import { keepFocus, viewLink } from "./results_table.js";
import { isFiltered, type View } from "./view.js";
import { list, number, people, places } from "./wording.js";

const TITLE = "kept-title";
/** More names than these are a number. */
const NAMED = 3;

function namesOf(cities: Cities | undefined, ids: Iterable<number>): string[] {
  return Array.from(ids, (id) => {
    const row = cities?.rowOfId(id);
    return cities === undefined || row === undefined ? `place ${id}` : cities.name[row];
  });
}

function clearedWords(cleared: Cleared, cities: Cities | undefined): string {
  if (cleared.what === "filters") return `Filters cleared: ${filterWords(cleared.filters)}.`;
  const { size } = cleared.pins;
  return size > NAMED ? `${places(size)} unpinned.` : `No longer pinned: ${list(namesOf(cities, cleared.pins))}.`;
}

/** Offers to bring back what was cleared last, where it was: until it is taken up, sent away, or filters are there again. */
export function undoOffer(what: Cleared["what"], view: View, cities: Cities | undefined): TemplateResult {
  const cleared = lastCleared();
  const failure = clearFailure(what);
  const isOffered = cleared?.what === what && !(what === "filters" && isFiltered(view));
  const leave = (act: () => void): void => {
    act();
    keepFocus(...(what === "pins" ? [TITLE] : []));
  };
  return html`
    <div class="offer" id="undo-${what}" role="status">${
      failure !== undefined
        ? html`<p><b class="waiting">${failure.code}</b>: ${failure.message}. ${what === "pins" ? "Nothing has changed." : "Undo is not offered: go Back for the filters."}</p>`
        : cleared === undefined || !isOffered
          ? nothing
          : html`
        <p>${clearedWords(cleared, cities)}</p>
        <button type="button" class="quiet undo" aria-label="Undo: bring the ${what} back" @click=${() => leave(undoClear)}>Undo</button>
        <button type="button" class="icon" aria-label="Do not offer to bring the ${what} back" @click=${() => leave(forgetCleared)}>×</button>`
    }</div>`;
}

function standing(): TemplateResult {
  const failure = pinFailure();
  if (failure !== undefined)
    return html`${keptBadge("pending", "not saved")} <b class="waiting">${failure.code}</b>: ${failure.message}. What you see is tried again when you leave.`;
  if (status().sessionState === "memory")
    return html`${keptBadge("memory")} The browser keeps nothing here: a reload loses them.`;
  return html`Kept in this tab, across reloads and visits elsewhere, until you close it.`;
}

function whereabouts(cities: Cities, row: number): string {
  const country = cities.countryNames[cities.country[row]];
  return cities.population[row] === 0 ? country : `${country}, ${people(cities.population[row])} people`;
}

function item(cities: Cities, id: number): TemplateResult {
  const row = cities.rowOfId(id);
  const [name] = namesOf(cities, [id]);
  const isCompared = compared().has(id);
  const note = noteText(id).trim();
  const about = row === undefined ? "not in this edition of the data" : whereabouts(cities, row);
  const isFull = !isCompared && compared().size >= MOST_COMPARED;
  return html`
    <li data-place=${id}>
      ${pinButton(`Pin ${name}`, pins().has(id), () => {
        togglePin(id);
        keepFocus(TITLE);
      })}
      <p class="kept-name">${viewLink({ city: id }, name)} <small>${about}</small></p>
      <label class="compare"><input type="checkbox" .checked=${live(isCompared)} ?disabled=${isFull || row === undefined} aria-label="Compare ${name}" @change=${() => toggleCompared(id)}> Compare</label>
      ${note === "" ? nothing : html`<p class="kept-note"><span class="unseen">Your note: </span>${note}</p>`}
    </li>`;
}

export function yourPlaces(view: View, cities: Cities | undefined, redraw: () => void): TemplateResult {
  const ids = cities === undefined ? [] : keptPlaces();
  const rows = [...compared()].map((id) => cities?.rowOfId(id)).filter((row) => row !== undefined);
  return html`
    <section class="kept" aria-labelledby=${ids.length === 0 ? nothing : TITLE}>
      ${
        cities === undefined || ids.length === 0
          ? nothing
          : html`
          <header>
            <h2 id=${TITLE} tabindex="-1">Your places</h2>
            ${
              pins().size === 0
                ? nothing
                : html`<button type="button" class="quiet" id="unpin-all" @click=${() => {
                    unpinAll();
                    keepFocus(TITLE);
                  }}>Unpin all</button>`
            }
          </header>
          <p class="hint"><span role="status">${standing()}</span> ${viewLink({ show: "storage" }, "What this tab keeps")}</p>
          <ul class="kept-places" aria-label="Pinned places, and those with a note">${repeat(
            ids,
            (id) => id,
            (id) => item(cities, id),
          )}</ul>
          ${ids.length < 2 ? nothing : html`<p class="hint" role="status">${rows.length < 2 ? "Choose two to four to see them side by side." : rows.length < MOST_COMPARED ? `${number(rows.length)} side by side.` : "Four side by side: that is all that fit."}</p>`}
          ${rows.length < 2 ? nothing : comparison(cities, rows, redraw)}`
      }
      ${undoOffer("pins", view, cities)}
    </section>`;
}
