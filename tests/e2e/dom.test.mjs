// Bound controls in real pages, with real keys and clicks. What no driver can do is marked as synthetic in its name.

import assert from "node:assert/strict";
import test from "node:test";
import { Key } from "selenium-webdriver";
import { addPage, html } from "../support/claims.mjs";
import { handsOn, isReady, openControls } from "../support/controls.mjs";

const value = (tab, css) => tab.driver.executeScript("return document.querySelector(arguments[0]).value", css);
const entries = (tab) => tab.driver.executeScript("return history.length");
/** WebKit's driver makes no popstate of its own Back. */
const go = (tab, delta) => tab.run((delta) => observed.go(delta), delta);

test("fast_typing_with_a_debounce_and_a_spent_budget_loses_nothing", async () => {
  const tab = await openControls("<input id=k>");
  await tab.run(() => {
    observed.spend(320);
    dom.bindQueryParam(document.querySelector("#k"), "k", { debounce: 100 });
  });
  const text = "the quick brown fox jumps over the lazy dog";
  await (await tab.select("#k")).sendKeys(text);
  const seen = await tab.run(async () => {
    const state = tabstate.queryParams.get("k");
    const outcome = await tabstate.queryParams.settled();
    return [state, outcome, new URLSearchParams(location.search).get("k")];
  });
  assert.deepEqual(seen, [text, "applied", text]);
  assert.equal(await value(tab, "#k"), text);
});

test("typing_with_push_is_one_step_back_and_the_field_follows_back_and_forward", async () => {
  const tab = await openControls("<input id=k value=def>", "?x=1");
  await tab.run(() => void dom.bindQueryParam(document.querySelector("#k"), "k", { history: "push" }));
  const length = await entries(tab);
  await (await tab.select("#k")).sendKeys(Key.END, "abc");
  assert.equal(await tab.query("?x=1&k=defabc"), "?x=1&k=defabc");
  assert.equal(await entries(tab), length + 1);
  await go(tab, -1);
  assert.equal(await value(tab, "#k"), "def");
  await go(tab, 1);
  assert.equal(await value(tab, "#k"), "defabc");
});

test("dragging_by_keys_with_push_is_one_step_back", async () => {
  const tab = await openControls("<input type=range id=k value=20>");
  await tab.run(() => void dom.bindQueryParam(document.querySelector("#k"), "k", { history: "push" }));
  const length = await entries(tab);
  await (await tab.select("#k")).sendKeys(...Array(10).fill(Key.ARROW_RIGHT));
  assert.equal(await tab.query("?k=30"), "?k=30");
  assert.equal(await entries(tab), length + 1);
  await go(tab, -1);
  assert.equal(await value(tab, "#k"), "20");
});

test("the_caret_stays_where_it_is_while_typing_and_when_code_rewrites_the_text", async () => {
  const tab = await openControls("<input id=k>", "?k=end");
  await tab.run(() => {
    dom.bindQueryParam(document.querySelector("#k"), "k");
    tabstate.queryParams.subscribe(() => {
      const { k } = tabstate.queryParams;
      if (k !== k.toLowerCase()) tabstate.queryParams.set("k", k.toLowerCase());
    });
  });
  await (await tab.select("#k")).sendKeys(Key.HOME, "ABcD");
  assert.equal(await tab.query("?k=abcdend"), "?k=abcdend");
  assert.equal(await value(tab, "#k"), "abcdend");
});

test("half_a_number_is_neither_written_nor_overwritten", async () => {
  const tab = await openControls("<input type=number id=k step=any>", "?k=7");
  await tab.run(() => void dom.bindQueryParam(document.querySelector("#k"), "k"));
  const field = await tab.select("#k");
  await field.sendKeys(Key.END, "1e");
  const isBad = () => tab.driver.executeScript("return document.querySelector('#k').validity.badInput");
  assert.equal(await tab.query("?k=71"), "?k=71");
  assert.ok(await isBad());
  await tab.run(async () => {
    tabstate.queryParams.set("other", 1);
    await observed.sleep(30);
  });
  assert.ok(await isBad());
  await field.sendKeys("2");
  assert.equal(await tab.query("?k=71e2&other=1"), "?k=71e2&other=1");
});

test("a_reset_button_writes_the_defaults_unless_the_page_prevents_it", async () => {
  const tab = await openControls(
    `<form id=f><input id=k name=k value=def><input type=checkbox name=c checked id=c>
     <select name=s id=s><option>a<option>b</select><input type=radio name=r value=1 id=r1><input type=radio name=r value=2>
     <button type=reset id=reset>reset</button></form>`,
    "?k=x&c=false&s=b&r=1&other=1",
  );
  await tab.run(() => {
    const form = document.querySelector("#f");
    dom.bindForm(form, { history: "push", keys: { s: { default: "b" } } });
    form.addEventListener("reset", (event) => globalThis.isPrevented && event.preventDefault());
    globalThis.isPrevented = true;
  });
  assert.equal(await tab.query("?k=x&c=false&r=1&other=1"), "?k=x&c=false&r=1&other=1");
  const length = await entries(tab);
  await (await tab.select("#reset")).click();
  await tab.run(() => observed.sleep(50));
  assert.equal(await tab.query("?k=x&c=false&r=1&other=1"), "?k=x&c=false&r=1&other=1");
  await tab.run(() => {
    globalThis.isPrevented = false;
  });
  await (await tab.select("#reset")).click();
  assert.equal(await tab.query("?other=1"), "?other=1");
  assert.equal(await entries(tab), length + 1);
  assert.deepEqual([await value(tab, "#k"), await value(tab, "#s")], ["def", "b"]);
  assert.deepEqual(await tab.run(() => document.querySelectorAll("[name=r]:checked").length), 0);
  await go(tab, -1);
  assert.deepEqual([await value(tab, "#k"), await value(tab, "#s")], ["x", "b"]);
});

test("clicks_on_radios_and_boxes_are_steps_and_follow_back", async () => {
  const tab = await openControls(
    `<input type=radio name=r value=1 checked><input type=radio name=r value=2>
     <input type=checkbox class=c value=a><input type=checkbox class=c value=b>`,
  );
  await tab.run(() => {
    dom.bindQueryParam(document.querySelector("[name=r]"), "r", { history: "push" });
    dom.bindQueryParam(document.querySelectorAll(".c"), "c", { history: "push" });
  });
  const checked = () => tab.run(() => [...document.querySelectorAll(":checked")].map(({ value }) => value));
  await (await tab.select("[value='2']")).click();
  await tab.query("?r=2");
  await (await tab.select("[value=b]")).click();
  await tab.query("?r=2&c=b");
  await (await tab.select("[value=a]")).click();
  assert.equal(await tab.query("?r=2&c=a&c=b"), "?r=2&c=a&c=b");
  await go(tab, -1);
  assert.deepEqual(await checked(), ["2", "b"]);
  await go(tab, -1);
  assert.deepEqual(await checked(), ["2"]);
  await go(tab, -1);
  assert.deepEqual(await checked(), ["1"]);
});

test("details_write_when_they_open_and_follow_back", async () => {
  const tab = await openControls("<details id=k><summary>more</summary>text</details>");
  await tab.run(() => void dom.bindQueryParam(document.querySelector("#k"), "k", { history: "push" }));
  const length = await entries(tab);
  await (await tab.select("summary")).click();
  assert.equal(await tab.query("?k=true"), "?k=true");
  await go(tab, -1);
  assert.equal(await tab.run(() => document.querySelector("#k").open), false);
  await go(tab, 1);
  assert.equal(await tab.run(() => document.querySelector("#k").open), true);
  assert.equal(await entries(tab), length + 1);
});

test("what_is_invalid_at_load_is_dropped_by_a_replace_and_one_call", async () => {
  const tab = await openControls(
    "<input type=number id=n max=10 value=3><select id=s><option>a<option>b</select>",
    "?n=999&keep=%7e&s=zzz",
  );
  const length = await entries(tab);
  const seen = await tab.run(async () => {
    tabstate.configure({ history: "push" });
    observed.calls.length = 0;
    dom.bindQueryParam(document.querySelector("#n"), "n");
    dom.bindQueryParam(document.querySelector("#s"), "s");
    await tabstate.queryParams.settled();
    return [location.search, observed.calls];
  });
  assert.deepEqual(seen, ["?keep=%7e", ["replace"]]);
  assert.equal(await entries(tab), length);
  assert.deepEqual([await value(tab, "#n"), await value(tab, "#s")], ["3", "a"]);
});

test("a_date_outside_its_bounds_reads_as_the_default_also_while_it_is_disabled", async () => {
  const tab = await openControls(
    "<input type=date id=k value=2024-06-01 min=2024-01-01><input type=date id=d disabled value=2024-06-01 min=2024-01-01>",
    "?k=2023-12-31&d=2023-12-31",
  );
  const seen = await tab.run(async () => {
    const [k, d] = document.querySelectorAll("input");
    dom.bindQueryParam(k, "k");
    dom.bindQueryParam(d, "d");
    await tabstate.queryParams.settled();
    return { type: k.type, values: [k.value, d.value], search: location.search };
  });
  assert.deepEqual(seen, { type: "date", values: ["2024-06-01", "2024-06-01"], search: "" });
});

test("writes_of_code_are_followed_and_put_right", async () => {
  const tab = await openControls("<select id=k><option>a<option>b</select>");
  const seen = await tab.run(async () => {
    const control = document.querySelector("#k");
    let events = 0;
    const count = () => {
      events += 1;
    };
    for (const type of ["input", "change"]) control.addEventListener(type, count);
    dom.bindQueryParam(control, "k");
    const seen = [];
    for (const text of ["b", "zzz", "b", "a"]) {
      tabstate.queryParams.set("k", text);
      await tabstate.queryParams.settled();
      await observed.sleep(30);
      seen.push([control.value, location.search]);
    }
    history.pushState(null, "", "?k=b");
    await observed.sleep(30);
    return [...seen, [control.value, location.search], events];
  });
  assert.deepEqual(seen, [["b", "?k=b"], ["a", ""], ["b", "?k=b"], ["a", ""], ["b", "?k=b"], 0]);
});

test("a_protected_key_is_refused_to_code_until_it_is_unbound", async () => {
  const tab = await openControls("<input id=k>", "?k=1&x=1");
  const seen = await tab.run(() => {
    const { queryParams } = tabstate;
    const unbind = dom.bindQueryParam(document.querySelector("#k"), "k", { protect: true });
    const tries = {
      set: () => queryParams.set("k", 2),
      property: () => {
        queryParams.k = "2";
      },
      remove: () => queryParams.delete("k"),
      deleteProperty: () => delete queryParams.k,
      update: () => queryParams.update({ x: 5, k: 2 }),
      fromDict: () => queryParams.fromDict({ k: 2 }),
      clear: () => queryParams.clear(),
      transaction: () =>
        queryParams.transaction(() => {
          queryParams.set("x", 9);
          queryParams.set("k", 9);
        }),
      other: () => queryParams.set("K", 1),
    };
    const codes = {};
    for (const [name, run] of Object.entries(tries)) {
      try {
        run();
        codes[name] = "done";
      } catch ({ code, key }) {
        codes[name] = `${code} ${key}`;
      }
    }
    const kept = queryParams.toString();
    unbind();
    queryParams.set("k", 3);
    return { codes, kept, after: queryParams.toString() };
  });
  const { other, ...refused } = seen.codes;
  assert.deepEqual(new Set(Object.values(refused)), new Set(["reserved k"]));
  assert.deepEqual([other, seen.kept, seen.after], ["done", "k=1&x=1&K=1", "k=3&x=1&K=1"]);
});

test("a_control_protects_its_key_from_code_and_still_writes_it", async () => {
  const tab = await openControls("<input id=k>", "?k=1");
  await tab.run(() => void dom.bindQueryParam(document.querySelector("#k"), "k", { protect: true }));
  await tab.type("#k", "new");
  assert.equal(await tab.query("?k=new"), "?k=new");
});

test("an_unbound_control_neither_writes_nor_follows", async () => {
  const tab = await openControls("<form id=f><input id=k name=k><button type=reset>reset</button></form>", "?k=1");
  await tab.run(() => {
    const added = [];
    globalThis.added = added;
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      if (this instanceof Element) added.push([type, options.signal]);
      return addEventListener.call(this, type, listener, options);
    };
    const unbind = [
      dom.bindQueryParam(document.querySelector("#k"), "k"),
      dom.bindForm(document.querySelector("#f"), { history: "push" }),
    ];
    for (const one of unbind) one();
  });
  await (await tab.select("#k")).sendKeys("23");
  await (await tab.select("button")).click();
  await (await tab.select("#k")).sendKeys("typed");
  const seen = await tab.run(async () => {
    tabstate.queryParams.set("k", "code");
    await observed.sleep(50);
    return [location.search, globalThis.added.length > 0 && globalThis.added.every(([, signal]) => signal.aborted)];
  });
  assert.deepEqual(seen, ["?k=code", true]);
  assert.equal(await value(tab, "#k"), "typed");
});

test("two_controls_of_one_key_follow_each_other_and_do_not_quarrel", async () => {
  const tab = await openControls(
    "<input id=k><input type=range id=r max=50><select id=s><option>x<option>20</select>",
    "?k=20",
  );
  await tab.run(() => {
    dom.bindQueryParam(document.querySelector("#k"), "k");
    globalThis.unbindRange = dom.bindQueryParam(document.querySelector("#r"), "k");
    dom.bindQueryParam(document.querySelector("#s"), "k");
  });
  const all = () => Promise.all(["#k", "#r", "#s"].map((css) => value(tab, css)));
  assert.deepEqual(await all(), ["20", "20", "20"]);
  await (await tab.select("#r")).sendKeys(Key.ARROW_RIGHT);
  assert.equal(await tab.query("?k=21"), "?k=21");
  assert.deepEqual(await all(), ["21", "21", "x"]);
  await (await tab.select("#k")).sendKeys("5");
  // 215 is no number of the range and no option: they show their defaults, and leave what was typed.
  assert.equal(await tab.query("?k=215"), "?k=215");
  assert.deepEqual(await all(), ["215", "25", "x"]);
  await tab.run(() => globalThis.unbindRange());
  await tab.type("#k", "20");
  assert.equal(await tab.query("?k=20"), "?k=20");
  assert.deepEqual(await all(), ["20", "25", "20"]);
});

test("synthetic_composition_is_written_at_its_end_and_not_overwritten_before", async () => {
  const tab = await openControls("<input id=k>", "?k=a");
  const seen = await tab.run(async () => {
    const control = document.querySelector("#k");
    dom.bindQueryParam(control, "k");
    const fire = (type, text) => {
      if (text !== undefined) control.value = text;
      const isComposition = type.startsWith("composition");
      control.dispatchEvent(isComposition ? new CompositionEvent(type) : new InputEvent(type, { isComposing: true }));
    };
    const seen = [];
    const look = async () => {
      await tabstate.queryParams.settled();
      await observed.sleep(20);
      seen.push([control.value, tabstate.queryParams.get("k")]);
    };
    fire("compositionstart");
    fire("input", "aに");
    await look();
    tabstate.queryParams.set("k", "other");
    await look();
    fire("input", "a日");
    fire("compositionend");
    await look();
    // One that is cancelled leaves the text as it was: what came meanwhile is followed then.
    fire("compositionstart");
    tabstate.queryParams.set("k", "later");
    await look();
    fire("compositionend");
    await look();
    return seen;
  });
  assert.deepEqual(seen, [
    ["aに", "a"],
    ["aに", "other"],
    ["a日", "a日"],
    ["a日", "later"],
    ["later", "later"],
  ]);
});

test("a_control_outside_the_document_stays_bound", async () => {
  const tab = await openControls("<div id=home><input id=k></div>");
  const seen = await tab.run(async () => {
    const control = document.querySelector("#k");
    dom.bindQueryParam(control, "k");
    control.remove();
    tabstate.queryParams.set("k", "away");
    await observed.sleep(30);
    document.querySelector("#home").append(control);
    return control.value;
  });
  assert.equal(seen, "away");
  await (await tab.select("#k")).sendKeys(Key.END, "!");
  assert.equal(await tab.query("?k=away%21"), "?k=away%21");
});

test("a_form_is_bound_by_names_and_passes_over_what_does_not_belong_in_an_address", async () => {
  const tab = await openControls(
    `<form id=f><input id=q name=q><input name=secret type=password value=s><input name=h type=hidden value=h>
     <input name=file type=file><input id=left name=left><input id=nameless><button name=b value=1>go</button>
     <input type=checkbox name=one id=one value=yes><select name=m multiple id=m><option>a<option selected>b</select>
     <input type=checkbox name=two value=a id=two><input type=checkbox name=two value=b><input id=n name=n type=number></form>`,
    "?q=x&two=b&n=4&left=5&m=a&m=b",
  );
  await tab.run(() => {
    globalThis.unbind = dom.bindForm(document.querySelector("#f"), {
      keys: { left: false, n: { default: 4, codec: tabstate.int() } },
    });
  });
  assert.equal(await tab.query("?q=x&two=b&left=5&m=a&m=b"), "?q=x&two=b&left=5&m=a&m=b");
  await (await tab.select("#one")).click();
  await (await tab.select("#two")).click();
  await (await tab.select("#left")).sendKeys("no");
  await (await tab.select("#nameless")).sendKeys("no");
  await tab.type("#n", "12");
  const expected = "?q=x&two=a&two=b&left=5&m=a&m=b&one=true&n=12";
  assert.equal(await tab.query(expected), expected);
  const refused = await tab.run(() => {
    globalThis.unbind();
    const form = document.querySelector("#f");
    const codes = [];
    for (const run of [
      () => dom.bindForm(form, { keys: { nope: {} } }),
      () => dom.bindForm(form, { protect: true, keys: { n: { default: "x" } } }),
      () => dom.bindForm(form, { nope: 1 }),
      () => dom.bindForm(document.body),
      () => dom.bindQueryParam(null, "k"),
      () => dom.bindQueryParam(document.querySelector("#q"), "k", { history: "sometimes" }),
      () => dom.bindQueryParam(document.querySelector("#q"), "k", { codec: "int" }),
      () => dom.bindQueryParam(document.querySelectorAll("#q, #n"), "k"),
    ]) {
      try {
        run();
        codes.push("done");
      } catch ({ code, key }) {
        codes.push(`${code} ${key}`);
      }
    }
    // Nothing was left bound.
    tabstate.queryParams.set("q", "free");
    return [...codes, document.querySelector("#q").value];
  });
  const wrong = ["nope", "default", "nope", "form", undefined, "history", "codec", "k"];
  assert.deepEqual(
    refused.slice(0, 8).map((text) => text.split(" ")[0]),
    Array(8).fill("invalid-option"),
  );
  assert.deepEqual(refused[8], "x");
  assert.deepEqual(
    [refused[0], refused[1], refused[2]],
    wrong.slice(0, 3).map((key) => `invalid-option ${key}`),
  );
});

test("a_codec_says_what_the_texts_mean", async () => {
  const tab = await openControls(
    `<input id=n><select multiple id=m><option>a<option>b<option>c</select><input type=checkbox class=c value=1 checked>
     <input type=checkbox class=c value=2><input type=date id=d>`,
    "?n=12abc&m=a,c&d=2024-02-30",
  );
  await tab.run(() => {
    const { int, delimited, text, list, date } = tabstate;
    dom.bindQueryParam(document.querySelector("#n"), "n", { codec: int({ max: 99 }).default(5).history("push") });
    dom.bindQueryParam(document.querySelector("#m"), "m", { codec: delimited(",", text()) });
    dom.bindQueryParam(document.querySelectorAll(".c"), "c", { codec: list(int()) });
    dom.bindQueryParam(document.querySelector("#d"), "d", { codec: date(), default: new Date("2024-01-01") });
  });
  assert.equal(await tab.query("?m=a,c"), "?m=a,c");
  assert.deepEqual([await value(tab, "#n"), await value(tab, "#d")], ["5", "2024-01-01"]);
  const length = await entries(tab);
  await tab.type("#n", "007x");
  assert.equal(await tab.query("?m=a,c&n=7"), "?m=a,c&n=7");
  assert.equal(await value(tab, "#n"), "007x");
  assert.equal(await entries(tab), length + 1);
  await (await tab.select("#m option:nth-child(2)")).click();
  assert.equal(await tab.query("?m=a,b,c&n=7"), "?m=a,b,c&n=7");
  await (await tab.select(".c[value='1']")).click();
  await tab.reload();
  await isReady(tab);
  const seen = await tab.run(() => {
    const { int, list } = tabstate;
    dom.bindQueryParam(document.querySelectorAll(".c"), "c", { codec: list(int()) });
    return [location.search, document.querySelectorAll(".c:checked").length];
  });
  assert.equal(seen[1], 0, `no item is not the default: ${seen[0]}`);
});

test("a_definition_brings_its_codec_default_prefix_resets_and_aliases", async () => {
  const tab = await openControls(
    `<form id=f><input id=q name=q><input id=page name=page type=number><input id=old name=sort></form>`,
    "?p.page=4&order=name",
  );
  await tab.run(() => {
    const { defineParams, text, int, oneOf } = tabstate;
    globalThis.params = defineParams(
      {
        q: text().default(""),
        page: int({ min: 1 }).default(1),
        sort: oneOf(["price", "name"]).default("price"),
      },
      { prefix: "p.", resets: { page: ["q"] }, aliases: { sort: ["order"] }, history: "push" },
    );
    dom.bindForm(document.querySelector("#f"), { params: globalThis.params, protect: true });
  });
  assert.deepEqual([await value(tab, "#page"), await value(tab, "#old")], ["4", "name"]);
  const length = await entries(tab);
  await (await tab.select("#q")).sendKeys("fjord");
  assert.equal(await tab.query("?order=name&p.q=fjord"), "?order=name&p.q=fjord");
  assert.equal(await value(tab, "#page"), "1");
  assert.equal(await entries(tab), length + 1);
  await tab.type("#old", "price");
  assert.equal(await tab.query("?p.q=fjord"), "?p.q=fjord");
  const seen = await tab.run(async () => {
    globalThis.params.set({ page: 3 });
    await observed.sleep(30);
    const follows = document.querySelector("#page").value;
    let refused;
    try {
      tabstate.queryParams.set("p.page", 5);
    } catch ({ code }) {
      refused = code;
    }
    let unknown;
    try {
      dom.bindQueryParam(document.querySelector("#q"), "nope", { params: globalThis.params });
    } catch ({ code }) {
      unknown = code;
    }
    return { follows, refused, unknown };
  });
  assert.deepEqual(seen, { follows: "3", refused: "reserved", unknown: "invalid-option" });
  assert.deepEqual(await tab.errors(), []);
});

test("bindings_work_with_the_slim_entry_once_it_is_started_and_across_copies", async () => {
  addPage("/slim-controls", { body: html('<script src="/pages/observed.js"></script>', "<input id=k>") });
  const tab = await openControls("");
  await tab.goto("/slim-controls?k=1");
  const seen = await tab.run(async () => {
    const slim = await import("/package/dist/slim.js");
    const { bindQueryParam } = await import("/package/dist/dom.js");
    const control = document.querySelector("#k");
    let early;
    try {
      bindQueryParam(control, "k");
    } catch ({ code }) {
      early = code;
    }
    await slim.init("/package/dist/tabstate.wasm");
    bindQueryParam(control, "k");
    const copy = await import("/copy/dist/dom.js");
    copy.bindQueryParam(control, "copy");
    return [early, control.value];
  });
  assert.deepEqual(seen, ["not-ready", ""]);
  await handsOn(tab).type("#k", "2");
  assert.equal(await handsOn(tab).query("?k=2&copy=2"), "?k=2&copy=2");
});

test("what_the_browser_remembers_of_a_form_gives_way_to_the_address", async () => {
  const body = `<form id=f><input type=checkbox id=k name=k></form>
    <script type="module">
      import { bindForm } from "/package/dist/dom.js";
      import "/package/dist/index.js";
      bindForm(document.querySelector("#f"), { history: "push" });
    </script>`;
  const tab = await openControls(body, "?x=1");
  await (await tab.select("#k")).click();
  assert.equal(await tab.query("?x=1&k=true"), "?x=1&k=true");
  await tab.goto("/bare/elsewhere");
  await tab.driver.executeScript("history.go(-2)");
  await tab.driver.wait(() => tab.driver.executeScript("return location.search === '?x=1'").catch(() => false), 10_000);
  await isReady(tab);
  await tab.driver.sleep(300);
  const seen = await tab.driver.executeScript("return [location.search, document.querySelector('#k').checked]");
  assert.deepEqual(seen, ["?x=1", false]);
});

test("a_control_with_a_codec_that_is_emptied_removes_its_key", async () => {
  const tab = await openControls(
    `<input type=number id=n><input id=t><input id=def><input type=date id=d><input id=j><input id=c>
     <select id=s><option value="">any<option>a<option>b</select>`,
    "?n=5&t=6&def=7&d=2024-02-29&j=[1]&c=x&s=b&other=1",
  );
  await tab.run(() => {
    const { int, date, json, custom, oneOf } = tabstate;
    const upper = custom({
      parse: (text) => text.toUpperCase() || undefined,
      format: (value) => value.toLowerCase(),
    });
    const codecs = {
      n: int(),
      t: int(),
      def: int().default(1),
      d: date().optional(),
      j: json(),
      c: upper,
      s: oneOf(["a", "b"]),
    };
    for (const [id, codec] of Object.entries(codecs)) {
      dom.bindQueryParam(document.querySelector(`#${id}`), id, { codec });
    }
  });
  for (const id of ["n", "t", "def", "j", "c", "s", "d"]) {
    if (id === "s") await (await tab.select("#s option")).click();
    else if (id === "d") {
      // No driver clears the parts of a date in the same way.
      await tab.run(() => {
        const control = document.querySelector("#d");
        control.value = "";
        control.dispatchEvent(new Event("input", { bubbles: true }));
      });
    } else await tab.type(`#${id}`, "");
    const gone = await tab.run((id) => tabstate.queryParams.has(id), id);
    assert.equal(gone, false, id);
    assert.equal(await value(tab, `#${id}`), "", id);
  }
  assert.equal(await tab.query("?other=1"), "?other=1");
  // An empty option stands for no value also where the address says it.
  await tab.run(() => tabstate.queryParams.set("s", "a"));
  await tab.run(() => observed.sleep(30));
  assert.equal(await value(tab, "#s"), "a");
  await tab.run(() => tabstate.queryParams.delete("s"));
  await tab.run(() => observed.sleep(30));
  assert.equal(await tab.run(() => document.querySelector("#s").selectedIndex), 0);
  assert.deepEqual(await tab.errors(), []);
});

test("a_reset_reaches_every_control_even_if_one_of_them_fails", async () => {
  const tab = await openControls(
    `<form id=f><input name=bad id=bad><input id=n name=n type=number><input id=q name=q>
     <button type=reset>reset</button></form>`,
    "?bad=3&n=5&q=hello",
  );
  await tab.run(() => {
    const { int } = tabstate;
    const late = () => {
      if (globalThis.fails) throw new Error("no default today");
      return 1;
    };
    dom.bindForm(document.querySelector("#f"), { keys: { n: { codec: int() }, bad: { codec: int().default(late) } } });
    globalThis.fails = true;
    globalThis.told = [];
    addEventListener("error", (event) => {
      globalThis.told.push(event.message);
      event.stopImmediatePropagation();
    });
  });
  await (await tab.select("button")).click();
  assert.equal(await tab.query("?bad=3"), "?bad=3");
  assert.deepEqual([await value(tab, "#n"), await value(tab, "#q")], ["", ""]);
  const told = await tab.run(async () => {
    await observed.sleep(30);
    return globalThis.told;
  });
  assert.equal(told.length, 1);
  assert.match(told[0], /no default today/);
});

test("controls_may_have_the_names_of_members_of_a_form", async () => {
  const names = ["children", "reset", "elements", "addEventListener", "localName", "append", "querySelectorAll"];
  const tab = await openControls(
    `<form id=f>${names.map((name) => `<input name=${name} id=${name} value=1>`).join("")}
     <input type=radio name=getRootNode value=a checked><input type=radio name=getRootNode value=b>
     <button type=reset>go back</button></form>`,
    "?reset=2&getRootNode=b",
  );
  await tab.run(() => void dom.bindForm(document.querySelector("#f")));
  assert.equal(await value(tab, "#reset"), "2");
  for (const name of names) await (await tab.select(`#${name}`)).sendKeys(Key.END, "0");
  await (await tab.select("[value=a]")).click();
  const expected = `?reset=20&${names
    .filter((name) => name !== "reset")
    .map((name) => `${name}=10`)
    .join("&")}`;
  assert.equal(await tab.query(expected), expected);
  await (await tab.select("button")).click();
  assert.equal(await tab.query(""), "");
  assert.equal(await value(tab, "#elements"), "1");
  const bound = await tab.run(() => {
    // One at a time, and a radio alone in a form outside the document.
    const form = document.createElement("form");
    form.innerHTML = "<input type=radio name=querySelectorAll value=a><input name=reset id=reset>";
    for (const control of document.querySelectorAll("#f input")) {
      dom.bindQueryParam(control, control.name)();
    }
    for (const control of [...form.childNodes]) dom.bindQueryParam(control, control.name)();
    return true;
  });
  assert.ok(bound);
  assert.deepEqual(await tab.errors(), []);
});

test("a_codec_gets_the_number_that_was_typed_however_it_is_spelled", async () => {
  const tab = await openControls(
    `<input type=number id=f step=any><input type=number id=i><input type=number id=p step=any>
     <input type=number id=big><input type=number id=raw step=any>`,
  );
  await tab.run(() => {
    const { int, float, bigint, defineParams } = tabstate;
    const select = (css) => document.querySelector(css);
    dom.bindQueryParam(select("#f"), "f", { codec: float() });
    dom.bindQueryParam(select("#i"), "i", { codec: int() });
    dom.bindQueryParam(select("#p"), "p", { params: defineParams({ p: float().default(1) }) });
    dom.bindQueryParam(select("#big"), "big", { codec: bigint() });
    dom.bindQueryParam(select("#raw"), "raw");
  });
  const steps = [
    ["f", ".5", "0.5"],
    ["f", "-.25", "-0.25"],
    ["f", "1e21", "1e%2B21"],
    ["i", "1e5", "100000"],
    ["i", "7.0", "7"],
    ["p", ".5", "0.5"],
    ["big", "12345678901234567891", "12345678901234567891"],
    ["raw", ".5", ".5"],
  ];
  for (const [id, typed, written] of steps) {
    await tab.type(`#${id}`, typed);
    const seen = await tab.run((id) => tabstate.queryParams.get(id), id);
    assert.equal(encodeURIComponent(seen), written, `${id} ${typed}`);
    assert.equal(await value(tab, `#${id}`), typed);
  }
  // A whole number that no double holds is none of int().
  await tab.type("#i", "1e21");
  assert.notEqual(await tab.run(() => tabstate.queryParams.get("i")), "1e+21");
  assert.deepEqual(await tab.errors(), []);
});

test("what_is_no_definition_and_no_key_is_refused_by_a_clear_error", async () => {
  const tab = await openControls("<input id=i>");
  const codes = await tab.run(() => {
    const control = document.querySelector("#i");
    const code = (...args) => {
      try {
        dom.bindQueryParam(control, ...args);
      } catch (error) {
        return `${error.code} ${error.key}`;
      }
    };
    return [code("k", { params: {} }), code("k", { params: null }), code(undefined), code(5, {})];
  });
  const noKey = "unsupported-value undefined";
  assert.deepEqual(codes, ["invalid-option params", "invalid-option params", noKey, noKey]);
});
