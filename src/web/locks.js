// Running something while no other tab does: a lock of the origin.

/** Longer than that, nobody waits for another tab: it may hang. */
const patienceMs = 30_000;

/**
 * Runs something while no other tab runs what has the same name. Where there are no locks, where the browser denies them, and
 * when the other tab takes too long, it runs at once. Rejects with the signal's reason when it is given up before.
 */
export async function runAlone(name, signal, run) {
  let isBegun = false;
  const waiting = new AbortController();
  const stop = () => waiting.abort();
  const timer = setTimeout(stop, patienceMs);
  signal.addEventListener("abort", stop);
  const begin = () => {
    isBegun = true;
    clearTimeout(timer);
    return run();
  };
  try {
    if (!navigator.locks) return await begin();
    return await navigator.locks.request(name, { signal: waiting.signal }, begin);
  } catch (error) {
    if (isBegun) throw error;
    signal.throwIfAborted();
    return await begin();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
