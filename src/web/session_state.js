// The session storage of this tab as the browser has it, and which tab it is. Wiring only: what an entry's text means is
// decided elsewhere.

/** The methods as the browser made them: `sessionStorage.getItem = …` hides one for good. */
let methods;

/** `undefined` where the browser denies it, where there is no room for anything, and where there is no page. */
export function openStorage() {
  // Servers and workers have no tab, whatever some of them call `sessionStorage`.
  const storage = globalThis.document && tried(() => sessionStorage);
  if (!storage) return undefined;
  methods ??= methodsOf(Storage.prototype);
  const probe = "tabstate!probe";
  // It may be full, but not of nothing.
  const isUsable = entryCount(storage) > 0 || writeEntry(storage, probe, "") === 0;
  removeEntry(storage, probe);
  return isUsable ? storage : undefined;
}

function methodsOf({ getItem, setItem, removeItem, key }) {
  return {
    getItem,
    setItem,
    removeItem,
    key,
    length: Object.getOwnPropertyDescriptor(Storage.prototype, "length").get,
  };
}

/** Whether the browser has come to deny it: the frame was removed, or the user thought better of it. */
export function isDenied(storage) {
  // WebKit's storage still reads in a frame that was removed, and drops removals without a word.
  return document.defaultView === null || tried(() => methods.length.call(storage)) === undefined;
}

/** `denied` when the browser has come to deny it. */
export function readEntry(storage, name, denied) {
  // `null` where it is absent.
  const text = tried(() => methods.getItem.call(storage, name));
  return text === undefined ? denied : (text ?? undefined);
}

/** Returns 0 when it is written, 1 when there is no room, 2 when the browser denies it. What was there before stays then. */
export function writeEntry(storage, name, text) {
  try {
    methods.setItem.call(storage, name, text);
    return 0;
  } catch (error) {
    throwOverflow(error);
    // Older engines have names of their own, and the same numbers.
    return error?.name === "QuotaExceededError" || error?.code === 22 || error?.code === 1014 ? 1 : 2;
  }
}

export function removeEntry(storage, name) {
  tried(() => methods.removeItem.call(storage, name));
}

/** How many names there are, everybody's. */
export function entryCount(storage) {
  return tried(() => methods.length.call(storage)) ?? 0;
}

/** All names, everybody's, in no order. */
export function entryNames(storage) {
  return Array.from({ length: entryCount(storage) }, (_, nth) => methods.key.call(storage, nth));
}

/**
 * Calls `tell` with the name of each entry that a frame of this tab changes, and with none when it may be any: when one
 * clears the storage, or the page is back from the back/forward cache. Calls `leave` when the page is hidden or left, with
 * `false` where it is called once more behind the page's own listeners. Returns what ends it.
 */
export function followStorage(storage, tell, leave) {
  const end = new AbortController();
  // In the capture phase, so that later listeners of the page find our state up to date.
  const listen = (target, event, listener) =>
    target.addEventListener(event, listener, { capture: true, signal: end.signal });
  listen(globalThis, "storage", (event) => event.storageArea === storage && tell(event.key ?? undefined));
  listen(globalThis, "pageshow", (event) => event.persisted && tell());
  listen(globalThis, "pagehide", () => leave(true));
  listen(document, "visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    leave(false);
    // Once more behind the page's own listeners, which may change something at the last moment.
    globalThis.addEventListener("visibilitychange", () => leave(true), { once: true, signal: end.signal });
  });
  return () => end.abort();
}

/** A number of 128 bits in 32 digits. `crypto.randomUUID` is missing from pages over http. */
export function newTabId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Long enough for a page that is left to let go of its lock, and for a busy one to answer. */
const patienceMs = 2000;

/**
 * Finds out whether this tab is the one that its id was made for. A duplicated tab, or a window that a page opened, has a
 * copy of the storage, and so the id. Whose id it is holds a lock of its name. Who does not get the lock at once is either
 * a copy, or another frame of the same tab, or the next page of the tab, while the one before still ends: so it leaves a
 * mark in the storage, and asks whoever has the same id whether they see it.
 *
 * `decide` is called once, with `true` for a copy. When nobody answers, and the lock is not free either, it is no copy
 * that is known of; nor is it where the id is new. Returns what ends the claim.
 */
export function claimTab(storage, id, isNew, decide) {
  const name = `tabstate-tab-${id}`;
  const question = newTabId();
  const mark = (question) => `tabstate!ask-${question}`;
  let channel;
  let timer;
  let isOwn = isNew || undefined;
  let waiting = [];
  let ended;

  const judge = (isCopy) => {
    if (isOwn !== undefined) return;
    isOwn = !isCopy;
    stopAsking();
    if (isCopy) end();
    else for (const asked of waiting) answer(asked);
    waiting = [];
    decide(isCopy);
  };
  const answer = (asked) =>
    channel.postMessage({ asked, isSeen: readEntry(storage, mark(asked)) !== undefined, isAnswer: true });
  const hear = ({ data: { asked, isSeen, isAnswer } }) => {
    if (isAnswer) {
      if (asked === question) judge(!isSeen);
    } else if (isOwn) answer(asked);
    else waiting.push(asked);
  };
  /** Also who shares the tab with the one that has the lock waits for it: frames come and go. */
  const claim = () => {
    ended = new AbortController();
    const { signal } = ended;
    const hold = () => {
      // Given up between the grant and this call: then nobody would let go of it.
      if (signal.aborted) return undefined;
      judge(false);
      return new Promise((letGo) => signal.addEventListener("abort", letGo));
    };
    channel = tried(() => new BroadcastChannel(name));
    channel?.addEventListener("message", hear);
    // Rejects when it is given up, and in documents of opaque origin.
    tried(() => navigator.locks.request(name, { signal }, hold))?.catch(() => {});
    if (isOwn === undefined) ask();
  };
  const ask = () => {
    const canAsk = channel !== undefined && writeEntry(storage, mark(question), "") === 0;
    timer = setTimeout(judge, canAsk ? patienceMs : 0, false);
    if (canAsk) channel.postMessage({ asked: question });
  };
  const stopAsking = () => {
    clearTimeout(timer);
    removeEntry(storage, mark(question));
  };
  // A page that holds a lock, or that others speak to, cannot stay in the back/forward cache.
  const leave = () => {
    ended.abort();
    channel?.close();
    stopAsking();
  };
  const restore = (event) => event.persisted && claim();
  const end = () => {
    leave();
    removeEventListener("pagehide", leave);
    removeEventListener("pageshow", restore);
  };

  claim();
  addEventListener("pagehide", leave);
  addEventListener("pageshow", restore);
  if (isNew) decide(false);
  return end;
}

/** What `action` returns, or `undefined` when the browser denies it. */
function tried(action) {
  try {
    return action();
  } catch (error) {
    throwOverflow(error);
    return undefined;
  }
}

/** A stack without room says nothing of the storage. */
function throwOverflow(error) {
  if (error instanceof RangeError || error?.name === "InternalError") throw error;
}
