// What docs/server.md gives to copy runs as it stands there, with the packed package; and what `tabstate/server` weighs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundle, gzipped } from "../../scripts/size.mjs";

/** In bytes after gzip -9, WebAssembly included: lower it with every byte saved. */
const budget = 17_400;

const docs = readFileSync(new URL("../../docs/server.md", import.meta.url), "utf8");
/** Beside an installed package, so that it is imported by its name. */
const directory = fileURLToPath(new URL("../apps/node/node_modules/.server", import.meta.url));

/** The examples below a heading. */
function examples(heading) {
  const [, below] = docs.split(`### ${heading}`);
  return [...below.split(/^### /m)[0].matchAll(/```jsx?\n(.*?)```/gs)].map(([, code]) => code);
}

function written(name, code) {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, name);
  writeFileSync(file, code);
  return file;
}

const headers = { "accept-language": "nb", cookie: "theme=dark" };

/** The handed over headers in a page. */
const handed = (html) => JSON.parse(/id="tabstate-context"[^>]*>(.*?)<\/script>/.exec(html)[1]).headers;

test("the_example_for_node_runs", async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  const port = await new Promise((resolve) => probe.once("listening", () => resolve(probe.address().port)));
  await new Promise((resolve) => probe.close(resolve));
  const file = written("node.mjs", examples("node:http")[0]);
  const child = spawn(process.execPath, [file], { env: { ...process.env, PORT: `${port}` }, stdio: "inherit" });
  try {
    const answer = async () => {
      for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
        const response = await fetch(`http://127.0.0.1:${port}/?count=1234.5`, { headers }).catch(() => undefined);
        if (response !== undefined) return response;
        assert.ok(Date.now() < end, "the server does not answer");
      }
    };
    const response = await answer();
    const html = await response.text();
    assert.match(html, /<html lang="nb">.*<body>1.234,5<\/body>/);
    assert.equal(handed(html)["Accept-Language"], "nb");
    assert.match(response.headers.get("cache-control"), /private/);
  } finally {
    child.kill();
  }
});

test("the_example_for_fetch_runs", async () => {
  const { default: server } = await import(pathToFileURL(written("fetch.mjs", examples("A Fetch handler")[0])));
  const html = await server.fetch(new Request("https://example.org/", { headers })).text();
  assert.match(html, /<html lang="nb" class="dark">/);
  assert.deepEqual(handed(html), { "Accept-Language": "nb" });
});

test("the_examples_for_next_run", async () => {
  const { build } = await import("esbuild");
  written("headers.mjs", `export const headers = async () => new Headers(${JSON.stringify(headers)});`);
  const element = "const element = (name, props, ...children) => ({ name, ...props, children });\n";
  const run = async (name, code, props) => {
    const built = join(directory, `${name}.built.mjs`);
    await build({
      ...{ entryPoints: [written(`${name}.jsx`, element + code)], outfile: built, bundle: true, format: "esm" },
      ...{ jsxFactory: "element", packages: "external", alias: { "next/headers": join(directory, "headers.mjs") } },
    });
    return (await import(pathToFileURL(built))).default(props);
  };
  const [page, layout] = examples("Next's app router");
  const searchParams = Promise.resolve({ q: "sea", tag: ["a", "b"], none: undefined });
  assert.deepEqual(await run("page", page, { searchParams }), { name: "p", lang: "nb", children: ["sea"] });
  const { name, lang, children } = await run("layout", layout, { children: "…" });
  assert.deepEqual([name, lang], ["html", "nb"]);
  const [script] = children[0].children;
  assert.deepEqual([script.id, script.type], ["tabstate-context", "application/json"]);
  assert.deepEqual(JSON.parse(script.dangerouslySetInnerHTML.__html), { headers: { "Accept-Language": "nb" } });
});

test("a_server_carries_this_much_and_nothing_of_a_page", async (t) => {
  const source =
    'import { contextScript, fromRequest } from "tabstate/server"; console.log(contextScript, fromRequest);';
  const size = gzipped(await bundle(source));
  t.diagnostic(`tabstate/server: ${size} bytes`);
  assert.ok(size <= budget, `${size} bytes are over the budget of ${budget}`);
  assert.match(docs, new RegExp(`It is ${Math.round(size / 1000)} kB after gzip`));
});
