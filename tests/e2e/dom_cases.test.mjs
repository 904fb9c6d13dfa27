// The cases of bound controls, each on a page of its own, with real keys and clicks.

import assert from "node:assert/strict";
import test from "node:test";
import { casesOf, compared, nameOf, play } from "../support/cases.mjs";
import { openTab } from "../support/claims.mjs";
import { handsOn, isReady, pageWith } from "../support/controls.mjs";

const { cases } = casesOf("bound_controls");
const opening = openTab("", { bare: true });

for (const entry of cases) {
  const { absent, html, start, key = "k", options = {}, before = [], act = [], ops = [], error } = entry;
  test(nameOf(entry), { skip: absent }, async () => {
    const tab = await opening;
    const { select, type } = handsOn(tab);
    await tab.goto(`${pageWith(html)}${start}#frag`);
    await isReady(tab);
    const refused = await tab.run(
      (key, options, before) => {
        const named = [...document.querySelectorAll("[name=k]")];
        const control = document.querySelector("#k") ?? named;
        for (const [op, ...args] of before) {
          if (op === "value") control.value = args[0];
          else tabstate.queryParams[op](...args);
        }
        try {
          dom.bindQueryParam(named.length > 0 && named[0].type === "radio" ? named[0] : control, key, options);
          observed.calls.length = 0;
          return null;
        } catch (error) {
          if (!(error instanceof tabstate.TabstateError)) throw error;
          return { error: error.code, key: error.key };
        }
      },
      key,
      options,
      before,
    );
    assert.deepEqual(refused, error ?? null);
    if (error) return;
    for (const [deed, detail] of act) {
      if (deed === "click") await (await select(detail ?? "#k")).click();
      else if (deed === "type") await type("#k", detail);
      else if (deed === "press") await (await select("#k")).sendKeys({ ArrowLeft: "\uE012" }[detail]);
      else await tab.run(synthetic, deed, detail);
    }
    const seen = await tab.run(
      async (play, ops) => {
        // What the browser queues: `toggle` and, in some, `change`.
        await observed.sleep(50);
        await tabstate.queryParams.settled();
        observed.calls.length = 0;
        // biome-ignore lint/security/noGlobalEval: the player travels as source text.
        const results = globalThis.eval(`(${play})`)(ops);
        await tabstate.queryParams.settled();
        const value = (control) => {
          if (control.type === "select-multiple") return [...control.selectedOptions].map((option) => option.value);
          if (control.localName === "select" && control.selectedIndex < 0) return null;
          if (control.localName === "details") return control.open;
          return control.type === "checkbox" ? control.checked : control.value;
        };
        const group = [...document.querySelectorAll("[name=k]:checked")].map((control) => control.value);
        const [first] = document.querySelectorAll("[name=k]");
        const control = document.querySelector("#k");
        return {
          results,
          value: control ? value(control) : first.type === "radio" ? group[0] : group,
          pairs: [...new URLSearchParams(location.search)],
          search: location.search,
          hash: location.hash,
          calls: observed.calls.length,
        };
      },
      `${play}`,
      ops,
    );
    assert.deepEqual(seen.pairs, entry.end);
    assert.deepEqual(seen.value, entry.value);
    assert.equal(seen.hash, "#frag");
    assert.deepEqual(compared(seen.results, entry.expect ?? []), entry.expect ?? []);
    if (entry.calls !== undefined) assert.equal(seen.calls, entry.calls);
    if (entry.text !== undefined) assert.equal(seen.search, `?${entry.text}`);
    assert.deepEqual(await tab.errors(), []);
  });
}

/** What drivers cannot do: a picker's choice, an event without a change. Runs in the page. */
function synthetic(deed, detail) {
  const control = document.querySelector("#k");
  if (deed === "event") return void control.dispatchEvent(new Event(detail, { bubbles: true }));
  control.value = detail;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
}
