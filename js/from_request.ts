// `fromRequest`: the reads of a page for one request. All that is known of it is asked for at once, with the first read.

import type { Context, ExplainedFact, FactSource, Headers, Theme } from "./context.js";
import type { CookieMethods, CookieReads } from "./cookies.js";
import type { QueryParamsMethods } from "./query_params.js";
import { type DictReads, inReadOnlyForm, plain, readsOf, withMethods } from "./read_only_dict.js";
import { run, Task } from "./server_border.js";
import { plainRequest, type RequestOptions, requestOptions, type ServerRequest } from "./server_request.js";
import { listOf } from "./texts_of.js";

/** The reads of `queryParams`. */
export type RequestParams = Pick<QueryParamsMethods, keyof DictReads | "toString"> & {
  readonly [key: string]: string | undefined;
};

/** The reads of `cookies`: `raw` as well. */
export type RequestCookies = DictReads & Pick<CookieMethods, "raw"> & { readonly [name: string]: string | undefined };

/** The reads of `context`. What a server cannot know, such as the time zone, is `undefined`. */
export type RequestContext = Omit<Context, "subscribe">;

/** What is known of one request. */
export interface RequestFacts {
  readonly queryParams: RequestParams;
  readonly context: RequestContext;
  readonly cookies: RequestCookies;
}

/** Texts by name: a name may have several. */
type Texts = ReadonlyMap<string, readonly string[]>;

/** What Rust tells of a request, by kind. */
export type Told = (kind: string) => Texts;

/** The name of a method is the method's in a page, and so no parameter's here. */
const writesOfParams = ["set", "delete", "update", "fromDict", "clear", "transaction", "settled", "flush", "subscribe"];
const writesOfCookies = ["set", "delete", "subscribe"];

/** What each fact follows from, where it is known. */
const sources: Record<string, FactSource> = {
  cookies: "server",
  headers: "server",
  url: "server",
  ipAddress: "server",
};

/**
 * What a page would read, for one request on a server. Nothing is shared between two requests, and nothing is guessed.
 *
 * ```js
 * const { queryParams, context, cookies } = fromRequest(request);
 * queryParams.get("q");
 * context.negotiateLocale(["en", "nb"], "en");
 * cookies.get("theme") ?? context.theme.type ?? "light";
 * ```
 * @throws {TabstateError} `invalid-option` for what is no request, and for an unknown or a wrong option.
 */
export function fromRequest(request: ServerRequest, options: RequestOptions = {}): RequestFacts {
  const { texts, hasOrigin } = plainRequest(request, options, requestOptions);
  const told = tell(texts);
  const cookies = () => told("cookie");
  return {
    queryParams: paramsOf(told),
    context: contextOf(told, hasOrigin),
    cookies: inReadOnlyForm(
      Object.assign(readsOf(cookies), without(writesOfCookies), {
        raw: (name: string) => told("raw").get(`${name}`)?.[0],
      }),
    ),
  };
}

/** Asks with the first read. */
export function tell(texts: readonly string[]): Told {
  let kinds: Map<string, Map<string, string[]>> | undefined;
  const none: Texts = new Map();
  const read = () => {
    const found = new Map<string, Map<string, string[]>>();
    const triples = run(Task.request, texts);
    for (let nth = 0; nth < triples.length; nth += 3) {
      const [kind, name, text] = triples.slice(nth, nth + 3) as [string, string, string];
      const names = found.get(kind) ?? new Map<string, string[]>();
      found.set(kind, names);
      const values = names.get(name);
      if (values === undefined) names.set(name, [text]);
      else values.push(text);
    }
    return found;
  };
  return (kind) => {
    kinds ??= read();
    return kinds.get(kind) ?? none;
  };
}

function without(names: readonly string[]): Record<string, undefined> {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

function paramsOf(told: Told): RequestParams {
  let lasts: Texts | undefined;
  const last = () => {
    lasts ??= new Map(Array.from(told("param"), ([key, values]) => [key, values.slice(-1)]));
    return lasts;
  };
  // In an address as in Rust, U+FFFD stands for a lone surrogate.
  const wellFormed = (key: string) => `${key}`.replace(/\p{Surrogate}/gu, "\uFFFD");
  const methods = Object.assign(readsOf(last, wellFormed), without(writesOfParams), {
    getAll: (key: string) => [...(told("param").get(wellFormed(key)) ?? [])],
    toString: () => firstOf(told, "query") ?? "",
  });
  return inReadOnlyForm(methods);
}

function firstOf(told: Told, kind: string, name = ""): string | undefined {
  return told(kind).get(name)?.[0];
}

function contextOf(told: Told, hasOrigin: boolean): RequestContext {
  const readHeaders = () => told("header");
  const reads = readsOf(readHeaders, (name) => name.toLowerCase());
  const source = (name: string): FactSource => (reads.has(name) ? "server" : "unknown");
  const headers: Headers = inReadOnlyForm(Object.assign(reads, { source }));
  const cookies: CookieReads = inReadOnlyForm(readsOf(() => told("cookie")));
  const all = <Made>(make: () => Made): (() => Made) => {
    let made: Made | undefined;
    return () => {
      made ??= make();
      return made;
    };
  };
  const locales = all(() => Object.freeze([...(told("locale").get("") ?? [])]));
  const theme = all(() => themeOf(told));
  const embedOptions = all(() => Object.freeze((told("option").get("") ?? []).map((option) => option.toLowerCase())));

  const facts: Omit<RequestContext, "negotiateLocale" | "explain" | "toDict"> = {
    cookies,
    headers,
    get locale() {
      return locales()[0];
    },
    get locales() {
      return locales();
    },
    get direction() {
      return firstOf(told, "direction") as Context["direction"];
    },
    timezone: undefined,
    timezoneOffset: undefined,
    get theme() {
      return theme();
    },
    get url() {
      return hasOrigin ? firstOf(told, "url") : undefined;
    },
    get isEmbedded() {
      const said = firstOf(told, "embedded");
      return said === undefined ? undefined : said === "true";
    },
    get embedOptions() {
      return embedOptions();
    },
    isFramed: undefined,
    get ipAddress() {
      return firstOf(told, "ip") ?? null;
    },
  };
  const names = Object.keys(facts) as (keyof typeof facts)[];

  const explain = (name: keyof typeof facts): ExplainedFact => {
    const value = plain(facts[name]);
    const known: Partial<Record<typeof name, unknown>> = {
      cookies: reads.get("Cookie"),
      headers: reads.size || undefined,
      locales: facts.locale,
      theme: Object.values(facts.theme).find((part) => part !== undefined),
      embedOptions: facts.isEmbedded,
    };
    const isKnown = (name in known ? known[name] : (value ?? undefined)) !== undefined;
    return { name, value, source: isKnown ? (sources[name] ?? "derived") : "unknown" };
  };

  const methods: Omit<RequestContext, keyof typeof facts> = {
    negotiateLocale(available, fallback) {
      const list = listOf("available", available);
      const accepted = reads.getAll("Accept-Language").join(",");
      const [best] = run(Task.negotiate, [accepted, `${list.length}`, ...list]);
      return (best ?? fallback) as never;
    },
    explain: () => names.map(explain),
    toDict: () => Object.fromEntries(names.map((name) => [name, plain(facts[name])])),
  };
  return withMethods(facts, methods);
}

function themeOf(told: Told): Theme {
  const part = (name: string) => firstOf(told, "theme", name);
  const flag = (name: string) => {
    const text = part(name);
    return text === undefined ? undefined : text === "true";
  };
  return Object.freeze({
    type: part("type"),
    contrast: part("contrast"),
    forcedColors: flag("forcedColors"),
    reducedMotion: flag("reducedMotion"),
  } as Theme);
}
