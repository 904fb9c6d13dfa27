// A moment on the page: in the reader's language and zone, and marked as theirs, since all around it is English.
import { html, type TemplateResult } from "lit-html";
import { context } from "tabstate";
import { ENGLISH, type MomentStyle, momentText } from "./wording.js";

export function moment(at: Date, style: MomentStyle): TemplateResult {
  return html`<time datetime=${at.toISOString()} lang=${context.locale ?? ENGLISH} dir=${context.direction ?? "auto"}>${momentText(at, style)}</time>`;
}
