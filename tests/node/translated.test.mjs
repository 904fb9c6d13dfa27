// `tabstate/js` where there is no WebAssembly at all, beside `tabstate`, and where its memory grows. All else it has to hold is
// in the other files here, run with TABSTATE_ENTRY=js/index.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { copyPackage, importFrom, packed, unused } from "../support/packages.mjs";

const entries = readdirSync(join(packed, "dist", "js")).filter((file) => /^[a-z]+\.js$/.test(file));

test("every_entry_starts_where_there_is_no_webassembly", () => {
  assert.ok(entries.length > 1);
  const program = `
    delete globalThis.WebAssembly;
    for (const url of ${JSON.stringify(entries.map((file) => pathToFileURL(join(packed, "dist", "js", file))))}) await import(url);
    const { queryParams, sessionState, negotiateLocale, cacheData, defineParams, int } = await import(
      ${JSON.stringify(pathToFileURL(join(packed, "dist", "js", "index.js")))}
    );
    queryParams.set("city", "São Paulo");
    sessionState.set("n", new Map([[1, 2n]]));
    console.log(
      JSON.stringify([
        queryParams.get("city"),
        defineParams({ n: int() }).parse("?n=41").n,
        String(sessionState.get("n").get(1)),
        negotiateLocale("zh-HK", ["en", "zh-TW"]),
        cacheData((n) => n + 1)(41),
        typeof WebAssembly,
      ]),
    );`;
  const told = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
  assert.deepEqual(JSON.parse(told), ["São Paulo", 41, "2", "zh-TW", 42, "undefined"]);
});

for (const [first, second] of [
  ["index", "js/index"],
  ["js/index", "index"],
]) {
  test(`${second}_joins_the_state_of_${first}`, async () => {
    const before = await unused(first);
    const after = await importFrom(copyPackage(), second);
    before.queryParams.set("a", 1);
    after.queryParams.set("b", 2);
    assert.equal(before.queryParams, after.queryParams);
    before.sessionState.set("n", 3n);
    assert.equal(after.sessionState.get("n"), 3n);
    assert.deepEqual({ ...before.queryParams }, { a: "1", b: "2" });
  });
}

test("memory_that_grows_keeps_what_was_in_it", async () => {
  const { queryParams, parseQuery, formatQuery } = await unused("js/index");
  queryParams.set("kept", "fjord");
  const long = "å".repeat(3_000_000);
  queryParams.set("long", long);
  assert.deepEqual([queryParams.get("kept"), queryParams.get("long") === long], ["fjord", true]);
  assert.ok(parseQuery(formatQuery([["long", long]]))[0][1] === long);
});
