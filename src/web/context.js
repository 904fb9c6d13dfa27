// What this tab shows of the person in front of it, and of the request that brought the page. Wiring only: what anything
// means is decided in Rust.

/** Whether there is somebody in front: a page or one of its workers, not a server. */
export function isTab() {
  return globalThis.document !== undefined || globalThis.WorkerGlobalScope !== undefined;
}

/** The languages that are wanted, the first one first. WebKit's may be a name of the system's that is none. */
export function languages() {
  const { languages = [], language } = isTab() ? globalThis.navigator : {};
  return languages.length > 0 || language === undefined ? [...languages] : [language];
}

/** An engine that knows none says so by a name that `Intl` itself refuses in places. */
export function timezone() {
  const { timeZone } = isTab() ? new Intl.DateTimeFormat().resolvedOptions() : {};
  return timeZone === "Etc/Unknown" ? undefined : timeZone;
}

/** Minutes from local time to UTC. */
export function timezoneOffset() {
  return isTab() ? new Date().getTimezoneOffset() : undefined;
}

/** The values of each media feature that a theme is made of, in the order of `theme.rs`. */
const features = {
  "prefers-color-scheme": ["dark", "light"],
  "prefers-contrast": ["no-preference", "more", "less", "custom"],
  "forced-colors": ["none", "active"],
  "prefers-reduced-motion": ["no-preference", "reduce"],
};

const query = (feature, value) => globalThis.matchMedia?.(`(${feature}: ${value})`);

/** The value of each media feature; the empty text where none is known. */
export function theme() {
  return Object.entries(features).map(
    ([feature, values]) => values.find((value) => query(feature, value)?.matches) ?? "",
  );
}

/** The address of the outermost page that may be seen from here, then our own; none without a page. */
export function addresses() {
  if (globalThis.document === undefined) return [];
  let outer = globalThis;
  for (let next = above(outer); next !== undefined; next = above(outer)) outer = next;
  return [outer.location.href, globalThis.document.URL];
}

/** The page around a page, if it is of the same origin. */
function above({ self, parent }) {
  // To read the address of another origin's page throws, and so does that of a page that is gone.
  return parent && parent !== self && tried(() => parent.location.href) !== undefined ? parent : undefined;
}

export function isFramed() {
  return globalThis.document === undefined ? undefined : globalThis.top !== globalThis.self;
}

/** The tag with its likely script and region; `undefined` for what is no tag. */
export function maximize(tag) {
  return tried(() => new Intl.Locale(tag).maximize().toString());
}

/** What is known of the request: a kind, a name and a text for each thing. See `request.rs`. */
export function request() {
  const told = [];
  const tell = (kind, name, text) => told.push(kind, name, text);
  const { document, location, navigator = {} } = globalThis;
  if (!isTab()) return told;
  handedOver(handOver(), tell);
  const see = (name, text) => text && tell("seen", name, `${text}`);
  const { userAgentData: hints, userAgent, doNotTrack, globalPrivacyControl } = navigator;
  // Brave sends each site an Accept-Language of its own.
  tell("vendor", "", navigator.brave === undefined ? `${navigator.vendor ?? ""}` : "Brave");
  tell("agent", "", `${userAgent ?? ""}`);
  for (const language of languages()) tell("language", "", language);
  if (document !== undefined && /^https?:/.test(location.protocol)) see("Host", location.host);
  for (const { brand, version } of hints?.brands ?? []) tell("brand", brand, version);
  if (hints !== undefined) {
    tell("flag", "Sec-CH-UA-Mobile", hints.mobile ? "?1" : "?0");
    tell("hint", "Sec-CH-UA-Platform", hints.platform);
  }
  see("User-Agent", userAgent);
  see("Referer", document?.referrer);
  if (doNotTrack === "1") see("DNT", doNotTrack);
  if (globalPrivacyControl === true) tell("flag", "Sec-GPC", "1");
  return told;
}

/** The element that a server wrote its hand-over into, as soon as the page has been read so far. */
export function handOver() {
  const element = globalThis.document?.getElementById?.("tabstate-context");
  return element?.localName === "script" && element.type === "application/json" ? element : undefined;
}

/** What is in it: headers, and the address of the person's side. */
function handedOver(element, tell) {
  if (element === undefined) return;
  const ignore = (where, what) => tell("ignored", where, what);
  const handed = tried(() => JSON.parse(element.textContent));
  if (!isDict(handed)) return ignore("", "it is no JSON object");
  const { headers = {}, ip_address: address = null, ...others } = handed;
  for (const key of Object.keys(others)) ignore(key, "there is no such thing");
  if (isDict(headers)) {
    for (const [name, value] of Object.entries(headers)) {
      const texts = Array.isArray(value) ? value : [value];
      if (!texts.every((text) => typeof text === "string")) ignore(`headers.${name}`, "it is neither a text nor texts");
      else for (const text of texts) tell("header", name, text);
    }
  } else {
    ignore("headers", "it is no object");
  }
  if (typeof address === "string") tell("ip", "", address);
  else if (address !== null) ignore("ip_address", "it is no text");
}

function isDict(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Calls `tell` with the names of the facts that changed: `theme`, `locale`, `timezone`. No event tells a new time zone: it
 * is seen when the person comes back to the page. Returns what ends it.
 */
export function follow(tell) {
  if (!isTab()) return () => {};
  const facts = {
    theme: () => theme().join(),
    locale: () => languages().join(),
    timezone,
  };
  const seen = Object.fromEntries(Object.entries(facts).map(([name, read]) => [name, read()]));
  const look = (names) => {
    const changed = names.filter((name) => facts[name]() !== seen[name]);
    for (const name of changed) seen[name] = facts[name]();
    if (changed.length > 0) tell(changed);
  };
  const lists = Object.entries(features).flatMap(([feature, values]) => values.map((value) => query(feature, value)));
  const { document } = globalThis;
  const all = Object.keys(facts);
  const heard = [
    ...lists.map((list) => [list, "change", () => look(["theme"])]),
    [globalThis, "languagechange", () => look(["locale"])],
    ...["focus", "pageshow"].map((event) => [globalThis, event, () => look(all)]),
    [document, "visibilitychange", () => look(all)],
  ];
  // In the capture phase, so that later listeners of the page find us up to date.
  for (const [target, event, listener] of heard) target?.addEventListener?.(event, listener, true);
  return () => {
    for (const [target, event, listener] of heard) target?.removeEventListener?.(event, listener, true);
  };
}

/** What `action` returns, or `undefined` when it throws. */
function tried(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
