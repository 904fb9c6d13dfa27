// What code of the page does in the midst of things: it fills the stack, changes values at the last moment, writes while it
// is told, and has given all lists a `toJSON`. Session state goes on, and loses nothing.

import assert from "node:assert/strict";
import test from "node:test";
import { addPage, engine, html, importing, openTab } from "../support/claims.mjs";

const scripts = '<script src="/pages/stored.js"></script>';
addPage("/page-code/*", { body: html(scripts + importing) });
addPage("/page-code-open/*", { body: html(scripts) });

let pages = 0;
const openPage = (kind = "page-code") => openTab(`/${kind}/${++pages}`);

for (const what of ["sets", "gets", "touches", "updates"]) {
  test(`after_a_stack_without_room_in ${what}, all_goes_on`, async () => {
    const tab = await openPage();
    const seen = await tab.run((what) => {
      const state = tabstate.sessionState;
      let count = 0;
      const calls = {
        sets: () => state.set("deep", count++),
        gets: () => state.get(`absent ${count++}`),
        touches() {
          state.draft.n = count++;
          state.touch("draft");
        },
        updates: () => state.update({ a: count++, b: count, c: count }),
      };
      const fill = () => {
        calls[what]();
        fill();
      };
      state.update({ draft: { n: 0 }, a: 0, b: 0 });
      const thrown = Array.from({ length: 3 }, () => {
        try {
          return fill();
        } catch (error) {
          return error instanceof tabstate.TabstateError ? error.code : error.constructor.name;
        }
      });
      state.set("after", { text: "" });
      state.after.text = "an hour's work";
      state.flush();
      const after = stored.get("tabstate:after").replace(/^.*?=/, "");
      state.clear();
      const cleared = stored.names().filter((name) => name.startsWith("tabstate:"));
      state.set("last", 1);
      return { thrown, after, cleared, quarantined: state.quarantined(), last: stored.get("tabstate:last") };
    }, what);
    assert.ok(
      seen.thrown.every((name) => ["RangeError", "InternalError", "unavailable", "full"].includes(name)),
      `${seen.thrown}`,
    );
    assert.match(seen.last, /^1\/\d+\/0=1$/);
    assert.deepEqual([seen.after, seen.cleared, seen.quarantined], ['{"text":"an hour\'s work"}', [], []]);
  });
}

test("listeners_hear_batches_in_the_order_in_which_they_were_written", async () => {
  const tab = await openPage();
  const heard = await tab.run(() => {
    const { sessionState } = tabstate;
    const heard = [];
    sessionState.subscribe(({ keys: [key] }) => key === "a" && sessionState.set("b", 1));
    sessionState.subscribe(({ keys }) => heard.push(keys.join()));
    sessionState.set("a", 1);
    return heard;
  });
  assert.deepEqual(heard, ["a", "b"]);
});

test("a_listener_that_writes_without_end_is_told_of_and_ends", async () => {
  const tab = await openPage();
  const seen = await tab.run(() => {
    const { sessionState } = tabstate;
    const told = [];
    addEventListener("error", (event) => {
      told.push(event.message);
      event.preventDefault();
    });
    sessionState.subscribe(() => sessionState.set("count", (sessionState.get("count") ?? 0) + 1));
    sessionState.set("s", 1);
    const { count } = sessionState;
    sessionState.set("t", 1);
    return { told: told.length, isMore: sessionState.count > count, isStored: stored.get("tabstate:t") !== undefined };
  });
  assert.deepEqual(seen, { told: 2, isMore: true, isStored: true });
});

test("a_toJSON_of_all_lists_does_not_reach_what_is_written_down", async () => {
  const tab = await openPage();
  const seen = await tab.run(() => {
    const { sessionState } = tabstate;
    sessionState.update({ a: "old a", b: "old bb" });
    const undo = [];
    stored.before = (what, name, text) => what === "set" && name === "tabstate!undo" && undo.push(JSON.parse(text));
    Array.prototype.toJSON = () => "the page's";
    sessionState.update({ a: "new a", b: "new bb" });
    delete Array.prototype.toJSON;
    return { undo, all: sessionState.toDict() };
  });
  assert.deepEqual(seen, { undo: [[["tabstate:a", '1/1/0="old a"']]], all: { a: "new a", b: "new bb" } });
});

for (const event of ["visibilitychange", "pagehide", "beforeunload"]) {
  test(`what_the_page_changes_in_its_own ${event} listener is saved`, async () => {
    const tab = await openPage();
    await tab.run((event) => {
      tabstate.sessionState.set("o", { x: "old" });
      const target = event === "visibilitychange" ? document : window;
      target.addEventListener(event, () => {
        tabstate.sessionState.o.x = "new";
      });
    }, event);
    await tab.driver.navigate().refresh();
    await tab.driver.wait(() => tab.run(() => globalThis.tabstate !== undefined), 10_000);
    assert.equal(await tab.run(() => tabstate.sessionState.o.x), "new");
  });
}

test("what_cannot_be_saved_on_leaving_is_told_once", async () => {
  const tab = await openPage();
  const told = await tab.run(() => {
    let told = 0;
    addEventListener("error", (event) => {
      told++;
      event.preventDefault();
    });
    tabstate.sessionState.set("a", {});
    tabstate.sessionState.a.bad = () => {};
    dispatchEvent(new Event("pagehide"));
    return told;
  });
  assert.equal(told, 1);
});

test("what_was_removed_here_and_written_by_other_code_is_there_again", async () => {
  const tab = await openPage();
  const seen = await tab.run(() => {
    const { sessionState } = tabstate;
    sessionState.set("x", 1);
    sessionState.delete("x");
    stored.put("tabstate:x", "1/1/0=5");
    sessionState.set("y", 1);
    stored.remove("tabstate:y");
    sessionState.delete("y");
    stored.put("tabstate:y", "1/2/0=6");
    const { size } = sessionState;
    const quarantined = sessionState.quarantined();
    const value = [sessionState.get("x"), sessionState.get("y")];
    sessionState.clear();
    return { size, quarantined, value, all: stored.all() };
  });
  assert.deepEqual(seen, { size: 2, quarantined: [], value: [5, 6], all: {} });
});

test("pop_gives_what_it_removes_and_delete_tells_what_was_there", async () => {
  const tab = await openPage();
  const seen = await tab.run(() => {
    const { sessionState } = tabstate;
    sessionState.update({ x: 1, y: 1 });
    stored.put("tabstate:x", "1/1/0=5");
    stored.remove("tabstate:y");
    return [sessionState.pop("x"), sessionState.delete("y"), stored.all()];
  });
  assert.deepEqual(seen, [5, false, {}]);
});

test("in_a_transaction_what_is_written_is_pending_and_a_touch_is_a_part_of_it", async () => {
  const tab = await openPage();
  const seen = await tab.run(() => {
    const { sessionState } = tabstate;
    sessionState.set("o", { x: 1 });
    const heard = stored.hearing();
    const durabilities = [];
    try {
      sessionState.transaction(() => {
        sessionState.set("a", 1);
        durabilities.push(sessionState.durability("a"), sessionState.durability());
        sessionState.o.x = 2;
        sessionState.touch("o");
        sessionState.flush();
        throw new Error("no");
      });
    } catch {
      durabilities.push(sessionState.durability("o"));
    }
    const failed = { ...stored.all() };
    sessionState.transaction(() => sessionState.touch("o"));
    return { durabilities, failed, heard, after: stored.all() };
  });
  assert.deepEqual(seen, {
    durabilities: ["pending", "pending", "pending"],
    failed: { "tabstate:o": '1/1/0={"x":1}' },
    heard: ["local: o"],
    after: { "tabstate:o": '1/1/0={"x":2}' },
  });
});

test("keys_are_in_the_order_in_which_anybody_set_them", async () => {
  const tab = await openPage();
  const keys = await tab.run(() => {
    const { sessionState } = tabstate;
    sessionState.set("z", 1);
    stored.put("tabstate!aside:0:odd", "1/9007199254740991/0=oops");
    sessionState.set("y", 1);
    sessionState.quarantined();
    stored.put("tabstate:zz", "1/3/0=1");
    sessionState.set("x", 1);
    sessionState.set("a", 1);
    return [...sessionState.keys()];
  });
  assert.deepEqual(keys, ["z", "y", "zz", "x", "a"]);
});

test("what_only_looks_like_a_record_that_was_set_aside_is_other_codes", async () => {
  const tab = await openPage();
  const seen = await tab.run(() => {
    stored.put("tabstate!aside:foo", "hello");
    const { sessionState } = tabstate;
    return { quarantined: sessionState.quarantined(), entries: sessionState.usage().entries };
  });
  assert.deepEqual(seen, { quarantined: [], entries: 0 });
});

test("a_migration_that_removes_or_writes_its_own_key_has_its_way", async () => {
  const tab = await openPage("page-code-open");
  const seen = await tab.run(async () => {
    stored.put("tabstate:gone", "1/1/1=1");
    stored.put("tabstate:own", "1/2/1=1");
    await stored.open({
      sessionVersion: 2,
      migrate(key) {
        if (key === "gone") tabstate.sessionState.delete(key);
        else tabstate.sessionState.set(key, "its own");
        return "returned";
      },
    });
    const { sessionState } = tabstate;
    return [sessionState.get("gone"), sessionState.has("gone"), sessionState.get("own"), stored.all()];
  });
  assert.deepEqual(seen, [null, false, "its own", { "tabstate:own": '1/2/2="its own"' }]);
});

test("a_class_of_the_page_that_writes_while_a_value_is_read_does_no_harm", async () => {
  const tab = await openPage("page-code-open");
  const seen = await tab.run(async () => {
    stored.put("tabstate:link", '1/1/0#[[1],["U","https://h.example/"]]');
    await stored.open();
    const Native = URL;
    let isIn = false;
    globalThis.URL = class URL extends Native {
      constructor(...given) {
        super(...given);
        if (isIn) return;
        isIn = true;
        tabstate.sessionState.set("urls", 1);
        isIn = false;
      }
    };
    const { sessionState } = tabstate;
    return [sessionState.get("link")?.href, sessionState.urls, sessionState.quarantined()];
  });
  assert.deepEqual(seen, ["https://h.example/", 1, []]);
});

test("a_copy_that_begins_afresh_keeps_what_it_wrote_itself", { skip: engine === "webkit" }, async () => {
  const body = html(
    `${scripts}<script type="module">
      import * as tabstate from "/package/dist/index.js";
      globalThis.tabstate = tabstate;
      tabstate.configure({ onClone: "fresh" });
      if (opener) tabstate.sessionState.update({ mine: "typed just now", both: "mine" });
      await tabstate.sessionState.ready();
      globalThis.isReady = true;
    </script>`,
  );
  addPage("/fresh-copy/*", { body });
  const tab = await openTab("/fresh-copy/1");
  const isReady = () => tab.run(() => globalThis.isReady === true).catch(() => false);
  await tab.driver.wait(isReady, 10_000);
  await tab.run(() => {
    tabstate.sessionState.update({ theirs: 1, both: "theirs" });
    window.open("/fresh-copy/2");
  });
  const [first] = await tab.driver.getAllWindowHandles();
  const here = await tab.driver.getWindowHandle();
  await tab.driver.wait(async () => (await tab.driver.getAllWindowHandles()).length > 1, 10_000);
  const handles = await tab.driver.getAllWindowHandles();
  await tab.driver.switchTo().window(handles.at(-1) === here ? first : handles.at(-1));
  await tab.driver.wait(isReady, 10_000);
  assert.deepEqual(await tab.run(() => tabstate.sessionState.toDict()), { both: "mine", mine: "typed just now" });
  await tab.driver.close();
  await tab.driver.switchTo().window(here);
  assert.deepEqual(await tab.run(() => tabstate.sessionState.toDict()), { theirs: 1, both: "theirs" });
});

test("removed_keys_are_let_go", async () => {
  const tab = await openPage();
  const seen = await tab.run(() => {
    const { sessionState } = tabstate;
    sessionState.set("kept", {});
    const reads = () => {
      stored.calls.length = 0;
      sessionState.flush();
      return stored.calls.length;
    };
    const before = reads();
    for (let nth = 0; nth < 1000; nth++) {
      sessionState.set(`key ${nth}`, nth);
      sessionState.delete(`key ${nth}`);
    }
    return { before, after: reads() };
  });
  assert.equal(seen.after, seen.before);
});

test("a_getter_that_removes_another_key_while_all_is_saved_mixes_no_keys_up", async () => {
  const tab = await openPage();
  const seen = await tab.run(() => {
    const { sessionState } = tabstate;
    let isArmed = false;
    sessionState.set("a", {
      get x() {
        if (isArmed) sessionState.delete("b");
        return 1;
      },
    });
    sessionState.set("b", 1);
    isArmed = true;
    sessionState.flush();
    isArmed = false;
    sessionState.set("c", 1);
    sessionState.set("d", 2);
    sessionState.set("c", 3);
    const here = ["b", "c", "d"].map((key) => sessionState.get(key));
    const there = ["b", "c", "d"].map((key) => stored.get(`tabstate:${key}`)?.replace(/^.*=/, ""));
    return { here, there };
  });
  assert.deepEqual(seen, { here: [null, 3, 2], there: [null, "3", "2"] });
});
