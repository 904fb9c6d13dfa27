// Typed parameters in real pages: entries of the history, debounces, Back and Forward, and every codec's row in this
// engine's own Date and Number.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { openTab } from "../support/claims.mjs";

test("a_filter_and_the_page_that_it_resets_are_one_entry_and_one_notification", async () => {
  const tab = await openTab("?page=5&keep=a%20b#top", { observed: true });
  const seen = await tab.run(async () => {
    const { defineParams, int, text, queryParams } = tabstate;
    const filters = defineParams(
      { q: text().default("").history("push"), page: int({ min: 1 }).default(1) },
      { resets: { page: ["q"] } },
    );
    const heard = [];
    filters.subscribe((change) => heard.push(change));
    const length = history.length;
    filters.set({ q: "fjord" });
    await queryParams.settled();
    const set = { search: location.search, values: filters.get(), calls: [...observed.calls] };
    const entries = history.length - length;
    await observed.go(-1);
    return { set, entries, heard, search: location.search, hash: location.hash, values: filters.get() };
  });
  assert.deepEqual(seen, {
    set: { search: "?keep=a%20b&q=fjord", values: { q: "fjord", page: 1 }, calls: ["push"] },
    entries: 1,
    heard: [
      { keys: ["q", "page"], source: "local" },
      { keys: ["q", "page"], source: "traversal" },
    ],
    search: "?page=5&keep=a%20b",
    hash: "#top",
    values: { q: "", page: 5 },
  });
});

test("a_key's_debounce_delays_the_address_and_never_the_state", async () => {
  const tab = await openTab("?a=0", { observed: true });
  const seen = await tab.run(async () => {
    const { defineParams, int, text, queryParams } = tabstate;
    const filters = defineParams({ q: text().default("").debounce(300), page: int().default(1) });
    for (const q of ["f", "fj", "fjo"]) filters.set({ q });
    const atOnce = [filters.get("q"), queryParams.get("q")];
    await observed.sleep(60);
    const waiting = location.search;
    await observed.until(() => location.search === "?a=0&q=fjo");
    const calls = observed.calls.length;
    filters.set({ page: 2 });
    await null;
    await null;
    return { atOnce, waiting, calls, undelayed: location.search };
  });
  assert.deepEqual(seen, { atOnce: ["fjo", "fjo"], waiting: "?a=0", calls: 1, undelayed: "?a=0&q=fjo&page=2" });
});

test("options_of_a_call_win_over_the_key's_and_those_over_the_definition's", async () => {
  const tab = await openTab("", { observed: true });
  const seen = await tab.run(async () => {
    const { configure, defineParams, int, queryParams } = tabstate;
    configure({ history: "push" });
    const params = defineParams({ own: int().history("push"), other: int() }, { history: "replace" });
    const bare = defineParams({ free: int() });
    const call = async (write) => {
      observed.calls.length = 0;
      write();
      await queryParams.settled();
      return observed.calls.join();
    };
    return {
      call: await call(() => params.set({ own: 1 }, { history: "replace" })),
      key: await call(() => params.set({ own: 2 })),
      definition: await call(() => params.set({ other: 3 })),
      configured: await call(() => bare.set({ free: 4 })),
      together: await call(() => params.set({ own: 5, other: 5 })),
    };
  });
  assert.deepEqual(seen, {
    call: "replace",
    key: "push",
    definition: "replace",
    configured: "push",
    together: "push",
  });
});

test("what_other_code_and_the_user_do_is_read_at_once", async () => {
  const tab = await openTab("?page=2", { observed: true });
  const seen = await tab.run(async () => {
    const { defineParams, int } = tabstate;
    const params = defineParams({ page: int().default(1) });
    const pages = [params.get("page")];
    const heard = [];
    params.subscribe(({ keys, source }) => heard.push([...keys, source]));
    history.pushState(null, "", "?page=3");
    pages.push(params.get("page"));
    history.replaceState(null, "", "?page=x");
    pages.push(params.get("page"), params.inspect("page").state);
    await observed.go(-1);
    pages.push(params.get("page"));
    return { pages, heard };
  });
  assert.deepEqual(seen.pages, [2, 3, 1, "invalid", 2]);
  assert.deepEqual(seen.heard.at(-1), ["page", "traversal"]);
});

test("a_link_is_an_address_of_this_page", async () => {
  const tab = await openTab("?q=a&page=5&sig=a%20b#top");
  const href = await tab.run(() => {
    const { defineParams, int, text } = tabstate;
    return defineParams({ q: text(), page: int() }, { resets: { page: ["q"] } }).href({ q: "b" });
  });
  const url = new URL(await tab.url());
  assert.equal(href, `${url.origin}${url.pathname}?q=b&sig=a%20b`);
});

test("every_row_of_the_codecs_reads_and_writes_the_same_in_this_engine", async () => {
  const rows = JSON.parse(readFileSync(new URL("../cases/codecs.json", import.meta.url), "utf8"));
  const plain = rows.filter(({ only, raw }) => only !== "rust" && raw?.every((text) => typeof text === "string"));
  const tab = await openTab();
  const wrong = await tab.run((rows) => {
    const { bigint, delimited, list, tuple } = tabstate;
    const codecOf = (described) => {
      const [name, ...given] = [described].flat();
      if (name === "list") return list(codecOf(given[0]));
      if (name === "delimited") return delimited(given[0], codecOf(given[1]));
      if (name === "tuple") return tuple(...given.map(codecOf));
      if (name !== "bigint") return tabstate[name](...given);
      return bigint(Object.fromEntries(Object.entries(given[0] ?? {}).map(([key, limit]) => [key, BigInt(limit)])));
    };
    return rows.flatMap(({ id, codec, raw, written = raw, invalid, value: expected }) => {
      if (raw.length === 0 || expected === null) return [];
      const param = codecOf(codec);
      const value = param.parse(raw);
      if (value === undefined || invalid) return value === undefined && invalid ? [] : [[id, String(value)]];
      const texts = param.format(value);
      return JSON.stringify(texts) === JSON.stringify(written) ? [] : [[id, texts]];
    });
  }, plain);
  assert.ok(plain.length > 300);
  assert.deepEqual(wrong, []);
});
