// Reading and writing of texts against the browser's own URLSearchParams.

import assert from "node:assert/strict";
import test from "node:test";
import { openTab } from "../support/claims.mjs";

test("thirty_thousand_random_queries_read_as_URLSearchParams_reads_them", async () => {
  const tab = await openTab();
  const seen = await tab.run(async () => {
    const { parseQuery, formatQuery } = tabstate;
    // mulberry32: the same queries in every run and engine.
    let state = 20_261_123;
    const random = (below) => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
    };
    const hex = () => random(256).toString(16).padStart(2, "0");
    const pieces = [
      () => "&",
      () => "=",
      () => "+",
      () => "%",
      () => `%${hex()}`,
      () => `%${hex().toUpperCase()}`,
      () => `%${"0aZ!g"[random(5)]}${"Ff-%"[random(4)]}`,
      () => encodeURIComponent(String.fromCodePoint(0x80 + random(0xd700))),
      () => encodeURIComponent(String.fromCodePoint(0x10000 + random(0x100000))),
      () => `%${(0x80 + random(0x80)).toString(16)}`,
      () => String.fromCodePoint(0x10000 + random(0x100000)),
      () => String.fromCharCode(random(0x10000)),
      () => String.fromCharCode(0xd800 + random(0x800)),
      () => String.fromCharCode(random(0x80)),
      () => "abcxyz019"[random(9)],
      () =>
        ["\0", "\uFEFF", "%EF%BB%BF", "?", "#", ";", "&&", "==", "&=&", "\r\n", "'", "%00", "__proto__"][random(13)],
    ];
    const query = () => Array.from({ length: random(24) }, () => pieces[random(pieces.length)]()).join("");
    const differences = [];
    const count = 30_000;
    for (let nth = 0; nth < count; nth += 1) {
      const text = query();
      const expected = [...new URLSearchParams(text)];
      const pairs = parseQuery(text);
      if (JSON.stringify(pairs) !== JSON.stringify(expected)) differences.push(["parse", text, pairs, expected]);
      const written = formatQuery(pairs);
      if (JSON.stringify([...new URLSearchParams(written)]) !== JSON.stringify(expected)) {
        differences.push(["format", text, written, expected]);
      }
    }
    return { count, differences: differences.slice(0, 5) };
  });
  assert.deepEqual(seen, { count: 30_000, differences: [] });
});

test("a_random_query_in_the_address_reads_as_URLSearchParams_reads_it_and_keeps_its_bytes", async () => {
  const tab = await openTab();
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const differences = [];
    for (const query of [
      "a=%",
      "a=%zz&b=%C3",
      "&&a&&=&=x&",
      "a=é&b=%E9",
      "a=1;b=2",
      "a+b=c+d&a%20b=2",
      "__proto__=1&constructor=2&toString=3",
      "a=%00&b=\u0000",
      "%61=1&a=2",
      "a[]=1&a[]=2",
      "q='x'&r=\"y\"",
    ]) {
      history.replaceState(null, "", `?${query}`);
      const before = location.search;
      const expected = Object.fromEntries(new URLSearchParams(before));
      if (JSON.stringify(queryParams.toDict()) !== JSON.stringify(expected)) {
        differences.push([before, queryParams.toDict(), expected]);
      }
      queryParams.set("own", "1");
      await queryParams.settled();
      if (location.search.replace(/&?own=1$/, "") !== before.replace(/&$/, ""))
        differences.push([before, location.search]);
      queryParams.delete("own");
      await queryParams.settled();
    }
    return differences;
  });
  assert.deepEqual(seen, []);
});
