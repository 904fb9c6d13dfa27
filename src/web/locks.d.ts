// What `locks.js` gives.

/** Runs something while no other tab runs what has the same name, where there are locks. */
export function runAlone(name: string, signal: AbortSignal, run: () => Promise<void>): Promise<void>;
