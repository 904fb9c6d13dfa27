// Trials of the caches: many who ask at once, a copy that is changed, a worker that is let go of. Each with the page's own caches, and told by their own counts.
import { html, type TemplateResult } from "lit-html";
import type { Cities } from "./cities.js";
import { extremesOf, extremesStats, forgetExtremes } from "./extremes.js";
import type { Selection } from "./selection.js";
import { surveyor } from "./surveyor.js";
import type { View } from "./view.js";
import { number, times } from "./wording.js";

const CALLERS = 20;

/** A line of what came of a trial. */
type Line = [title: string, content: string];

interface Trial {
  id: "crowd" | "copy" | "release";
  title: string;
  about: string;
  run: (view: View, cities: Cities, selection: Selection) => Promise<Line[]>;
}

async function crowd(view: View, cities: Cities, selection: Selection): Promise<Line[]> {
  forgetExtremes(view);
  const before = extremesStats();
  const answers = await Promise.all(Array.from({ length: CALLERS }, () => extremesOf(view, cities, selection)));
  const { misses, joins } = extremesStats();
  const alike = answers.filter(({ remotest }) => remotest?.row === answers[0].remotest?.row).length;
  return [
    ["Worked out", times(misses - before.misses)],
    ["Waited along", `${number(joins - before.joins)} of ${number(CALLERS)}`],
    [
      "Answered",
      `${number(alike)} of ${number(CALLERS)}, all alike, to each a copy of its own: ${new Set(answers).size === CALLERS ? "yes" : "no"}`,
    ],
  ];
}

async function copy(view: View, cities: Cities, selection: Selection): Promise<Line[]> {
  const nameOf = (row: number | undefined): string => (row === undefined ? "none" : cities.name[row]);
  const mine = await extremesOf(view, cities, selection);
  const before = nameOf(mine.largest);
  mine.largest = mine.southernmost;
  const next = await extremesOf(view, cities, selection);
  return [
    ["The largest was", before],
    ["The changed copy says", nameOf(mine.largest)],
    ["The next one is told", nameOf(next.largest)],
  ];
}

async function release(_view: View, cities: Cities): Promise<Line[]> {
  const [first, second] = [surveyor(cities), surveyor(cities)];
  surveyor.clear();
  const third = surveyor(cities);
  return [
    ["Asked for twice", first === second ? `the same worker, number ${number(first.nth)}` : "two workers"],
    ["Let go of", `number ${number(first.nth)} ${first.isAtWork ? "is still at work" : "has ended"}`],
    ["Asked for again", `number ${number(third.nth)}, built anew`],
  ];
}

const TRIALS: Trial[] = [
  {
    id: "crowd",
    title: `Ask ${CALLERS} times at once`,
    about: "For the extremes of your filters, after what is kept for them was cleared.",
    run: crowd,
  },
  {
    id: "copy",
    title: "Change a copy",
    about: "Each who asks gets a copy: what is done to it is done to nobody else’s.",
    run: copy,
  },
  {
    id: "release",
    title: "Let go of the worker",
    about: "Of a worker nobody gets a copy: all share the one, until it is let go of.",
    run: release,
  },
];

export class CacheTrial {
  #told: { id: Trial["id"]; lines: Line[] } | { id: Trial["id"]; failure: string } | undefined;
  #isOn = false;
  #redraw: () => void;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  async #run({ id, run }: Trial, view: View, cities: Cities, selection: Selection): Promise<void> {
    if (this.#isOn) return;
    this.#isOn = true;
    try {
      this.#told = { id, lines: await run(view, cities, selection) };
    } catch (error) {
      this.#told = { id, failure: error instanceof Error ? error.message : String(error) };
    }
    this.#isOn = false;
    this.#redraw();
  }

  render(view: View, cities: Cities | undefined, selection: Selection | undefined): TemplateResult {
    return html`
      <section aria-labelledby="caches-trial">
        <h3 id="caches-trial">Try it</h3>
        <dl class="cache-trials">${TRIALS.map(
          (trial) => html`
          <div>
            <dt><button type="button" id="try-${trial.id}" ?disabled=${cities === undefined} @click=${() => {
              if (cities !== undefined && selection !== undefined) void this.#run(trial, view, cities, selection);
            }}>${trial.title}</button></dt>
            <dd class="hint">${trial.about}</dd>
          </div>`,
        )}
        </dl>
        <div id="cache-trial-outcome" role="status">${this.#outcome()}</div>
      </section>`;
  }

  #outcome(): TemplateResult {
    const told = this.#told;
    if (told === undefined) return html`<p class="hint">What came of it is told here.</p>`;
    if ("failure" in told) return html`<p><b class="waiting">That did not work here</b>: ${told.failure}</p>`;
    return html`
      <dl class="status trial-told" data-trial=${told.id}>${told.lines.map(
        ([title, content]) => html`<div><dt>${title}</dt><dd>${content}</dd></div>`,
      )}
      </dl>`;
  }
}
