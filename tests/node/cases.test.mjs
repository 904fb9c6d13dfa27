// The cases that every host has to meet, played in memory. The ones that begin with reserved keys, or with a key whose
// values stand apart, need an address to begin with: tests/e2e/cases.test.mjs plays all of them in a page.

import assert from "node:assert/strict";
import test from "node:test";
import { casesOf, compared, nameOf, play } from "../support/cases.mjs";
import { tabstate } from "../support/packages.mjs";

globalThis.tabstate = tabstate;
const { queryParams, parseQuery } = tabstate;
const files = ["query_params", "experimental_query_params"].map(casesOf);
const cases = files.flatMap((file) => file.cases);
const later = files.flatMap((file) => file.later);

const isReserved = ([key]) => ["embed", "embed_options"].includes(key.toLowerCase());

for (const entry of cases) {
  const { start, ops, expect, end, text } = entry;
  const pairs = parseQuery(start);
  if (pairs.some(isReserved) || !isTogether(pairs)) continue;
  test(nameOf(entry), () => {
    queryParams.fromDict(grouped(pairs));
    assert.deepEqual(compared(play(ops), expect), expect);
    assert.deepEqual(parseQuery(queryParams.toString()), end);
    if (text !== undefined && start === "") assert.equal(queryParams.toString(), text);
  });
}

for (const { id, later: part } of later) test(id, { skip: `later: ${part}` }, () => {});

function isTogether(pairs) {
  return pairs.every(([key], nth) => pairs.findIndex(([other]) => other === key) === nth || pairs[nth - 1][0] === key);
}

function grouped(pairs) {
  const values = new Map();
  for (const [key, value] of pairs) values.set(key, [...(values.get(key) ?? []), value]);
  return values;
}
