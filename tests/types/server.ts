// What TypeScript knows of `tabstate/server`. Compiled by tests/packed/types.test.mjs against the packed package, and never
// run: a line that should not compile is marked, and is an error where it does.

import type { context as pageContext, cookies as pageCookies, queryParams as pageParams } from "tabstate";
import {
  type ContextScriptOptions,
  contextScript,
  fromRequest,
  init,
  type RequestContext,
  type RequestFacts,
  type RequestOptions,
  TabstateError,
} from "tabstate/server";

/** Compiles where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>) => {};

declare const request: Request;
declare const headers: Headers;
/** As Node declares it. */
declare const incoming: {
  headers: { host?: string; "set-cookie"?: string[]; [name: string]: string | string[] | undefined };
  rawHeaders: string[];
  url?: string | undefined;
  socket: { remoteAddress?: string | undefined; encrypted?: boolean };
};
/** As Next declares it. */
declare const nextHeaders: Headers & { append: never; set: never; delete: never };

const facts: RequestFacts = fromRequest(request);
for (const given of [request, headers, incoming, nextHeaders, new Map([["a", "b"]])]) fromRequest(given);
fromRequest([["accept-language", "nb"]], { url: new URL("https://example.org") });
const options: RequestOptions = { url: "/", trustedProxies: 1, ipAddress: null, reservedKeys: new Set(["a"]) };

const { queryParams, context, cookies } = fromRequest(incoming, options);
same<typeof context, RequestContext>(true);
same<(typeof context)["locale"], (typeof pageContext)["locale"]>(true);
same<(typeof context)["theme"], (typeof pageContext)["theme"]>(true);
same<(typeof context)["headers"], (typeof pageContext)["headers"]>(true);
same<(typeof context)["cookies"], (typeof pageContext)["cookies"]>(true);
same<(typeof context)["negotiateLocale"], (typeof pageContext)["negotiateLocale"]>(true);
const city = queryParams.city;
same<typeof city, string | undefined>(true);
const all: string[] = queryParams.getAll("tag");
const raw: string | undefined = cookies.raw("a");
const text: string = queryParams.toString();
console.log(all, raw, text, facts, [...queryParams], [...cookies.keys()], { ...cookies }, TabstateError);

/** What reads alone works with both sides. */
const render = (params: Pick<typeof pageParams, "get" | "getAll">, jar: Pick<typeof pageCookies, "get">) =>
  `${params.get("q")} ${jar.get("theme")}`;
render(queryParams, cookies);

const more: ContextScriptOptions = { headers: ["Accept-Language"], trustedProxies: 0 };
const script: string = contextScript(request, more);
console.log(script);
declare const module: WebAssembly.Module;
init(module);

// @ts-expect-error nothing is to be written
queryParams.set("a", "b");
// @ts-expect-error nothing is to be written
queryParams.city = "Oslo";
// @ts-expect-error nothing is to be written
cookies.set("a", "b");
// @ts-expect-error nothing is to be written
context.locale = "nb";
// @ts-expect-error a request does not change
context.subscribe(() => {});
// @ts-expect-error it is awaited first
fromRequest(Promise.resolve(headers));
// @ts-expect-error no request
fromRequest("https://example.org");
// @ts-expect-error an unknown option
fromRequest(request, { trustProxy: true });
// @ts-expect-error an option of the script
fromRequest(request, { headers: [] });
