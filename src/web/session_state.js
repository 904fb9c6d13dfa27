// The session storage of this tab as the browser has it, and which tab it is. Wiring only: what an entry's text means is
// decided elsewhere.

/** The methods as the browser made them: `sessionStorage.getItem = …` hides one for good. */
let methods;

/** `undefined` where the browser denies it, where there is no room for anything, and where there is no page. */
export function openStorage() {
  // Servers and workers have no tab, whatever some of them call `sessionStorage`.
  const storage = globalThis.document && tried(() => sessionStorage);
  if (!storage) return undefined;
  methods ??= { ...methodsOf(Storage.prototype) };
  const probe = "tabstate!probe";
  // It may be full, but not of nothing.
  const isUsable = methods.length.call(storage) > 0 || writeEntry(storage, probe, "") === 0;
  removeEntry(storage, probe);
  return isUsable ? storage : undefined;
}

function methodsOf({ getItem, setItem, removeItem, key }) {
  return { getItem, setItem, removeItem, key, length: Object.getOwnPropertyDescriptor(Storage.prototype, "length").get };
}

export function readEntry(storage, name) {
  return methods.getItem.call(storage, name) ?? undefined;
}

/** Returns 0 when it is written, 1 when there is no room, 2 when the browser denies it. What was there before stays then. */
export function writeEntry(storage, name, text) {
  try {
    methods.setItem.call(storage, name, text);
    return 0;
  } catch (error) {
    // Older engines have names of their own, and the same numbers.
    return error?.name === "QuotaExceededError" || error?.code === 22 || error?.code === 1014 ? 1 : 2;
  }
}

export function removeEntry(storage, name) {
  methods.removeItem.call(storage, name);
}

/** How many names there are, everybody's. */
export function entryCount(storage) {
  return methods.length.call(storage);
}

/** All names, everybody's, in no order. */
export function entryNames(storage) {
  return Array.from({ length: entryCount(storage) }, (_, nth) => methods.key.call(storage, nth));
}

/**
 * Calls `tell` with the name of each entry that a frame of this tab changes, and with none when it may be any: when one
 * clears the storage, or the page is back from the back/forward cache. Returns what ends it.
 */
export function followStorage(storage, tell) {
  const change = (event) => event.storageArea === storage && tell(event.key ?? undefined);
  const restore = (event) => event.persisted && tell();
  addEventListener("storage", change);
  addEventListener("pageshow", restore);
  return () => {
    removeEventListener("storage", change);
    removeEventListener("pageshow", restore);
  };
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
 * that is known of. Returns what ends the claim.
 */
export function claimTab(storage, id, decide) {
  const name = `tabstate-tab-${id}`;
  const question = newTabId();
  const mark = (question) => `tabstate!ask-${question}`;
  const channel = tried(() => new BroadcastChannel(name));
  let isOwn;
  let waiting = [];
  let ended;

  const judge = (isCopy) => {
    if (isOwn !== undefined) return;
    isOwn = !isCopy;
    clearTimeout(timer);
    removeEntry(storage, mark(question));
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
      judge(false);
      return new Promise((letGo) => signal.addEventListener("abort", letGo));
    };
    // Rejects when it is given up, and in documents of opaque origin.
    tried(() => navigator.locks.request(name, { signal }, hold))?.catch(() => {});
  };
  // A page that holds a lock cannot go to the back/forward cache.
  const leave = () => ended.abort();
  const restore = (event) => event.persisted && claim();
  const end = () => {
    leave();
    channel?.close();
    removeEventListener("pagehide", leave);
    removeEventListener("pageshow", restore);
  };

  const canAsk = channel !== undefined && writeEntry(storage, mark(question), "") === 0;
  const timer = setTimeout(judge, canAsk ? patienceMs : 0, false);
  claim();
  addEventListener("pagehide", leave);
  addEventListener("pageshow", restore);
  channel?.addEventListener("message", hear);
  if (canAsk) channel.postMessage({ asked: question });
  return () => {
    clearTimeout(timer);
    end();
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
