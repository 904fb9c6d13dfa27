// The explorer in www/, as it is built, with real keys and clicks: its state is its address.

import assert from "node:assert/strict";
import test from "node:test";
import { By, Key } from "selenium-webdriver";
import { withRequest } from "../../www/hand_over.mjs";
import { engine, openBrowser } from "../support/browsers.mjs";
import { browser, faults, find, open, openExplorer, query, server, summary, until } from "../support/explorer.mjs";

openExplorer((document) => ({ "/handed.html": (request) => ({ body: withRequest(document, request) }) }));

const entries = () => browser.driver.executeScript("return history.length");
// WebKit's driver makes no popstate of its own Back.
const back = () => browser.driver.executeScript("history.back()");

test("typing_is_one_step_back_and_the_field_follows", async () => {
  await open("?kind=capital");
  const [all, length] = [await summary(), await entries()];
  await find("#q").sendKeys("san");
  await until(async () => (await query()).get("q") === "san", "the search is not in the address");
  assert.equal((await query()).get("kind"), "capital");
  assert.notEqual(await summary(), all);
  assert.equal(await entries(), length + 1);
  await back();
  await until(async () => (await summary()) === all, "Back does not bring the results back");
  assert.equal(await find("#q").getAttribute("value"), "");
});

test("a_bound_checkbox_follows_back_and_forward", async () => {
  await open("?page=2");
  const [all, length] = [await summary(), await entries()];
  const kinds = async () => {
    const chosen = await browser.driver.findElements(By.css("[name=kind]:checked"));
    return (await Promise.all(chosen.map((box) => box.getAttribute("value")))).join();
  };
  await find("[name=kind][value=capital]").sendKeys(Key.SPACE);
  await until(async () => (await query()).get("kind") === "capital", "the kind is not in the address");
  assert.equal((await query()).has("page"), false);
  await find("[name=kind][value=region]").sendKeys(Key.SPACE);
  await until(async () => (await query()).getAll("kind").join() === "capital,region", "the second kind does not join");
  const both = await summary();
  assert.equal(await entries(), length + 2);
  await back();
  await until(async () => (await kinds()) === "capital", "the second checkbox does not follow Back");
  await back();
  await until(async () => (await kinds()) === "", "the first checkbox does not follow Back");
  assert.equal(await summary(), all);
  assert.equal((await query()).get("page"), "2");
  await browser.driver.executeScript("history.go(2)");
  await until(async () => (await kinds()) === "capital,region", "the checkboxes do not follow Forward");
  assert.equal(await summary(), both);
});

test("controls_say_what_the_address_says_after_a_visit_elsewhere", async () => {
  await open("");
  await find("[name=kind][value=capital]").sendKeys(Key.SPACE);
  await find("#q").sendKeys("san");
  await until(async () => (await query()).size === 2, "the filters are not in the address");
  await browser.driver.executeScript("location.href = 'icon.svg'");
  await until(async () => (await browser.driver.getCurrentUrl()).endsWith("icon.svg"), "the page is not left");
  await browser.driver.executeScript("history.go(-3)");
  await until(async () => /\d/.test(await summary().catch(() => "")), "the page does not come back");
  assert.equal((await query()).size, 0);
  // Time for what a browser restores after the load.
  await browser.driver.sleep(500);
  assert.equal(await find("[name=kind][value=capital]").isSelected(), false);
  assert.equal(await find("#q").getAttribute("value"), "");
});

test("a_country_out_of_sight_stays_chosen", async () => {
  await open("?country=NO");
  await find(".small-search").sendKeys("swed");
  await until(async () => !(await find("[name=country][value=NO]").isDisplayed()), "the list is not searched");
  await find("[name=country][value=SE]").sendKeys(Key.SPACE);
  await until(async () => (await query()).getAll("country").join() === "NO,SE", "Sweden does not join Norway");
  await back();
  await until(async () => !(await find("[name=country][value=SE]").isSelected()), "Sweden does not follow Back");
  assert.ok(await find("[name=country][value=NO]").isSelected());
});

test("dragging_a_slider_is_one_step_back", async () => {
  await open("?q=new");
  const [all, length] = [await summary(), await entries()];
  const thumb = await find("input[type=range]");
  await thumb.sendKeys(...Array(25).fill(Key.ARROW_RIGHT));
  await until(async () => (await summary()) !== all && (await query()).size === 2, "the range is not in the address");
  assert.equal(await entries(), length + 1);
  await back();
  await until(async () => (await summary()) === all, "Back does not return to before the drag");
});

test("dragging_a_bound_slider_is_one_step_back", async () => {
  await open("?q=new&page=2");
  const [all, length] = [await summary(), await entries()];
  const thumb = await find("[name=lat_min]");
  await thumb.sendKeys(...Array(95).fill(Key.ARROW_RIGHT));
  await until(async () => (await query()).get("lat_min") === "5", "the latitude is not in the address");
  assert.deepEqual([await entries(), (await query()).has("page")], [length + 1, false]);
  assert.notEqual(await summary(), all);
  await back();
  await until(async () => (await summary()) === all, "Back does not return to before the keys");
  assert.equal(await thumb.getAttribute("value"), "-90");

  // The middle of the input takes no clicks, so no driver may point from it.
  const box = await browser.driver.executeScript(
    "arguments[0].scrollIntoView({ block: 'center' }); return arguments[0].getBoundingClientRect().toJSON()",
    thumb,
  );
  const at = (x) => ({ x: Math.round(box.left + x), y: Math.round(box.top + box.height / 2), duration: 50 });
  // Past the other thumb and back: they do not cross.
  const drag = browser.driver.actions().move(at(10)).press().move(at(40)).move(at(box.width));
  await drag
    .move(at(box.width / 2))
    .release()
    .perform();
  await until(async () => Math.abs(Number((await query()).get("lat_min") ?? 99)) < 3, "the drag is not in the address");
  assert.equal(await entries(), length + 1);
  await back();
  await until(async () => (await summary()) === all, "Back does not return to before the drag");
  assert.equal(await thumb.getAttribute("value"), "-90");
});

test("a_click_on_a_row_opens_its_place_and_back_closes_it", async () => {
  await open("?q=oslo&kind=capital");
  await find("tbody td").click();
  await until(async () => (await query()).has("city"), "the place is not in the address");
  assert.equal(await find("#city-title").getText(), "Oslo");
  await back();
  await until(async () => !(await find("#city").isDisplayed()), "Back does not close the place");
});

test("a_link_with_invalid_parameters_opens_with_defaults", async () => {
  await open("?q=berg");
  const [seen, rows] = [await summary(), await find("table").getText()];
  await open("?q=berg&page=0&pop_min=12abc&cols=banana&tab=globe&sort=colour&lat_min=north&desc=maybe&kind=x");
  assert.equal(await summary(), seen);
  assert.equal(await find("table").getText(), rows);
  await until(async () => !(await query()).has("kind"), "what no control can hold stays in the address");
  assert.equal((await query()).get("page"), "0");

  await find("#inspector-button").sendKeys(Key.ENTER);
  const row = (name) => browser.driver.findElement(By.xpath(`//table[contains(@class, "typed")]//tr[th="${name}"]`));
  assert.match(await row("page").getText(), /^page\s+1\s+the address says 0: below the minimum\s+invalid$/);
  assert.match(await row("q").getText(), /^q\s+"berg"\s+value$/);
  assert.match(await row("sort").getText(), /^sort\s+"population"\s+absent$/);
});

test("a_link_opens_the_same_view_elsewhere", async () => {
  await open("?q=berg&country=NO&country=SE&sort=name&cols=region&cols=country");
  const [seen, rows] = [await summary(), await find("table").getText()];
  const link = await browser.driver.getCurrentUrl();
  await browser.driver.switchTo().newWindow("window");
  await open(new URL(link).search);
  assert.equal(await summary(), seen);
  assert.equal(await find("table").getText(), rows);
});

test("a_stressed_address_converges", async () => {
  await open("");
  await find("#inspector-button").sendKeys(Key.ENTER);
  const button = await browser.driver.findElement(By.xpath("//button[contains(., 'Spend the budget')]"));
  await button.sendKeys(Key.ENTER);
  const outcome = () => browser.driver.findElement(By.xpath("//dt[contains(., 'settled()')]/following-sibling::dd"));
  await until(async () => (await outcome().getText()) === "applied", "the address does not converge");
  assert.ok((await query()).has("stress"));
});

const textOf = (css) => browser.driver.executeScript("return document.querySelector(arguments[0])?.innerText", css);
const isThere = async (css) => (await browser.driver.findElements(By.css(css))).length > 0;
/** What the browser was told by its user, and how it writes itself: told by the page's own Intl. */
const written = (driver) =>
  driver.executeScript(() => {
    const { language } = navigator;
    const opened = document.querySelector("#sample-moment time");
    return {
      language,
      whole: new Intl.NumberFormat(language).format(135_233),
      hundredths: new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
        1234567.89,
      ),
      moment: new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" }).format(
        new Date(opened.dateTime),
      ),
      shown: {
        summary: document.getElementById("results-title").textContent,
        hundredths: document.getElementById("sample-number").textContent,
        moment: opened.textContent,
        lang: opened.lang,
      },
      page: [document.documentElement.lang, document.documentElement.dir || "ltr"],
    };
  });
/** Chromium lets a test change what media queries and clocks say. */
const emulate = (method, parameters) => browser.driver.sendDevToolsCommand(`Emulation.${method}`, parameters);
const inChromium = { skip: engine === "chromium" ? false : "no other driver changes this while a page is there" };

test("numbers_and_moments_are_written_as_the_reader_writes_them", async () => {
  const { driver, close } = await openBrowser(engine, { languages: engine === "webkit" ? ["en-US"] : ["de-DE", "de"] });
  try {
    await driver.get(`${server.origins[0]}/?show=about`);
    const title = "return document.getElementById('results-title')?.textContent ?? ''";
    await driver.wait(async () => /\d/.test(await driver.executeScript(title)), 30_000, "the places do not come", 50);
    const { language, whole, hundredths, moment, shown, page } = await written(driver);
    assert.equal(language, engine === "webkit" ? "en-US" : "de-DE");
    assert.equal(shown.summary, `${whole} places, ${engine === "webkit" ? "3.13" : "3,13"} billion people`);
    assert.deepEqual({ ...shown, summary: "" }, { summary: "", hundredths, moment, lang: language });
    assert.deepEqual(page, ["en", "ltr"]);
  } finally {
    await close();
  }
});

test("a_system_without_a_language_gets_english_numbers", {
  skip: engine === "webkit" ? false : "other engines have a language of their own",
}, async () => {
  const { driver, close } = await openBrowser(engine, { languages: ["C"] });
  try {
    await driver.get(`${server.origins[0]}/?show=about`);
    const title = "return document.getElementById('results-title')?.textContent";
    await driver.wait(
      async () => (await driver.executeScript(title)) === "135,233 places, 3.13 billion people",
      30_000,
      "the places do not come",
      50,
    );
    assert.equal(
      await driver.executeScript("return document.getElementById('sample-number').textContent"),
      "1,234,567.89",
    );
  } finally {
    await close();
  }
});

test("a_zone_that_the_reader_travels_into_is_followed", inChromium, async () => {
  await open("?show=about");
  for (const [timezoneId, hour] of [
    ["Asia/Tokyo", "GMT+9"],
    ["Africa/Nairobi", "GMT+3"],
  ]) {
    await emulate("setTimezoneOverride", { timezoneId });
    await browser.driver.executeScript("dispatchEvent(new Event('focus'))");
    await until(
      async () => (await textOf("[data-fact=timezone] td")).startsWith(timezoneId),
      "the zone is not followed",
    );
    assert.ok((await textOf("#sample-moment")).includes(hour));
  }
  await emulate("setTimezoneOverride", { timezoneId: "" });
});

test("map_and_chart_take_the_colours_of_the_theme_while_they_are_there", inChromium, async () => {
  const theme = (type) => emulate("setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: type }] });
  /** How many pixels of the canvas have the colour that the style names now. */
  const pixels = (canvas, name) =>
    browser.driver.executeScript(
      (canvas, name) => {
        const pen = document.querySelector(canvas)?.getContext("2d");
        if (pen === undefined) return 0;
        const { data } = pen.getImageData(0, 0, 4000, 400);
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.color = `var(${name})`;
        const [red, green, blue] = getComputedStyle(probe).color.match(/\d+/g).map(Number);
        probe.remove();
        let found = 0;
        for (let at = 0; at < data.length; at += 4)
          if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) found++;
        return found;
      },
      canvas,
      name,
    );
  for (const [tab, canvas] of [
    ["map", ".map canvas"],
    ["histogram", ".plot canvas"],
  ]) {
    await theme("light");
    await open(`?tab=${tab}&kind=capital`);
    await browser.driver.executeScript("globalThis.isSameDocument = true");
    for (const type of ["dark", "light", "dark"]) {
      await theme(type);
      await until(async () => (await pixels(canvas, "--map-hit")) > 20, `the ${tab} does not turn ${type}`);
    }
    assert.ok(await browser.driver.executeScript("return globalThis.isSameDocument"));
  }
  await find(".actions nav a").click();
  await theme("light");
  await until(async () => (await textOf("[data-fact=theme] td")).startsWith("light"), "the table is not live");
  assert.match(await textOf("#facts + [role=status]"), /^Last change: theme, at /);
  await emulate("setEmulatedMedia", { features: [] });
});

test("a_tip_that_was_dismissed_stays_away_until_it_is_asked_for", async () => {
  await open("");
  await find(".tip button").sendKeys(Key.ENTER);
  await until(async () => !(await isThere(".tip")), "the tip stays");
  assert.equal(await textOf(".tip-news"), "");
  await until(async () => (await browser.driver.switchTo().activeElement().getAttribute("id")) === "results-title");
  await open("?q=oslo");
  assert.equal(await isThere(".tip"), false);
  await open("?show=about");
  await find("#tip-back").sendKeys(Key.ENTER);
  await until(async () => !(await isThere("#tip-back")), "the tip stays away");
  await open("");
  assert.ok(await isThere(".tip"));
});

test("a_tip_that_no_cookie_remembers_is_hidden_for_this_visit_and_says_so", async () => {
  await open("sandboxed.html");
  await find(".tip button").sendKeys(Key.ENTER);
  await until(async () => !(await isThere(".tip")), "the tip stays");
  assert.match(await textOf(".tip-news"), /^Hidden for this visit\. .*blocked/);
  await find("[name=kind][value=capital]").sendKeys(Key.SPACE);
  await until(async () => (await textOf(".tip-news")) === "", "it is said again and again");
  assert.equal(await isThere(".tip"), false);
  await find(".actions nav a").sendKeys(Key.ENTER);
  await until(() => isThere("#tip-back"), "nothing brings the tip back");
  await find("#tip-back").sendKeys(Key.ENTER);
  await until(async () => !(await isThere("#tip-back")), "the tip stays away");
});

const FACTS = [
  ...["cookies", "headers", "locale", "locales", "direction", "timezone", "timezoneOffset", "theme", "url"],
  ...["isEmbedded", "embedOptions", "isFramed", "ipAddress"],
];
const SOURCES = ["server", "observed", "derived", "unknown"];

/** Of each row of a table: what it is about, and how that is known. */
const known = (table, attribute) =>
  browser.driver.executeScript(
    (table, attribute) =>
      Array.from(document.querySelectorAll(`${table} tbody tr`), (row) => [
        row.getAttribute(attribute),
        row.querySelector(".known").textContent,
      ]),
    table,
    attribute,
  );

test("what_the_page_knows_is_a_step_away_and_back_leaves_it", async () => {
  await open("?q=oslo");
  const [seen, length] = [await summary(), await entries()];
  await find(".actions nav a").sendKeys(Key.ENTER);
  await until(async () => (await query()).get("show") === "about", "the screen is not in the address");
  assert.equal((await query()).get("q"), "oslo");
  assert.equal(await entries(), length + 1);
  assert.equal(await browser.driver.switchTo().activeElement().getAttribute("id"), "about-title");
  assert.match(await browser.driver.getTitle(), /^What this page knows about you/);
  assert.equal(await find("#q").isDisplayed(), false);

  const facts = await known("#facts", "data-fact");
  assert.deepEqual(
    facts.map(([name]) => name),
    FACTS,
  );
  const headers = Object.fromEntries(await known("#headers", "data-header"));
  assert.equal(headers["User-Agent"], "observed");
  assert.equal(headers.Host, "observed");
  // WebKit's cannot be rebuilt.
  assert.equal(headers["Accept-Language"], engine === "webkit" ? undefined : "derived");
  for (const [name, source] of [...facts, ...Object.entries(headers)]) assert.ok(SOURCES.includes(source), name);
  assert.equal(new Map(facts).get("ipAddress"), "unknown");

  await back();
  await until(async () => (await find("#q").isDisplayed()) && (await summary()) === seen, "Back does not leave it");
  assert.equal(await isThere("#facts"), false);
  await browser.driver.executeScript("history.forward()");
  await until(() => isThere("#facts"), "Forward does not return to it");
});

test("what_a_server_hands_over_is_shown_as_the_servers", async () => {
  await open("handed.html?show=about");
  const headers = Object.fromEntries(await known("#headers", "data-header"));
  assert.deepEqual([headers["User-Agent"], headers["Accept-Encoding"]], ["server", "server"]);

  const secret = "session=1";
  const document = withRequest("<head></head>", {
    headersDistinct: { cookie: [secret], "x-odd": ["$& </script><b>"] },
    socket: { remoteAddress: "192.0.2.7" },
  });
  assert.equal(document.includes(secret), false);
  assert.deepEqual(JSON.parse(/^<head><script [^>]*>([^<]*)<\/script><\/head>$/.exec(document)[1]), {
    headers: { "x-odd": ["$& </script><b>"] },
    ip_address: "192.0.2.7",
  });
});

test("the_table_follows_the_cookies", async () => {
  await open("?show=about");
  const cookies = () => textOf("[data-fact=cookies] td");
  const name = await find(".trial [name=name]");
  const call = async (text) => {
    await name.clear();
    await name.sendKeys(text, Key.ENTER);
  };
  assert.match(await cookies(), /^none/);
  await call("first");
  await until(async () => (await textOf(".trial-outcome")).startsWith("stored"), "no word of the outcome");
  assert.match(await cookies(), /^1 cookie,/);
  assert.match(await textOf("table.cookies"), /first\s+crème brûlée; warm/);

  await browser.driver.executeScript("document.cookie = 'foreign=1'");
  if (engine !== "chromium") await browser.driver.executeScript("dispatchEvent(new Event('focus'))");
  await until(async () => (await cookies()).startsWith("2 cookies,"), "a foreign cookie is not seen");

  await call("__Host-x");
  await until(async () => (await textOf(".trial-outcome")).startsWith("rejected, prefix"), "no word of the reason");
  assert.match(await cookies(), /^2 cookies,/);

  for (const nth of [1, 0]) {
    await find("table.cookies button").sendKeys(Key.ENTER);
    await until(async () => (await textOf("table.cookies tbody"))?.split("Delete").length - 1 === nth || nth === 0);
  }
  await until(async () => (await cookies()).startsWith("none"), "a deleted cookie stays");
});

test("what_the_page_knows_is_there_for_keyboards_readers_and_phones", async () => {
  await browser.driver.manage().window().setRect({ width: 400, height: 850 });
  try {
    await open("?show=about");
    const found = await faults();
    assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((fault) => [fault, 0])));
  } finally {
    await browser.driver.manage().window().setRect({ width: 1280, height: 900 });
  }
});
