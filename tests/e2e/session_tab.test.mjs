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
    tabstate.sessionState.set("a", 1);
    const before = stored.names();
    const { held, pending } = await navigator.locks.query();
    await tabstate.sessionState.ready();
    return [before, held.length + pending.length, stored.names()];
  });
  assert.deepEqual(seen, [["tabstate:a"], 0, ["tabstate!tab", "tabstate:a"]]);
});

// Copies

/** Opens a window that has a copy of the storage, and waits until it is loaded. Runs in the page. */
const copying = async (path) => {
  const copy = open(path, "_blank");
  if (copy === null) throw new Error("no window was opened");
  globalThis.copies = [...(globalThis.copies ?? []), copy];
  // An event may come before anybody listens.
  await stored.until(() => copy.tabstate !== undefined && copy.document.readyState === "complete", 10_000);
  return copy;
};

for (const kind of ["keep", "fresh", "keep-no-locks", "fresh-no-locks"]) {
  test(`a_window_that_the_page_opens_has_another_id_by_ready_and_the_originals_stays ${kind}`, async () => {
    const tab = await openPage(`of-${kind}`);
    const seen = await tab.run(
      async (copying, kind) => {
        // biome-ignore lint/security/noGlobalEval: a claim is source text
        const openCopy = globalThis.eval(`(${copying})`);
        const { sessionState } = tabstate;
        sessionState.set("a", { n: 1 });
        stored.put("foreign", "theirs");
        await sessionState.ready();
        const id = sessionState.tabId;
        const rows = [];
        for (let nth = 0; nth < 3; nth++) {
          const copy = await openCopy(`/of-${kind}/copy-${nth}`);
          const theirs = copy.tabstate.sessionState;
          const first = theirs.tabId;
          await theirs.ready();
          const names = copy.stored.names().filter((name) => !name.startsWith("tabstate!"));
          theirs.set("b", nth);
          rows.push({
            first,
            id: theirs.tabId,
            stored: copy.stored.get("tabstate!tab"),
            a: theirs.a?.n ?? null,
            names,
          });
        }
        // A copy of a copy.
        const grandchild = await copies[0].eval(`(${copying})`)(`/of-${kind}/copy-of-copy`);
        await grandchild.tabstate.sessionState.ready();
        await sessionState.ready();
        return {
          id,
          now: sessionState.tabId,
          rows,
          grandchild: grandchild.tabstate.sessionState.tabId,
          ours: sessionState.toDict(),
          names: stored.names(),
        };
      },
      `${copying}`,
      kind,
    );
    const { id, now, rows, grandchild, ours, names } = seen;
    assert.equal(now, id);
    const ids = [id, ...rows.map((row) => row.id), grandchild];
    assert.equal(new Set(ids).size, 5, ids.join());
    for (const one of ids) assert.match(one, isId);
    for (const row of rows) {
      assert.equal(row.stored, row.id);
      const isKept = kind.startsWith("keep");
      assert.deepEqual([row.a, row.names], [isKept ? 1 : null, isKept ? ["foreign", "tabstate:a"] : ["foreign"]]);
    }
    assert.deepEqual(ours, { a: { n: 1 } }, "what copies do is theirs");
    assert.deepEqual(names, ["foreign", "tabstate!tab", "tabstate:a"]);
    assert.deepEqual(await tab.errors(), []);
  });
}

test("a_copys_id_stays_its_own_across_reloads_and_after_the_original_is_closed", async () => {
  const tab = await openPage("of-keep");
  const [original] = [await tab.driver.getWindowHandle()];
  const first = await tab.run(async (copying) => {
    tabstate.sessionState.set("a", 1);
    await tabstate.sessionState.ready();
    // biome-ignore lint/security/noGlobalEval: a claim is source text
    const copy = await globalThis.eval(`(${copying})`)("/asking-keep/copy");
    await copy.tabstate.sessionState.ready();
    return [tabstate.sessionState.tabId, copy.tabstate.sessionState.tabId];
  }, `${copying}`);
  const handles = await tab.driver.getAllWindowHandles();
  const copy = handles.at(-1) === original ? handles.at(-2) : handles.at(-1);
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
  assert.notEqual(first[0], first[1]);
  assert.deepEqual([...new Set(idsOf(ids).slice(1))], [first[1]]);
  assert.deepEqual(dict, { a: 1 });
});

for (const kind of ["keep", "fresh"]) {
  test(`a_copy_whose_original_is_closed_before_it_asks_is_the_only_one_with_its_id ${kind}`, async () => {
    const tab = await openPage("of-keep");
    const original = await tab.driver.getWindowHandle();
    const id = await tab.run(
      async (copying, kind) => {
        tabstate.sessionState.set("a", 1);
        await tabstate.sessionState.ready();
        // biome-ignore lint/security/noGlobalEval: a claim is source text
        await globalThis.eval(`(${copying})`)(`/of-${kind}/copy`);
        return tabstate.sessionState.tabId;
      },
      `${copying}`,
      kind,
    );
    const copy = (await tab.driver.getAllWindowHandles()).filter((handle) => handle !== original).at(-1);
    await tab.driver.close();
    await tab.driver.switchTo().window(copy);
    const seen = await tab.run(async () => {
      const { sessionState } = tabstate;
      await sessionState.ready();
      return [sessionState.tabId, sessionState.toDict()];
    });
    assert.match(seen[0], isId);
    // It is what became of the original: it has its id, or one that nobody else has, and its values.
    assert.deepEqual(seen[1], { a: 1 }, `${id} ${seen[0]}`);
  });
}

test("a_window_without_an_opener_begins_empty_with_an_id_of_its_own", async () => {
  const tab = await openPage("of-keep");
  const original = await tab.driver.getWindowHandle();
  const before = await tab.driver.getAllWindowHandles();
  const id = await tab.run(async () => {
    tabstate.sessionState.set("a", 1);
    await tabstate.sessionState.ready();
    open("/of-keep/noopener", "_blank", "noopener");
    return tabstate.sessionState.tabId;
  });
  await tab.driver.wait(async () => (await tab.driver.getAllWindowHandles()).length > before.length, 10_000);
  const [other] = (await tab.driver.getAllWindowHandles()).filter((handle) => !before.includes(handle));
  await tab.driver.switchTo().window(other);
  await tab.driver.wait(() => tab.run(() => globalThis.tabstate !== undefined).catch(() => false), 10_000);
  const seen = await tab.run(async () => {
    const { sessionState } = tabstate;
    await sessionState.ready();
    return { id: sessionState.tabId, dict: sessionState.toDict(), opener: opener === null };
  });
  await tab.driver.switchTo().window(original);
  assert.match(seen.id, isId);
  assert.notEqual(seen.id, id);
  assert.deepEqual([seen.dict, seen.opener], [{}, true]);
});

test("a_page_that_knows_its_tab_can_still_go_to_the_back_forward_cache_and_has_its_id_there", async (t) => {
  const headers = { "cache-control": "max-age=0" };
  addPage("/kept-id/*", { body: html(stored + importing), headers });
  const tab = await openTab("/kept-id/1");
  const ask = async () => {
    await tabstate.sessionState.ready();
    return tabstate.sessionState.tabId;
  };
  const id = await tab.run(ask);
  await tab.run(() => {
    globalThis.isFirst = true;
  });
  await leave(tab, "/kept-id/2");
  const next = await tab.run(ask);
  await tab.run(() => void setTimeout(() => history.back(), 10));
  await tab.driver.wait(async () => new URL(await tab.url()).pathname === "/kept-id/1", 10_000);
  await tab.driver.wait(() => tab.run(() => globalThis.tabstate !== undefined).catch(() => false), 10_000);
  const seen = await tab.run(async (copying) => {
    await tabstate.sessionState.ready();
    const { tabId } = tabstate.sessionState;
    // It still answers for its id.
    // biome-ignore lint/security/noGlobalEval: a claim is source text
    const copy = await globalThis.eval(`(${copying})`)("/of-keep/copy-of-restored");
    await copy.tabstate.sessionState.ready();
    return [tabId, copy.tabstate.sessionState.tabId, globalThis.isFirst ?? false];
  }, `${copying}`);
  assert.deepEqual([next, seen[0]], [id, id]);
  assert.notEqual(seen[1], id);
  t.diagnostic(`${engine}: ${seen[2] ? "restored from the back/forward cache" : "loaded anew"}`);
  if (engine === "chromium") assert.ok(seen[2], "restored");
});
