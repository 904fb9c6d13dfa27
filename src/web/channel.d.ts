// What `channel.js` gives.

/** A way to the other tabs. */
export interface Channel {
  /** Nobody hears it where there are no tabs, or where the browser denies it. */
  say(message: unknown): void;
  end(): void;
}

/** `hear` is called with what others say, `resume` when this page may have missed something. */
export function openChannel(name: string, hear: (message: unknown) => void, resume: () => void): Channel;
