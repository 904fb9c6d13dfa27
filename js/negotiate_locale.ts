// `negotiateLocale`: the choice among the locales that an app has. The rules are Rust's; the last answers are kept, since a
// page asks the same thing again and again.

import { run, Task } from "./context_border.js";
import { listOf } from "./texts_of.js";

interface Answered {
  readonly requested: string | readonly string[];
  readonly available: readonly string[];
  readonly best: string | undefined;
}

/** The newest first. */
const answered: Answered[] = [];
const kept = 16;

/** The order and the spelling count. Arrays may have changed since, so each text is looked at. */
function isSame(one: string | readonly string[], other: unknown): boolean {
  if (typeof one === "string" || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((text, nth) => text === other[nth]);
}

/**
 * The one of `available` that suits `requested` best: a list, the first wish first, or an Accept-Language text. Never
 * throws at a tag: what is none matches nothing.
 *
 * ```js
 * negotiateLocale(["zh-HK"], ["en", "zh", "zh-TW"]); // "zh-TW"
 * negotiateLocale("fr-CH, de;q=0.9", ["en", "de"], "en"); // "de"
 * ```
 * @throws {TabstateError} `invalid-option` where one of the two is no list of texts.
 */
export function negotiateLocale<Available extends string, Fallback = undefined>(
  requested: string | Iterable<string>,
  available: Iterable<Available>,
  fallback?: Fallback,
): Available | Fallback {
  for (const answer of answered) {
    if (isSame(answer.available, available) && isSame(answer.requested, requested))
      return (answer.best ?? fallback) as Available | Fallback;
  }
  const accepted = typeof requested === "string" ? requested : undefined;
  const wanted = accepted === undefined ? listOf("requested", requested) : [];
  const there = listOf("available", available);
  const [best] = run(Task.negotiate, [accepted ?? "", `${there.length}`, ...there, ...wanted]);
  answered.unshift({ requested: accepted ?? wanted, available: there, best });
  answered.length = Math.min(answered.length, kept);
  return (best ?? fallback) as Available | Fallback;
}
