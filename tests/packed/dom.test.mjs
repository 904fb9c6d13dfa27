// What `tabstate/dom` costs a page on top of `tabstate`, and that it brings no codecs along.

import assert from "node:assert/strict";
import test from "node:test";
import { bundle, gzipped } from "../../scripts/size.mjs";

/** In bytes after gzip -9: lower it with every byte saved. */
const budget = 3_400;

const bundled = async (source) => gzipped(await bundle(source));

test("bindings_stay_within_their_budget_and_bring_no_codecs", async (t) => {
  const plain = 'import { queryParams } from "tabstate"; console.log(queryParams.get("a"));';
  const without = await bundled(plain);
  const bound = await bundled(
    `${plain} import { bindForm, bindQueryParam } from "tabstate/dom"; bindForm(f); bindQueryParam(e, "k");`,
  );
  t.diagnostic(`tabstate/dom: ${bound - without} bytes`);
  assert.ok(bound - without <= budget, `${bound - without} bytes are over the budget of ${budget}`);
});

test("the_entry_can_be_imported_where_there_is_no_page", async () => {
  const { bindQueryParam } = await import("../apps/node/node_modules/tabstate/dist/dom.js");
  globalThis[Symbol.for("tabstate")]?.release();
  assert.throws(() => bindQueryParam({ nodeType: 1, localName: "input", type: "text" }, "k"), { code: "not-ready" });
});
