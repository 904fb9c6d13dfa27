// Documents without an address of their own, with an origin of their own, or no documents at all: the package imports
// everywhere, nothing throws, and `status()` tells what works.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, openTab, origins } from "../support/claims.mjs";

/** Runs in each of them and tells its opener. */
const reporting = (origin) => `
  const tell = (told) => {
    const text = JSON.parse(JSON.stringify(told));
    if (globalThis.parent) parent.postMessage(text, "*");
    else postMessage(text);
  };
  (async () => {
    const { queryParams, status } = await import("${origin}/package/dist/index.js");
    const errors = [];
    globalThis.addEventListener?.("error", ({ message }) => errors.push(message));
    globalThis.addEventListener?.("unhandledrejection", ({ reason }) => errors.push(String(reason)));
    const before = queryParams.get("a") ?? null;
    const kind = status();
    const heard = [];
    queryParams.subscribe(({ keys }) => heard.push(...keys));
    queryParams.set("n", 42);
    queryParams.set("p", 1, { history: "push" });
    const n = queryParams.get("n");
    const outcome = await Promise.race([queryParams.settled(), new Promise((resolve) => setTimeout(resolve, 5000))]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const after = [queryParams.get("n"), queryParams.get("p")];
    const search = kind.queryParams === "url" ? location.search : "";
    tell({ before, n, after, outcome, heard, search, status: kind, errors });
  })().catch((error) => tell({ failed: String(error && error.stack) }));
`;
const report = (origin) => `<!doctype html><meta charset="utf-8"><script type="module">${reporting(origin)}</script>`;

addPage("/frame", { body: report("") });
addPage("/worker.js", { body: reporting(""), type: "text/javascript" });

const url = "?a=1&n=42&p=1";
const address = { queryParams: "url", before: "1", search: url, outcome: "applied" };
const memory = { queryParams: "memory", before: null, search: "", outcome: "unavailable" };
const open = { sessionState: "durable", cookies: "readable" };
const closed = { sessionState: "memory", cookies: "blocked" };

const frames = {
  "a frame": { src: "/frame?a=1", ...address, ...open },
  "a sandboxed frame of the same origin": {
    src: "/frame?a=1",
    sandbox: "allow-scripts allow-same-origin",
    ...address,
    ...open,
  },
  "a sandboxed frame": { src: "/frame?a=1", sandbox: "allow-scripts", ...address, ...closed },
  "a frame of another origin": { src: `${origins[1]}/frame?a=1`, ...address },
  "a srcdoc frame": { srcdoc: report(origins[0]), ...memory, ...open },
  "a sandboxed srcdoc frame": { srcdoc: report(origins[0]), sandbox: "allow-scripts", ...memory, ...closed },
  "a data: frame": { src: `data:text/html,${encodeURIComponent(report(origins[0]))}`, ...memory, ...closed },
  "a blob: frame": { blob: report(origins[0]), ...memory },
  "an about:blank frame": { src: "about:blank", script: reporting(origins[0]), ...memory },
};

for (const [name, { src, srcdoc, sandbox, blob, script, ...expected }] of Object.entries(frames)) {
  test(`the_package_works_in ${name}`, async () => {
    const tab = await openTab("?a=0", { bare: true });
    const told = await tab.run(
      async ({ src, srcdoc, sandbox, blob, script }) => {
        const heard = new Promise((resolve) => {
          addEventListener("message", ({ data }) => resolve(data));
          setTimeout(resolve, 10_000, { failed: "nothing was told" });
        });
        const frame = document.createElement("iframe");
        if (sandbox) frame.sandbox = sandbox;
        if (srcdoc) frame.srcdoc = srcdoc;
        else frame.src = blob ? URL.createObjectURL(new Blob([blob], { type: "text/html" })) : src;
        document.body.append(frame);
        if (script) {
          const element = frame.contentDocument.createElement("script");
          element.textContent = `{${script}}`;
          frame.contentDocument.body.append(element);
        }
        return heard;
      },
      { src, srcdoc, sandbox, blob, script },
    );
    assert.equal(told.failed, undefined);
    assert.deepEqual(told.errors, []);
    assert.deepEqual([told.n, told.after, told.heard.toSorted()], ["42", ["42", "1"], ["n", "p"]]);
    const { environment, reasons, ...parts } = told.status;
    assert.equal(environment, "browser");
    const seen = { ...parts, before: told.before, search: told.search, outcome: told.outcome };
    for (const [part, value] of Object.entries(expected)) assert.equal(seen[part], value, `${part} in ${name}`);
    const works = { queryParams: "url", sessionState: "durable", cookies: "readable" };
    const broken = Object.keys(works).filter((part) => parts[part] !== works[part]);
    assert.deepEqual(Object.keys(reasons).sort(), broken.sort(), "a reason for each thing that does not work");
    for (const reason of Object.values(reasons)) assert.match(reason, /\w/);
    assert.deepEqual(await tab.errors(), []);
    assert.equal(new URL(await tab.url()).search, "?a=0", "the outer page's address is its own");
  });
}

test("in_a_module_worker_everything_lives_in_memory", async () => {
  const tab = await openTab("?a=0", { bare: true });
  const told = await tab.run(
    () =>
      new Promise((resolve) => {
        const worker = new Worker("/worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve({ failed: message ?? "the worker did not start" });
      }),
  );
  assert.equal(told.failed, undefined);
  assert.deepEqual(told.errors, []);
  assert.equal(told.status.environment, "worker");
  assert.equal(told.status.queryParams, "memory");
  assert.deepEqual([told.n, told.after, told.outcome], ["42", ["42", "1"], "unavailable"]);
  assert.deepEqual(Object.keys(told.status.reasons).sort(), ["cookies", "queryParams", "sessionState"]);
});

test("a_frame_that_is_removed_does_no_harm", async () => {
  const tab = await openTab("?a=0", { bare: true });
  const seen = await tab.run(async () => {
    const frame = document.createElement("iframe");
    frame.src = "/tab/removed?a=1";
    const loaded = new Promise((resolve) => {
      frame.onload = resolve;
    });
    document.body.append(frame);
    await loaded;
    const { queryParams } = frame.contentWindow.tabstate;
    queryParams.get("a");
    frame.remove();
    queryParams.set("n", 42);
    queryParams.set("p", 1, { history: "push", debounce: 5 });
    queryParams.flush();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return [queryParams.get("n"), queryParams.get("p")];
  });
  assert.deepEqual(seen, ["42", "1"]);
  assert.deepEqual(await tab.errors(), []);
});

test("a_policy_that_forbids_webassembly_is_named_by_the_error", async () => {
  addPage("/strict", {
    body: `<!doctype html><title>…</title><script src="/support/claims-page.js"></script><script type="module">
      import("/package/dist/index.js").then(
        () => parent.postMessage("imported", "*"),
        ({ code, message }) => parent.postMessage(code + ": " + message, "*"),
      );
    </script>`,
    headers: { "content-security-policy": "script-src 'self' 'unsafe-inline'" },
  });
  const tab = await openTab("", { bare: true });
  const told = await tab.run(
    () =>
      new Promise((resolve) => {
        addEventListener("message", ({ data }) => resolve(data));
        const frame = document.createElement("iframe");
        frame.src = "/strict";
        document.body.append(frame);
      }),
  );
  assert.match(told, /^unavailable: .*'wasm-unsafe-eval'/);
});
