// What a write does to the address, what it leaves alone, and what reads see of other code's changes.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, html, importing, openTab } from "../support/claims.mjs";

const signed = "?sig=a%20b%2Cc&flag&e=%E9&q=%41";

test("unmanaged_bytes_the_path_the_fragment_and_the_state_stay_through_all_writes", async () => {
  const tab = await openTab(`${signed}#top`);
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const { pathname } = location;
    history.replaceState({ deep: [1, { of: "another" }] }, "");
    const searches = [];
    for (const write of [
      () => queryParams.set("n", 42),
      () => queryParams.update({ n: [1, 2], m: "x y" }),
      () => queryParams.set("p", "pushed", { history: "push" }),
      () => queryParams.transaction(() => queryParams.delete("n")),
      () => queryParams.set("q", "new"),
      () => queryParams.update({ q: null, m: null, p: null }),
    ]) {
      write();
      await queryParams.settled();
      searches.push(location.search);
    }
    const { hash, pathname: after } = location;
    return { searches, hash, state: history.state, isPathKept: pathname === after };
  });
  assert.deepEqual(seen.searches, [
    "?sig=a%20b%2Cc&flag&e=%E9&q=%41&n=42",
    "?sig=a%20b%2Cc&flag&e=%E9&q=%41&n=1&n=2&m=x+y",
    "?sig=a%20b%2Cc&flag&e=%E9&q=%41&n=1&n=2&m=x+y&p=pushed",
    "?sig=a%20b%2Cc&flag&e=%E9&q=%41&m=x+y&p=pushed",
    "?sig=a%20b%2Cc&flag&e=%E9&q=new&m=x+y&p=pushed",
    "?sig=a%20b%2Cc&flag&e=%E9",
  ]);
  assert.equal(seen.hash, "#top");
  assert.ok(seen.isPathKept);
  assert.deepEqual(seen.state, { deep: [1, { of: "another" }] });
  assert.deepEqual(await tab.errors(), []);
});

test("a_path_that_begins_with_two_slashes_stays", async () => {
  addPage("//double//*", { body: html(importing) });
  const tab = await openTab("", { bare: true });
  await tab.goto(`${tab.origins[0]}//double//slash?a=1`);
  const href = await tab.run(async () => {
    tabstate.queryParams.set("n", 1);
    await tabstate.queryParams.settled();
    return location.href;
  });
  assert.equal(href, `${tab.origins[0]}//double//slash?a=1&n=1`);
});

test("a_base_element_does_not_move_the_address", async () => {
  addPage("/based", { body: html(`<base href="/other/place/?b=2#there" />${importing}`) });
  const tab = await openTab("/based?a=1#here");
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    queryParams.set("n", 1);
    await queryParams.settled();
    const written = location.pathname + location.search + location.hash;
    queryParams.clear({ history: "push" });
    await queryParams.settled();
    return [written, location.pathname + location.search + location.hash];
  });
  assert.deepEqual(seen, ["/based?a=1&n=1#here", "/based#here"]);
});

test("the_next_read_sees_what_other_code_did_to_the_address", async () => {
  const tab = await openTab("?a=0");
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    const reads = [queryParams.get("a")];
    const changes = [
      () => history.replaceState(null, "", "?a=1"),
      () => history.pushState(null, "", "?a=2"),
      () => History.prototype.replaceState.call(history, null, "", "?a=3"),
      () => History.prototype.pushState.call(history, null, "", "?a=4"),
      () => {
        location.hash = "elsewhere";
      },
      () => history.replaceState(null, "", location.pathname),
      () => history.replaceState(null, "", "?a=5&a=6"),
    ];
    for (const change of changes) {
      change();
      reads.push(queryParams.get("a") ?? null);
    }
    reads.push(queryParams.getAll("a"), queryParams.toString(), { ...queryParams }, queryParams.size);
    return reads;
  });
  assert.deepEqual(seen, ["0", "1", "2", "3", "4", "4", null, "6", ["5", "6"], "a=5&a=6", { a: "6" }, 1]);
});

test("a_write_that_waits_and_another_scripts_replace_both_come_into_the_address", async () => {
  const tab = await openTab("?a=0");
  const seen = await tab.run(async () => {
    const { queryParams } = tabstate;
    queryParams.set("n", 1);
    history.replaceState(null, "", "?a=1&other=2");
    const reads = [queryParams.get("n"), queryParams.get("a"), queryParams.get("other")];
    return { reads, outcome: await queryParams.settled(), search: location.search };
  });
  assert.deepEqual(seen, { reads: ["1", "1", "2"], outcome: "applied", search: "?a=1&other=2&n=1" });
});

test("removing_the_last_parameter_leaves_no_question_mark", async () => {
  const tab = await openTab("?a=1#top");
  const href = await tab.run(async () => {
    tabstate.queryParams.clear();
    await tabstate.queryParams.settled();
    return location.href.slice(location.origin.length + location.pathname.length);
  });
  assert.equal(href, "#top");
});

test("what_was_written_is_read_again_after_a_reload", async () => {
  const values = {
    quotes: "'\"`<>",
    marks: "a&b=c#d?e%20f+g",
    control: "\t\r\n\u0000\u007F",
    words: "ключ 鍵 🎈 é",
    ends: "etc.",
    mark: "\uFEFFx",
    "ke y&=#+'": "",
    __proto__x: "x",
  };
  const tab = await openTab("#top");
  const before = await tab.run(async (values) => {
    const { queryParams } = tabstate;
    queryParams.update(values);
    queryParams.set("surrogate", "a\uD800b");
    const outcome = await queryParams.settled();
    return { outcome, pending: tabstate.inspectWriter().pending, search: location.search, text: `?${queryParams}` };
  }, values);
  assert.equal(before.outcome, "applied");
  assert.deepEqual(before.pending, []);
  assert.equal(before.text, before.search);
  await tab.reload();
  const after = await tab.run(() => tabstate.queryParams.toDict());
  assert.deepEqual(after, { ...values, surrogate: "a\uFFFDb" });
});
