// What TypeScript knows of context and cookies. Compiled by tests/packed/types.test.mjs against the packed package, and
// never run: a line that should not compile is marked, and is an error where it does.

import {
  type Context,
  type CookieOptions,
  type Cookies,
  context,
  cookies,
  type ExplainedFact,
  type FactSource,
  type Headers,
  type LiveFact,
  negotiateLocale,
  type Theme,
} from "tabstate";
import type { context as slimContext, cookies as slimCookies, negotiateLocale as slimNegotiate } from "tabstate/slim";

/** Compiles where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>) => {};

same<typeof context, Context>(true);
same<typeof slimContext, Context>(true);
same<typeof slimCookies, Cookies>(true);
same<typeof slimNegotiate, typeof negotiateLocale>(true);

const { theme, headers } = context;
same<typeof theme, Theme>(true);
same<Theme["type"], "light" | "dark" | undefined>(true);
same<Theme["contrast"], "more" | "less" | "custom" | "no-preference" | undefined>(true);
same<Theme["forcedColors"], boolean | undefined>(true);
same<Context["locale"], string | undefined>(true);
same<Context["locales"], readonly string[]>(true);
same<Context["direction"], "ltr" | "rtl" | undefined>(true);
same<Context["timezone"], string | undefined>(true);
same<Context["timezoneOffset"], number | undefined>(true);
same<Context["url"], string | undefined>(true);
same<Context["isEmbedded"], boolean | undefined>(true);
same<Context["embedOptions"], readonly string[]>(true);
same<Context["isFramed"], boolean | undefined>(true);
same<Context["ipAddress"], string | null>(true);
new Intl.NumberFormat(context.locale).format(1);

const agent = headers["User-Agent"];
same<typeof headers, Headers>(true);
same<typeof agent, string | undefined>(true);
const source: FactSource = headers.source("Accept-Language");
const value: string | undefined = headers.get("accept-language");
const size: number = headers.size;
const rows: ExplainedFact[] = context.explain();
const dict: Record<string, string> = context.cookies.toDict();
console.log(source, value, size, rows, dict, [...headers], [...context.cookies.keys()]);

const chosen = negotiateLocale(["de"], ["en", "pt-BR"]);
same<typeof chosen, "en" | "pt-BR" | undefined>(true);
const withFallback = negotiateLocale("de, en", ["en", "pt-BR"], "none");
same<typeof withFallback, "en" | "pt-BR" | "none">(true);
const orNull = context.negotiateLocale(["en", "de"], null);
same<typeof orNull, "en" | "de" | null>(true);
const available = ["en", "de"] as const;
const ofTuple = context.negotiateLocale(available, available[0]);
same<typeof ofTuple, "en" | "de">(true);
declare const others: ReadonlySet<string>;
const ofSet = negotiateLocale(new Set(["de"]), others);
same<typeof ofSet, string | undefined>(true);

const city = cookies.city;
same<typeof city, string | undefined>(true);
const all: string[] = cookies.getAll("city");
const raw: string | undefined = cookies.raw("city");
const options: CookieOptions = { maxAge: 60, sameSite: "none", secure: true, partitioned: true, priority: "high" };
const outcome = cookies.set("city", "Oslo", options);
same<typeof outcome, "stored" | "unverified">(true);
cookies.set("n", 1, { expires: new Date(), path: "/a", domain: "example.org" });
cookies.set("n", 1n, { maxAge: undefined });
cookies.set("n", true);
const isGone: boolean = cookies.delete("city", { path: "/" });
const end: () => void = cookies.subscribe(({ names }) => console.log(names.length), { names: ["city"] });
const facts: readonly LiveFact[] = ["theme", "url"];
context.subscribe((change) => same<typeof change, { readonly facts: LiveFact[] }>(true), { facts });
console.log(city, all, raw, isGone, end);

// @ts-expect-error nothing is to be written
context.locale = "de";
// @ts-expect-error nothing is to be written
context.theme.type = "dark";
// @ts-expect-error nothing is to be written
context.locales.push("de");
// @ts-expect-error nothing is to be written
context.headers["User-Agent"] = "";
// @ts-expect-error nothing is to be written
context.cookies.city = "Oslo";
// @ts-expect-error the property form only reads
cookies.city = "Oslo";
// @ts-expect-error the reads of context have no writes
context.cookies.set("city", "Oslo");
// @ts-expect-error an unknown fact
context.nothing;
// @ts-expect-error a value that is no text
cookies.set("city", { name: "Oslo" });
// @ts-expect-error a value that is none
cookies.set("city", undefined);
// @ts-expect-error an unknown option
cookies.set("city", "Oslo", { httpOnly: true });
// @ts-expect-error none of the options
cookies.set("city", "Oslo", { sameSite: "no" });
// @ts-expect-error a moment is a Date
cookies.set("city", "Oslo", { expires: "2030-01-01" });
// @ts-expect-error a fact that does not change
context.subscribe(() => {}, { facts: ["isFramed"] });
// @ts-expect-error no tags
negotiateLocale([1], ["en"]);
