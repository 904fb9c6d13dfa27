// Which tab it is: `tabId` stays with the tab across reloads, pages and frames; a copy of the tab has another one by
// `ready()`, and `onClone` decides about the copy's values, never about the original's.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, engine, html, importing, openTab } from "../support/claims.mjs";

const isQuick = process.env.TABSTATE_QUICK !== undefined;

const stored = '<script src="/pages/stored.js"></script>';
const configuring = (options) => `<script type="module">
      import * as tabstate from "/package/dist/index.js";
      globalThis.tabstate = tabstate;
      tabstate.configure(${JSON.stringify(options)});
    </script>`;
/** Asks at once, before the page is complete, and notes what it is told; reloads as often as was asked for. */
const asking = (extra = "") => `<script type="module">
      const { sessionState } = globalThis.tabstate;
      const note = (id) => stored.put("ids", (stored.get("ids") ?? "") + id + " ");
      note(sessionState.tabId);
      const left = Number(stored.get("left") ?? 0);
      ${extra}
      if (left > 0) {
        stored.put("left", left - 1);
        if (left % 3 === 0) await sessionState.ready();
        if (left % 3 === 1) await new Promise((resolve) => setTimeout(resolve, left));
        location.reload();
      } else {
        await sessionState.ready();
        note(sessionState.tabId);
        stored.put("done", "yes");
      }
    </script>`;
const withoutLocks = `<script>Object.defineProperty(navigator, "locks", { value: undefined });</script>`;

const kinds = {
  keep: stored + importing,
  fresh: stored + configuring({ onClone: "fresh" }),
  "keep-no-locks": withoutLocks + stored + importing,
  "fresh-no-locks": withoutLocks + stored + configuring({ onClone: "fresh" }),
};
for (const [kind, head] of Object.entries(kinds)) {
  addPage(`/of-${kind}/*`, { body: html(head) });
  addPage(`/asking-${kind}/*`, { body: html(head + asking()) });
}
addPage("/with-frames/*", {
  body: html(
    stored + importing + asking(),
    '<iframe src="/asking-frame/1"></iframe><iframe src="/asking-frame/2"></iframe><iframe src="/asking-frame/3"></iframe>',
  ),
});
const frameAsking = `<script type="module">
  const { sessionState } = globalThis.tabstate;
  const note = (id) => stored.put("frame-ids", (stored.get("frame-ids") ?? "") + id + " ");
  note(sessionState.tabId);
  await sessionState.ready();
  note(sessionState.tabId);
</script>`;
addPage("/asking-frame/*", { body: html(stored + importing + frameAsking) });

addPage("/no-module/*", { body: html(stored) });

let pages = 0;
const openPage = (kind) => openTab(`/${kind}/${++pages}`);
const idsOf = (text) => text.trim().split(" ");

async function leave(tab, path) {
  await tab.run((path) => void setTimeout(() => location.assign(path), 10), path);
  await tab.driver.wait(async () => new URL(await tab.url()).pathname === path, 10_000, "it does not go", 10);
  await tab.driver.wait(() => tab.run(() => globalThis.tabstate !== undefined).catch(() => false), 10_000);
}

const isId = /^[0-9a-f]{32}$/;

for (const kind of ["keep", "fresh", "keep-no-locks", "fresh-no-locks"]) {
  test(`twenty_quick_reloads_never_give_another_id_nor_lose_a_value ${kind}`, async () => {
    const tab = await openPage(`asking-${kind}`);
    // Without locks each page that is asked waits for two seconds.
    const rounds = kind.endsWith("locks") ? 4 : isQuick ? 8 : 20;
    await tab.driver.wait(() => tab.run(() => stored.get("done") === "yes"), 10_000);
    await tab.run((rounds) => {
      tabstate.sessionState.set("a", { kept: true });
      stored.remove("done");
      stored.put("left", rounds);
      setTimeout(() => location.reload(), 10);
    }, rounds);
    await tab.driver.wait(() => tab.run(() => stored.get("done") === "yes").catch(() => false), 60_000, "not done", 50);
    const seen = await tab.run(() => [stored.get("ids"), tabstate.sessionState.toDict(), stored.names()]);
    const ids = idsOf(seen[0]);
    assert.ok(ids.length >= rounds + 3, `${ids.length}`);
    assert.match(ids[0], isId);
    assert.deepEqual([...new Set(ids)], [ids[0]]);
    assert.deepEqual(seen[1], { a: { kept: true } });
    assert.deepEqual(seen[2], ["done", "ids", "left", "tabstate!tab", "tabstate:a"], "nothing is left behind");
    assert.deepEqual(await tab.errors(), []);
  });
}

test("the_id_stays_on_other_pages_and_after_a_visit_to_another_origin", async () => {
  const tab = await openPage("of-keep");
  const ask = async () => {
    await tabstate.sessionState.ready();
    return tabstate.sessionState.tabId;
  };
  const ids = [await tab.run(ask)];
  await leave(tab, `/of-keep/next-${pages}`);
  ids.push(await tab.run(ask));
  await tab.goto(`${tab.origins[1]}/of-keep/away`);
  const away = await tab.run(ask);
  await tab.goto(`/of-keep/back-${pages}`);
  ids.push(await tab.run(ask));
  assert.match(ids[0], isId);
  assert.deepEqual(ids, [ids[0], ids[0], ids[0]]);
  assert.notEqual(away, ids[0], "each origin has a storage of its own");
});

test("frames_of_the_tab_have_its_id_also_when_they_load_while_the_page_does", async () => {
  const tab = await openPage("with-frames");
  await tab.driver.wait(() => tab.run(() => stored.get("done") === "yes"), 10_000);
  const rounds = isQuick ? 3 : 8;
  await tab.run((rounds) => {
    stored.remove("done");
    stored.put("left", rounds);
    setTimeout(() => location.reload(), 10);
  }, rounds);
  await tab.driver.wait(() => tab.run(() => stored.get("done") === "yes").catch(() => false), 30_000, "not done", 50);
  const seen = await tab.run(async () => {
    await stored.sleep(100);
    const late = await stored.frame({ src: "/of-keep/late-frame" });
    const theirs = late.contentWindow.tabstate.sessionState;
    const ids = [theirs.tabId];
    await theirs.ready();
    ids.push(theirs.tabId);
    return { page: stored.get("ids"), frames: stored.get("frame-ids"), ids };
  });
  const all = [...idsOf(seen.page), ...idsOf(seen.frames), ...seen.ids];
  assert.ok(all.length > rounds + 10);
  assert.deepEqual([...new Set(all)], [all[0]]);
  assert.deepEqual(await tab.errors(), []);
});

test("nothing_is_written_about_the_tab_before_it_is_asked_for", async () => {
  const tab = await openPage("of-keep");
  const seen = await tab.run(async () => {
    // WebKit keeps the locks of windows that are closed.
    const locks = async () => {
      const { held, pending } = await navigator.locks.query();
      return held.length + pending.length;
    };
    const start = await locks();
    tabstate.sessionState.set("a", 1);
    const before = stored.names();
    const added = (await locks()) - start;
    await tabstate.sessionState.ready();
    return [before, added, stored.names()];
  });
  assert.deepEqual(seen, [["tabstate:a"], 0, ["tabstate!tab", "tabstate:a"]]);
});

// Copies

const isLoaded = (tab) =>
  tab.driver.wait(() => tab.run(() => globalThis.tabstate !== undefined).catch(() => false), 10_000, "no modules", 10);

/**
 * Has the page open a window, which gets a copy of its storage; works in that window from then on. WebKit's MiniBrowser opens
 * no window for a page that is driven: there the driver opens it, and the claim copies the storage.
 */
async function openCopy(tab, path) {
  const { driver } = tab;
  const before = await driver.getAllWindowHandles();
  if (engine === "webkit") {
    const entries = await tab.run(() => stored.all());
    await driver.switchTo().newWindow("window");
    await tab.goto("/no-module/copy");
    await tab.run((entries) => {
      for (const [name, text] of Object.entries(entries)) stored.put(name, text);
    }, entries);
    await tab.goto(path);
  } else {
    const isOpen = await tab.run((path) => open(path, "_blank") !== null, path);
    assert.ok(isOpen, "the browser lets the page open a window");
    await driver.wait(async () => (await driver.getAllWindowHandles()).length > before.length, 10_000);
    const [added] = (await driver.getAllWindowHandles()).filter((handle) => !before.includes(handle));
    await driver.switchTo().window(added);
  }
  await isLoaded(tab);
  return driver.getWindowHandle();
}

/** The id that the present window comes to, and what else is there then. */
const decided = async () => {
  const { sessionState } = tabstate;
  await sessionState.ready();
  const names = stored.names().filter((name) => !name.startsWith("tabstate!"));
  return { id: sessionState.tabId, kept: stored.get("tabstate!tab"), dict: sessionState.toDict(), names };
};

for (const kind of ["keep", "fresh", "keep-no-locks", "fresh-no-locks"]) {
  test(`a_copy_of_the_tab_has_another_id_by_ready_and_the_originals_stays ${kind}`, async () => {
    const tab = await openPage(`of-${kind}`);
    const original = await tab.driver.getWindowHandle();
    await tab.run(() => {
      tabstate.sessionState.set("a", { n: 1 });
      stored.put("foreign", "theirs");
    });
    const { id } = await tab.run(decided);
    const copies = [];
    for (const nth of [0, 1]) {
      await openCopy(tab, `/of-${kind}/copy-${nth}`);
      copies.push(await tab.run(decided));
      await tab.run((nth) => tabstate.sessionState.set("b", nth), nth);
      if (nth === 0) await tab.driver.switchTo().window(original);
    }
    // A copy of a copy.
    await openCopy(tab, `/of-${kind}/copy-of-copy`);
    copies.push(await tab.run(decided));
    await tab.driver.switchTo().window(original);
    const now = await tab.run(decided);
    const dict = { a: { n: 1 } };
    assert.deepEqual(now, { id, kept: id, dict, names: ["foreign", "tabstate:a"] }, "what copies do is theirs");
    const ids = [id, ...copies.map((copy) => copy.id)];
    for (const one of ids) assert.match(one, isId);
    assert.equal(new Set(ids).size, 4, ids.join());
    const isKept = kind.startsWith("keep");
    for (const [nth, copy] of copies.entries()) {
      assert.equal(copy.kept, copy.id);
      const theirs = nth === 2 ? { ...dict, b: 1 } : dict;
      assert.deepEqual(copy.dict, isKept ? theirs : {});
      assert.deepEqual(
        copy.names,
        isKept ? ["foreign", ...Object.keys(theirs).map((key) => `tabstate:${key}`)] : ["foreign"],
      );
    }
    assert.deepEqual(await tab.errors(), []);
  });
}

test("a_copys_id_stays_its_own_across_reloads_and_after_the_original_is_closed", async () => {
  const tab = await openPage("of-keep");
  const original = await tab.driver.getWindowHandle();
  await tab.run(() => tabstate.sessionState.set("a", 1));
  const { id } = await tab.run(decided);
  const copy = await openCopy(tab, "/asking-keep/copy");
  const first = await tab.run(decided);
  await tab.driver.switchTo().window(original);
  await tab.driver.close();
  await tab.driver.switchTo().window(copy);
  await tab.driver.wait(() => tab.run(() => stored.get("done") === "yes").catch(() => false), 10_000);
  await tab.run(() => {
    stored.remove("done");
    stored.put("left", 4);
    setTimeout(() => location.reload(), 10);
  });
  await tab.driver.wait(() => tab.run(() => stored.get("done") === "yes").catch(() => false), 20_000, "not done", 50);
  const [ids, dict] = await tab.run(() => [stored.get("ids"), tabstate.sessionState.toDict()]);
  assert.notEqual(first.id, id);
  assert.deepEqual([...new Set(idsOf(ids).slice(1))], [first.id]);
  assert.deepEqual(dict, { a: 1 });
});

for (const kind of ["keep", "fresh"]) {
  test(`a_copy_whose_original_is_closed_before_it_asks_is_what_became_of_it ${kind}`, async () => {
    const tab = await openPage("of-keep");
    const original = await tab.driver.getWindowHandle();
    await tab.run(() => tabstate.sessionState.set("a", 1));
    await tab.run(decided);
    const copy = await openCopy(tab, `/of-${kind}/copy`);
    await tab.driver.switchTo().window(original);
    await tab.driver.close();
    await tab.driver.switchTo().window(copy);
    const seen = await tab.run(decided);
    assert.match(seen.id, isId);
    // Nobody else has its id, and it has the values.
    assert.deepEqual(seen.dict, { a: 1 });
  });
}

test("a_window_without_an_opener_begins_empty_with_an_id_of_its_own", async () => {
  const tab = await openPage("of-keep");
  const { driver } = tab;
  const original = await driver.getWindowHandle();
  const before = await driver.getAllWindowHandles();
  await tab.run(() => tabstate.sessionState.set("a", 1));
  const { id } = await tab.run(decided);
  if (engine === "webkit") {
    await driver.switchTo().newWindow("window");
    await tab.goto("/of-keep/noopener");
  } else {
    await tab.run(() => void open("/of-keep/noopener", "_blank", "noopener"));
    await driver.wait(async () => (await driver.getAllWindowHandles()).length > before.length, 10_000);
    const [other] = (await driver.getAllWindowHandles()).filter((handle) => !before.includes(handle));
    await driver.switchTo().window(other);
  }
  await isLoaded(tab);
  const seen = await tab.run(decided);
  const hasNone = await tab.run(() => opener === null);
  await driver.switchTo().window(original);
  assert.match(seen.id, isId);
  assert.notEqual(seen.id, id);
  assert.deepEqual([seen.dict, hasNone], [{}, true]);
});

test("a_page_that_knows_its_tab_can_still_go_to_the_back_forward_cache_and_answers_for_its_id_again", async (t) => {
  const headers = { "cache-control": "max-age=0" };
  addPage("/kept-id/*", { body: html(stored + importing), headers });
  const tab = await openTab("/kept-id/1");
  await isLoaded(tab);
  const { id } = await tab.run(decided);
  await tab.run(() => {
    globalThis.isFirst = true;
  });
  await leave(tab, "/kept-id/2");
  const next = await tab.run(decided);
  await tab.run(() => void setTimeout(() => history.back(), 10));
  await tab.driver.wait(async () => new URL(await tab.url()).pathname === "/kept-id/1", 10_000);
  await isLoaded(tab);
  const back = await tab.run(decided);
  const wasRestored = await tab.run(() => globalThis.isFirst ?? false);
  await openCopy(tab, "/of-keep/copy-of-restored");
  const copy = await tab.run(decided);
  assert.deepEqual([next.id, back.id], [id, id]);
  assert.notEqual(copy.id, id);
  t.diagnostic(`${engine}: ${wasRestored ? "restored from the back/forward cache" : "loaded anew"}`);
  if (engine === "chromium") assert.ok(wasRestored);
});
