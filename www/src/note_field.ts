// A note on a place, as the reader types it, and how it is kept at this moment: told as session state tells it.
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { Durability } from "tabstate";
import { type NoteStanding, noteStanding, noteText, saveNote, writeNote } from "./kept_places.js";

/** What each word of `durability` means to a reader. */
export const KEPT: Record<Durability, string> = {
  durable: "in this tab’s storage: a reload finds it",
  pending: "changed, and not saved yet",
  memory: "in memory alone: a reload loses it",
};

export const keptBadge = (durability: Durability, word: string = durability): TemplateResult =>
  html`<span class="known kept-${durability}" title=${KEPT[durability]}>${word}</span>`;

function standingText(standing: NoteStanding | undefined): TemplateResult {
  if (standing === undefined)
    return html`For you alone, in this tab. It is saved when you leave the field or the page.`;
  const { durability, failure } = standing;
  if (failure !== undefined)
    return html`${keptBadge("pending", "not saved")} <b class="waiting">${failure.code}</b>: ${failure.message}. It is here, and tried again.`;
  if (durability === "durable")
    return html`${keptBadge("durable", "saved")} A reload finds it; closing the tab ends it.`;
  if (durability === "memory") return html`${keptBadge("memory")} This browser keeps nothing here: a reload loses it.`;
  return html`${keptBadge("pending")} It is saved when you leave the field or the page.`;
}

/** `label` names the field, which has to be the only one with this id. */
export function noteField(city: number, id: string, label: unknown, redraw: () => void): TemplateResult {
  return html`
    <div class="note">
      <label for=${id}>${label}</label>
      <textarea id=${id} rows="3" aria-describedby="${id}-kept" .value=${live(noteText(city))}
        @input=${(event: Event) => {
          writeNote(city, (event.target as HTMLTextAreaElement).value);
          redraw();
        }}
        @blur=${() => {
          saveNote(city);
          redraw();
        }}></textarea>
      <p class="hint" id="${id}-kept" role="status">${standingText(noteStanding(city))}</p>
    </div>`;
}
