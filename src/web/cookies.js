// The cookies of this document as the browser has them. Wiring only: what a cookie's text means is decided in Rust.

/** What there is to be seen; `undefined` where the browser denies it, or where there is no document. */
export function cookieText() {
  return tried(() => globalThis.document?.cookie);
}

/** Returns whether the browser took it; it drops silently what it does not like. */
export function setCookie(text) {
  // biome-ignore lint/suspicious/noDocumentCookie: the outcome is read back at once, which cookieStore cannot do
  return cookieText() !== undefined && tried(() => (document.cookie = text)) !== undefined;
}

/**
 * The host, the path, and whether the connection is secure. The path is the one that the document came by: cookies go by it,
 * whatever `pushState` has made of the address since, in all engines.
 */
export function cookieSetting() {
  const view = viewOfPlace(globalThis);
  const { hostname = "", pathname: path = "/", protocol } = view.location ?? {};
  const [navigation] = view.performance?.getEntriesByType?.("navigation") ?? [];
  const pathname = tried(() => new URL(navigation.name).pathname) ?? path;
  return [hostname, pathname, protocol === "https:" ? "secure" : ""];
}

/** A document of no place, `about:srcdoc` or blank, has the cookies of the one around it. */
function viewOfPlace(view) {
  const isOfNoPlace = view.location?.protocol === "about:" && view.parent !== view;
  // To read the place of another origin's page throws.
  return isOfNoPlace ? (tried(() => viewOfPlace(view.parent)) ?? view) : view;
}

/**
 * In Chromium, one cookie that is not UTF-8 empties `document.cookie`. `cookieStore` lists the others all the same, a
 * moment later: that list, as one text. `undefined` while none is hidden.
 */
let hidden;
let watched;

/** What there is to be seen, and what is hidden. */
export function allCookies() {
  const text = cookieText();
  if (text !== "") return text;
  watchHidden();
  return hidden ?? text;
}

export function hidesCookies() {
  return cookieText() === "" && hidden !== undefined;
}

function watchHidden() {
  if (watched !== undefined || globalThis.cookieStore === undefined) return;
  // Firefox has nothing to give where it keeps no cookies.
  const list = async () => (cookieText() === "" && (await cookieStore.getAll().catch(() => {}))) || [];
  const look = async () => {
    // A list that was under way while the last cookie was set and deleted has it still; the next one has not.
    const listed = (await list()).length > 0 ? await list() : [];
    const before = hidden;
    // Meanwhile they may have come into sight.
    const isHidden = listed.length > 0 && cookieText() === "";
    hidden = isHidden ? listed.map(({ name, value }) => `${name}=${value}`).join("; ") : undefined;
    if (hidden !== before) notice();
  };
  watched = look();
  cookieStore.addEventListener("change", look);
}

const channelName = "tabstate-cookies";
const followers = new Set();

/** Has those who follow look, and other tabs too. */
export function noticeCookies() {
  notice();
  if (globalThis.cookieStore !== undefined || globalThis.BroadcastChannel === undefined) return;
  tried(() => {
    const channel = new BroadcastChannel(channelName);
    channel.postMessage("");
    channel.close();
  });
}

function notice() {
  for (const look of [...followers]) look();
}

/** Calls `tell` with the text before and the text now when cookies changed. Returns what ends it. */
export function followCookies(tell) {
  if (globalThis.document === undefined) return () => {};
  let seen = allCookies();
  const look = () => {
    const before = seen;
    seen = allCookies();
    if (seen !== before) tell(before ?? "", seen ?? "");
  };
  followers.add(look);
  const store = globalThis.cookieStore;
  const channel = store === undefined ? tried(() => new BroadcastChannel(channelName)) : undefined;
  const heard = [
    [store, "change"],
    [channel, "message"],
    [globalThis, "focus"],
    [globalThis, "pageshow"],
    [globalThis.document, "visibilitychange"],
  ];
  for (const [target, event] of heard) target?.addEventListener?.(event, look);
  return () => {
    followers.delete(look);
    for (const [target, event] of heard) target?.removeEventListener?.(event, look);
    channel?.close();
  };
}

/** What `action` returns, or `undefined` when the browser denies it. */
function tried(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
