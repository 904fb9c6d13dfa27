// Query parameters that are watched. Who asks for the same gets the same object, also where a codec is made anew each time.

import { type AnyParam, fallbackOf, type Param, text, textsOf } from "./codecs.js";
import { type Definition, defineParams, type ParamChanges, type Params, type ParamValues } from "./params.js";
import type { WriteOptions } from "./query_options.js";
import { type Watched, type WatchedState, watch } from "./watched.js";

/** A query parameter. */
export type WatchedParam<Value, Read> = WatchedState<Read, Value | null | undefined, WriteOptions>;

/** The parameters of a definition. */
export type WatchedParams<D extends Definition> = WatchedState<ParamValues<D>, ParamChanges<D>, WriteOptions>;

/** What looks whether a watched part of the address is another one now. */
const looks = /* @__PURE__ */ new Set<() => void>();

/** The address tells its own subscribers at the end of the turn: too late for what a person types into. */
function lookNow(): void {
  for (const look of [...looks]) look();
}

function watchParams<D extends Definition, Value>(
  params: Params<D>,
  read: () => Value,
  first: () => Value,
): Watched<Value> {
  return watch({
    read,
    first,
    follow(changed) {
      const look = () => changed();
      looks.add(look);
      const stop = params.subscribe(look);
      return () => {
        looks.delete(look);
        stop();
      };
    },
  });
}

function afterWrite(write: () => void): void {
  write();
  lookNow();
  // A transaction that fails takes back what it wrote, and tells nobody.
  queueMicrotask(lookNow);
}

/** By definition: whoever asks for the same gets the same. */
const ofParams = /* @__PURE__ */ new WeakMap<object, unknown>();
/** By codec, then by key. */
const ofCodec = /* @__PURE__ */ new WeakMap<AnyParam, Map<string, unknown>>();
/** By what is the same for all codecs that are alike, and by key. */
const ofAlike = /* @__PURE__ */ new Map<string, unknown>();

/** A text that codecs have alike which read and write the same; none where code of the page has a say in it. */
function likeness(param: AnyParam, key: string): string | undefined {
  const { kind, modifiers, shape } = param;
  if (kind.isForeign || modifiers.isMade) return undefined;
  const { fallback, fallsEmpty, ...plain } = modifiers;
  return JSON.stringify([key, shape, plain, fallback && textsOf(param, fallbackOf(param)), fallsEmpty]);
}

/** A query parameter: without a codec it reads as its text. Whoever asks for the same gets the same object. */
export function watchQueryParam(key: string): WatchedParam<string, string | undefined>;
export function watchQueryParam<Value, Read>(key: string, codec?: Param<Value, Read>): WatchedParam<Value, Read>;
export function watchQueryParam(key: string, codec: AnyParam = anyText): WatchedParam<unknown, unknown> {
  let keys = ofCodec.get(codec);
  if (keys === undefined) {
    keys = new Map();
    ofCodec.set(codec, keys);
  }
  let watched = keys.get(key) as WatchedParam<unknown, unknown> | undefined;
  if (watched === undefined) {
    const alike = likeness(codec, key);
    watched = alike === undefined ? undefined : (ofAlike.get(alike) as typeof watched);
    watched ??= openParam(key, codec);
    if (alike !== undefined) ofAlike.set(alike, watched);
    keys.set(key, watched);
  }
  return watched;
}

const anyText: AnyParam = /* @__PURE__ */ text();

function openParam(key: string, codec: AnyParam): WatchedParam<unknown, unknown> {
  const params: Params<Definition> = defineParams({ [key]: codec });
  return {
    ...watchParams(
      params,
      () => params.get(key),
      () => params.parse("")[key],
    ),
    set(change, options) {
      const value = typeof change === "function" ? change(params.get(key)) : change;
      afterWrite(() => params.set({ [key]: value }, options));
    },
  };
}

/** The parameters of a definition. */
export function watchQueryParams<D extends Definition>(params: Params<D>): WatchedParams<D> {
  let watched = ofParams.get(params) as WatchedParams<D> | undefined;
  if (watched === undefined) {
    watched = {
      ...watchParams(
        params,
        () => params.get(),
        () => params.parse(""),
      ),
      set(change, options) {
        const changes = typeof change === "function" ? change(params.get()) : change;
        afterWrite(() => params.set(changes, options));
      },
    };
    ofParams.set(params, watched);
  }
  return watched;
}
