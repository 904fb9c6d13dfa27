// The tip above the places, and whether its reader has had enough of it: a cookie keeps that for a year, and nothing else does.
import { html, nothing, type TemplateResult } from "lit-html";
import { cookies, TabstateError } from "tabstate";
import { keepFocus } from "./results_table.js";
import { filters } from "./view.js";

const COOKIE = "gazetteer_tip_hidden";
const YEAR_SECONDS = 365 * 24 * 60 * 60;

export class Tip {
  /** Why the browser may not know of it next time, when it is hidden for this visit alone. */
  #notKept: string | undefined;
  /** Said once, in the place of the tip: what the reader does next takes it away. */
  #isNews = false;
  #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
    filters.subscribe(() => {
      this.#isNews = false;
    });
  }

  get isHidden(): boolean {
    return this.#notKept !== undefined || cookies.has(COOKIE);
  }

  /** Since when; the cookie's text is the moment. */
  get hiddenSince(): Date | undefined {
    const since = new Date(cookies.get(COOKIE) ?? Number.NaN);
    return Number.isNaN(since.getTime()) ? undefined : since;
  }

  get notKept(): string | undefined {
    return this.#notKept;
  }

  hide(): void {
    try {
      const outcome = cookies.set(COOKIE, new Date().toISOString(), { maxAge: YEAR_SECONDS });
      if (outcome === "unverified") this.#notKept = "it could not be read back";
    } catch (error) {
      if (!(error instanceof TabstateError)) throw error;
      this.#notKept = error.code === "blocked" ? "cookies are blocked here" : error.message;
    }
    this.#isNews = this.#notKept !== undefined;
    this.#redraw();
    keepFocus();
  }

  /** Where no cookie was kept, there is none to delete. */
  bringBack(): void {
    this.#notKept = undefined;
    if (cookies.has(COOKIE)) cookies.delete(COOKIE);
    this.#redraw();
  }

  render(isWanted: boolean): TemplateResult {
    const isShown = isWanted && !this.isHidden;
    return html`
      ${
        isShown
          ? html`
          <aside class="notice tip" aria-label="Tip">
            <p>Filter, sort, open a place: all of it goes into the address. Copy the link to share what you see; Back takes a step back.</p>
            <button type="button" class="quiet" @click=${() => this.hide()}>Do not show again</button>
          </aside>`
          : nothing
      }
      <p class="hint tip-news" role="status">${
        isWanted && this.#isNews
          ? `Hidden for this visit. The browser did not keep the cookie that would remember it: ${this.#notKept}.`
          : nothing
      }</p>`;
  }
}
