// The texts that a control takes, as pure rules: what is refused, what is corrected, and what is left out of the address.
// `undefined` stands for a refused text. What HTML itself decides (dates, the steps of a slider) is the browser's.

/** The bounds of a number control, as its attributes say them. */
export interface NumberRules {
  readonly min: string;
  readonly max: string;
  readonly step: string;
}

/** A checkbox holds `true` or `false`, in any letter case. */
export function truthText(text: string): string | undefined {
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : undefined;
}

/** A number as HTML spells it, inside its bounds. Where the step is whole, fractions are dropped, as Streamlit does. */
export function numberText(text: string, { min, max, step }: NumberRules): string | undefined {
  const number = /^-?(\d+|\d*\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number) || number < lowest(min) || number > (max === "" ? Infinity : Number(max)))
    return undefined;
  const isWhole = Number.isInteger(Number(step || 1)) && Number.isInteger(lowest(min || "0"));
  return isWhole && !Number.isInteger(number) ? String(Math.trunc(number)) : text;
}

function lowest(min: string): number {
  return min === "" ? -Infinity : Number(min);
}

/** A colour is `#rgb` or `#rrggbb`; the control holds the long form, in small letters. */
export function colorText(text: string): string | undefined {
  const digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text)?.[1]?.toLowerCase();
  return digits && `#${digits.length === 3 ? digits.replace(/./g, "$&$&") : digits}`;
}

/** At most `length` UTF-16 units, as `maxlength` counts them; a surrogate pair is not cut in two. */
export function cutText(text: string, length: number): string {
  return length < 0 || text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}

/** What a control may hold of these items, in the order given: those on offer, each once, at most `max`. */
export function offeredTexts(texts: readonly string[], offered: readonly string[], max: number): string[] {
  return [...new Set(texts)].filter((text) => offered.includes(text)).slice(0, max);
}

/** Whether texts say nothing: an empty field, or no item. */
export function areEmpty(texts: readonly string[]): boolean {
  return texts.every((text) => text === "");
}

/**
 * What the address says of a control: nothing for the default, an empty text for a control that was emptied where that is
 * not the default.
 */
export function addressTexts(texts: readonly string[], fallback: readonly string[], clearable: boolean): string[] {
  if (sameTexts(texts, fallback)) return [];
  if (areEmpty(texts)) return clearable && !areEmpty(fallback) ? [""] : [];
  return [...texts];
}

export function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, nth) => text === other[nth]);
}
