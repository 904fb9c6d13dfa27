// What claims about the apps of tests/apps use inside a page: its parts by their names, a server that answers when it is told
// to, and what the app has subscribed to. Loaded before the app.

{
  // The profile keeps cookies from claim to claim; a sandboxed page has none.
  const [{ type }] = performance.getEntriesByType("navigation");
  try {
    // biome-ignore lint/suspicious/noDocumentCookie: other code does it
    if (type !== "reload") document.cookie = "notice=; path=/; max-age=0";
  } catch (error) {
    if (error.name !== "SecurityError") throw error;
  }

  const requests = [];
  const realFetch = globalThis.fetch;
  let isHeld = new URLSearchParams(location.search).has("held");
  globalThis.fetch = async (url) => {
    const request = { url: String(url), page: new URL(url, "http://x").searchParams.get("page") };
    if (!request.url.startsWith("/api/")) return realFetch(url);
    requests.push(request);
    const text = await new Promise((resolve, reject) => {
      Object.assign(request, { resolve, reject });
      if (!isHeld) resolve(`calm on page ${request.page}`);
    });
    return new Response(JSON.stringify({ text }));
  };

  // Our subscribers are objects with a listener, in sets. Apps in Rust have none of it.
  let subscribers = 0;
  const { add, delete: remove } = Set.prototype;
  const isSubscriber = (value) => typeof value?.listener === "function" && ("keys" in value) | ("wanted" in value);
  Set.prototype.add = function (value) {
    if (isSubscriber(value) && !this.has(value)) subscribers += 1;
    return add.call(this, value);
  };
  Set.prototype.delete = function (value) {
    if (isSubscriber(value) && this.has(value)) subscribers -= 1;
    return remove.call(this, value);
  };

  const { sleep } = observed;
  const find = (id) => document.querySelector(`[data-testid="${id}"]`);
  globalThis.app = {
    requests,
    find,
    sleep,
    hold() {
      isHeld = true;
    },
    subscribers: () => subscribers,
    text: (id) => find(id)?.textContent.trim(),
    value: (id) => find(id).value,
    items: () => [...document.querySelectorAll('[data-testid="item"]')].map((item) => item.textContent.trim()),
    renders: (part) => globalThis.renders?.[part] ?? 0,
    click: (id) => find(id).click(),
    /** As typing does, which frameworks hear of. */
    set(id, value) {
      const control = find(id);
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), "value").set.call(control, value);
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
    },
    /** Waits until a part shows this text, or, for a function, until that is true. */
    async shows(id, wanted, ms = 5000) {
      const isRight = typeof wanted === "function" ? wanted : (text) => text === wanted;
      for (const end = performance.now() + ms; !isRight(app.text(id)); await sleep(5)) {
        if (performance.now() > end) throw new Error(`${id} shows ${app.text(id)}, not ${wanted}`);
      }
      return app.text(id);
    },
    async until(isTrue, ms = 5000) {
      for (const end = performance.now() + ms; !(await isTrue()); await sleep(5)) {
        if (performance.now() > end) throw new Error(`not within ${ms} ms: ${isTrue}; ${location.href}`);
      }
    },
    /** Long enough for whatever is under way to be shown. */
    settle: () => sleep(80),
  };
}
