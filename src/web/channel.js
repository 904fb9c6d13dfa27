// What the tabs of an origin say to one another: a channel. Wiring only: what is said is decided elsewhere.

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
