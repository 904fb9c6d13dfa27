// Measures the package in a real Chromium against its floors and peers, prints a table and writes build/bench.json.
// `--quick`: fewer repetitions. A budget that is over is said; only `--strict` makes it a failure. What is measured is
// in benches/, what is wrong there throws.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "../benches/measure.js";
import { openBrowser } from "../tests/support/browsers.mjs";
import { serve } from "../tests/support/serve.mjs";
import { build } from "./build.mjs";
import { root, runAsProgram } from "./run.mjs";
import { setup } from "./setup.mjs";

const peers = [
  ...["nuqs/server", "qs", "query-string", "js-cookie", "@formatjs/intl-localematcher"],
  ...["devalue", "store2", "superjson", "zustand/middleware", "zustand/vanilla"],
  ...["@tanstack/query-core", "lru-cache", "memoizee", "object-hash", "p-memoize"],
];

/** Clocks are coarse (100 µs instead of 5) in pages that are not isolated. */
const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** Nanoseconds. */
const startBudget = 10e6;

/**
 * @param {object} options
 * @param {boolean} [options.quick]
 * @param {string} [options.packed] the directory of the unpacked package
 * @returns {Promise<object[]>} a row for each comparison
 */
export async function bench({ quick = false, packed = join(root, "build", "package") }) {
  const server = await serve({
    directories: { "/package": packed, "/benches": join(root, "benches") },
    pages: { "/page/*": { body: html(peers) }, ...(await bundlePeers()), "/first.js": await bundleFirstRead(packed) },
    headers,
  });
  const browser = await openBrowser("chromium");
  const tab = tabOf(browser.driver, server.origins[0]);
  try {
    const measured = [
      ...(await reads(tab, "query_params", quick ? 15 : 61)),
      ...(await reads(tab, "params", quick ? 15 : 61)),
      ...(await reads(tab, "context", quick ? 15 : 61)),
      ...(await writes(tab, quick ? { rounds: 3, samples: 8 } : { rounds: 8, samples: 10 })),
      await start(tab, quick ? 7 : 25),
      ...(await reads(tab, "session_state", quick ? 15 : 61)),
      ...(await firstReads(tab, quick ? 5 : 21)),
      ...(await reads(tab, "cache", quick ? 15 : 61)),
    ];
    return measured.flatMap(rowsOf);
  } finally {
    await browser.close();
    await server.close();
  }
}

async function reads(tab, section, repetitions) {
  console.log(`> reads: ${section}`);
  await tab.open(section);
  return tab.run("measure", repetitions);
}

/** Rounds over all contenders, each in a document of its own. */
async function writes(tab, { rounds, samples }) {
  const { cases, sides } = await import("../benches/query_params_writes.js");
  const measured = [];
  for (const [name, { most }] of Object.entries(cases)) {
    console.log(`> ${name}`);
    const taken = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const side of Object.keys(sides)) {
        await tab.open("query_params_writes");
        taken[side].push(...(await tab.run("sample", { name, side, warming: 5, samples })));
      }
    }
    measured.push({ name, most, times: nanoseconds(taken) });
  }
  return measured;
}

/** Rounds over all contenders, each with a document that writes and a new one that reads. */
async function firstReads(tab, rounds) {
  const { budgets, reads } = await import("../benches/session_state.js");
  const taken = {};
  for (const [name, sides] of Object.entries(reads)) {
    console.log(`> first reads: ${name}`);
    for (const side of Array.from({ length: rounds }, () => sides).flat()) {
      await tab.open("session_state");
      await tab.run("write", { name, side });
      await tab.open("session_state");
      for (const [row, milliseconds] of Object.entries(await tab.run("read", { name, side }))) {
        taken[row] ??= {};
        taken[row][side] ??= [];
        taken[row][side].push(milliseconds);
      }
    }
  }
  return Object.entries(taken).map(([row, samples]) => ({ name: row, ...budgets[row], times: nanoseconds(samples) }));
}

/** The medians of milliseconds. */
function nanoseconds(taken) {
  return Object.fromEntries(Object.entries(taken).map(([side, milliseconds]) => [side, median(milliseconds) * 1e6]));
}

async function start(tab, samples) {
  console.log("> import to first read");
  const taken = [];
  for (let nth = 0; nth < samples; nth += 1) {
    await tab.open("start", `fresh${nth}.localhost`);
    taken.push(await tab.run("sample", "/first.js"));
  }
  return { name: "import to first read", limit: startBudget, times: { tabstate: median(taken) * 1e6 } };
}

function tabOf(driver, origin) {
  return {
    async open(section, host = "127.0.0.1") {
      const url = new URL(`/page/${section}?city=Oslo`, origin);
      url.hostname = host;
      await driver.get(url.href);
    },
    async run(name, argument) {
      const { value, error } = await driver.executeAsyncScript(
        `const [name, argument, done] = arguments;
         const section = location.pathname.split("/").at(-1);
         if (!crossOriginIsolated) done({ error: "the page is not isolated: its clock is coarse" });
         import("/benches/" + section + ".js").then((module) => module[name](argument))
           .then((value) => done({ value }), (error) => done({ error: String(error.stack) }));`,
        name,
        argument,
      );
      if (error) throw new Error(error);
      return value;
    },
  };
}

function html(peers) {
  const imports = Object.fromEntries(peers.map((peer) => [peer, `/peers/${peer}.js`]));
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>bench</title>
    <link rel="icon" href="data:," />
    <script type="importmap">${JSON.stringify({ imports: { ...imports, tabstate: "/package/dist/index.js" } })}</script>
  </head>
</html>
`;
}

/** Peers as modules: some of them are CommonJS, or import React for a part that is not measured. */
async function bundlePeers() {
  const pages = await Promise.all(
    peers.map(async (peer) => {
      const names = ["qs", "query-string", "js-cookie", "store2", "memoizee", "object-hash", "p-memoize"].includes(peer)
        ? "default"
        : "*";
      const contents = names === "*" ? `export * from "${peer}";` : `export { ${names} } from "${peer}";`;
      return [`/peers/${peer}.js`, await bundle({ contents, format: "esm" })];
    }),
  );
  return Object.fromEntries(pages);
}

/** What a page would ship whose only use of the package is one read. */
function bundleFirstRead(packed) {
  const contents = `import { queryParams } from "tabstate"; globalThis.firstRead = queryParams.get("city");`;
  return bundle({ contents, format: "iife", alias: { tabstate: join(packed, "dist", "index.js") } });
}

async function bundle({ contents, format, alias = {} }) {
  const { build: esbuild } = await import("esbuild");
  const { outputFiles } = await esbuild({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format,
    alias,
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return { body: outputFiles[0].text, type: "text/javascript; charset=utf-8" };
}

/** A row for each thing that ours is compared with, and one for a limit, or where there is nothing else. */
function rowsOf({ name, limit, most = {}, times: { tabstate: ours, ...others } }) {
  const rows = Object.entries(others).map(([against, theirs]) => {
    const row = { name, ours, against, theirs, ratio: ours / theirs, most: most[against] };
    return { ...row, over: row.ratio > (row.most ?? Number.POSITIVE_INFINITY) };
  });
  if (limit !== undefined || rows.length === 0) rows.unshift({ name, ours, limit, over: ours > limit });
  return rows;
}

function print(rows) {
  const verdict = ({ over, limit, most }) => ((limit ?? most) ? (over ? "over" : "ok") : "");
  const cells = rows.map((row) => [
    row.name,
    duration(row.ours),
    row.against ?? "",
    row.against ? duration(row.theirs) : "",
    row.against ? factor(row.ratio) : "",
    row.limit ? `≤ ${duration(row.limit)}` : row.most ? `≤ ${factor(row.most)}` : "",
    verdict(row),
  ]);
  const table = [["", "ours", "against", "theirs", "ratio", "budget", ""], ...cells];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );
}

function duration(nanoseconds) {
  const units = [
    [1e6, "ms"],
    [1e3, "µs"],
    [1, "ns"],
  ];
  const [size, unit] = units.find(([size]) => nanoseconds >= size) ?? units[2];
  return `${(nanoseconds / size).toPrecision(3)} ${unit}`;
}

function factor(ratio) {
  return `×${ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2)}`;
}

await runAsProgram(import.meta.url, async () => {
  const has = (flag) => process.argv.includes(flag);
  await setup(["chromium"]);
  await build();
  const rows = await bench({ quick: has("--quick") });
  writeFileSync(join(root, "build", "bench.json"), `${JSON.stringify(rows, null, 2)}\n`);
  console.log();
  print(rows);
  const over = rows.filter(({ over }) => over).length;
  if (over > 0) console.log(`\n${over} over the budget`);
  if (over > 0 && has("--strict")) process.exitCode = 1;
});
