// Opens a WebDriver session in Chromium, Firefox or WebKitGTK with the history limits that users have: automation
// switches them off, we switch them on again (tests/e2e/limits.test.mjs proves it). Knows nothing of tabstate.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findProgram } from "../../scripts/run.mjs";

export const engines = ["chromium", "firefox", "webkit"];

/** The engine that this test run is about. */
export const engine = process.env.TABSTATE_ENGINE ?? "chromium";

const drivers = { chromium: "chromedriver", firefox: "geckodriver", webkit: "WebKitWebDriver" };

/** The path of the program that speaks WebDriver for `engine`. */
export function driverOf(engine) {
  const path = findProgram(drivers[engine]);
  if (!path) throw new Error(`${drivers[engine]} is missing: run \`node scripts/setup.mjs\``);
  return path;
}

/**
 * The capabilities of a session, for any WebDriver client.
 *
 * @param {string} engine
 * @param {Settings & { profile?: string }} [options] `profile`: a directory for Chromium's user data
 *
 * @typedef {object} Settings What a profile has from its start on.
 * @property {string[]} [languages] those that the user prefers, the first one first; see `environmentOf` for WebKit
 * @property {Record<string, unknown>} [prefs] more preferences of Chromium's or Firefox's, by their full names
 */
export function capabilitiesOf(engine, { profile, languages, prefs } = {}) {
  switch (engine) {
    case "chromium":
      return {
        browserName: "chrome",
        "goog:chromeOptions": {
          binary: findProgram("chromium"),
          // Chromedriver's own default, which turns off the limit of 200 history calls in 10 seconds.
          excludeSwitches: ["disable-ipc-flooding-protection"],
          args: [
            ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
            ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
            ...(profile ? [`--user-data-dir=${profile}`] : []),
          ],
          // `--lang` does nothing without a window, and an incognito context shows the first language alone.
          ...((languages || prefs) && {
            prefs: { ...(languages && { "intl.selected_languages": languages.join() }), ...prefs },
          }),
        },
        "goog:loggingPrefs": { browser: "ALL" },
      };
    case "firefox":
      return {
        browserName: "firefox",
        "moz:firefoxOptions": {
          binary: findProgram("firefox-esr") ?? findProgram("firefox"),
          args: ["-headless"],
          prefs: {
            "dom.navigation.locationChangeRateLimit.count": 200,
            "dom.navigation.locationChangeRateLimit.timespan": 10,
            "dom.navigation.navigationRateLimit.count": 200,
            "dom.navigation.navigationRateLimit.timespan": 10,
            ...(languages && { "intl.accept_languages": languages.join(", ") }),
            ...prefs,
          },
        },
      };
    case "webkit":
      return {
        browserName: "MiniBrowser",
        "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] },
      };
    default:
      throw new Error(`unknown engine "${engine}": use ${engines.join(", ")}`);
  }
}

/**
 * What the driver's environment has beside this process's. WebKit's language is the system's: one, and of a locale that is
 * installed, or it is `en-US`. Without a locale it tells pages "C", which Intl refuses; `["C"]` asks for that.
 *
 * @param {string} engine
 * @param {Settings} [settings]
 */
export function environmentOf(engine, { languages = ["en-US"] } = {}) {
  if (engine !== "webkit") return {};
  const locale = `${languages[0].replaceAll("-", "_")}.UTF-8`;
  return { LANG: locale, LC_ALL: locale };
}

/**
 * Starts a browser.
 *
 * @param {string} [name] an engine
 * @param {Settings} [settings]
 * @returns {Promise<{ driver: import("selenium-webdriver").WebDriver, close(): Promise<void> }>}
 */
export async function openBrowser(name = engine, settings = {}) {
  const { Builder } = await import("selenium-webdriver");
  const closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const env = { ...process.env, ...environmentOf(name, settings) };
    if (name === "webkit") {
      const display = await startDisplay();
      closers.push(() => stop(display.child));
      env.DISPLAY = display.name;
    }
    const profile = await mkdtemp(join(tmpdir(), "tabstate-browser-"));
    closers.push(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
    const port = await freePort();
    const service = spawn(driverOf(name), [`--port=${port}`], { env, stdio: "ignore" });
    closers.push(() => stop(service));
    await answering(port, service);
    const driver = await new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .disableEnvironmentOverrides()
      .withCapabilities(capabilitiesOf(name, { ...settings, profile }))
      .build();
    closers.push(() => driver.quit());
    await driver.manage().setTimeouts({ script: 120_000, pageLoad: 60_000 });
    return { driver, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts an X server without a screen, for the engine that has no headless mode. */
export async function startDisplay() {
  const program = findProgram("Xvfb");
  if (!program) throw new Error("Xvfb is missing: run `node scripts/setup.mjs`");
  const args = ["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  const [number] = await once(child.stdout, "data");
  return { child, name: `:${String(number).trim()}` };
}

/** Ends a process that this module started, and waits for its end. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

function miniBrowser() {
  for (const lib of ["/usr/lib", ...subdirectories("/usr/lib"), "/usr/libexec"]) {
    for (const version of ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"]) {
      const path = join(lib, version, "MiniBrowser");
      if (existsSync(path)) return path;
    }
  }
  throw new Error("WebKitGTK's MiniBrowser is missing: run `node scripts/setup.mjs`");
}

function subdirectories(path) {
  return existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

async function answering(port, service) {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (service.exitCode !== null) throw new Error(`${service.spawnfile} ended with ${service.exitCode}`);
    const socket = createConnection(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
  throw new Error(`${service.spawnfile} did not answer on port ${port}`);
}
