// `contextScript`: what a server hands over to the page, as the text of an element that holds nothing but data.

import { tell } from "./from_request.js";
import { invalid } from "./query_options.js";
import { plainRequest, type RequestOptions, requestOptions, type ServerRequest } from "./server_request.js";
import { listOf } from "./texts_of.js";

/** What is handed over. */
export interface ContextScriptOptions extends RequestOptions {
  /**
   * The headers to hand over, in any letter case, instead of `Accept-Language`, `User-Agent`, `Save-Data`, `DNT`, `Sec-GPC`
   * and all that begin with `Sec-CH-`. Those that hold secrets are refused.
   */
  headers?: Iterable<string> | undefined;
}

/** Browsers send them of themselves, and they say nothing that the page may not know. */
const harmless = /^(?:accept-language|user-agent|save-data|dnt|sec-gpc|sec-ch-.+)$/i;

/** Whoever reads the page's text, its scripts or its cache must not learn these. */
const secret = /cookie|auth|token|secret|passw|credential|jwt|assertion|signature|api-?key/i;

/**
 * The element that hands over to the page what the server received: `context.headers` has it first, with the source
 * `server`, and `context.ipAddress` where `trustedProxies` or `ipAddress` say how it is known. Nothing in a header can end
 * the element. Send such a page with `Cache-Control: private`.
 *
 * ```js
 * html`<head>${raw(contextScript(request))}</head>`;
 * ```
 * @throws {TabstateError} `invalid-option` for what is no request, a wrong option, a header that holds secrets.
 */
export function contextScript(request: ServerRequest, options: ContextScriptOptions = {}): string {
  const { texts } = plainRequest(request, options, [...requestOptions, "headers"]);
  const told = tell(texts);
  const isWanted = wanted(options.headers);
  const headers = Array.from(told("header")).flatMap(([name, values]) =>
    isWanted(name) ? [[name, values.length === 1 ? values[0] : values] as const] : [],
  );
  const [ip] = told("ip").get("") ?? [];
  const handed = { headers: Object.fromEntries(headers), ...(ip === undefined ? {} : { ip_address: ip }) };
  return `<script type="application/json" id="tabstate-context">${escaped(JSON.stringify(handed))}</script>`;
}

function wanted(names: unknown): (name: string) => boolean {
  if (names === undefined) return (name) => harmless.test(name);
  const list = listOf("headers", names);
  const found = list.find((name) => secret.test(name));
  if (found !== undefined) throw invalid("headers", `${found} holds what no page's text may hold`);
  const lower = new Set(list.map((name) => name.toLowerCase()));
  return (name) => lower.has(name.toLowerCase());
}

/** All that means anything to HTML, and all that another encoding than UTF-8 would read otherwise, is `\uXXXX` in JSON. */
function escaped(json: string): string {
  return json.replace(/[^ -~]|[<>&]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
