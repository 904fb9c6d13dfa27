// The explorer in www/, as it is built, with real keys and clicks: its state is its address.

import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { By, Key } from "selenium-webdriver";
import { openBrowser } from "../support/browsers.mjs";
import { serve } from "../support/serve.mjs";

const dist = join(fileURLToPath(new URL("../..", import.meta.url)), "www", "dist");
let browser;
let server;

before(async () => {
  server = await serve({ directories: { "/": dist } });
  browser = await openBrowser();
  await browser.driver.manage().window().setRect({ width: 1280, height: 900 });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const find = (css) => browser.driver.findElement(By.css(css));
const summary = () => find("#results-title").getText();
const query = async () => new URL(await browser.driver.getCurrentUrl()).searchParams;
const entries = () => browser.driver.executeScript("return history.length");
const until = (claim, what) => browser.driver.wait(claim, 30_000, what, 50);
// WebKit's driver makes no popstate of its own Back.
const back = () => browser.driver.executeScript("history.back()");

async function open(search) {
  await browser.driver.get(`${server.origins[0]}/${search}`);
  await until(async () => /\d/.test(await summary().catch(() => "")), "the places do not come");
}

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
