// `tabstate/server` with a real page behind it: what it writes is read by the browser's own parser, what it hands over is
// what the page tells, and a page that it rendered stays as it is when its script starts.

import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { openBrowser } from "../support/browsers.mjs";
import { addPage, engine, html, importing, openTab } from "../support/claims.mjs";
import { packed } from "../support/packages.mjs";

const { contextScript, fromRequest } = await import(pathToFileURL(join(packed, "dist", "server.js")));
const { start } = await import("../apps/ssr/server.js");

test("whatever_a_header_says_the_parser_reads_it_back_and_nothing_runs", async () => {
  const run = "<script>globalThis.ran = true</script><img src=x onerror='globalThis.ran = true'>";
  const piece = fc.constantFrom(
    ...["</script>", "</SCRIPT\n", "</script/", "<!--", "-->", "<!--<script>", "<script", "]]>", "<![CDATA[", run],
    ...["\u2028", "\u2029", "\0", "\r\n", "\\", '"', "'", "&lt;", "&#60;", "&", "<", ">", "é", "\ud800", "\u{1f600}"],
  );
  const text = fc.array(fc.oneof(piece, fc.string({ unit: "binary", maxLength: 5 }))).map((parts) => parts.join(""));
  const texts = fc.sample(text, { numRuns: 500, seed: 7 });
  const scripts = texts.map((text) => contextScript([["x-tag", text]], { headers: ["x-tag"] }));
  const pages = scripts.map((script) => `<head>${script}</head><body>end`);
  addPage("/all-of-it/*", { body: html(scripts.join("\n"), "<p>end</p>") });
  const tab = await openTab("/all-of-it/1");
  const seen = await tab.run((pages) => {
    const read = (page) => {
      const parsed = new DOMParser().parseFromString(page, "text/html");
      const names = [...parsed.querySelectorAll("*")].map(({ localName }) => localName);
      const { headers } = JSON.parse(parsed.getElementById("tabstate-context").textContent);
      return [names.join(), parsed.body.textContent, headers["X-Tag"]];
    };
    const elements = [...document.querySelectorAll("[id=tabstate-context]")];
    return {
      read: pages.map(read),
      inPage: elements.map(({ textContent }) => JSON.parse(textContent).headers["X-Tag"]),
      ran: globalThis.ran ?? false,
      images: document.images.length,
      end: document.body.children.length,
    };
  }, pages);
  const expected = texts.map((text) => text.toWellFormed());
  assert.deepEqual(
    seen.read,
    expected.map((text) => ["html,head,script,body", "end", text]),
  );
  assert.deepEqual([seen.inPage, seen.ran, seen.images, seen.end], [expected, false, 0, 1]);
});

test("a_page_shows_first_what_its_server_received", async () => {
  let received;
  addPage("/received/*", (request) => {
    received = fromRequest(request).context.headers.toDict();
    const script = contextScript(request, {
      ipAddress: "203.0.113.9",
      headers: ["Accept-Language", "User-Agent", "Accept"],
    });
    return { body: html(script + importing) };
  });
  const tab = await openTab("/received/1");
  const seen = await tab.run(() => {
    const { headers, ipAddress } = globalThis.tabstate.context;
    const names = ["Accept-Language", "User-Agent", "Accept"];
    return {
      ipAddress,
      told: Object.fromEntries(names.map((name) => [name, headers.get(name)])),
      sources: names.map((name) => headers.source(name)),
      notes: globalThis.tabstate.context.explain().flatMap(({ note = "" }) => (note.includes("ignored") ? [note] : [])),
      others: [headers.source("Connection"), headers.has("Connection")],
    };
  });
  assert.equal(seen.ipAddress, "203.0.113.9");
  for (const [name, text] of Object.entries(seen.told)) assert.equal(text, received[name], name);
  assert.deepEqual([seen.sources, seen.notes], [["server", "server", "server"], []]);
  assert.deepEqual(seen.others, ["unknown", false]);
});

test("a_page_reads_of_its_cookies_and_its_address_what_its_server_read", async () => {
  let facts;
  addPage("/both/*", (request) => {
    facts = fromRequest(request);
    return { body: html(importing) };
  });
  const tab = await openTab("/both/0");
  await tab.run(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: as other code sets them
    for (const cookie of ["city=S%C3%A3o", "bad=100%", "raw=São ✓", "__proto__=1", "set=2"]) document.cookie = cookie;
  });
  await tab.goto("/both/1?q=S%C3%A3o+Paulo&tag=a&tag=b&bad=%zz&set=1&EMBED=true&embed_options=Dark_Theme&name=été#top");
  const read = ({ queryParams, context, cookies }) => ({
    params: [...queryParams].map(([key]) => [key, queryParams.getAll(key)]),
    dict: { ...queryParams },
    text: `${queryParams}`,
    cookies: [...cookies].map(([name]) => [name, cookies.get(name), cookies.raw(name)]).sort(),
    jar: { ...cookies },
    embed: [context.isEmbedded, context.embedOptions],
    locales: [context.locale, context.direction, context.negotiateLocale(["de", "en"], "de")],
  });
  const seen = await tab.run((read) => Function(`return ${read}`)()(globalThis.tabstate), `${read}`);
  assert.deepEqual(JSON.parse(JSON.stringify(read(facts))), seen);
});

/** A server of the app, and a browser of that language on it. */
async function rendered(t, { languages, cookie, query = "?q=sea&tag=a&tag=b&sort=date&from=2024-02-29" }) {
  const server = await start();
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { driver, close } = await openBrowser(engine, { languages });
  t.after(close);
  const origin = `http://127.0.0.1:${server.address().port}`;
  if (cookie !== undefined) {
    await driver.get(`${origin}/style.css`);
    await driver.manage().addCookie({ name: "theme", value: cookie, path: "/" });
  }
  // The page as it comes, watched from before its script: a module runs when all of it has been read.
  await driver.get(`${origin}/${query}`);
  await driver.wait(() => driver.executeScript("return globalThis.writtenAtStart !== undefined"), 30_000);
  const state = () =>
    driver.executeScript(`return {
      written: writtenAtStart,
      root: ["lang", "dir", "class"].map((name) => document.documentElement.getAttribute(name)),
      texts: [...document.querySelectorAll("p")].map((element) => element.textContent),
      source: tabstate.context.headers.source("Accept-Language"),
      theme: [tabstate.context.headers.get("Sec-CH-Prefers-Color-Scheme") ?? null, tabstate.context.theme.type],
    }`);
  return { driver, state };
}

const firsts = {
  en: { languages: ["en-US", "en"], texts: ["Departures", "sea", "a and b", "by date", "from February 29, 2024"] },
  "pt-BR": {
    languages: ["pt-BR", "en"],
    texts: ["Partidas", "sea", "a e b", "por data", "a partir de 29 de fevereiro de 2024"],
  },
};

for (const [locale, { languages, texts }] of Object.entries(firsts)) {
  // Which locales are installed is the system's matter.
  const skip = engine === "webkit" && locale !== "en" && "its language is the system's";
  test(`a_page_in_${locale}_comes_as_it_stays`, { skip }, async (t) => {
    const { driver, state } = await rendered(t, { languages, cookie: "dark" });
    const seen = await state();
    assert.deepEqual(seen.texts, texts);
    assert.deepEqual([seen.root, seen.written, seen.source], [[locale, "ltr", "dark"], 0, "server"]);
    // Chromium was asked for it, and sends it with the first request.
    if (engine === "chromium") assert.match(seen.theme.join(), /^"?light"?,light$/);
    // From then on it is the page's own.
    await driver.executeScript("tabstate.queryParams.set('q', 'snow'); tabstate.cookies.set('theme', 'light')");
    await driver.wait(async () => (await state()).root[2] === "light", 5_000);
    assert.equal((await state()).texts[1], "snow");
  });
}

test("a_page_without_filters_and_cookies_comes_as_it_stays", async (t) => {
  const { state } = await rendered(t, { languages: ["en-US", "en"], query: "" });
  const { root, written, texts } = await state();
  assert.deepEqual([root, written, texts], [["en", "ltr", "auto"], 0, ["Departures", "all", "", "by name", ""]]);
});
