// What the explorer in www/ keeps in its tab, as it is built, with real keys and clicks: pins, comparison, notes, the undo of a
// clear, and what it tells of the storage.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { By, Key } from "selenium-webdriver";
import {
  arrived,
  browser,
  faults,
  find,
  focused,
  isThere,
  open,
  openExplorer,
  press,
  query,
  reload,
  run,
  server,
  textOf,
  until,
} from "../support/explorer.mjs";

const OSLO = 3143244;
/** Names and values, in units of UTF-16; of a whole origin, in a tab. */
const QUOTA = 5_242_880;

openExplorer(() => ({ "/empty.html": { body: "<!doctype html><title>empty</title>" } }));

beforeEach(async () => {
  await browser.driver.get(`${server.origins[0]}/empty.html`);
  await browser.driver.executeScript("sessionStorage.clear()");
});

/** Leaves the page without leaving the field, and comes back to a page that may have been loaded anew. */
async function leaveAndComeBack() {
  await run("location.href = 'empty.html'");
  await until(async () => (await browser.driver.getTitle()) === "empty", "the page is not left");
  await run("history.back()");
  await until(async () => (await browser.driver.getTitle().catch(() => "")) !== "empty", "the page does not come back");
  await arrived();
}

const keptPlaces = () =>
  run("return Array.from(document.querySelectorAll('.kept-places li'), (item) => item.querySelector('a').innerText)");
/** Pins so many rows of the table, from the first one on; returns their names. */
async function pin(count) {
  const names = [];
  for (let nth = 1; nth <= count; nth++) {
    const row = `.table-frame tbody tr:nth-child(${nth})`;
    names.push(await textOf(`${row} th`));
    await press(`${row} button.pin`);
  }
  await until(async () => (await keptPlaces()).length >= count, "a pinned row is not listed");
  return names;
}

test("a_pinned_row_is_listed_and_still_pinned_after_a_reload", async () => {
  await open("?q=oslo&kind=capital");
  assert.deepEqual(await keptPlaces(), []);
  await pin(1);
  assert.deepEqual(await keptPlaces(), ["Oslo"]);
  assert.equal(await (await find(".table-frame button.pin")).getAttribute("aria-pressed"), "true");
  assert.equal((await query()).has("city"), false, "the row was opened as well");

  await reload();
  assert.deepEqual(await keptPlaces(), ["Oslo"]);
  await open("?q=bergen");
  await pin(1);
  await leaveAndComeBack();
  assert.deepEqual(await keptPlaces(), ["Oslo", "Bergen"]);

  await press(".kept-places button.pin");
  await until(async () => (await keptPlaces()).join() === "Bergen", "a place stays pinned");
  await until(async () => (await focused()) === "kept-title", "the focus is lost with the row");
  await reload();
  assert.deepEqual(await keptPlaces(), ["Bergen"]);
});

test("a_row_stays_where_it_is_when_it_is_pinned", async () => {
  await open("");
  const top = () =>
    run("return document.querySelector('.table-frame tbody tr:nth-child(8)').getBoundingClientRect().top");
  await run("document.querySelector('.table-frame tbody tr:nth-child(8)').scrollIntoView({ block: 'center' })");
  for (const length of [1, 0, 1]) {
    const before = await top();
    await (await find(".table-frame tbody tr:nth-child(8) button.pin")).click();
    await until(async () => (await keptPlaces()).length === length, "the row is not pinned");
    await browser.driver.sleep(100);
    assert.ok(Math.abs((await top()) - before) <= 1, `it moved by ${(await top()) - before}`);
  }
});

test("four_places_at_most_stand_side_by_side", async () => {
  await open("");
  const names = await pin(5);
  const boxes = await browser.driver.findElements(By.css(".compare input"));
  const columns = () =>
    run("return Array.from(document.querySelectorAll('.comparison thead th'), (th) => th.innerText)");
  await boxes[0].sendKeys(Key.SPACE);
  assert.deepEqual(await columns(), []);
  for (const nth of [1, 2, 3]) {
    await boxes[nth].sendKeys(Key.SPACE);
    await until(async () => (await columns()).length === nth + 1, "a place does not join");
  }
  assert.deepEqual(await columns(), names.slice(0, 4));
  assert.equal(await boxes[4].isEnabled(), false);
  const rows = await textOf(".comparison tbody");
  for (const row of ["Population", "Time by the sun", `To ${names[3]}`]) assert.ok(rows.includes(row), row);

  await reload();
  assert.deepEqual(await columns(), names.slice(0, 4));
  await (await find(".compare input")).sendKeys(Key.SPACE);
  await until(async () => (await columns()).length === 3, "a place stays");
});

test("the_distance_of_two_places_is_that_of_the_great_circle", async () => {
  await open("?q=oslo&kind=capital");
  await pin(1);
  await open("?q=tokyo&kind=capital");
  await pin(1);
  for (const box of await browser.driver.findElements(By.css(".compare input"))) await box.sendKeys(Key.SPACE);
  await until(() => isThere(".comparison"), "they are not compared");
  const row = await browser.driver.findElement(By.xpath("//div[@class='comparison']//tr[th='To Tokyo']/td[1]"));
  const km = Number((await row.getText()).replace(/\D/g, ""));
  assert.ok(Math.abs(km - 8400) < 100, `${km} km`);
});

test("a_note_is_pending_while_it_is_typed_and_saved_when_the_page_is_left", async () => {
  await open(`?city=${OSLO}`);
  await (await find("#note")).sendKeys("Ferry at ten");
  await until(async () => (await textOf("#note-kept")).startsWith("pending"), "it is not pending");
  assert.equal(await run("return sessionStorage.getItem('tabstate:note:3143244').includes('at ten')"), false);
  await leaveAndComeBack();
  assert.equal(await (await find("#note")).getAttribute("value"), "Ferry at ten");
  await until(async () => (await textOf("#note-kept")).startsWith("saved"), "it is not saved");
  await reload();
  assert.equal(await (await find("#note")).getAttribute("value"), "Ferry at ten");
});

test("a_note_is_saved_when_its_field_is_left_and_goes_when_it_is_emptied", async () => {
  await open(`?city=${OSLO}`);
  const stored = () => run("return sessionStorage.getItem('tabstate:note:3143244')");
  await (await find("#note")).sendKeys("Ferry", Key.TAB);
  await until(async () => (await textOf("#note-kept")).startsWith("saved"), "it is not saved");
  assert.match(await stored(), /Ferry/);

  await (await find("#note")).sendKeys(" at ten", Key.ESCAPE);
  await until(async () => !(await query()).has("city"), "the place does not close");
  assert.match(await stored(), /Ferry at ten/);
  assert.deepEqual(await keptPlaces(), ["Oslo"]);
  assert.match(await textOf(".kept-note"), /^Your note:\s+Ferry at ten$/);

  await open(`?city=${OSLO}`);
  await (await find("#note")).sendKeys(...Array(12).fill(Key.BACK_SPACE), Key.TAB);
  await until(async () => (await stored()) === null, "an empty note stays");
  assert.deepEqual(await keptPlaces(), []);
});

test("filters_that_were_cleared_come_back_after_a_reload", async () => {
  await open("?q=san&kind=capital&pop_min=1000&sort=name&desc=false");
  const seen = await textOf("#results-title");
  await press(".chip.clear");
  await until(
    async () => (await textOf("#undo-filters")).includes("“san”, Capitals, and Population"),
    "no undo is offered",
  );
  assert.equal((await query()).has("q"), false);
  await reload();
  await press("#undo-filters .undo");
  await until(async () => (await textOf("#results-title")) === seen, "the filters are not back");
  assert.equal((await query()).get("pop_min"), "1000");
  assert.equal(await (await find("#q")).getAttribute("value"), "san");
  assert.equal(await (await find("[name=kind][value=capital]")).isSelected(), true);
  assert.equal(await textOf("#undo-filters"), "");
  await reload();
  assert.equal(await textOf("#undo-filters"), "");
});

test("pins_that_were_cleared_come_back_after_a_reload", async () => {
  await open("");
  const names = await pin(3);
  for (const box of (await browser.driver.findElements(By.css(".compare input"))).slice(1))
    await box.sendKeys(Key.SPACE);
  await until(() => isThere(".comparison"), "they are not compared");
  await press("#unpin-all");
  await until(async () => (await keptPlaces()).length === 0, "the pins stay");
  await reload();
  assert.deepEqual(await keptPlaces(), []);
  assert.ok((await textOf("#undo-pins")).includes(`No longer pinned: ${names[0]}, ${names[1]}, and ${names[2]}.`));
  await press("#undo-pins .undo");
  await until(async () => (await keptPlaces()).length === 3, "the pins are not back");
  assert.deepEqual(await keptPlaces(), names);
  assert.ok(await isThere(".comparison"));
  await until(async () => (await focused()) === "kept-title", "the focus is lost with the offer");
  await reload();
  assert.deepEqual(await keptPlaces(), names);
});

const entryRows = () =>
  run(() =>
    Object.fromEntries(
      Array.from(document.querySelectorAll("#entries tbody tr"), (row) => [
        row.dataset.key,
        [Number(row.cells[1].textContent.replace(/\D/g, "")), row.querySelector(".known").textContent],
      ]),
    ),
  );

test("the_storage_screen_counts_what_is_kept_and_back_leaves_it", async () => {
  await open("?q=oslo&kind=capital");
  await pin(1);
  await press(".actions nav a:last-of-type");
  await until(() => isThere("#usage"), "the screen does not open");
  assert.equal((await query()).get("show"), "storage");
  assert.equal(await focused(), "storage-title");
  assert.match(await browser.driver.getTitle(), /^What this tab keeps/);

  const kept = await run(() =>
    Object.entries({ ...sessionStorage })
      .filter(([name]) => name.startsWith("tabstate:"))
      .map(([name, record]) => [name.slice("tabstate:".length), name.length + record.length]),
  );
  const [units, quota, entries] = (await textOf("#usage"))
    .match(/\d[\d,.]*/g)
    .map((text) => Number(text.replace(/\D/g, "")));
  assert.deepEqual([units, quota, entries], [kept.reduce((sum, [, units]) => sum + units, 0), QUOTA, kept.length]);
  assert.equal(await (await find(".storage .budget")).getAttribute("aria-valuenow"), String(units));
  assert.deepEqual(await entryRows(), Object.fromEntries(kept.map(([key, units]) => [key, [units, "durable"]])));
  assert.match(await textOf("#tab-id"), /^[0-9a-f]{32}$/);

  await run("history.back()");
  await until(async () => !(await isThere("#usage")), "Back does not leave it");
  assert.deepEqual(await keptPlaces(), ["Oslo"]);
});

test("a_note_on_the_storage_screen_is_pending_until_it_is_saved_by_hand", async () => {
  await open(`?city=${OSLO}`);
  await (await find("#note")).sendKeys("Ferry", Key.TAB);
  await open("?show=storage");
  const field = await find(`#note-${OSLO}`);
  await field.sendKeys(Key.END, " at ten");
  await until(async () => (await entryRows())[`note:${OSLO}`][1] === "pending", "the table does not say pending");
  await press("#save-notes");
  await until(async () => (await entryRows())[`note:${OSLO}`][1] === "durable", "it is not saved");
  await reload();
  assert.match(await (await find(`#note-${OSLO}`)).getAttribute("value"), /at ten/);
});

const throwAway = () =>
  run("return Object.keys({ ...sessionStorage }).filter((name) => name.includes('throw-away')).length");

async function fill() {
  await press("#fill");
  await until(() => isThere("#trial-outcome dl"), "the quota is not filled");
}

test("a_full_storage_is_told_and_what_was_kept_stays", async () => {
  await open(`?city=${OSLO}`);
  await (await find("#note")).sendKeys("Ferry", Key.TAB);
  await open("?show=storage");
  await fill();
  const told = await textOf("#trial-outcome");
  assert.match(told, /Told\s+full .*no room/);
  assert.match(told, /1 of 1 as before in the browser’s storage, 1 of 1 durable/);
  const [asked, reads] = told.match(/[\d,.]+(?= letters)/g).map((text) => Number(text.replace(/\D/g, "")));
  assert.equal(reads, asked - 1);
  assert.ok((await throwAway()) > 0);

  // There is no room for a longer note: what was saved before stays, and what was typed too.
  const field = await find(`#note-${OSLO}`);
  const saved = await run("return sessionStorage.getItem('tabstate:note:3143244')");
  await field.sendKeys(Key.END, " at ten, or else the one at noon, from the other quay", Key.TAB);
  await until(async () => /^not saved full/.test(await textOf(`#note-${OSLO}-kept`)), "it is not told");
  assert.equal(await run("return sessionStorage.getItem('tabstate:note:3143244')"), saved);
  assert.match(await field.getAttribute("value"), /noon/);

  await press("#free");
  await until(async () => (await textOf("#trial-outcome")).startsWith("free"), "the room is not free");
  assert.equal(await throwAway(), 0);
  await until(async () => (await textOf(`#note-${OSLO}-kept`)).startsWith("saved"), "the note is not saved then");
  await reload();
  assert.match(await (await find(`#note-${OSLO}`)).getAttribute("value"), /noon/);
});

/** Other code takes all the room that is left, but for what one unit more would need. */
const takeTheRoom = () =>
  run(() => {
    for (let size = 2 ** 19, nth = 0; size >= 1; nth++) {
      try {
        sessionStorage.setItem(`foreign ${nth}`, "x".repeat(size));
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        size = Math.floor(size / 2);
      }
    }
  });
const giveTheRoom = () =>
  run(() => {
    for (const name of Object.keys({ ...sessionStorage }))
      if (name.startsWith("foreign")) sessionStorage.removeItem(name);
  });

test("a_pin_without_room_is_there_and_said_to_be_unsaved", async () => {
  await open("?q=oslo&kind=capital");
  await pin(1);
  await open("?q=bern&kind=capital");
  await takeTheRoom();
  await pin(1);
  await until(async () => (await keptPlaces()).join() === "Oslo,Bern", "it is not pinned");
  assert.match(await textOf(".kept > .hint"), /^not saved full: .*no room/);
  await giveTheRoom();
  await reload();
  assert.deepEqual(await keptPlaces(), ["Oslo", "Bern"]);
});

test("nothing_stays_filled_when_the_storage_screen_is_left", async () => {
  for (const leave of [
    () => press(".actions nav a"),
    () => run("history.back()"),
    () => run("location.href = 'empty.html'"),
    () => browser.driver.navigate().refresh(),
  ]) {
    await open("");
    await press(".actions nav a:last-of-type");
    await until(() => isThere("#fill"), "the screen does not open");
    await fill();
    await leave();
    await until(async () => (await throwAway().catch(() => 1)) === 0, `it stays filled after ${leave}`);
  }
});

test("a_record_that_cannot_be_read_is_listed_and_kept", async () => {
  await run("sessionStorage.setItem('tabstate:pins', '1/0/0=[')");
  await open("?show=storage");
  assert.match(await textOf("#broken tbody"), /^pins\s+\S/);
  await open("?q=oslo&kind=capital");
  await pin(1);
  await open("?show=storage");
  assert.match(await textOf("#broken tbody"), /^pins\s+\S/);
  assert.ok(await run("return Object.values({ ...sessionStorage }).includes('1/0/0=[')"));
});

test("what_has_another_shape_than_ours_in_the_storage_breaks_nothing", async () => {
  await run(() => {
    sessionStorage.setItem("tabstate:pins", '1/0/0=["x",-1,null]');
    sessionStorage.setItem("tabstate:compared", '1/1/0#[[1],["s","x",-5,1.5,3143244]]');
    sessionStorage.setItem("tabstate:note:-5", '1/2/0={"text":"x"}');
    sessionStorage.setItem("tabstate:note:3143244", "1/3/0=null");
    sessionStorage.setItem("tabstate:cleared", '1/4/0={"what":"filters","filters":{"kind":["x"],"q":7}}');
  });
  await open("?q=oslo&kind=capital");
  assert.equal(await textOf("#undo-filters"), "");
  await pin(1);
  assert.deepEqual(await keptPlaces(), ["Oslo"]);
  await open("?show=storage");
  assert.equal(Object.keys(await entryRows()).length, 5);
  await open(`?city=${OSLO}`);
  assert.equal(await (await find("#note")).getAttribute("value"), "");
});

test("a_window_that_the_page_opened_knows_that_it_is_a_copy", async () => {
  await open("?q=oslo&kind=capital");
  await pin(1);
  await open("?show=storage");
  const id = await textOf("#tab-id");
  const [first] = await browser.driver.getAllWindowHandles();
  // With a click, or a browser takes it for a pop-up.
  await run(() => {
    const link = document.body.appendChild(document.createElement("a"));
    Object.assign(link, { id: "copy", href: location.href, target: "_blank", rel: "opener", textContent: "copy" });
    link.style = "position: fixed; inset: 0 auto auto 0; z-index: 9";
  });
  await (await find("#copy")).click();
  await until(async () => (await browser.driver.getAllWindowHandles()).length === 2, "no window opens");
  const [copy] = (await browser.driver.getAllWindowHandles()).filter((handle) => handle !== first);
  await browser.driver.switchTo().window(copy);
  try {
    await arrived();
    await until(
      async () => (await textOf(".storage")).includes(`a copy of the tab ${id}`),
      "it takes itself for the tab",
    );
    assert.notEqual(await textOf("#tab-id"), id);
    assert.ok("pins" in (await entryRows()));
  } finally {
    await browser.driver.close();
    await browser.driver.switchTo().window(first);
  }
  assert.equal(await textOf("#tab-id"), id);
});

test("without_storage_all_of_it_works_in_memory_and_says_so", async () => {
  await open("sandboxed.html");
  await pin(2);
  assert.match(await textOf(".kept > .hint"), /^memory .*a reload loses them/);
  await press("#unpin-all");
  await until(async () => (await textOf("#undo-pins")).includes("Undo"), "no undo is offered");
  await press("#undo-pins .undo");
  await until(async () => (await keptPlaces()).length === 2, "the pins are not back");
  await press(".actions nav a:last-of-type");
  await until(() => isThere("#usage"), "the screen does not open");
  assert.deepEqual(new Set(Object.values(await entryRows()).map(([, kept]) => kept)), new Set(["memory"]));
  assert.equal(await isThere("#fill"), false);
});

test("what_is_kept_is_there_for_keyboards_readers_and_phones", async () => {
  await open("");
  await pin(4);
  for (const box of await browser.driver.findElements(By.css(".compare input"))) await box.sendKeys(Key.SPACE);
  await open(`?city=${OSLO}`);
  await (await find("#note")).sendKeys("Ferry ".repeat(20), Key.TAB);
  await browser.driver.manage().window().setRect({ width: 320, height: 700 });
  try {
    for (const search of ["?q=oslo", `?city=${OSLO}`, "?show=storage"]) {
      await open(search);
      const found = await faults(".pin, .compare input, .undo, .offer .icon");
      assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((fault) => [fault, 0])), search);
    }
  } finally {
    await browser.driver.manage().window().setRect({ width: 1280, height: 900 });
  }
});
