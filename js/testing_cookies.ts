// The cookies of a simulated browser, by RFC 6265bis: what is kept, what is dropped without a word, and who is shown what.

interface Cookie {
  name: string;
  value: string;
  domain: string;
  isHostOnly: boolean;
  path: string;
  isSecure: boolean;
  isHttpOnly: boolean;
  sameSite: string;
  /** Milliseconds since 1970; none is until the browser ends its session. */
  expires: number | undefined;
}

const longest = 4096;
const longestLife = 400 * 86_400_000;

const isAddress = (host: string) => host.startsWith("[") || /^[\d.]+$/.test(host);
const isLocal = (host: string) => host === "localhost" || host.endsWith(".localhost") || host === "127.0.0.1";
const domainMatches = (host: string, domain: string) =>
  host === domain || (!isAddress(host) && host.endsWith(`.${domain}`));
const pathMatches = (path: string, of: string) =>
  path === of || (path.startsWith(of) && (of.endsWith("/") || path[of.length] === "/"));
const blankFree = (text: string) => text.replace(/^[ \t]+|[ \t]+$/g, "");

function pairOf(text: string, without: [string, string]): [string, string] {
  const at = text.indexOf("=");
  const [name, value] = at < 0 ? without : [text.slice(0, at), text.slice(at + 1)];
  return [blankFree(name), blankFree(value)];
}

export class Jar {
  isDenied = false;
  #kept: Cookie[] = [];

  constructor(
    readonly now: () => number,
    /** Whether `Secure` may be set over http from this machine. WebKit does not let it. */
    readonly trustsLocalhost: boolean,
  ) {}

  clear(): void {
    this.#kept = [];
  }

  /** The cookies for a place; a document is shown none that is `HttpOnly`. */
  at(place: URL, isServer: boolean): { name: string; value: string }[] {
    const now = this.now();
    this.#kept = this.#kept.filter(({ expires = Number.POSITIVE_INFINITY }) => expires > now);
    if (this.isDenied) return [];
    return this.#kept
      .filter(
        (cookie) =>
          (cookie.isHostOnly ? cookie.domain === place.hostname : domainMatches(place.hostname, cookie.domain)) &&
          pathMatches(place.pathname, cookie.path) &&
          (!cookie.isSecure || this.#isTrusted(place)) &&
          (isServer || !cookie.isHttpOnly),
      )
      .sort((one, other) => other.path.length - one.path.length)
      .map(({ name, value }) => ({ name, value }));
  }

  text(place: URL, isServer: boolean): string {
    return this.at(place, isServer)
      .map(({ name, value }) => (name === "" ? value : `${name}=${value}`))
      .join("; ");
  }

  /** Keeps a cookie, or drops it without a word. */
  set(text: string, place: URL, isServer: boolean): void {
    const cookie = this.#read(text, place);
    if (cookie === undefined || this.isDenied || !this.#isAllowed(cookie, place, isServer)) return;
    if (!cookie.isSecure && !this.#isTrusted(place) && this.#isOverlaid(cookie)) return;
    const { name, domain, isHostOnly, path, expires = Number.POSITIVE_INFINITY } = cookie;
    const at = this.#kept.findIndex(
      (old) => old.name === name && old.domain === domain && old.isHostOnly === isHostOnly && old.path === path,
    );
    if (this.#kept[at]?.isHttpOnly && !isServer) return;
    const isOver = expires <= this.now();
    if (at < 0) this.#kept.push(...(isOver ? [] : [cookie]));
    else this.#kept.splice(at, 1, ...(isOver ? [] : [cookie]));
  }

  /** Whether a secure cookie is in its place, or would be hidden by it: a connection that others can write on sets none. */
  #isOverlaid({ name, domain, path }: Cookie): boolean {
    return this.#kept.some(
      (old) =>
        old.isSecure &&
        old.name === name &&
        (domainMatches(domain, old.domain) || domainMatches(old.domain, domain)) &&
        pathMatches(path, old.path),
    );
  }

  #isTrusted({ protocol, hostname }: URL): boolean {
    return protocol === "https:" || (this.trustsLocalhost && isLocal(hostname));
  }

  #read(text: string, { hostname, pathname }: URL): Cookie | undefined {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a browser drops such a cookie
    if (/[\0-\x08\x0A-\x1F\x7F]/.test(text)) return undefined;
    const [pair = "", ...attributes] = text.split(";");
    const [name, value] = pairOf(pair, ["", pair]);
    const length = new TextEncoder().encode(name + value).length;
    if (length === 0 || length > longest) return undefined;
    const directory = pathname.slice(0, Math.max(1, pathname.lastIndexOf("/")));
    const cookie: Cookie = {
      name,
      value,
      domain: hostname,
      isHostOnly: true,
      path: directory,
      isSecure: false,
      isHttpOnly: false,
      sameSite: "lax",
      expires: undefined,
    };
    const now = this.now();
    let maxAge: number | undefined;
    for (const attribute of attributes) {
      const [key, value] = pairOf(attribute, [attribute, ""]);
      switch (key.toLowerCase()) {
        case "path":
          cookie.path = value.startsWith("/") ? value : directory;
          break;
        case "domain": {
          const domain = value.replace(/^\./, "").toLowerCase();
          if (domain === "" || (domain === hostname && isAddress(domain))) break;
          // A single label is nobody's to share, `localhost` its own.
          if (!domain.includes(".") && domain === hostname) break;
          if (!domain.includes(".") || !domainMatches(hostname, domain)) return undefined;
          Object.assign(cookie, { domain, isHostOnly: false });
          break;
        }
        case "max-age":
          if (/^-?\d+$/.test(value)) maxAge = Number(value) * 1000;
          break;
        case "expires":
          cookie.expires = Number.isNaN(Date.parse(value)) ? cookie.expires : Date.parse(value);
          break;
        case "samesite":
          cookie.sameSite = value.toLowerCase();
          break;
        case "secure":
          cookie.isSecure = true;
          break;
        case "httponly":
          cookie.isHttpOnly = true;
          break;
      }
    }
    if (maxAge !== undefined) cookie.expires = maxAge <= 0 ? Number.NEGATIVE_INFINITY : now + maxAge;
    if (cookie.expires !== undefined) cookie.expires = Math.min(cookie.expires, now + longestLife);
    return cookie;
  }

  #isAllowed({ name, value, isSecure, isHttpOnly, isHostOnly, path, sameSite }: Cookie, place: URL, isServer: boolean) {
    const prefixed = (name || value).toLowerCase();
    if (isSecure && !this.#isTrusted(place)) return false;
    if (isHttpOnly && !isServer) return false;
    if (sameSite === "none" && !isSecure) return false;
    if (name === "" && /^__(secure|host|http)-/.test(prefixed)) return false;
    if (prefixed.startsWith("__secure-") && !isSecure) return false;
    return !prefixed.startsWith("__host-") || (isSecure && isHostOnly && path === "/");
  }
}
