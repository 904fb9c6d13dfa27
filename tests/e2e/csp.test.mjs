// The package under strict content security policies, in real pages: what it asks of `script-src`, what it says where that is
// refused, and `tabstate/js`, which asks nothing. Scripts are files of their own, as such policies want them; Trusted Types are required, and none is made.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, openTab } from "../support/claims.mjs";

const policy = (script) =>
  [
    ...["default-src 'none'", `script-src ${script}`, "connect-src 'self'", "style-src 'self'"],
    ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
  ].join("; ");

const body = `<!doctype html>
<title>policy</title>
<output></output>
<script type="module" src="/pages/policy.js"></script>`;
addPage("/with-wasm/*", { body, headers: { "content-security-policy": policy("'self' 'wasm-unsafe-eval'") } });
addPage("/without-wasm/*", { body, headers: { "content-security-policy": policy("'self'") } });
const hint = /WebAssembly cannot start: add 'wasm-unsafe-eval' .*policy, or import tabstate\/js/;

let opened = 0;

/** What the page saw: what each part gave, and what the policy forbade. */
async function told({ driver }) {
  const output = () => driver.findElement({ css: "output" }).getText();
  await driver.wait(async () => (await output()) !== "", 30_000, "the page tells nothing", 50);
  return JSON.parse(await output());
}

const open = (kind, entry, more = "") => openTab(`/${kind}/${++opened}?entry=${entry}${more}`, { bare: true });

/** @param {string | number} before what session state has from the document before */
const works = (before) => ({
  queryParams: [
    "applied",
    "São Paulo",
    [
      ["city", "São Paulo"],
      ["city", ""],
    ],
  ],
  codecs: { page: 2, tags: ["sea"], from: "2024-02-29T00:00:00.000Z", price: "1.5" },
  session: [before, "durable"],
  cookies: ["stored", "seen", true],
  cacheResource: [true, false],
  status: true,
});

async function worksIn(kind, entry) {
  const tab = await open(kind, entry);
  for (const before of ["none", 0]) {
    const { seen, violations } = await told(tab);
    const { context, cacheData, ...others } = seen;
    assert.deepEqual(others, works(before));
    assert.match(context[0], /^(light|dark)$/);
    assert.deepEqual(context.slice(1), ["en", "zh-TW"]);
    assert.deepEqual(cacheData, ["Oslo", 1, before === "none" ? 1 : 0, "disk"]);
    assert.deepEqual(violations, []);
    await tab.reload();
  }
}

for (const entry of ["index", "slim", "js/index"]) {
  test(`all_parts_of_${entry}_work_under_a_strict_policy_and_violate_nothing`, () => worksIn("with-wasm", entry));
}

test("all_parts_of_tabstate_js_work_without_wasm_unsafe_eval_and_violate_nothing", () =>
  worksIn("without-wasm", "js/index"));

for (const entry of ["index", "slim"]) {
  test(`${entry}_without_wasm_unsafe_eval_says_what_the_policy_lacks_and_what_to_do`, async () => {
    const { seen } = await told(await open("without-wasm", entry));
    assert.match(seen, hint);
  });
}

test("each_side_module_without_wasm_unsafe_eval_says_the_same", async () => {
  const tab = await open("without-wasm", "index", "&first=js/index");
  const { seen } = await told(tab);
  const { queryParams, status, codecs, session, context, cookies, cacheData, cacheResource } = seen;
  // The copy that came first has started them, and is the page's.
  assert.deepEqual([queryParams, status], [works("none").queryParams, true]);
  for (const outcome of [codecs, session, context, cookies, cacheData, cacheResource]) assert.match(outcome, hint);
});
