// The distribution of populations as a histogram over logarithmic bins; brushing it chooses a range. Draws with uPlot.
import { context } from "tabstate";
import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { POPULATION_STOPS } from "./filters_panel.js";
import { BIN_START, BINS, BINS_PER_DECADE, binOf } from "./selection.js";
import { number, shortNumber } from "./wording.js";

const HEIGHT_SHARE = 1 / 2.15;
const BIN_MIDDLES = Array.from({ length: BINS }, (_, bin) => BIN_START + (bin + 0.5) / BINS_PER_DECADE);
const END = BIN_START + BINS / BINS_PER_DECADE;
/** Counts run from one to tens of thousands: their axis is logarithmic as well, shifted by one so that none is at the bottom. */
const height = (count: number): number => Math.log10(1 + count);

export interface ChartContent {
  perBin: Uint32Array;
  popMin: number | undefined;
  popMax: number | undefined;
}

/** The nearest value of the slider, so that a brush leaves a round number in the address. */
function nearestStop(logarithm: number): number | undefined {
  let nearest: number | undefined;
  let least = Infinity;
  for (const stop of POPULATION_STOPS) {
    if (stop === undefined) continue;
    const distance = Math.abs(Math.log10(stop) - logarithm);
    if (distance < least) {
      least = distance;
      nearest = stop;
    }
  }
  return nearest;
}

export class PopulationChart {
  readonly element = document.createElement("div");
  #plot: uPlot | undefined;
  #starting: Promise<void> | undefined;
  #content: ChartContent | undefined;
  #brushed: (least: number | undefined, most: number | undefined) => void;

  constructor(brushed: (least: number | undefined, most: number | undefined) => void) {
    this.#brushed = brushed;
    this.element.className = "plot";
    this.element.setAttribute("role", "img");
    new ResizeObserver(() => this.#fit()).observe(this.element);
    // Its colours and its figures are pixels: neither follows the page by itself.
    context.subscribe(
      () => {
        this.#plot?.redraw(true, true);
        this.#describe();
      },
      { facts: ["theme", "locale"] },
    );
  }

  show(content: ChartContent): void {
    const before = this.#content;
    this.#content = content;
    if (before?.perBin === content.perBin && before.popMin === content.popMin && before.popMax === content.popMax)
      return;
    this.#plot?.setData(this.#data());
    this.#describe();
  }

  #data(): uPlot.AlignedData {
    const content = this.#content;
    const counts = content === undefined ? new Array<number>(BINS).fill(0) : Array.from(content.perBin);
    const first = content?.popMin === undefined ? 0 : binOf(Math.max(1, content.popMin));
    const last = content?.popMax === undefined ? BINS - 1 : binOf(Math.max(1, content.popMax));
    const heights = counts.map(height);
    return [BIN_MIDDLES, heights, heights.map((value, bin) => (bin >= first && bin <= last ? value : 0))];
  }

  #describe(): void {
    const perBin = this.#content?.perBin;
    if (perBin === undefined) return;
    const most = perBin.indexOf(Math.max(...perBin));
    const edge = (bin: number): string => shortNumber(10 ** (BIN_START + bin / BINS_PER_DECADE));
    this.element.setAttribute(
      "aria-label",
      `Histogram of populations, both axes logarithmic. The fullest bar, ${edge(most)} to ${edge(most + 1)}, holds ${number(perBin[most])} places. The population sliders choose a range.`,
    );
  }

  #fit(): void {
    if (this.element.clientWidth === 0) return;
    if (this.#plot === undefined) this.#starting ??= this.#start();
    else this.#plot.setSize(this.#size());
  }

  #size(): { width: number; height: number } {
    const { clientWidth: width, clientHeight: height } = this.element;
    return { width, height: Math.max(180, Math.round(height || width * HEIGHT_SHARE)) };
  }

  /** uPlot is fetched with the first look at the chart. In a browser without a language it refuses to load: then only the chart is missing. */
  async #start(): Promise<void> {
    try {
      const { default: plots } = await import("uplot");
      this.#plot = this.#make(plots);
    } catch (error) {
      this.element.removeAttribute("role");
      this.element.textContent = `There is no chart: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #make(plots: typeof uPlot): uPlot {
    const colour = (name: string) => (): string => {
      this.element.style.color = `var(${name})`;
      return getComputedStyle(this.element).color;
    };
    const paths = plots.paths.bars?.({ size: [0.86, 40], radius: 0.08 });
    const bars = {
      stroke: "transparent",
      width: 0,
      points: { show: false },
      ...(paths === undefined ? {} : { paths }),
    };
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const plot = new plots(
      {
        ...this.#size(),
        padding: [12, 8, 0, 0],
        legend: { show: false },
        cursor: { x: false, y: false, points: { show: false }, drag: { setScale: false, x: false, y: false } },
        scales: {
          x: { time: false, range: () => [BIN_START, END] },
          y: { range: (_plot, _least, most) => [0, Math.max(1, (most ?? 1) * 1.06)] },
        },
        axes: [
          {
            stroke: colour("--quiet"),
            font,
            grid: { show: false },
            ticks: { stroke: colour("--line"), width: 1, size: 5 },
            splits: () => [2, 3, 4, 5, 6, 7],
            values: (_plot, splits) =>
              splits.map((split) => (split === BIN_START ? `≤ ${shortNumber(100)}` : shortNumber(10 ** split))),
          },
          {
            stroke: colour("--quiet"),
            font,
            size: 52,
            grid: { stroke: colour("--line"), width: 1 },
            ticks: { show: false },
            splits: (_plot, _axis, _least, most) =>
              [0, 1, 10, 100, 1000, 10000].map(height).filter((split) => split <= most),
            values: (_plot, splits) => splits.map((split) => shortNumber(Math.round(10 ** split - 1))),
            filter: (_plot, splits) => splits,
          },
        ],
        series: [{}, { fill: colour("--map-faint"), ...bars }, { fill: colour("--map-hit"), ...bars }],
      },
      this.#data(),
      this.element,
    );
    this.#listen(plot);
    return plot;
  }

  #listen(plot: uPlot): void {
    const over = plot.over;
    let start: number | undefined;
    const brush = (event: PointerEvent, ended: boolean): void => {
      if (start === undefined) return;
      const box = over.getBoundingClientRect();
      const x = event.clientX - box.left;
      const [left, right] = [Math.min(start, x), Math.max(start, x)];
      const limit = (position: number): number | undefined =>
        position <= 0 || position >= box.width ? undefined : nearestStop(plot.posToVal(position, "x"));
      if (right - left < 4) {
        // A click without a drag lifts the range, as clicking beside a selection does everywhere.
        if (ended) this.#brushed(undefined, undefined);
      } else {
        this.#brushed(limit(left), limit(right));
      }
    };
    over.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      start = event.clientX - over.getBoundingClientRect().left;
      over.setPointerCapture(event.pointerId);
    });
    over.addEventListener("pointermove", (event) => brush(event, false));
    over.addEventListener("pointerup", (event) => {
      brush(event, true);
      start = undefined;
    });
    over.addEventListener("pointercancel", () => {
      start = undefined;
    });
  }
}
