// `cookies`: reading the jar, and writing it with the truth about what became of a write.

import { allCookies, followCookies, hidesCookies, noticeCookies } from "../src/web/cookies.js";
import { run, Task } from "./context_border.js";
import { type ErrorCode, type RejectionReason, TabstateError } from "./errors.js";
import { invalid, refuseUnknown } from "./query_options.js";
import { isoText } from "./query_values.js";
import { type DictReads, inReadOnlyForm, readsOf } from "./read_only_dict.js";
import { createSubscribers } from "./subscribers.js";

/** How a cookie is kept. */
export interface CookieOptions {
  /** Seconds; 0 or less deletes. Without it and `expires`, until the browser ends its session. Browsers cut it to 400 days. */
  maxAge?: number | undefined;
  /** The same as a moment; a past one deletes. `maxAge` wins. */
  expires?: Date | undefined;
  /** From which path on; `"/"` by default. */
  path?: string | undefined;
  /** For which domain and those below; by default for the page's own host alone. */
  domain?: string | undefined;
  /** With which requests of other sites it travels; `"lax"` by default. */
  sameSite?: "strict" | "lax" | "none" | undefined;
  /** Over secure connections only; by default where the page itself came over one. */
  secure?: boolean | undefined;
  /** For this site inside this top-level site alone. */
  partitioned?: boolean | undefined;
  /** Which cookies the browser gives up last. */
  priority?: "low" | "medium" | "high" | undefined;
}

/** Which cookie to delete: by the path and the domain that it was set with. */
export interface DeleteCookieOptions {
  path?: string | undefined;
  domain?: string | undefined;
}

/** Which changes a listener hears, and until when. */
export interface CookieSubscribeOptions {
  /** Only changes of one of these cookies. */
  names?: Iterable<string> | undefined;
  /** Unsubscribes when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** The reads of the jar, and its writes. Values are decoded from `%XX`; a broken escape stays as it is. */
export interface CookieMethods extends DictReads {
  /** The value of `name` as it stands: quotes, escapes and all. */
  raw(name: string): string | undefined;
  /**
   * Sets a cookie, and reads it back. `"stored"`: it was read back. `"unverified"`: it cannot be seen from here, since it is
   * for another path, or one cookie that is not UTF-8 hides all others.
   * @throws {TabstateError} `rejected` with the `reason` by which the browser drops it; `blocked` where it keeps none;
   * `unsupported-value`, `invalid-option`. Nothing is changed then.
   */
  set(name: string, value: string | number | bigint | boolean, options?: CookieOptions): "stored" | "unverified";
  /**
   * Deletes a cookie; returns whether one was there and is gone. Without options, wherever it may have been set: with every
   * path and domain that this page can see.
   * @throws {TabstateError} `rejected` for a path or a domain that cannot be; `blocked`; `invalid-option`.
   */
  delete(name: string, options?: DeleteCookieOptions): boolean;
  /** Calls `listener` with the names that changed, by whomever; returns the function that unsubscribes. */
  subscribe(listener: (change: { readonly names: string[] }) => void, options?: CookieSubscribeOptions): () => void;
}

/** The methods, and each cookie as a property that can be read: a method's name is reachable only through `get`. */
export type Cookies = CookieMethods & { readonly [name: string]: string | undefined };

let text: string | undefined;
let jar = /* @__PURE__ */ new Map<string, string[]>();

/** The jar as it is: compared by its text with every read, since no event tells a change before it can be read. */
function read(): ReadonlyMap<string, readonly string[]> {
  const now = allCookies() ?? "";
  if (now !== text) {
    text = now;
    jar = new Map();
    const pairs = run(Task.cookies, [now]);
    for (let nth = 0; nth < pairs.length; nth += 2) {
      const values = jar.get(pairs[nth] as string);
      if (values === undefined) jar.set(pairs[nth] as string, [pairs[nth + 1] as string]);
      else values.push(pairs[nth + 1] as string);
    }
  }
  return jar;
}

/** Why not all cookies are to be read, if so. */
export function whyHidden(): string | undefined {
  return hidesCookies() ? "one cookie that is not UTF-8 hides all others from document.cookie" : undefined;
}

/** Follows changes; `tell` gets the names. */
export function follow(tell: (names: string[]) => void): () => void {
  return followCookies((before, after) => {
    // WebKit shows for a moment what was deleted at once, and other tabs may look in between.
    const names = run(Task.changed, [before, after]);
    if (names.length > 0) tell(names);
  });
}

function create(): Cookies {
  const subscribe = createSubscribers<{ readonly names: string[] }>({
    option: "names",
    follow,
    changeOf: (names) => ({ names }),
  });
  const methods: Omit<CookieMethods, keyof DictReads> = {
    raw: (name) => run(Task.raw, [allCookies() ?? "", `${name}`])[0],
    set(name, value, options = {}) {
      if (!["string", "number", "bigint", "boolean"].includes(typeof value))
        throw new TabstateError("unsupported-value", "a cookie's value is a text", { key: nameOf(name) });
      return write(nameOf(name), Task.set, [`${value}`, ...attributes(options)]) as "stored" | "unverified";
    },
    delete(name, options = {}) {
      refuseUnknown(options, ["path", "domain"]);
      const where = [textOf("path", options.path), textOf("domain", options.domain)];
      return write(nameOf(name), Task.delete, where) === "true";
    },
    subscribe,
  };
  return inReadOnlyForm(Object.assign(readsOf(read), methods));
}

function nameOf(name: unknown): string {
  if (typeof name === "string") return name;
  throw new TabstateError("unsupported-value", "a cookie's name is a text", { key: String(name) });
}

/** Writes, and tells of it; what Rust refuses becomes an error. */
function write(name: string, task: number, texts: readonly string[]): string {
  const [outcome, reason, message] = run(task, [name, ...texts]);
  noticeCookies();
  if (message === undefined) return outcome as string;
  throw new TabstateError(outcome as ErrorCode, message, {
    key: name,
    reason: (reason || undefined) as RejectionReason | undefined,
  });
}

/** The options as Rust takes them. */
function attributes(options: CookieOptions): string[] {
  refuseUnknown(options, [
    "maxAge",
    "expires",
    "path",
    "domain",
    "sameSite",
    "secure",
    "partitioned",
    "priority",
  ] satisfies (keyof CookieOptions)[]);
  const { maxAge, expires, path = "/", domain, sameSite, secure, partitioned, priority } = options;
  return [
    secondsOf(maxAge, expires),
    textOf("path", path),
    textOf("domain", domain),
    choiceOf("sameSite", sameSite, ["strict", "lax", "none"]),
    flagOf("secure", secure),
    flagOf("partitioned", partitioned),
    choiceOf("priority", priority, ["low", "medium", "high"]),
  ];
}

/** Whole seconds: a part of one is one, since zero deletes. */
function secondsOf(maxAge: unknown, expires: unknown): string {
  if (expires !== undefined && isoText(expires) === undefined) throw invalid("expires", "it is a valid Date");
  if (maxAge !== undefined && (typeof maxAge !== "number" || Number.isNaN(maxAge)))
    throw invalid("maxAge", "it is a number of seconds");
  const seconds = maxAge ?? (expires === undefined ? undefined : ((expires as Date).getTime() - Date.now()) / 1000);
  // Browsers cut it to 400 days, or count it in 32 bits.
  return seconds === undefined ? "" : `${Math.min(Math.max(Math.ceil(seconds as number), 0), 34_560_000)}`;
}

function textOf(option: string, value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "string" || value === "") throw invalid(option, "it is a text that is not empty");
  return value;
}

function flagOf(option: string, value: unknown): string {
  if (value !== undefined && typeof value !== "boolean") throw invalid(option, "it is true or false");
  return `${value ?? ""}`;
}

function choiceOf(option: string, value: unknown, choices: readonly string[]): string {
  if (value === undefined) return "";
  // HTTP spells them with a capital letter.
  const choice = typeof value === "string" ? value.toLowerCase() : "";
  if (!choices.includes(choice)) throw invalid(option, `it is one of ${choices.join(", ")}`);
  return choice;
}

/**
 * The cookies of this page.
 *
 * ```js
 * cookies.set("notice", "seen", { maxAge: 30 * 86_400 }); // "stored": it was read back
 * cookies.get("notice"); // "seen"
 * cookies.delete("notice"); // true: it was there and is gone
 * ```
 */
export const cookies: Cookies = /* @__PURE__ */ create();

/** The same without the writes: `context.cookies`. */
export type CookieReads = DictReads & { readonly [name: string]: string | undefined };

export const cookieReads: CookieReads = /* @__PURE__ */ inReadOnlyForm(/* @__PURE__ */ readsOf(read));
