// Session state and facts of the context that are watched.

import { type Context, context, type LiveFact } from "./context.js";
import { inReadOnlyForm, readsOf } from "./read_only_dict.js";
import { sessionState } from "./session_state.js";
import { type Watched, type WatchedState, watch } from "./watched.js";

/** The facts of `context`, without its methods. */
export type Fact = Exclude<keyof Context, "negotiateLocale" | "explain" | "toDict" | "subscribe">;

/** A key of session state: what it reads as while it is absent is `initial`, or what that function makes once. */
export function watchSessionState<Value>(key: string, initial: Value | (() => Value)): WatchedState<Value, Value> {
  let start: { readonly value: Value } | undefined;
  const first = () => {
    start ??= { value: typeof initial === "function" ? (initial as () => Value)() : initial };
    return start.value;
  };
  const read = () => (sessionState.has(key) ? (sessionState.get(key) as Value) : first());
  return {
    ...watch({
      read,
      first,
      follow: (changed) => sessionState.subscribe(() => changed(true), { keys: [key] }),
    }),
    set: (change) =>
      sessionState.set(key, typeof change === "function" ? (change as (previous: Value) => Value)(read()) : change),
  };
}

const languages = ["locale"] as const;

/** Which changes a fact follows; the others do not change while the page is there. */
const followed: { readonly [Name in Fact]?: readonly LiveFact[] } = {
  cookies: ["cookies"],
  headers: ["cookies", "locale"],
  locale: languages,
  locales: languages,
  direction: languages,
  timezone: ["timezone"],
  timezoneOffset: ["timezone"],
  theme: ["theme"],
  url: ["url"],
  isEmbedded: ["url"],
  embedOptions: ["url"],
};

/** What a server knows of a tab that did not tell it: `undefined`, but for these. */
const unknown: { readonly [Name in Fact]?: () => unknown } = {
  cookies: () => inReadOnlyForm(readsOf(() => new Map())),
  headers: () =>
    inReadOnlyForm(
      Object.assign(
        readsOf(() => new Map()),
        { source: () => "unknown" },
      ),
    ),
  locales: () => [],
  theme: () => ({ type: undefined, contrast: undefined, forcedColors: undefined, reducedMotion: undefined }),
  embedOptions: () => [],
  ipAddress: () => null,
};

const ofFact = /* @__PURE__ */ new Map<Fact, Watched<unknown>>();

/** A fact of the context. */
export function watchTabContext<Name extends Fact>(fact: Name): Watched<Context[Name]> {
  let watched = ofFact.get(fact) as Watched<Context[Name]> | undefined;
  if (watched === undefined) {
    const facts = followed[fact];
    watched = watch({
      read: () => context[fact],
      first: () => unknown[fact]?.() as Context[Name],
      // Cookies are one object that is always read anew.
      follow: (changed) => (facts ? context.subscribe(() => changed(true), { facts }) : () => {}),
    });
    ofFact.set(fact, watched);
  }
  return watched;
}
