// What claims use inside a page: the history calls that really go to the browser, by whomever, and another script's part.
// Loaded before tabstate, so that it stands under everything else.

{
  const calls = [];
  for (const [method, kind] of [
    ["pushState", "push"],
    ["replaceState", "replace"],
  ]) {
    const original = History.prototype[method];
    History.prototype[method] = function (...args) {
      calls.push(kind);
      return original.apply(this, args);
    };
  }
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  globalThis.observed = {
    /** "push" and "replace", in order; the claim empties it. */
    calls,
    sleep,
    /** Waits until `isTrue`, or throws. */
    async until(isTrue, ms = 5000) {
      for (const end = performance.now() + ms; !isTrue(); await sleep(10)) {
        if (performance.now() > end) throw new Error(`not within ${ms} ms: ${isTrue}; ${location.href}`);
      }
    },
    /** Another script writes its own parameter, as routers do, and does not care what becomes of it. */
    foreign(value) {
      const params = new URLSearchParams(location.search);
      params.set("foreign", value);
      try {
        history.replaceState(history.state, "", `?${params}${location.hash}`);
      } catch (error) {
        if (error.name !== "SecurityError") throw error;
      }
    },
    /** Another script makes `count` history calls in a loop. */
    spend(count) {
      for (let nth = 1; nth <= count; nth += 1) this.foreign(nth);
    },
    /** Back or forward, until the address is another one. */
    async go(delta) {
      const before = location.href;
      history.go(delta);
      await this.until(() => location.href !== before);
      await sleep(50);
    },
  };
}
