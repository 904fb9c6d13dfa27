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

test("a_link_opens_the_same_view_elsewhere", async () => {
  await open("?q=berg&country=NO&country=SE&sort=name&cols=name&cols=country");
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
