// Checks that the rooms of the source tree (STYLE.md) use only what they may. Looks at words, not at meaning.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf, root, runAsProgram } from "./run.mjs";

const browserCrates = /\b(web_sys|js_sys|wasm_bindgen|gloo_\w+)\b/;

const rules = [
  { room: /^src\/(?!web\/|js\/|lib\.rs$)/, banned: browserCrates, because: "pure rooms know no browser" },
  {
    // src/tab/ is where the ports for this tab are chosen: it names src/web/ behind a cfg, and nothing of the browser.
    room: /^src\/(?!web\/|js\/|tab\/|lib\.rs$)/,
    banned: /\b(SystemTime|Instant)::now\b|\bcrate::(web|js)\b/,
    because: "time and the browser come in through src/port.rs",
  },
  { room: /^src\/web\//, banned: /\bcrate::js\b/, because: "arrows point left: src/web knows no exports" },
  { room: /^src\/js\//, banned: /\bweb_sys\b/, because: "exports convert and call; browser objects live in src/web" },
  {
    room: /^js\/(?!(wasm|border)\.ts$)/,
    banned: /from "[./]*build\/(wasm|bindgen)\/(?!\w+-inline)/,
    because: "js/wasm.ts and js/border.ts are the only importers of what is generated",
  },
  {
    room: /^js\/(query_params|context|session_state|cache)\w*\.ts$/,
    banned: /(?<![\w.])(window|document)\s*[.[(]/,
    because: "facades do not touch the page",
  },
  { room: /^js\/bindings\//, banned: /from "\.\.?\/(?!index\.js")/, because: "a binding imports ../index.js only" },
  { room: /^www\//, banned: /from "(\.\.\/)+(js|src|dist|build)\//, because: "www uses the package by name" },
  { room: /^(src|js|www)\//, banned: /catch\s*(\([^)]*\)\s*)?\{\s*\}/, because: "errors are never swallowed" },
];

export function rooms() {
  const broken = [];
  for (const path of filesOf(["src", "js", "www"])) {
    if (!/\.(rs|ts|mjs|js)$/.test(path)) continue;
    const lines = readFileSync(join(root, path), "utf8").split("\n");
    for (const { room, banned, because } of rules) {
      if (!room.test(path)) continue;
      lines.forEach((line, at) => {
        if (!/^\s*(\/\/|\*|\/\*)/.test(line) && banned.test(line))
          broken.push(`${path}:${at + 1}: ${because}\n    ${line}`);
      });
    }
  }
  if (broken.length > 0) throw new Error(`rooms:\n${broken.join("\n")}`);
}

await runAsProgram(import.meta.url, rooms);
