// The keys of cached values in real pages: the table and the claims of tests/support/cache_keys.mjs, and what only pages have:
// nodes, other realms.

import assert from "node:assert/strict";
import test from "node:test";
import { scriptOf } from "../support/bundle.mjs";
import { claims, counts, rowClaims } from "../support/cache_keys.mjs";
import { addPage, engine, html, importing, openTab } from "../support/claims.mjs";

const isQuick = process.env.TABSTATE_QUICK !== undefined;

addPage("/fast-check.js", {
  body: await scriptOf('export { default as fc } from "fast-check";', "fastCheck"),
  type: "text/javascript; charset=utf-8",
});
const scripts = ["/pages/session_values.js", "/pages/cache_keys.js", "/fast-check.js"];
addPage("/keys/*", { body: html(scripts.map((path) => `<script src="${path}"></script>`).join("") + importing) });

let pages = 0;
const openKeys = () => openTab(`/keys/${++pages}`);

test("the_table_holds_row_by_row", async (t) => {
  const tab = await openKeys();
  const [[, claim]] = rowClaims;
  const seen = await tab.run(
    (claim, rows) => {
      // biome-ignore lint/security/noGlobalEval: a claim is source text, and has to run in this realm.
      const holds = globalThis.eval(`(${claim})`);
      const faults = [];
      for (const row of rows) {
        try {
          holds(row);
        } catch (error) {
          faults.push(`${row.id}: ${error.message}`);
        }
      }
      return faults;
    },
    `${claim}`,
    rowClaims.map(([, , row]) => row),
  );
  assert.deepEqual(seen, []);
  assert.deepEqual(counts, { texts: 88, differ: 123, equal: 32 });
  t.diagnostic(`${engine}: ${rowClaims.length} rows`);
});

for (const [name, claim] of Object.entries(claims)) {
  test(name, async (t) => {
    const tab = await openKeys();
    // A method's text is that of a function, but for the word.
    const seen = await tab.run(`function ${claim}`, isQuick ? 300 : 2000);
    if (seen !== undefined) t.diagnostic(`${engine}: ${JSON.stringify(seen)}`);
    assert.deepEqual(await tab.errors(), []);
  });
}

test("nodes_events_and_other_things_of_a_page_are_refused_with_their_place", async () => {
  const tab = await openKeys();
  const seen = await tab.run(async () => {
    const given = {
      element: document.body,
      document,
      window,
      event: new Event("a"),
      blob: new Blob(["a"]),
      params: new URLSearchParams("a=1"),
      controller: new AbortController(),
      styles: getComputedStyle(document.body),
      storage: sessionStorage,
      nodes: document.querySelectorAll("*"),
    };
    return Object.entries(given).map(([name, value]) => [
      name,
      keys.refusalOf([{ a: [value] }]).startsWith("arguments[0].a[0] is an instance of "),
    ]);
  });
  for (const [name, isRefused] of seen) assert.ok(isRefused, name);
  assert.deepEqual(await tab.errors(), []);
});

test("values_of_a_frame_have_the_keys_of_ours", async () => {
  const tab = await openKeys();
  const seen = await tab.run(() => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const other = frame.contentWindow;
    const sources = [
      ...["({ b: [1, { c: null }], a: undefined })", "[1, , 2]", "new Map([[{ a: 1 }, new Set([1])]])", "new Date(5)"],
      ...["/a/g", "new TypeError('no')", "new Uint8Array([1, 2])", "new Uint8Array([1]).buffer", "Object(1)"],
      ...["new DataView(new ArrayBuffer(2))", "Object.create(null)", "new URL('https://a.example/')"],
      "(() => { const a = []; a.push(a); return a; })()",
    ];
    // As a script of the page would have it.
    const here = (source) => new Function(`return ${source}`)();
    const faults = sources.filter((source) => keys.textOf(other.eval(source)) !== keys.textOf(here(source)));
    const refused = ["(() => {})", "Promise.resolve(1)", "new (class Point {})", "document.body", "new WeakMap()"];
    const taken = refused.filter((source) => !/^arguments\[0\] is /.test(keys.refusalOf([other.eval(source)])));
    frame.remove();
    return { faults, taken };
  });
  assert.deepEqual(seen, { faults: [], taken: [] });
});
