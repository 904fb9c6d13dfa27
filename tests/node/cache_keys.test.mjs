// The keys of cached values: the table of tests/cases/cache-keys.json, refusals, and a property. The same runs in real pages
// in tests/e2e/cache_keys.test.mjs.

import assert from "node:assert/strict";
import test from "node:test";
import vm from "node:vm";
import fc from "fast-check";
import { claims, counts, rowClaims } from "../support/cache_keys.mjs";
import { tabstate } from "../support/packages.mjs";

await import("../pages/session_values.js");
await import("../pages/cache_keys.js");
Object.assign(globalThis, { tabstate, fastCheck: { fc } });
const { keyOf, textOf, refusalOf } = globalThis.keys;

test("the_table_has_all_that_the_format_promises", () => {
  assert.deepEqual(counts, { texts: 88, differ: 123, equal: 32 });
});

for (const [name, claim, row] of rowClaims) test(`the_table: ${name}`, () => claim(row));
for (const [name, claim] of Object.entries(claims)) {
  test(name, (t) => {
    const seen = claim(20_000);
    if (seen !== undefined) t.diagnostic(JSON.stringify(seen));
  });
}

test("values_of_another_realm_have_the_keys_of_ours", () => {
  const sources = [
    ...["({ b: [1, { c: null }], a: undefined })", "[1, , 2]", "new Map([[{ a: 1 }, new Set([1])]])", "new Date(5)"],
    ...["/a/g", "new TypeError('no')", "new Uint8Array([1, 2])", "new Uint8Array([1]).buffer", "Object(1)"],
    ...["new DataView(new ArrayBuffer(2))", "Object.create(null)", "(() => { const a = []; a.push(a); return a; })()"],
  ];
  for (const source of sources) {
    assert.equal(textOf(vm.runInNewContext(source)), textOf(vm.runInThisContext(source)), source);
  }
  assert.match(refusalOf([vm.runInNewContext("(() => {})")]), /^arguments\[0\] is a function/);
  assert.match(refusalOf([vm.runInNewContext("Promise.resolve(1)")]), /^arguments\[0\] is an instance of Promise/);
  assert.match(refusalOf([vm.runInNewContext("new (class Point {})")]), /^arguments\[0\] is an instance of Point/);
});

test("a_call_without_arguments_or_with_undefined_alone_has_the_key_of_none", () => {
  assert.equal(keyOf([]), "a0:");
  assert.equal(keyOf([undefined, undefined]), "a0:");
  assert.equal(keyOf([undefined, null]), "a2:uz");
});
