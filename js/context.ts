// `context`: the facts of this tab, live, and how each is known.

import {
  addresses,
  follow as followFacts,
  handOver,
  isFramed,
  languages,
  request,
  theme as themeTexts,
  timezone,
  timezoneOffset,
} from "../src/web/context.js";
import { cookieText } from "../src/web/cookies.js";
import { run, Task } from "./context_border.js";
import { type CookieReads, cookieReads, follow as followCookies, whyHidden } from "./cookies.js";
import { negotiateLocale } from "./negotiate_locale.js";
import { type DictReads, inReadOnlyForm, plain, readsOf, withMethods } from "./read_only_dict.js";
import { found, ready } from "./shared.js";
import { createSubscribers } from "./subscribers.js";

/** How a fact is known: a server told it, the browser shows it, a rule derives it from that; or it is not known. */
export type FactSource = "server" | "observed" | "derived" | "unknown";

/** How things should look. What is not known here is `undefined`. */
export interface Theme {
  readonly type: "light" | "dark" | undefined;
  readonly contrast: "more" | "less" | "custom" | "no-preference" | undefined;
  /** Whether the system's colours replace the page's. */
  readonly forcedColors: boolean | undefined;
  /** Whether motion should be left out where it can be. */
  readonly reducedMotion: boolean | undefined;
}

/** The headers of the request that brought this page, by name in any letter case. */
export type Headers = DictReads & {
  /** How the header of that name is known. */
  source(name: string): FactSource;
} & { readonly [name: string]: string | undefined };

/** One fact, for a panel that shows it. */
export interface ExplainedFact {
  readonly name: string;
  readonly value: unknown;
  readonly source: FactSource;
  readonly note?: string;
}

/** The facts that can change while the page is there. */
export type LiveFact = "theme" | "locale" | "timezone" | "cookies" | "url";

/** Which changes a listener hears, and until when. */
export interface ContextSubscribeOptions {
  /** Only changes of one of these facts. */
  facts?: Iterable<LiveFact> | undefined;
  /** Unsubscribes when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** The facts of this tab. Nothing can be written; what cannot be known is `undefined`. */
export interface Context {
  /** The cookies that this page can read. */
  readonly cookies: CookieReads;
  /** What a server handed over, then what can be rebuilt exactly. What a page cannot know is absent. */
  readonly headers: Headers;
  /** The language that is wanted most, in its canonical spelling. */
  readonly locale: string | undefined;
  /** The languages that are wanted, the first one first. */
  readonly locales: readonly string[];
  /** In which direction `locale` is written. */
  readonly direction: "ltr" | "rtl" | undefined;
  /** The time zone's name, such as `Europe/Oslo`. */
  readonly timezone: string | undefined;
  /** Minutes from local time to UTC, now: -120 in Oslo's summer. */
  readonly timezoneOffset: number | undefined;
  readonly theme: Theme;
  /** The address without query and fragment; in a frame of the same origin, the outer page's. */
  readonly url: string | undefined;
  /** Whether the address says `?embed=true`. */
  readonly isEmbedded: boolean | undefined;
  /** What the address says in `embed_options`, in lower case. */
  readonly embedOptions: readonly string[];
  /** Whether the page is in a frame. */
  readonly isFramed: boolean | undefined;
  /** The address of the person's side, where a server handed it over. A loopback address is `null`. */
  readonly ipAddress: string | null;
  /** The one of `available` that suits the person best, spelled as it is there; `fallback` when none does. */
  negotiateLocale<Available extends string, Fallback = undefined>(
    available: Iterable<Available>,
    fallback?: Fallback,
  ): Available | Fallback;
  /** A row for each fact: its value, how it is known, and what there is to know about that. */
  explain(): ExplainedFact[];
  /** The facts as a plain object. */
  toDict(): Record<string, unknown>;
  /** Calls `listener` with the facts that changed, once for each batch; returns the function that unsubscribes. */
  subscribe(listener: (change: { readonly facts: LiveFact[] }) => void, options?: ContextSubscribeOptions): () => void;
}

type Facts = Omit<Context, "negotiateLocale" | "explain" | "toDict" | "subscribe">;

/** What a rule derives, and what only a server tells; all other facts the browser shows. */
const sources: Partial<Record<keyof Facts, FactSource>> = {
  direction: "derived",
  isEmbedded: "derived",
  embedOptions: "derived",
  ipAddress: "server",
};

const notes: Partial<Record<keyof Facts, string>> = {
  cookies: "HttpOnly cookies cannot be read",
  timezone: "a new one is seen when the person comes back to the page",
  ipAddress: "no page can know it: a server hands it over",
};

const liveFacts: readonly LiveFact[] = ["theme", "locale", "timezone", "cookies", "url"];

function create(): Context {
  const { told, current } = createSnapshot();
  const headers = createHeaders(told);
  const facts: Facts = {
    cookies: cookieReads,
    headers,
    get locale() {
      return current().locales[0];
    },
    get locales() {
      return current().locales;
    },
    get direction() {
      return current().direction;
    },
    get timezone() {
      return current().timezone;
    },
    get timezoneOffset() {
      return timezoneOffset();
    },
    get theme() {
      return current().theme;
    },
    get url() {
      return embedding().url;
    },
    get isEmbedded() {
      return embedding().isEmbedded;
    },
    get embedOptions() {
      return embedding().embedOptions;
    },
    get isFramed() {
      return isFramed();
    },
    get ipAddress() {
      return told().ipAddress;
    },
  };
  const names = Object.keys(facts) as (keyof Facts)[];

  const explain = (name: keyof Facts): ExplainedFact => {
    const value = plain(facts[name]);
    const { source = sources[name] ?? "observed", note = notes[name] } = special(name);
    const shown: Partial<Record<keyof Facts, unknown>> = {
      cookies: cookieText(),
      headers: headers.size || undefined,
      locales: facts.locale,
      theme: facts.theme.type,
      embedOptions: facts.isEmbedded,
    };
    const isKnown = (name in shown ? shown[name] : (value ?? undefined)) !== undefined;
    return { name, value, source: isKnown ? source : "unknown", ...(note === undefined ? {} : { note }) };
  };

  const special = (name: keyof Facts): { source?: FactSource; note?: string | undefined } => {
    const { ignored } = told();
    const of = (isAddress: boolean) =>
      ignored
        .filter(([where]) => where === "" || (where === "ip_address") === isAddress)
        .map(([where, what]) => `${where || "the hand-over"}: ${what}`);
    if (name === "cookies") return { note: [notes.cookies, whyHidden()].filter(Boolean).join("; ") };
    if (name === "ipAddress") return { note: [...of(true), notes.ipAddress].join("; ") };
    if (name !== "headers") return {};
    const all = [...headers.keys()].map((header) => headers.source(header));
    const servers = all.filter((source) => source === "server").length;
    const note = [...of(false), `a server told ${servers} of ${all.length}; headers.source(name) tells of each`];
    return { source: servers === all.length ? "server" : "derived", note: note.join("; ") };
  };

  const methods: Omit<Context, keyof Facts> = {
    negotiateLocale: (available, fallback) => negotiateLocale(current().languages, available, fallback),
    explain: () => names.map(explain),
    toDict: () => Object.fromEntries(names.map((name) => [name, plain(facts[name])])),
    subscribe: createSubscribers<{ readonly facts: LiveFact[] }>({
      option: "facts",
      allowed: liveFacts,
      follow(tell) {
        // What was read is forgotten before the listeners hear.
        current();
        return followAll(tell);
      },
      changeOf: (facts) => ({ facts: facts as LiveFact[] }),
    }),
  };
  return withMethods(facts, methods);
}

interface Snapshot {
  readonly languages: readonly string[];
  readonly locales: readonly string[];
  readonly direction: "ltr" | "rtl" | undefined;
  readonly timezone: string | undefined;
  readonly theme: Theme;
}

interface Told {
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly sources: ReadonlyMap<string, FactSource>;
  readonly ipAddress: string | null;
  readonly ignored: readonly (readonly [where: string, what: string])[];
}

/** What was read last, and is read anew after an event said that it changed. */
function createSnapshot() {
  let snapshot: Snapshot | undefined;
  let told: Told | undefined;
  let cookies: string;
  let handedOver: unknown;
  let follows = false;

  const forget = () => {
    snapshot = told = undefined;
  };

  /** From the first read to the end of the page, or until the package lets go of it: then all is read anew each time. */
  const hear = () => {
    const hearers = found()?.hearers;
    if (follows || hearers === undefined) return;
    const stop = followFacts(forget);
    const finish = (number?: number) => {
      if (number !== undefined) return;
      hearers.delete(finish);
      stop();
      forget();
      follows = false;
    };
    hearers.add(finish);
    follows = true;
  };

  const current = (): Snapshot => {
    if (snapshot !== undefined && follows) return snapshot;
    hear();
    const wanted = languages();
    const [direction, ...locales] = run(Task.locales, wanted);
    snapshot = {
      languages: wanted,
      locales: Object.freeze(locales),
      direction: direction as Snapshot["direction"],
      timezone: timezone(),
      theme: themeOf(themeTexts()),
    };
    return snapshot;
  };

  const toldNow = (): Told => {
    // What one cookie that is not UTF-8 hides was sent with bytes that nobody tells.
    const now = cookieText() ?? "";
    const element = handOver();
    if (told !== undefined && follows && now === cookies && element === handedOver) return told;
    hear();
    cookies = now;
    handedOver = element;
    told = toldOf(run(Task.request, [cookies, ...request()]));
    return told;
  };

  return { current, told: toldNow };
}

function themeOf([type = "", contrast = "", forced = "", motion = ""]: string[]): Theme {
  return Object.freeze({
    type: type || undefined,
    contrast: contrast || undefined,
    forcedColors: forced === "" ? undefined : forced === "active",
    reducedMotion: motion === "" ? undefined : motion === "reduce",
  } as Theme);
}

/** From the triples of Rust's answer. */
function toldOf(triples: readonly string[]): Told {
  const headers = new Map<string, string[]>();
  const sources = new Map<string, FactSource>();
  const ignored: [string, string][] = [];
  let ipAddress: string | null = null;
  for (let nth = 0; nth < triples.length; nth += 3) {
    const [kind, name, text] = triples.slice(nth, nth + 3) as [string, string, string];
    if (kind === "ip") ipAddress = text;
    else if (kind === "ignored") ignored.push([name, text]);
    else {
      sources.set(name.toLowerCase(), kind as FactSource);
      const values = headers.get(name);
      if (values === undefined) headers.set(name, [text]);
      else values.push(text);
    }
  }
  return { headers, sources, ipAddress, ignored };
}

function createHeaders(told: () => Told): Headers {
  const reads = readsOf(
    () => told().headers,
    (name) => name.toLowerCase(),
  );
  const source = (name: string): FactSource => told().sources.get(`${name}`.toLowerCase()) ?? "unknown";
  return inReadOnlyForm(Object.assign(reads, { source }));
}

let place: { key: string; url: string | undefined; isEmbedded: boolean | undefined; embedOptions: readonly string[] };

/** Where the page is: read anew when one of the two addresses is another one. */
function embedding() {
  const [outer, own] = addresses();
  const key = `${outer} ${own}`;
  if (key !== place?.key) {
    const isPage = outer !== undefined;
    const [url, embedded, ...options] = isPage ? run(Task.embedding, [outer, own as string]) : [];
    // Not in Rust, whose tables of letters would be larger than all else here.
    const embedOptions = Object.freeze(options.map((option) => option.toLowerCase()));
    place = { key, url, isEmbedded: isPage ? embedded === "true" : undefined, embedOptions };
  }
  return place;
}

/** Follows all that is live; `tell` gets the names of the facts. */
function followAll(tell: (names: string[]) => void): () => void {
  const { hearers, inspectWriter } = ready();
  // With the first look the page is followed.
  inspectWriter();
  let url = context.url;
  const look = (number?: number) => {
    const before = url;
    url = number === undefined ? before : context.url;
    if (url !== before) tell(["url"]);
  };
  hearers.add(look);
  const ends = [followFacts(tell), followCookies(() => tell(["cookies"])), () => hearers.delete(look)];
  return () => {
    for (const end of ends) end();
  };
}

/**
 * What this tab knows of the person in front of it, and of the request that brought the page.
 *
 * ```js
 * new Intl.NumberFormat(context.locale).format(1234.5);
 * document.documentElement.lang = context.negotiateLocale(["en", "de", "pt-BR"], "en");
 * context.headers.get("Accept-Language"); // as the server got it
 * context.subscribe(() => paint(context.theme.type), { facts: ["theme"] });
 * ```
 */
export const context: Context = /* @__PURE__ */ create();
