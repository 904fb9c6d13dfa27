// The cookies that this page can read, each with a button that deletes it, and a form to try one of your own: what became of it is told as the browser told it.
import { html, nothing, type TemplateResult } from "lit-html";
import { type CookieOptions, cookies, TabstateError } from "tabstate";

/** In seconds; without one a cookie ends with the browser's session. */
const KEPT_FOR = [
  { label: "this session", maxAge: "" },
  { label: "a minute", maxAge: "60" },
  { label: "a day", maxAge: "86400" },
] as const;
const SAME_SITES = ["lax", "strict", "none"] as const;

interface Outcome {
  isGood: boolean;
  word: string;
  text: string;
}

const EXPLAINED = {
  stored: "it was written, and read back",
  unverified: "it was written, but cannot be read back from here",
} as const;

/** What `action` came to; a refusal is an outcome too. */
function outcomeOf(action: () => Outcome): Outcome {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof TabstateError)) throw error;
    const word = error.reason === undefined ? error.code : `${error.code}, ${error.reason}`;
    return { isGood: false, word, text: error.message };
  }
}

export class CookieTrial {
  #outcome: Outcome | undefined;
  #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  #try(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(form.get(name));
    const options: CookieOptions = {
      maxAge: text("maxAge") === "" ? undefined : Number(text("maxAge")),
      sameSite: SAME_SITES.find((choice) => choice === text("sameSite")),
      // Left to the package, it is as the page's own connection is.
      secure: form.has("secure") || undefined,
    };
    this.#outcome = outcomeOf(() => {
      const word = cookies.set(text("name"), text("value"), options);
      return { isGood: word === "stored", word, text: EXPLAINED[word] };
    });
    this.#redraw();
  }

  #delete(name: string): void {
    this.#outcome = outcomeOf(() =>
      cookies.delete(name)
        ? { isGood: true, word: "deleted", text: `${name} is gone` }
        : { isGood: false, word: "not deleted", text: `${name} is for a path or a domain that this page cannot see` },
    );
    this.#redraw();
    // The button went with its cookie.
    setTimeout(() => {
      if (document.activeElement === document.body) document.getElementById("about-cookies")?.focus();
    });
  }

  #row(name: string, value: string): TemplateResult {
    return html`
      <tr><th scope="row"><code>${name}</code></th>
        <td>${value === "" ? html`<i>empty</i>` : html`<code>${value}</code>`}</td>
        <td class="mark"><button type="button" class="quiet small" aria-label="Delete the cookie ${name}" @click=${() => this.#delete(name)}>Delete</button></td></tr>`;
  }

  render(): TemplateResult {
    const all = [...cookies.keys()].flatMap((name) => cookies.getAll(name).map((value) => this.#row(name, value)));
    return html`
      <section aria-labelledby="about-cookies">
        <h3 id="about-cookies" tabindex="-1">Cookies that this page can read</h3>
        ${
          all.length === 0
            ? html`<p class="hint">None. Those that are HttpOnly would not be shown here: only the server sees them.</p>`
            : html`
            <table class="plain cookies">
              <thead class="unseen"><tr><th scope="col">Name</th><th scope="col">Value</th><th scope="col">Delete</th></tr></thead>
              <tbody>${all}</tbody>
            </table>`
        }
        <form class="trial" aria-label="Try a cookie" @submit=${(event: SubmitEvent) => this.#try(event)}>
          <label>Name <input name="name" type="text" value="taste" required autocomplete="off" autocapitalize="off" spellcheck="false"></label>
          <label>Value <input name="value" type="text" value="crème brûlée; warm" autocomplete="off" autocapitalize="off" spellcheck="false"></label>
          <label>Kept for <select name="maxAge">${KEPT_FOR.map(({ label, maxAge }) => html`<option value=${maxAge}>${label}</option>`)}</select></label>
          <label>SameSite <select name="sameSite">${SAME_SITES.map((choice) => html`<option>${choice}</option>`)}</select></label>
          <label class="check"><input name="secure" type="checkbox"> Secure</label>
          <button type="submit">Set the cookie</button>
        </form>
        <p class="trial-outcome" role="status">${
          this.#outcome === undefined
            ? nothing
            : html`<b class=${this.#outcome.isGood ? "good" : "waiting"}>${this.#outcome.word}</b> ${this.#outcome.text}`
        }</p>
        <p class="hint">A write is read back before it counts. Call one <code>__Host-taste</code>, or make SameSite <code>none</code>, to see the browser’s rules at work.</p>
      </section>`;
  }
}
