// Builds and opens every app under tests/apps with the packed package, as a user's own tools would. One claim for each:
// what is in the address is read, and a click's write reaches the address with the other bytes as they were.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { By, logging } from "selenium-webdriver";
import { openBrowser } from "../support/browsers.mjs";
import { serve } from "../support/serve.mjs";

const apps = fileURLToPath(new URL("../apps", import.meta.url));
let browser;
let server;

before(async () => {
  server = await serve({ directories: { "/": apps } });
  browser = await openBrowser("chromium");
});

after(async () => {
  await browser?.close();
  await server?.close();
});

const pages = {
  script: ["script/index.html", "script/slim.html"],
  vite: ["vite/dist/index.html", "vite/dist/slim.html"],
  webpack: ["webpack/index.html"],
  esbuild: ["esbuild/index.html"],
  rollup: ["rollup/index.html"],
};

for (const [app, paths] of Object.entries(pages)) {
  test(`the_package_works_in_${app}`, async () => {
    build(app);
    for (const path of paths) await countsInTheAddress(`${server.origins[0]}/${path}`);
  });
}

test("the_package_works_in_vite_dev", async () => {
  const { createServer } = await import("vite");
  const root = join(apps, "vite");
  const dev = await createServer({
    root,
    logLevel: "error",
    server: { port: 0, host: "127.0.0.1" },
    optimizeDeps: { force: true },
  });
  await dev.listen();
  try {
    const [url] = dev.resolvedUrls.local;
    await countsInTheAddress(`${url}index.html`);
    await countsInTheAddress(`${url}slim.html`);
  } finally {
    await dev.close();
  }
});

test("the_package_works_in_node", () => {
  const output = execFileSync(process.execPath, ["main.js"], { cwd: join(apps, "node"), encoding: "utf8" });
  assert.equal(output, "42 (memory)\ncity=S%C3%A3o+Paulo&n=1\n");
});

function build(app) {
  const { scripts } = JSON.parse(readFileSync(join(apps, app, "package.json"), "utf8"));
  if (!scripts?.build) return;
  try {
    execFileSync("npm", ["run", "build", "--silent"], { cwd: join(apps, app), encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error(`${app} does not build:\n${error.stdout}\n${error.stderr}`);
  }
}

async function countsInTheAddress(url) {
  const { driver } = browser;
  await driver.get(`${url}?sig=a%20b%2Cc&n=41&flag#top`);
  const output = await driver.findElement(By.css("output"));
  await driver.wait(async () => (await output.getText()) === "41 (url)", 20_000, `${url} does not read its address`);
  await driver.findElement(By.css("button")).click();
  await driver.wait(async () => (await output.getText()) === "42 (url)", 5_000, `${url} does not show its write`);
  assert.equal(await driver.executeScript("return location.search + location.hash"), "?sig=a%20b%2Cc&n=42&flag#top");
  const entries = await driver.manage().logs().get(logging.Type.BROWSER);
  const complaints = entries.filter(({ level }) => level.value >= logging.Level.WARNING.value);
  assert.deepEqual(
    complaints.map(({ message }) => message),
    [],
    url,
  );
}
