// Where the browser denies the storage: by the user's own preference, in documents of opaque origin, in workers. All works in
// memory, nothing throws, and `status()` and `durability()` say so.

import assert from "node:assert/strict";
import test from "node:test";
import { openBrowser } from "../support/browsers.mjs";
import { packageSource, scriptOf } from "../support/bundle.mjs";
import { addPage, engine, openTab, origins } from "../support/claims.mjs";
import { blocking } from "../support/denied.mjs";

/** Runs in each of the documents, and tells whoever is outside. */
const reporting = (origin, slim = false) => `
  (async () => {
    const tabstate = globalThis.bundled ?? (await import("${origin}/package/dist/${slim ? "slim" : "index"}.js"));
    ${slim ? "await tabstate.init();" : ""}
    const { sessionState, status, configure } = tabstate;
    const errors = [];
    addEventListener("error", ({ message }) => errors.push(message));
    addEventListener("unhandledrejection", ({ reason }) => errors.push(String(reason)));
    configure({ onClone: "fresh", sessionVersion: 2 });
    const told = {};
    const value = { set: new Set([1]), self: undefined };
    value.self = value;
    const heard = [];
    sessionState.subscribe(({ keys, source }) => heard.push(source + ": " + keys));
    sessionState.set("a", value);
    sessionState.b = 2n;
    sessionState.update({ c: null, d: undefined });
    const refused = (() => {
      try {
        sessionState.set("a", [() => {}]);
      } catch (error) {
        return [error.code, error.key];
      }
    })();
    try {
      sessionState.transaction(() => {
        sessionState.clear();
        throw new Error("no");
      });
    } catch {}
    value.set.add(2);
    sessionState.touch("a");
    sessionState.flush();
    sessionState.delete("c");
    dispatchEvent(new Event("pagehide"));
    if (globalThis.document) document.dispatchEvent(new Event("visibilitychange"));
    const { tabId } = sessionState;
    await sessionState.ready();
    Object.assign(told, {
      isSame: sessionState.get("a") === value && sessionState.a.self === value,
      reads: [[...sessionState.keys()], sessionState.size, String(sessionState.b), "d" in sessionState],
      refused,
      durability: [sessionState.durability(), sessionState.durability("a"), sessionState.durability("absent")],
      usage: [sessionState.usage().entries, sessionState.usage().largest[0].key],
      quarantined: sessionState.quarantined(),
      isId: /^[0-9a-f]{32}$/.test(tabId) && sessionState.tabId === tabId,
      status: status(),
      heard,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { ...told, errors };
  })().catch((error) => ({ failed: String(error && error.stack) })).then((told) => {
    globalThis.told = JSON.stringify(told);
    if (globalThis.parent === undefined) postMessage(globalThis.told);
    else if (parent !== globalThis) parent.postMessage(globalThis.told, "*");
  });
`;
const report = (origin, slim) =>
  `<!doctype html><meta charset="utf-8"><script type="module">${reporting(origin, slim)}</script>`;
addPage("/session-denied/*", { body: report("") });
addPage("/session-denied-slim/*", { body: report("", true) });
addPage("/session-worker.js", { body: reporting(""), type: "text/javascript" });

function assertMemory(told, { environment = "browser", reason = /denies/ } = {}) {
  assert.equal(told.failed, undefined);
  const { status, ...rest } = told;
  assert.deepEqual(rest, {
    isSame: true,
    reads: [["a", "b", "d"], 3, "2", true],
    refused: ["unsupported-value", "a"],
    durability: ["memory", "memory", "memory"],
    usage: [3, "a"],
    quarantined: [],
    isId: true,
    heard: ["local: a", "local: b", "local: c,d", "local: a", "local: c"],
    errors: [],
  });
  assert.deepEqual([status.environment, status.sessionState], [environment, "memory"]);
  assert.match(status.reasons.sessionState, reason);
}

test("a_browser_that_denies_storage_is_told_and_all_is_in_memory", {
  skip: !blocking[engine] && "MiniBrowser has no such setting",
}, async (t) => {
  const { driver, close } = await openBrowser(engine, { prefs: blocking[engine] });
  t.after(close);
  for (const path of ["/session-denied/by-preference", "/session-denied-slim/by-preference"]) {
    await driver.get(`${origins[0]}${path}`);
    const isDenied = "try { return String(sessionStorage.length) } catch (error) { return error.name }";
    assert.equal(await driver.executeScript(isDenied), "SecurityError", "the preference works");
    await driver.wait(() => driver.executeScript("return globalThis.told"), 30_000);
    assertMemory(JSON.parse(await driver.executeScript("return globalThis.told")));
  }
});

/** What a frame, or a worker, on a page of 127.0.0.1 tells. */
async function toldBy(attributes, worker) {
  const tab = await openTab("", { bare: true });
  const told = await tab.run(
    (attributes, worker) =>
      new Promise((resolve) => {
        addEventListener("message", ({ data }) => resolve(data));
        setTimeout(resolve, 10_000, '{"failed":"nothing was told"}');
        if (worker) {
          const started = new Worker(worker, { type: "module" });
          started.onmessage = ({ data }) => resolve(data);
          return;
        }
        const frame = document.createElement("iframe");
        for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
        document.body.append(frame);
      }),
    attributes,
    worker,
  );
  assert.deepEqual(await tab.errors(), []);
  assert.equal(await tab.run(() => sessionStorage.length), 0);
  return JSON.parse(told);
}

const opaque = {
  "a sandboxed frame": { src: "/session-denied/sandboxed", sandbox: "allow-scripts" },
  "a sandboxed srcdoc frame": { srcdoc: report(origins[0]), sandbox: "allow-scripts" },
  "a data: frame": { src: `data:text/html,${encodeURIComponent(report(origins[0]))}` },
};
for (const [name, attributes] of Object.entries(opaque)) {
  test(`all_is_in_memory_in ${name}`, async () => assertMemory(await toldBy(attributes)));
}

test("all_is_in_memory_on a data: page", async () => {
  const tab = await openTab("", { bare: true });
  // It may fetch nothing from this machine.
  const script = await scriptOf(packageSource, "bundled");
  const page = `<!doctype html><meta charset="utf-8"><script>${script}</script>${report("")}`;
  await tab.driver.get(`data:text/html,${encodeURIComponent(page)}`);
  await tab.driver.wait(() => tab.driver.executeScript("return globalThis.told"), 30_000);
  assertMemory(JSON.parse(await tab.driver.executeScript("return globalThis.told")));
});

test("all_is_in_memory_in a worker", async () => {
  assertMemory(await toldBy({}, "/session-worker.js"), { environment: "worker", reason: /no page/ });
});
