// This tab's page as the browser has it: its address, its events, its clock. Wiring only: what anything means is decided
// in Rust, and nothing but numbers and texts goes there.

// What Rust is told, by the numbers of `page.rs`; `navigationTypes` says the first three.
const REPLACE = 0;
const PUSH = 1;
const POP = 3;
const UNKNOWN = 4;
const BEFORE_TRAVERSAL = 5;
const TRAVERSING = 6;
const LEAVING = 7;
const RESTORED = 8;
const END_OF_TURN = 9;
const WAKE = 10;
const navigationTypes = ["replace", "push", "traverse"];

let tell;
let timer;
/** Our own history call under way: only its `navigate` event tells whether a listener of the page cancelled it. */
let ownCall;
let history;
/** Undoes what `follow` did. */
let undo = [];

/** `tell` is called with the number of each thing that happens. */
export function hearWith(listener) {
  tell = listener;
}

/** The whole address. `document.URL` costs a tenth of `location.href`, and both are the same text. */
export function address() {
  return globalThis.window && globalThis.history ? globalThis.document?.URL : undefined;
}

/** WebKit names its vendor everywhere, WebKitGTK too; Firefox's is empty. */
export function vendor() {
  return globalThis.navigator?.vendor;
}

/** Documents of opaque origin have a navigation object without entries, which tells nothing. */
function hasNavigation() {
  return typeof globalThis.navigation?.currentEntry === "object" && globalThis.navigation.currentEntry !== null;
}

/** Tells from now on what happens to the page; returns whether that is every change of the address, at once. */
export function follow() {
  const { window, document, navigation } = globalThis;
  history = globalThis.history;
  listen(window, "pageshow", ({ persisted }) => persisted && tell(RESTORED));
  listen(window, "pagehide", () => tell(LEAVING));
  listen(document, "visibilitychange", () => document.visibilityState === "hidden" && tell(LEAVING));
  const tellsAll = hasNavigation();
  if (tellsAll) {
    listen(navigation, "currententrychange", ({ navigationType }) => tell(numberOf(navigationType)));
    listen(navigation, "navigate", (event) => {
      if (ownCall) ownCall.event = event;
      else if (event.navigationType === "traverse") tell(TRAVERSING);
    });
  } else {
    listen(window, "popstate", () => tell(POP));
    listen(window, "hashchange", () => tell(UNKNOWN));
    wrap("pushState", PUSH);
    wrap("replaceState", REPLACE);
    for (const name of ["back", "forward", "go"]) wrap(name, BEFORE_TRAVERSAL);
  }
  return tellsAll;
}

function numberOf(navigationType) {
  const known = navigationTypes.indexOf(navigationType);
  return known < 0 ? UNKNOWN : known;
}

/** Listens in the capture phase, so that later listeners of the page find our state up to date. */
function listen(target, event, listener) {
  target.addEventListener(event, listener, true);
  undo.push(() => target.removeEventListener(event, listener, true));
}

/** Wraps a method of a page without the Navigation API, so that other code's calls are heard. */
function wrap(name, number) {
  const original = history[name];
  if (typeof original !== "function") return;
  const before = Object.getOwnPropertyDescriptor(history, name);
  let tells = true;
  const wrapper = (...given) => {
    if (tells && number === BEFORE_TRAVERSAL) tell(number);
    const result = original.apply(history, given);
    if (tells && number !== BEFORE_TRAVERSAL) tell(number);
    return result;
  };
  history[name] = wrapper;
  undo.push(() => {
    tells = false;
    // If other code has wrapped it since, that code's wrapper stays, and ours only passes on.
    if (history[name] !== wrapper) return;
    if (before === undefined) delete history[name];
    else Object.defineProperty(history, name, before);
  });
}

/** The document whose `URL` has to be compared before each read, where no event tells its changes. */
export function documentToCompare() {
  return history !== undefined && !hasNavigation() ? globalThis.document : undefined;
}

/** Tells no more, and leaves the page as it was found. */
export function release() {
  for (const step of undo) step();
  undo = [];
}

/**
 * Through the page's own `history`, so that routers that wrap its methods hear of it; the entry keeps its state. Returns 0
 * when the call returned, 1 when it threw, 2 when a listener cancelled it.
 */
export function write(address, push) {
  const call = { event: undefined };
  ownCall = call;
  let threw = false;
  try {
    history[push ? "pushState" : "replaceState"](history.state, "", address);
  } catch {
    threw = true;
  }
  ownCall = undefined;
  return call.event?.defaultPrevented ? 2 : Number(threw);
}

export function now() {
  return performance.now();
}

/** Returns whether there are microtasks. */
export function endOfTurn() {
  return tried(() => queueMicrotask(() => tell(END_OF_TURN)) ?? true) ?? false;
}

export function wakeAfter(milliseconds) {
  // In a frame that was removed, Firefox's timers throw.
  tried(() => {
    clearTimeout(timer);
    // A timer may fire a little early: a millisecond more saves a second try.
    timer = setTimeout(() => tell(WAKE), milliseconds + 1);
  });
}

/** 0 is a page, 1 a worker, 2 a server. */
export function environment() {
  if (globalThis.document) return 0;
  return globalThis.WorkerGlobalScope === undefined ? 2 : 1;
}

/** Whether session storage takes a write: 0 when it does, 1 when reading the getter is denied already, 2 when it is full. */
export function sessionStorageTrouble() {
  const storage = tried(() => sessionStorage);
  if (!storage) return 1;
  const name = "tabstate-probe";
  // A page may have shadowed the storage's own.
  const { setItem, removeItem } = Storage.prototype;
  const written = tried(() => setItem.call(storage, name, "") ?? true);
  // It may be full, but not of nothing.
  return tried(() => removeItem.call(storage, name) ?? true) && (written || storage.length) ? 0 : 2;
}

/**
 * Whether the browser keeps cookies of this page. `navigator.cookieEnabled` stays true when all are blocked; only a cookie
 * that was written and is there tells. Where nothing is to be seen all the same, one cookie that is not UTF-8 may hide all:
 * whoever blocks cookies denies storage too, or does it in frames of other sites.
 */
export function cookiesWork() {
  const cookies = () => tried(() => document.cookie);
  // biome-ignore lint/suspicious/noDocumentCookie: only a write that is read back tells
  const put = (text) => tried(() => (document.cookie = text)) !== undefined;
  if (cookies()) return true;
  const written = put("tabstate-probe=1;SameSite=Lax");
  const seen = cookies();
  put("tabstate-probe=;SameSite=Lax;Max-Age=0");
  return written && (seen !== "" || tried(() => sessionStorage && top.location.href) !== undefined);
}

/** What `action` returns, or `undefined` when the browser denies it. */
function tried(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
