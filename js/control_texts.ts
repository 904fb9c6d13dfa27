// The texts that a control takes, as pure rules: what is refused, what is corrected, and what is left out of the address.
// `undefined` stands for a refused text. What HTML itself decides (dates, the steps of a slider) is the browser's.

/** A checkbox holds `true` or `false`, in any letter case. */
export function truthText(text: string): string | undefined {
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : undefined;
}

/** The bounds of a number control, as its attributes say them: an empty text is none. */
export interface NumberRules {
  readonly min: string;
  readonly max: string;
  readonly step: string;
}

/** A number as HTML spells it, inside its bounds. Where the step is whole, a fraction is dropped, as Streamlit does. */
export function numberText(text: string, { min, max, step }: NumberRules): string | undefined {
  const number = Number(text);
  if (!/^-?\d*\.?\d+(e[-+]?\d+)?$/i.test(text) || Math.abs(number) === Infinity) return undefined;
  // No bound is NaN, and below and above nothing.
  if (number < Number.parseFloat(min) || number > Number.parseFloat(max)) return undefined;
  const isWhole = [step || 1, min || 0, number].map((value) => Number.isInteger(Number(value)));
  return isWhole.join() === "true,true,false" ? String(Math.trunc(number)) : text;
}

/** A number as HTML spells it, in plain digits: `.5` is `0.5`. `undefined` with an exponent. */
export function digitsText(text: string): string | undefined {
  return /e/i.test(text) ? undefined : text.replace(/^-?(?=\.)/, "$&0");
}

/** A colour is `#rgb` or `#rrggbb`; the control holds the long form, in small letters. */
export function colorText(text: string): string | undefined {
  if (!/^#([\da-f]{3}){1,2}$/i.test(text)) return undefined;
  return (text.length === 4 ? text.replace(/\w/g, "$&$&") : text).toLowerCase();
}

/** At most `length` UTF-16 units, as `maxlength` counts them (-1: no limit); a surrogate pair is not cut in two. */
export function cutText(text: string, length: number): string {
  return length < 0 || text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}

/** What a control of these items holds for texts: those on offer, in the control's order, the first `max` of them. */
export function offeredTexts(texts: readonly string[], offered: readonly string[], max = Infinity): string[] {
  const known = [...new Set(texts)].filter((text) => offered.includes(text)).slice(0, max);
  return [...new Set(offered)].filter((text) => known.includes(text));
}

/** Whether texts say nothing: an empty field, or no item. */
export function areEmpty(texts: readonly string[]): boolean {
  return texts.join("") === "";
}

/** What the address says of a control that was emptied: an empty text, unless absence says the same, or has to do. */
export function emptiedTexts(fallback: readonly string[], isClearable: boolean): string[] {
  return isClearable && !areEmpty(fallback) ? [""] : [];
}

/** Whether two lists of texts are the same; of numbers, whether they are equal. */
export function sameTexts(one: readonly string[], other: readonly string[], areNumbers = false): boolean {
  return (
    one.length === other.length &&
    one.every((text, nth) => text === other[nth] || (areNumbers && Number(text) === Number(other[nth])))
  );
}
