// The button that pins a place or takes the pin out: it says which by its state, not by its colour alone.
import { html, nothing, type TemplateResult } from "lit-html";

export function pinButton(
  label: string,
  isPinned: boolean,
  toggle: (button: HTMLElement) => void,
  text: "beside" | "unseen" = "unseen",
): TemplateResult {
  return html`
    <button type="button" class="pin ${text === "beside" ? "text-beside" : "unseen-text"}" aria-pressed=${isPinned} aria-label=${text === "unseen" ? label : nothing} title=${text === "unseen" ? label : nothing}
      @click=${(event: MouseEvent) => toggle(event.currentTarget as HTMLElement)}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M5 1.5h6l-1 1.2v4l2.2 2.1v1.2H3.8V8.8L6 6.7v-4zM8 10v4.5"/></svg>
      ${text === "beside" ? label : nothing}
    </button>`;
}
