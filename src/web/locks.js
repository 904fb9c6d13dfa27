// Running something while no other tab does: a lock of the origin.

/** Longer than that, nobody waits for another tab: it may hang. */
const patienceMs = 30_000;

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
