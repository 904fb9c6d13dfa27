// Sliders with two thumbs, each made of two native range inputs: over degrees, which the address can say as they are, and over a row of stops. Knows positions and texts, not what is filtered.
import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

interface Range {
  legend: string;
  /** The range in words, under the legend. */
  summary: string;
  leastLabel: string;
  mostLabel: string;
}

/** The thumbs and the coloured track between them, from one share of its length to another. */
function frame({ legend, summary }: Range, from: number, to: number, thumbs: TemplateResult): TemplateResult {
  return html`
    <fieldset class="range">
      <legend>${legend}</legend>
      <p class="range-summary">${summary}</p>
      <div class="range-track" style="--from: ${100 * from}%; --to: ${100 * to}%">${thumbs}</div>
    </fieldset>`;
}

/** The thumb that is drawn above the other, or two at one end could not be told apart again. */
const layer = (from: number): string => (from > 0.5 ? "on-top" : "");

export interface LatitudeSlider extends Range {
  /** Degrees; the poles are no limit. */
  least: number;
  most: number;
  valueText: (degrees: number) => string;
}

/** Its inputs are bound to `lat_min` and `lat_max`, which put their values in; here the thumbs are kept from passing each other. */
export function latitudeSlider(slider: LatitudeSlider): TemplateResult {
  const { least, most, leastLabel, mostLabel, valueText } = slider;
  // On the way down to the input, before its own listeners read it.
  const hold = (to: (wanted: number) => number) => ({
    handleEvent(event: Event): void {
      const input = event.target as HTMLInputElement;
      const allowed = to(Number(input.value));
      if (allowed !== Number(input.value)) input.value = String(allowed);
    },
    capture: true,
  });
  const share = (degrees: number): number => (degrees + 90) / 180;
  return frame(
    slider,
    share(least),
    share(most),
    html`
      <span @input=${hold((wanted) => Math.min(wanted, most, 89))}>
        <input type="range" name="lat_min" min="-90" max="90" value="-90" class=${layer(share(least))}
          aria-label=${leastLabel} aria-valuetext=${valueText(least)}></span>
      <span @input=${hold((wanted) => Math.max(wanted, least, -89))}>
        <input type="range" name="lat_max" min="-90" max="90" value="90"
          aria-label=${mostLabel} aria-valuetext=${valueText(most)}></span>`,
  );
}

export interface StopSlider extends Range {
  /** The values that can be chosen, ascending; the ends stand for no limit. */
  stops: readonly (number | undefined)[];
  least: number | undefined;
  most: number | undefined;
  /** One value in words, for a screen reader on a thumb. */
  valueText: (value: number | undefined) => string;
  change: (least: number | undefined, most: number | undefined) => void;
}

/** The stop nearest below or at `value`: an address can hold values between stops. */
function stopOf(stops: StopSlider["stops"], value: number | undefined, absent: number): number {
  if (value === undefined) return absent;
  let at = 0;
  for (let stop = 1; stop < stops.length - 1; stop++) if ((stops[stop] ?? Infinity) <= value) at = stop;
  return at;
}

export function stopSlider(slider: StopSlider): TemplateResult {
  const { stops, least, most, leastLabel, mostLabel, valueText, change } = slider;
  const last = stops.length - 1;
  const from = stopOf(stops, least, 0);
  const to = stopOf(stops, most, last);
  const move = (event: Event, thumb: "least" | "most"): void => {
    const input = event.target as HTMLInputElement;
    const wanted = Number(input.value);
    const stop = thumb === "least" ? Math.min(wanted, to, last - 1) : Math.max(wanted, from, 1);
    if (stop !== wanted) input.value = String(stop);
    if (thumb === "least") change(stops[stop], most);
    else change(least, stops[stop]);
  };
  return frame(
    slider,
    from / last,
    to / last,
    html`
      <input type="range" min="0" max=${last} step="1" .value=${live(String(from))} class=${layer(from / last)}
        aria-label=${leastLabel} aria-valuetext=${valueText(least)}
        @input=${(event: Event) => move(event, "least")}>
      <input type="range" min="0" max=${last} step="1" .value=${live(String(to))}
        aria-label=${mostLabel} aria-valuetext=${valueText(most)}
        @input=${(event: Event) => move(event, "most")}>`,
  );
}
