// What the explorer in www/ does only once, as it is built, with real keys: the places on disk, the extremes in the session, the
// worker that all share, and the screen that tells of them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { beforeEach } from "node:test";
import { Key } from "selenium-webdriver";
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

const places = readFileSync(new URL("../../www/dist/cities.columns", import.meta.url));
const THEIR_TYPE = { type: "application/octet-stream" };

let fetches = 0;
/** What the server has in the place of the file. */
let answer;

openExplorer(() => ({
  "/empty.html": { body: "<!doctype html><title>empty</title>" },
  "/cities.columns": () => {
    fetches++;
    return answer ?? { body: places, ...THEIR_TYPE };
  },
}));

beforeEach(async () => {
  await browser.driver.get(`${server.origins[0]}/empty.html`);
  const failure = await browser.driver.executeAsyncScript((done) => {
    sessionStorage.clear();
    localStorage.clear();
    const request = indexedDB.deleteDatabase("tabstate!cache");
    request.onsuccess = () => done();
    request.onerror = () => done(String(request.error));
  });
  assert.equal(failure, null);
  answer = undefined;
  fetches = 0;
});

/** The numbers that the screen tells of a cache. */
const counts = (cache) =>
  run(
    (cache) =>
      Object.fromEntries(
        Array.from(document.querySelectorAll(`[data-cache=${cache}] [data-count]`), (count) => [
          count.dataset.count,
          Number(count.textContent.replace(/\D/g, "")),
        ]),
      ),
    cache,
  );
const whereIs = (cache) => textOf(`[data-cache=${cache}] h3 .known`);
/** What the database has of all caches, as any script of the origin reads it: the texts of all values. */
const onDisk = () =>
  browser.driver.executeAsyncScript((done) => {
    const request = indexedDB.open("tabstate!cache");
    request.onerror = () => done(String(request.error));
    request.onsuccess = async () => {
      const database = request.result;
      const all = await Promise.all(
        [...database.objectStoreNames].map(
          (name) =>
            new Promise((resolve) => {
              const rows = database.transaction(name).objectStore(name).getAll();
              rows.onsuccess = () => resolve(rows.result);
            }),
        ),
      );
      database.close();
      done(all.flat().flatMap(({ form }) => (form === undefined ? [] : [form.length])));
    };
  });
/** The forms of all values that the session has. */
const inSession = () =>
  run(() =>
    Object.entries({ ...sessionStorage })
      .filter(([name]) => name.startsWith("tabstate!cache:"))
      .map(([, record]) => record.slice(record.search(/[=#]/))),
  );
/** To be there, a write to the disk needs a moment after the page has what was written. */
const kept = () => until(async () => (await onDisk()).length === 1, "the places are not on disk");

const extremes = () => textOf(".extremes");
async function openExtremes(search) {
  await open(search === "" ? "?tab=extremes" : `?tab=extremes&${search}`);
  await until(async () => /Most remote\s+\S.*km to/s.test(await extremes()), "the extremes are not found out");
}
async function openCaches() {
  await press(".actions nav a[href*=caches]");
  await until(() => isThere("#caches-title"), "the screen does not open");
}

test("the_places_are_fetched_once_and_a_later_visit_finds_them_on_the_disk", async () => {
  await open("?q=oslo&kind=capital");
  assert.ok(fetches > 0);
  const [seen, rows] = [await textOf("#results-title"), await textOf("table")];
  await kept();

  fetches = 0;
  answer = { body: "", status: 503 };
  await reload();
  assert.deepEqual([await textOf("#results-title"), await textOf("table")], [seen, rows]);
  await open("?show=caches");
  assert.equal(await whereIs("places"), "disk");
  assert.deepEqual(await counts("places"), { hits: 1, misses: 0, joins: 0, entries: 1, bytes: (await onDisk())[0] });
  assert.match(await textOf("[data-cache=places] .cache-entries"), /^cities\.columns\s+kept .*for 30 days/);
  assert.equal(fetches, 0);
});

test("the_places_that_were_cleared_are_fetched_by_the_next_visit", async () => {
  await open("?show=caches");
  await kept();
  assert.equal((await counts("places")).misses, 1);
  await press("#clear-places");
  await until(async () => (await textOf("#caches-news")).includes("cleared"), "it is not told");
  assert.equal(await focused(), "clear-places");
  assert.deepEqual(await counts("places"), { hits: 0, misses: 1, joins: 0, entries: 0, bytes: 0 });
  assert.match(await textOf("[data-cache=places]"), /Nothing is kept/);
  await until(async () => (await onDisk()).length === 0, "they stay on disk");

  fetches = 0;
  await reload();
  assert.ok(fetches > 0);
  assert.equal((await counts("places")).misses, 1);
  await kept();
});

test("what_came_in_the_place_of_the_places_is_not_kept", async () => {
  for (const [body, type] of [
    ["<h1>Sign in to the network of this hotel</h1>", "text/html"],
    [Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), THEIR_TYPE.type],
  ]) {
    answer = { body, type };
    await browser.driver.get(`${server.origins[0]}/`);
    await until(() => isThere(".blank button"), "nothing is told");
    assert.match(await textOf(".blank"), /did not arrive/);
    answer = undefined;
    await press(".blank button");
    await arrived();
    assert.match(await textOf("#results-title"), /^135,233 places/);
    await kept();
    await run("localStorage.clear()");
    await browser.driver.get(`${server.origins[0]}/?show=caches`);
    await arrived();
    await press("#clear-places");
    await until(async () => (await onDisk()).length === 0, "they stay on disk");
  }
});

test("the_same_filters_are_asked_about_once_in_whatever_order", async () => {
  await openExtremes("kind=capital&kind=region&country=NO&country=SE&q=Os");
  const found = await extremes();
  assert.match(found, /Northernmost\s+\S/);
  for (const search of [
    "kind=region&kind=capital&country=SE&country=NO&q=ös",
    "q=os&sort=name&desc=false&country=NO&country=SE&kind=capital&kind=region",
  ]) {
    await openExtremes(search);
    assert.equal(await extremes(), found);
    await openCaches();
    const { hits, misses, entries } = await counts("extremes");
    assert.deepEqual({ hits, misses, entries }, { hits: 1, misses: 0, entries: 1 });
  }
  await openExtremes("kind=region&country=SE&country=NO&q=os");
  await openCaches();
  const { misses, entries } = await counts("extremes");
  assert.deepEqual({ misses, entries }, { misses: 1, entries: 2 });
});

test("the_numbers_are_those_of_what_is_kept", async () => {
  for (const search of ["kind=capital", "country=NO&country=SE", ""]) await openExtremes(search);
  await openCaches();
  const forms = await inSession();
  assert.deepEqual(await counts("extremes"), {
    hits: 0,
    misses: 1,
    joins: 0,
    entries: forms.length,
    bytes: forms.join("").length,
  });
  assert.equal(forms.length, 3);
  assert.equal(await whereIs("extremes"), "session");
  const listed = await textOf("[data-cache=extremes] .cache-entries");
  assert.match(listed, /^All places\s+kept .*\s+2 more from before this page/);
  assert.equal((await counts("worker")).entries, 1);
  assert.match(await textOf(".cache-events"), /kept\s+The extremes\s+All places/);

  await press("#clear-all");
  await until(async () => (await counts("extremes")).entries === 0, "it is not cleared");
  for (const cache of ["places", "extremes", "worker"]) assert.equal((await counts(cache)).entries, 0, cache);
  assert.deepEqual(await inSession(), []);
  await until(async () => (await onDisk()).length === 0, "the places stay on disk");
});

test("the_extremes_are_those_of_the_places_that_fit", async () => {
  await openExtremes("kind=capital&country=NO&country=SE&country=FI");
  const told = (await extremes()).replace(/\s+/g, " ");
  assert.match(told, /Largest Stockholm Sweden, 1\.5\d million people/);
  assert.match(told, /Northernmost Helsinki/);
  assert.match(told, /Southernmost Stockholm/);
  assert.match(told, /Most remote Oslo Norway, 41\d km to Stockholm/);
  await (await find(".extremes a")).click();
  await until(async () => (await query()).has("city"), "the place does not open");
  assert.equal(await textOf("#city-title"), "Stockholm");
});

const outcome = () => textOf("#cache-trial-outcome");

test("twenty_who_ask_at_once_are_one_run", async () => {
  await openExtremes("kind=capital");
  await openCaches();
  const before = await counts("extremes");
  await press("#try-crowd");
  await until(async () => (await outcome()).includes("Worked out"), "nothing came of it");
  assert.match(await outcome(), /Worked out\s+once\s+Waited along\s+19 of 20\s+Answered\s+20 of 20, .*yes/);
  const after = await counts("extremes");
  assert.deepEqual([after.misses - before.misses, after.joins - before.joins], [1, 19]);
});

test("a_copy_that_is_changed_changes_nothing_that_is_kept", async () => {
  await openExtremes("kind=capital&country=NO&country=SE&country=FI");
  await openCaches();
  await press("#try-copy");
  await until(async () => (await outcome()).includes("The next one"), "nothing came of it");
  assert.match(await outcome(), /was\s+Stockholm\s.*says\s+Stockholm\s.*told\s+Stockholm/s);
  await open("?show=caches&kind=capital");
  await press("#try-copy");
  await until(async () => (await outcome()).includes("The next one"), "nothing came of it");
  const [, was, says, told] = /was\s+(.*)\n.*\n?says\s+(.*)\n.*\n?told\s+(.*)/.exec(await outcome()) ?? [];
  assert.equal(told, was);
  assert.notEqual(says, was);
});

test("a_worker_that_was_let_go_of_has_ended_and_another_is_built", async () => {
  await openExtremes("kind=capital");
  await openCaches();
  await press("#try-release");
  await until(async () => (await outcome()).includes("built anew"), "nothing came of it");
  assert.match(await outcome(), /twice\s+the same worker, number 1\s.*number 1 has ended\s.*number 2, built anew/s);
  await press("#clear-worker");
  await press("#clear-extremes");
  await until(async () => (await counts("worker")).entries === 0, "it is not cleared");
  await press("#try-crowd");
  await until(async () => (await outcome()).includes("Worked out"), "the third worker does not answer");
  assert.equal((await counts("worker")).misses, 3);
});

test("names_that_the_worker_sorted_are_in_the_order_of_those_that_the_page_sorts", async () => {
  const names = () => run("return Array.from(document.querySelectorAll('tbody th'), (th) => th.innerText)");
  await open("?q=san&sort=name&desc=false");
  const sorted = await names();
  await open("?q=san&show=caches");
  await until(async () => (await counts("worker")).misses === 1, "the worker is not asked");
  await open("?q=san");
  await browser.driver.sleep(1500);
  await press("th.col-name button");
  await until(async () => (await query()).get("sort") === "name", "they are not sorted");
  assert.deepEqual(await names(), sorted);
});

test("the_screen_is_a_step_away_and_back_leaves_it", async () => {
  await open("?q=oslo");
  await openCaches();
  assert.deepEqual([(await query()).get("show"), (await query()).get("q")], ["caches", "oslo"]);
  assert.equal(await focused(), "caches-title");
  assert.match(await browser.driver.getTitle(), /^What this page does only once/);
  await run("history.back()");
  await until(async () => !(await isThere("#caches-title")), "Back does not leave it");
});

test("where_storage_is_denied_all_of_it_works_in_memory_and_says_so", async () => {
  for (let visit = 1; visit <= 2; visit++) {
    await open("sandboxed.html?tab=extremes&kind=capital&country=NO&country=SE&country=FI");
    await until(async () => (await extremes()).includes("Stockholm"), "the extremes are not found out");
    await openCaches();
    for (const cache of ["places", "extremes"]) {
      assert.equal(await whereIs(cache), "memory");
      assert.match(await textOf(`[data-cache=${cache}] .reason`), /^Kept with this page alone: \S/);
      assert.equal((await counts(cache)).entries, 1);
    }
  }
  await press("#try-crowd");
  await until(async () => (await outcome()).includes("Worked out"), "nothing came of it");
  assert.match(await outcome(), /Worked out\s+once\s+Waited along\s+19 of 20/);
  await press("#clear-all");
  await until(async () => (await counts("places")).entries === 0, "it is not cleared");
});

test("the_caches_are_there_for_keyboards_readers_and_phones", async () => {
  await openExtremes("kind=capital");
  await browser.driver.manage().window().setRect({ width: 320, height: 700 });
  try {
    for (const search of ["?tab=extremes&kind=capital", "?show=caches&kind=capital"]) {
      await open(search);
      const found = await faults(".caches button");
      assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((fault) => [fault, 0])), search);
    }
    // What a trial tells does not push away what is below it, and the button keeps the focus.
    const top = () =>
      run("return Math.round(document.getElementById('caches-events').getBoundingClientRect().top + scrollY)");
    for (const trial of ["copy", "release", "crowd"]) {
      const before = await top();
      await press(`#try-${trial}`);
      await until(async () => await isThere(`[data-trial=${trial}]`), "nothing came of it");
      assert.equal(await top(), before, trial);
      assert.equal(await focused(), `try-${trial}`);
    }
  } finally {
    await browser.driver.manage().window().setRect({ width: 1280, height: 900 });
  }
});

test("arrow_keys_go_round_the_charts", async () => {
  await open("");
  const tab = async () => (await query()).get("tab") ?? "map";
  await (await find("#tab-map")).sendKeys(Key.ARROW_LEFT);
  await until(async () => (await tab()) === "extremes" && (await focused()) === "tab-extremes", "not to the last one");
  await (await find("#tab-extremes")).sendKeys(Key.ARROW_RIGHT);
  await until(async () => (await tab()) === "map" && (await focused()) === "tab-map", "not to the first one");
});
