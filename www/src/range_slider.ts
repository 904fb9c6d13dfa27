// A slider with two thumbs over a row of stops, made of two native range inputs. Knows positions and texts, not what is filtered.
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

export interface RangeSlider {
  legend: string;
  leastLabel: string;
  mostLabel: string;
  /** The values that can be chosen, ascending; the ends stand for no limit. */
  stops: readonly (number | undefined)[];
  least: number | undefined;
  most: number | undefined;
  /** The range in words, under the legend. */
  summary: string;
  /** One value in words, for a screen reader on a thumb. */
  valueText: (value: number | undefined) => string;
  change: (least: number | undefined, most: number | undefined) => void;
}

/** The stop nearest below or at `value`: an address can hold values between stops. */
function stopOf(stops: RangeSlider["stops"], value: number | undefined, absent: number): number {
  if (value === undefined) return absent;
  let at = 0;
  for (let stop = 1; stop < stops.length - 1; stop++) if ((stops[stop] ?? Infinity) <= value) at = stop;
  return at;
}

export function rangeSlider(slider: RangeSlider): TemplateResult {
  const last = slider.stops.length - 1;
  const from = stopOf(slider.stops, slider.least, 0);
  const to = stopOf(slider.stops, slider.most, last);
  const move = (event: Event, thumb: "least" | "most"): void => {
    const input = event.target as HTMLInputElement;
    const wanted = Number(input.value);
    const stop = thumb === "least" ? Math.min(wanted, to, last - 1) : Math.max(wanted, from, 1);
    if (stop !== wanted) input.value = String(stop);
    if (thumb === "least") slider.change(slider.stops[stop], slider.most);
    else slider.change(slider.least, slider.stops[stop]);
  };
  const share = (stop: number): string => `${(100 * stop) / last}%`;
  return html`
    <fieldset class="range">
      <legend>${slider.legend}</legend>
      <p class="range-summary">${slider.summary}</p>
      <div class="range-track" style="--from: ${share(from)}; --to: ${share(to)}">
        <input type="range" min="0" max=${last} step="1" .value=${live(String(from))} class=${from > last / 2 ? "on-top" : ""}
          aria-label=${slider.leastLabel} aria-valuetext=${slider.valueText(slider.least)}
          @input=${(event: Event) => move(event, "least")}>
        <input type="range" min="0" max=${last} step="1" .value=${live(String(to))}
          aria-label=${slider.mostLabel} aria-valuetext=${slider.valueText(slider.most)}
          @input=${(event: Event) => move(event, "most")}>
      </div>
    </fieldset>`;
}
