// What `tabstate/testing` simulates is what browsers do: the same claims, seen in pages. One of them waits for the browser's
// budget.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, engine, html, importing, openTab } from "../support/claims.mjs";
import { claims } from "../support/simulated_claims.mjs";

addPage("/means/*", { body: html(`<script src="/pages/means.js"></script>${importing}`) });

for (const [nth, { name, where = "", steps, seen }] of claims.entries()) {
  test(name, async () => {
    const tab = await openTab(`/means/${nth}${where}`);
    const told = [];
    for (const [nth, step] of steps.entries()) {
      if (nth > 0) await tab.reload();
      told.push(await tab.run(step));
    }
    assert.deepEqual(asJson(told), asJson(typeof seen === "function" ? seen(engine) : seen));
  });
}

function asJson(value) {
  return JSON.parse(JSON.stringify(value));
}
