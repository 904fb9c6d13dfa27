// The drawer that shows what tabstate is doing: the query, what waits, the browser's history budget, the changes. Reads only, but for the stress test.
import { html, nothing, type TemplateResult } from "lit-html";
import { inspectWriter, parseQuery, queryParams, status } from "tabstate";
import { moment } from "./moment.js";
import { filters, VIEW_NAMES } from "./view.js";
import { duration, number } from "./wording.js";

type Outcome = "applied" | "superseded" | "blocked" | "unavailable";

interface Change {
  at: Date;
  times: number;
  source: string;
  keys: readonly string[];
  outcome?: Outcome;
  /** Milliseconds from the change to the outcome. */
  took?: number;
}

interface Stress {
  began: number;
  ended?: number;
  foreignCalls: number;
  refused: number;
  /** Calls that the browser carried out, where it tells. */
  carriedOut: number | undefined;
  value: number;
  outcome?: Outcome;
}

const CHANGES_KEPT = 30;
/** Chromium looks at its clock only at the 200th call, and then starts a new window if the last is over: twice the limit is sure to hit it. */
const FOREIGN_CALLS = 450;
/** Changes of the same keys that follow each other so closely are one line of the list. */
const SAME_LINE_MS = 1000;
const STRESS_KEY = "stress";

const VIEW_KEYS: ReadonlySet<string> = new Set(VIEW_NAMES);

const SOURCES: Record<string, string> = {
  local: "this page, through tabstate",
  traversal: "Back or Forward",
  external: "other code or the address bar",
};

export class Inspector {
  open = false;
  #changes: Change[] = [];
  #lastOutcome: Change | undefined;
  #stress: Stress | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
    queryParams.subscribe(({ keys, source }) => {
      const change: Change = { at: new Date(), times: 1, source, keys: [...keys] };
      const [last] = this.#changes;
      if (
        last !== undefined &&
        last.source === source &&
        last.keys.join() === change.keys.join() &&
        change.at.getTime() - last.at.getTime() < SAME_LINE_MS
      ) {
        change.times = last.times + 1;
        this.#changes = this.#changes.slice(1);
      }
      this.#changes = [change, ...this.#changes].slice(0, CHANGES_KEPT);
      if (source === "local") {
        const began = performance.now();
        void queryParams.settled().then((outcome) => {
          change.outcome = outcome;
          change.took = performance.now() - began;
          this.#lastOutcome = change;
          if (this.open) this.#redraw();
        });
      }
      if (this.open) this.#redraw();
    });
  }

  toggle(open = !this.open): void {
    this.open = open;
    clearInterval(this.#clock);
    // The budget refills by time alone, and nothing announces it.
    if (open) this.#clock = setInterval(() => this.#redraw(), 200);
    this.#redraw();
    if (open) document.getElementById("inspector-title")?.focus({ preventScroll: true });
    else document.getElementById("inspector-button")?.focus({ preventScroll: true });
  }

  /** Spends the browser's budget as a careless library would, then writes one parameter and watches it arrive. */
  #runStress(): void {
    const value = (this.#stress?.value ?? 0) + 1;
    let refused = 0;
    let carriedOut: number | undefined;
    const navigation = (globalThis as { navigation?: EventTarget }).navigation;
    const count = (): void => {
      carriedOut = (carriedOut ?? 0) + 1;
    };
    if (navigation !== undefined) carriedOut = 0;
    navigation?.addEventListener("currententrychange", count);
    for (let call = 0; call < FOREIGN_CALLS; call++) {
      try {
        history.replaceState(history.state, "");
      } catch (error) {
        // Firefox and Safari throw above their limit: that is what is being counted.
        if (!(error instanceof DOMException)) throw error;
        refused++;
      }
    }
    navigation?.removeEventListener("currententrychange", count);
    const stress: Stress = { began: performance.now(), foreignCalls: FOREIGN_CALLS, refused, carriedOut, value };
    this.#stress = stress;
    queryParams.set(STRESS_KEY, value);
    void queryParams.settled().then((outcome) => {
      stress.outcome = outcome;
      stress.ended = performance.now();
      this.#redraw();
    });
    this.#redraw();
  }

  render(): TemplateResult {
    if (!this.open) return html`<aside id="inspector" hidden></aside>`;
    const writer = inspectWriter();
    const facts = status();
    const query = queryParams.toString();
    const address = location.search.replace(/^\?/, "");
    const pending = new Set(writer.pending);
    const share = Math.min(1, writer.calls / writer.limit);
    return html`
      <aside id="inspector" aria-labelledby="inspector-title" @keydown=${(event: KeyboardEvent) => {
        if (event.key === "Escape") this.toggle(false);
      }}>
        <header>
          <h2 id="inspector-title" tabindex="-1">Inspector</h2>
          <button type="button" class="icon close" aria-label="Close the inspector" @click=${() => this.toggle(false)}>×</button>
        </header>
        <p class="hint">What <code>tabstate</code> knows about this tab’s address, as it happens.</p>

        <section aria-labelledby="inspector-query">
          <h3 id="inspector-query">Query</h3>
          <p class="query"><code>${query === "" ? "(empty)" : `?${query}`.split(/(?=&)/).map((part) => html`${part}<wbr>`)}</code></p>
          ${
            query === ""
              ? nothing
              : html`
            <table class="plain">
              <thead class="unseen"><tr><th scope="col">Parameter</th><th scope="col">Text</th><th scope="col">Address</th></tr></thead>
              <tbody>${parseQuery(query).map(
                ([key, value]) => html`
                <tr><th scope="row"><code>${key}</code></th><td>${value === "" ? html`<i>empty</i>` : value}</td>
                  <td class="mark">${pending.has(key) ? html`<b class="waiting">waiting</b>` : VIEW_KEYS.has(key) ? "" : html`<span class="foreign">not the view’s</span>`}</td></tr>`,
              )}
              </tbody>
            </table>`
          }
          <p class="state ${pending.size > 0 ? "is-waiting" : ""}">
            ${
              pending.size === 0
                ? facts.queryParams === "memory"
                  ? "There is no address here: it lives in memory."
                  : "The address shows all of it."
                : html`Not in the address yet: ${[...pending].map((key) => html`<code>${key}</code> `)}`
            }
          </p>
        </section>

        ${this.#typedSection()}

        <section aria-labelledby="inspector-budget">
          <h3 id="inspector-budget">History budget</h3>
          <div class="budget" role="meter" aria-label="History calls in the running window" aria-valuemin="0" aria-valuemax=${writer.limit} aria-valuenow=${Math.min(writer.calls, writer.limit)}>
            <span class=${share > 0.8 ? "high" : ""} style="inline-size: ${100 * share}%"></span>
          </div>
          <p>${number(writer.calls)} of ${number(writer.limit)} calls in ${number(writer.windowMs / 1000)} s, this page’s and everybody else’s.
            ${writer.nextTryInMs === undefined ? nothing : html` Next try in ${duration(Math.max(0, writer.nextTryInMs))}.`}
            ${writer.blocked ? html` <b class="waiting">The page cancels the writes.</b>` : nothing}</p>
          <p class="hint">Browsers drop or refuse what exceeds their limit. A drag or a burst of typing is one step of Back here, and few calls.</p>
        </section>

        ${this.#stressSection(address)}

        <section aria-labelledby="inspector-changes">
          <h3 id="inspector-changes">Changes</h3>
          <p>Last <code>settled()</code>: ${this.#lastOutcome === undefined ? "none yet" : html`<b>${this.#lastOutcome.outcome}</b> after ${duration(this.#lastOutcome.took ?? 0)}`}</p>
          ${
            this.#changes.length === 0
              ? html`<p class="hint">Change a filter, or press Back.</p>`
              : html`
            <ol class="changes">${this.#changes.map(
              (change) => html`
              <li>${moment(change.at, "clock")} <span class="source ${change.source}" title=${SOURCES[change.source] ?? ""}>${change.source}</span>
                <span class="keys">${change.keys.map((key) => html`<code>${key}</code> `)}${change.times > 1 ? html`<small>× ${number(change.times)}</small>` : nothing}</span>
                ${change.source !== "local" ? nothing : html`<span class="outcome">${change.outcome ?? "…"}</span>`}</li>`,
            )}
            </ol>`
          }
        </section>

        <section aria-labelledby="inspector-status">
          <h3 id="inspector-status">Status</h3>
          <dl class="status">${Object.entries(facts).map(
            ([name, value]) => html`
            <div><dt><code>${name}</code></dt><dd>${typeof value === "string" ? value : Object.keys(value).length === 0 ? "none" : Object.values(value).join("; ")}</dd></div>`,
          )}
          </dl>
        </section>
      </aside>`;
  }

  /** What each parameter of the view reads as, and whether the address says so. */
  #typedSection(): TemplateResult {
    return html`
      <section aria-labelledby="inspector-typed">
        <h3 id="inspector-typed">Typed parameters</h3>
        <table class="plain typed">
          <thead class="unseen"><tr><th scope="col">Parameter</th><th scope="col">Reads as</th><th scope="col">State</th></tr></thead>
          <tbody>${VIEW_NAMES.map((name) => {
            const { state, raw, reason, value } = filters.inspect(name);
            return html`
            <tr class=${state}><th scope="row"><code>${name}</code></th>
              <td><code>${JSON.stringify(value)?.replaceAll(",", ", ") ?? "undefined"}</code>
                ${reason === undefined ? nothing : html`<small>the address says ${raw.map((text, nth) => html`${nth > 0 ? ", " : nothing}<code>${text === "" ? "(empty)" : text}</code>`)}: ${reason}</small>`}</td>
              <td class="mark">${state}</td></tr>`;
          })}
          </tbody>
        </table>
        <p class="hint">A text that is no value reads as the default. What a control of the page cannot hold is taken out of the address.</p>
      </section>`;
  }

  #stressSection(address: string): TemplateResult {
    const stress = this.#stress;
    const running = stress !== undefined && stress.ended === undefined;
    const elapsed = stress === undefined ? 0 : (stress.ended ?? performance.now()) - stress.began;
    const limited =
      stress !== undefined &&
      (stress.refused > 0 || (stress.carriedOut !== undefined && stress.carriedOut < stress.foreignCalls));
    return html`
      <section aria-labelledby="inspector-stress">
        <h3 id="inspector-stress">Stress</h3>
        <p class="hint">Calls <code>history.replaceState</code> ${number(FOREIGN_CALLS)} times behind tabstate’s back, as a careless script would, then sets <code>${STRESS_KEY}</code>.</p>
        <p class="buttons">
          <button type="button" ?disabled=${running} @click=${() => this.#runStress()}>Spend the budget</button>
          ${queryParams.has(STRESS_KEY) && !running ? html`<button type="button" class="quiet" @click=${() => queryParams.delete(STRESS_KEY)}>Remove <code>${STRESS_KEY}</code></button>` : nothing}
        </p>
        ${
          stress === undefined
            ? nothing
            : html`
          <p class="clock ${running ? "is-waiting" : ""}" aria-hidden="true">${duration(elapsed)}</p>
          <dl class="status">
            <div><dt>Foreign calls</dt><dd>${number(stress.foreignCalls)}${stress.carriedOut === undefined ? nothing : html`, ${number(stress.carriedOut)} carried out`}${stress.refused > 0 ? html`, ${number(stress.refused)} refused with an exception` : nothing}</dd></div>
            <div><dt>The page reads</dt><dd><code>${STRESS_KEY}=${queryParams.get(STRESS_KEY) ?? "(absent)"}</code></dd></div>
            <div><dt>The address reads</dt><dd><code>${STRESS_KEY}=${new URLSearchParams(address).get(STRESS_KEY) ?? "(absent)"}</code></dd></div>
            <div><dt><code>settled()</code></dt><dd role="status">${stress.outcome ?? "not yet"}</dd></div>
          </dl>
          <p class="hint">${
            running
              ? "The page already has the value. The browser takes no more calls for now, so the write is kept and tried again."
              : stress.outcome === "applied" && limited
                ? `The browser ${stress.refused > 0 ? "refused" : "ignored"} what exceeded its limit. The write waited and reached the address after ${duration(elapsed)}; nothing was lost.`
                : stress.outcome === "applied"
                  ? "This browser carried out every call, so there was nothing to wait for: its limit is off, as under automation, or higher."
                  : stress.outcome === "unavailable"
                    ? "There is no address to write to here; the value lives in memory."
                    : stress.outcome === "blocked"
                      ? "The page cancels navigations; the value stays readable and is tried again later."
                      : "A later change took this one’s place."
          }</p>`
        }
      </section>`;
  }
}
