// The apps that README shows, taken from it, built by each framework's own tool, and used as a person would.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { By } from "selenium-webdriver";
import { root } from "../../scripts/run.mjs";
import { addPage, engine, openTab } from "../support/claims.mjs";
import { buildWasm, fileOf } from "../support/frontends.mjs";

const readme = readFileSync(join(root, "README.md"), "utf8");
const head = '<script src="/support/claims-page.js"></script>';

/** Each with what the template of `npm create vite` starts it by. */
const inJavaScript = {
  React: {
    file: "App.jsx",
    main: `import { createElement } from "react";
           import { createRoot } from "react-dom/client";
           import App from "./App.jsx";
           createRoot(document.getElementById("root")).render(createElement(App));`,
  },
  Vue: {
    file: "App.vue",
    main: 'import { createApp } from "vue"; import App from "./App.vue"; createApp(App).mount("#root");',
  },
  Svelte: {
    file: "App.svelte",
    main: `import { mount } from "svelte";
           import App from "./App.svelte";
           mount(App, { target: document.getElementById("root") });`,
  },
  Solid: {
    file: "App.jsx",
    main: `import { createComponent, render } from "solid-js/web";
           import App from "./App.jsx";
           render(() => createComponent(App, {}), document.getElementById("root"));`,
  },
};

/** The first example behind a framework's name. */
function exampleOf(framework) {
  const [, behind] = readme.split(`\n**${framework}**: `);
  return behind.match(/```[\w,]+\n(.*?)```/s)[1];
}

/** Builds it beside the installed package, and gives the directory of what was built. */
async function buildWithVite(framework, { file, main }) {
  const { build } = await import("vite");
  const app = `tests/apps/${framework.toLowerCase()}`;
  const source = join(root, app, "node_modules", ".readme");
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, file), exampleOf(framework));
  writeFileSync(join(source, "main.js"), main);
  writeFileSync(
    join(source, "index.html"),
    '<!doctype html><html><head><link rel="icon" href="data:,"></head><body><div id="root"></div><script type="module" src="./main.js"></script></body></html>',
  );
  await build({
    root: source,
    configFile: join(root, app, "vite.config.js"),
    logLevel: "error",
    build: { outDir: "dist", emptyOutDir: true },
  });
  return `${app}/node_modules/.readme/dist`;
}

for (const [framework, parts] of Object.entries(inJavaScript)) {
  test(`the_app_for_${framework}_in_readme_works`, { skip: engine !== "chromium" }, async () => {
    const directory = await buildWithVite(framework, parts);
    await use(framework.toLowerCase(), directory);
  });
}

for (const framework of ["Leptos", "Yew", "Dioxus"]) {
  test(`the_app_for_${framework}_in_readme_works`, { skip: engine !== "chromium" }, async () => {
    const name = framework.toLowerCase();
    const example = `readme_${name}`;
    const app = `tests/apps/${name}`;
    mkdirSync(join(root, app, "examples"), { recursive: true });
    writeFileSync(join(root, app, "examples", `${example}.rs`), `//! README has it.\n${exampleOf(framework)}`);
    const out = `${app}/build/readme`;
    buildWasm({ package: `tabstate-example-${name}`, example, out });
    writeFileSync(
      join(root, out, "index.html"),
      '<!doctype html><html><head><link rel="icon" href="data:,"></head><body><div id="main"></div><script type="module">import start from "./app.js"; start();</script></body></html>',
    );
    await use(name, out);
  });
}

/** Turns pages, types, goes back, leaves a note and reloads. */
async function use(name, directory) {
  addPage(`/readme-${name}/*`, ({ url }) => {
    const path = new URL(url, "http://x").pathname.replace(/^\/[^/]+\//, "");
    return fileOf({ directory }, path, head);
  });
  const tab = await openTab(`/readme-${name}/?page=2`);
  const button = "return document.querySelector('button')?.textContent";
  const shows = (text) => tab.driver.wait(async () => (await tab.driver.executeScript(button)) === text, 10_000, text);
  const part = (selector) => tab.driver.findElement(By.css(selector));
  const query = () => tab.driver.executeScript("return location.search");

  await shows("Page 2");
  await part("button").click();
  await part("button").click();
  await shows("Page 4");
  assert.equal(await query(), "?page=4");

  await part("input").sendKeys("fjord");
  await tab.driver.wait(async () => (await query()) === "?page=4&q=fjord", 5000, "typed");
  await tab.run(() => history.back());
  await tab.driver.wait(async () => (await query()) === "?page=4", 5000, "one step back");
  await tab.driver.wait(async () => (await part("input").getAttribute("value")) === "", 5000, "shown");

  await part("textarea").sendKeys("milk");
  assert.equal(await part("main").getAttribute("class"), "light");
  await tab.reload();
  await shows("Page 4");
  assert.equal(await part("textarea").getAttribute("value"), "milk");
  assert.deepEqual(await tab.errors(), []);
}
