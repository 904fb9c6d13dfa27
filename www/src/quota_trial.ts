// The demonstration of a spent quota: throw-away entries until the browser refuses one, and what became of all else meanwhile. It ends with the screen that it is on, and leaves nothing behind.
import { html, nothing, type TemplateResult } from "lit-html";
import { sessionState, status, TabstateError } from "tabstate";
import { type Refusal, saveAll } from "./kept_places.js";
import { number } from "./wording.js";

const THROW_AWAY = "throw-away ";
/** An entry that has so many letters is followed by another: browsers are slow to write long ones. */
const ENTRY_LETTERS = 2 ** 20;
/** What an entry grows by at first: when that does not fit, by half of it, and in the end by one. */
const FIRST_STEP = 2 ** 18;
/** A storage that takes so many entries has no end that is worth looking for. */
const MOST_ENTRIES = 16;

export const isThrowAway = (key: string): boolean => key.startsWith(THROW_AWAY);
const others = (): string[] => [...sessionState.keys()].filter((key) => !isThrowAway(key));

/** The record as the browser itself has it, under the package's own name for it. */
const recordOf = (key: string): string | null => sessionStorage.getItem(`tabstate:${key}`);

interface Trial {
  state: "filling" | "full" | "endless" | "refused" | "freed";
  entries: number;
  /** Of the last entry: letters of the value that was taken, of the one that was not, and of what it reads since. */
  taken: number;
  asked: number;
  reads: number;
  told: Refusal | undefined;
  /** Of everything else: how many there are, how many have the same record as before, and how many are durable. */
  others: { all: number; same: number; durable: number };
}

function free(): void {
  for (const key of sessionState.keys()) if (isThrowAway(key)) sessionState.delete(key);
}

export class QuotaTrial {
  #trial: Trial | undefined;
  /** Ends the trial that is under way. */
  #end: (() => void) | undefined;
  #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
    // What a page that crashed in the middle of it may have left.
    free();
    // A page that is hidden may never come back, and what changed in it needs the room.
    addEventListener("pagehide", () => this.end());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.end();
    });
  }

  get isOn(): boolean {
    return this.#end !== undefined;
  }

  end(): void {
    this.#end?.();
  }

  async #run(): Promise<void> {
    if (this.isOn) return;
    const ended = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    let isEnded = false;
    void ended.then(() => {
      isEnded = true;
    });
    const before = new Map(others().map((key) => [key, recordOf(key)]));
    const kept = { all: before.size, same: 0, durable: 0 };
    const trial: Trial = { state: "filling", entries: 1, taken: 0, asked: 0, reads: 0, told: undefined, others: kept };
    this.#trial = trial;
    try {
      for (let step = FIRST_STEP; step >= 1 && trial.entries <= MOST_ENTRIES && !isEnded; ) {
        if (trial.taken === ENTRY_LETTERS) {
          trial.entries++;
          trial.taken = 0;
        }
        trial.asked = trial.taken + step;
        try {
          sessionState.set(`${THROW_AWAY}${trial.entries}`, "x".repeat(trial.asked));
          trial.taken = trial.asked;
        } catch (error) {
          if (!(error instanceof TabstateError)) throw error;
          trial.told = error;
          if (error.code !== "full") break;
          step = Math.floor(step / 2);
        }
        this.#redraw();
        await Promise.race([ended, new Promise(requestAnimationFrame)]);
      }
      trial.state = trial.told === undefined ? "endless" : trial.told.code === "full" ? "full" : "refused";
      trial.reads = sessionState.get<string>(`${THROW_AWAY}${trial.entries}`)?.length ?? 0;
      kept.same = [...before].filter(([key, record]) => recordOf(key) === record).length;
      kept.durable = others().filter((key) => sessionState.durability(key) === "durable").length;
      this.#redraw();
      await ended;
    } finally {
      this.#end = undefined;
      free();
      trial.state = "freed";
      // There is room again for what had none.
      saveAll();
      this.#redraw();
    }
  }

  render(): TemplateResult {
    const isKept = status().sessionState === "durable";
    return html`
      <section aria-labelledby="storage-trial">
        <h3 id="storage-trial" tabindex="-1">Fill the quota</h3>
        <p class="hint">Writes throw-away entries until the browser refuses one, as a careless script of this site might. They go when you free the room, leave this screen, or hide the page.</p>
        ${
          isKept
            ? html`
            <p class="buttons">
              <button type="button" id="fill" ?disabled=${this.isOn} @click=${() => void this.#run()}>Fill the quota</button>
              <button type="button" id="free" ?disabled=${!this.isOn} @click=${() => {
                document.getElementById("storage-trial")?.focus({ preventScroll: true });
                this.end();
              }}>Free the room</button>
            </p>
            <div id="trial-outcome" role="status">${this.#trial === undefined ? nothing : this.#outcome(this.#trial)}</div>`
            : html`<p>There is none here: what this tab keeps lives in memory.</p>`
        }
      </section>`;
  }

  #outcome({ state, entries, taken, asked, reads, told, others }: Trial): TemplateResult {
    if (state === "filling") return html`<p class="is-waiting">Filling…</p>`;
    if (state === "freed")
      return html`<p><b class="good">free</b> The throw-away entries are gone, and there is room for all else.</p>`;
    const line = (title: unknown, content: unknown): TemplateResult =>
      html`<div><dt>${title}</dt><dd>${content}</dd></div>`;
    const of = (count: number): string => `${number(count)} of ${number(others.all)}`;
    return html`
      <dl class="status trial-told">
        ${line("Asked for", `${number(asked)} letters in entry ${number(entries)}`)}
        ${line("Told", told === undefined ? `nothing: ${number(MOST_ENTRIES)} entries are in, and no end was found` : html`<b class="waiting">${told.code}</b> ${told.message}`)}
        ${line("That entry reads", html`${number(reads)} letters${reads === taken ? ", as before it was asked for more" : nothing}`)}
        ${line("What you keep", others.all === 0 ? "nothing yet: pin a place, or write a note, and try again" : html`${of(others.same)} as before in the browser’s storage, ${of(others.durable)} <code>durable</code>`)}
      </dl>`;
  }
}
