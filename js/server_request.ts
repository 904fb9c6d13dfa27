// What a request is, on the servers that there are: its headers, its address and whose it is, as plain texts. What they mean
// is decided in Rust.

import { invalid, refuseUnknown } from "./query_options.js";
import { listOf } from "./texts_of.js";
import { batch } from "./wasm.js";

/** `Headers` as Fetch has them, and what stands for them: the result of Next's `headers()`. */
export interface FetchHeaders {
  get(name: string): string | null;
  forEach(callback: (value: string, name: string) => void): void;
}

/** A `Request` as Fetch has it. */
export interface FetchRequest {
  readonly headers: FetchHeaders;
  readonly url: string;
}

/** A request of `node:http`, `node:http2` or Express, or an event of a function with its headers as an object. */
export interface NodeRequest {
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly rawHeaders?: readonly string[];
  readonly url?: string | undefined;
  readonly originalUrl?: string | undefined;
  readonly socket?: { readonly remoteAddress?: string | undefined } | null | undefined;
}

/** All that a request may be. */
export type ServerRequest = FetchRequest | NodeRequest | FetchHeaders | Iterable<readonly [string, string]>;

/** What the caller knows and no request tells. */
export interface RequestOptions {
  /** The address that the person asked for, or a part of it: `https://example.org/app?q=1`, `/app?q=1`, `?q=1`. */
  url?: string | URL | undefined;
  /**
   * How many proxies of one's own stand in front. Then whose the request is is known: 0, the one on the other side of a
   * Node connection; else that many from the end of `X-Forwarded-For`, since what is before may be made up.
   */
  trustedProxies?: number | undefined;
  /** The address of the person's side, where the platform tells it, as by `CF-Connecting-IP`. Wins over `trustedProxies`. */
  ipAddress?: string | null | undefined;
  /** Keys, in any letter case, that reads do not see: those of the page's `configure`. */
  reservedKeys?: Iterable<string> | undefined;
}

export const requestOptions = [
  "url",
  "trustedProxies",
  "ipAddress",
  "reservedKeys",
] as const satisfies (keyof RequestOptions)[];

/** A request as Rust takes it. */
export interface PlainRequest {
  /** Reserved keys, the address, the address of the person's side, then names and values of headers. */
  readonly texts: string[];
  /** Whether the address has its origin. */
  readonly hasOrigin: boolean;
}

export function plainRequest(
  request: ServerRequest,
  options: RequestOptions,
  allowed: readonly string[],
): PlainRequest {
  refuseUnknown(options, allowed);
  const { url, trustedProxies: proxies, ipAddress, reservedKeys } = options;
  if (proxies !== undefined && !(Number.isInteger(proxies) && proxies >= 0))
    throw invalid("trustedProxies", "it is a whole number, 0 or more");
  if (ipAddress !== undefined && ipAddress !== null && typeof ipAddress !== "string")
    throw invalid("ipAddress", "it is a text");
  if (url !== undefined && typeof url !== "string" && !isUrl(url)) throw invalid("url", "it is a text or a URL");
  const headers = headersOf(request);
  const address = url === undefined ? addressOf(request as NodeRequest, headers, proxies) : `${url}`;
  const ip = ipAddress === undefined ? clientOf(request as NodeRequest, headers, proxies) : ipAddress;
  // Whoever asks Node for a whole address may ask for any.
  const isOfNode = Array.isArray((request as NodeRequest).rawHeaders);
  const reserved =
    reservedKeys === undefined ? "default" : batch(listOf("reservedKeys", reservedKeys).map((key) => [key, []]));
  return {
    texts: [reserved, address ?? "", ip ?? "", ...headers.flat()],
    hasOrigin: (url !== undefined || proxies === 0 || !isOfNode) && /^[a-z][-+.a-z\d]*:/i.test(address ?? ""),
  };
}

function isUrl(url: unknown): boolean {
  return Object.prototype.toString.call(url) === "[object URL]";
}

/** Names and values, repeated names and all where the server tells them. */
function headersOf(request: unknown): [string, string][] {
  const { headers = request, rawHeaders, then } = Object(request);
  if (typeof then === "function") throw invalid("request", "await it first");
  const pairs: [string, string][] = [];
  const add = (name: unknown, value: unknown) => {
    if (typeof name !== "string") throw invalid("request", "the name of a header is a text");
    for (const text of Array.isArray(value) ? value : [value]) {
      if (text === undefined) continue;
      if (typeof text !== "string") throw invalid("request", `the header ${JSON.stringify(name)} is no text`);
      pairs.push([name, name.toLowerCase() === "cookie" ? decoded(text) : text]);
    }
  };
  if (Array.isArray(rawHeaders)) {
    for (let nth = 0; nth < rawHeaders.length; nth += 2) add(rawHeaders[nth], rawHeaders[nth + 1]);
  } else if (typeof headers?.get === "function" && typeof headers.forEach === "function") {
    (headers as FetchHeaders).forEach((value, name) => void add(name, value));
  } else if (typeof headers === "object" && headers !== null && Symbol.iterator in headers) {
    for (const pair of headers as Iterable<unknown>) {
      if (!Array.isArray(pair) || pair.length !== 2)
        throw invalid("request", "a header is a pair of a name and a value");
      add(pair[0], pair[1]);
    }
  } else if (typeof headers === "object" && headers !== null && headers !== request) {
    for (const [name, value] of Object.entries(headers)) add(name, value);
  } else {
    throw invalid("request", "it is a Request, a request of node:http, Headers, or an iterable of pairs");
  }
  // HTTP/2 has the host, as all of the request's first line, among its headers.
  const hasHost = pairs.some(([name]) => name.toLowerCase() === "host");
  return pairs
    .map(([name, value]): [string, string] => [name === ":authority" && !hasHost ? "Host" : name, value])
    .filter(([name]) => !name.startsWith(":"));
}

/** Servers give each byte of a header as one character; browsers write cookies, and show them, as UTF-8. */
function decoded(text: string): string {
  if (/[^\0-\xFF]/.test(text)) return text;
  return text.replace(/[\x80-\xFF]+/g, (bytes) => {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
      );
    } catch {
      return bytes;
    }
  });
}

/**
 * The address that was asked for. A request of Node has none but its path: that the host in its headers is the page's, and
 * the connection its scheme, is known only where nobody stands between.
 */
function addressOf(
  { url, originalUrl, socket }: NodeRequest,
  headers: readonly [string, string][],
  proxies: number | undefined,
): string | undefined {
  // Express takes the path that it is mounted at off `url`.
  const address = originalUrl ?? url;
  if (typeof address !== "string") return undefined;
  const [host] = valuesOf(headers, "host");
  if (proxies !== 0 || !address.startsWith("/") || !socket || host === undefined) return decoded(address);
  return `${"encrypted" in socket && socket.encrypted ? "https" : "http"}://${host}${decoded(address)}`;
}

/** The address of the person's side, where it is known how it comes here. */
function clientOf(
  { socket }: NodeRequest,
  headers: readonly [string, string][],
  proxies: number | undefined,
): string | undefined {
  // A socket for both kinds of addresses writes the older one in the newer one's spelling.
  if (proxies === 0) return socket?.remoteAddress?.replace(/^::ffff:(?=[\d.]+$)/i, "");
  if (proxies === undefined) return undefined;
  const passed = valuesOf(headers, "x-forwarded-for").join(",").split(",").at(-proxies)?.trim() ?? "";
  // Some write a port behind it.
  const [, address = passed] = /^\[(.*)\](?::\d+)?$/.exec(passed) ?? /^([\d.]+):\d+$/.exec(passed) ?? [];
  return /^[\da-f]*[.:][\da-f.:]+$/i.test(address) ? address : undefined;
}

function valuesOf(headers: readonly [string, string][], wanted: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}
