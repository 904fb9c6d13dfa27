// The other tabs of the origin: who speaks to whom, and who runs something alone. Wiring only: what is said is decided
// elsewhere.

/** Longer than that, nobody waits for another tab: it may hang. */
const patienceMs = 30_000;

/**
 * Opens a channel to the other tabs and workers of this origin. `hear` is called with what they say, `resume` when the page is
 * back from the back/forward cache, where it heard nothing. Returns what says something, and what ends it.
 */
export function openChannel(name, hear, resume) {
  let channel;
  // On servers there are no tabs, and it would keep the process alive.
  const hasTabs = globalThis.document !== undefined || globalThis.WorkerGlobalScope !== undefined;
  const open = () => {
    try {
      channel = hasTabs ? new BroadcastChannel(name) : undefined;
    } catch {
      // Documents of opaque origin have no other tabs.
      channel = undefined;
    }
    channel?.addEventListener("message", ({ data }) => hear(data));
  };
  const close = () => {
    channel?.close();
    channel = undefined;
  };
  const restore = ({ persisted }) => {
    if (!persisted) return;
    open();
    resume();
  };
  open();
  // A page that others speak to cannot stay in the back/forward cache.
  globalThis.document && addEventListener("pagehide", close);
  globalThis.document && addEventListener("pageshow", restore);
  return {
    say: (message) => channel?.postMessage(message),
    end() {
      close();
      globalThis.document && removeEventListener("pagehide", close);
      globalThis.document && removeEventListener("pageshow", restore);
    },
  };
}

/**
 * Runs something while no other tab runs what has the same name. Where there are no locks, where the browser denies them, and
 * when the other tab takes too long, it runs at once. Rejects with the signal's reason when it is given up before.
 */
export async function runAlone(name, signal, run) {
  let running;
  const waiting = new AbortController();
  const stop = () => waiting.abort();
  const timer = setTimeout(stop, patienceMs);
  signal.addEventListener("abort", stop);
  const begin = () => {
    clearTimeout(timer);
    running = run();
    return running;
  };
  let leave;
  // Chromium keeps the lock of a page in the back/forward cache, which goes on with nothing there.
  const left = new Promise((resolve) => {
    leave = resolve;
  });
  globalThis.document && addEventListener("pagehide", leave);
  try {
    if (navigator.locks)
      await navigator.locks.request(name, { signal: waiting.signal }, () => Promise.race([begin(), left]));
    return await (running ?? begin());
  } catch (error) {
    if (running) throw error;
    signal.throwIfAborted();
    return await begin();
  } finally {
    globalThis.document && removeEventListener("pagehide", leave);
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
