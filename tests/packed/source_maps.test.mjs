// The package's source maps: a debugger that stops in `dist/` shows the source, without a file beyond the package.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "build", "package", "dist");
const files = readdirSync(dist, { recursive: true }).filter((path) => path.endsWith(".js"));
/** They are no one's source: wasm2js wrote them. */
const isTranslated = (path) => path.endsWith("-translated.js");
const mapOf = (path) => JSON.parse(readFileSync(join(dist, `${path}.map`), "utf8"));

test("every_script_names_its_map_and_every_map_has_its_sources", () => {
  for (const path of files.filter((path) => !isTranslated(path))) {
    assert.match(readFileSync(join(dist, path), "utf8"), /\n\/\/# sourceMappingURL=[\w.-]+\.js\.map\n$/, path);
    const { sources, sourcesContent = [] } = mapOf(path);
    assert.equal(sourcesContent.length, sources.length, path);
    for (const [nth, source] of sources.entries()) {
      assert.match(source, /^(\.\.\/)+(js|src\/web|build\/wasm|node_modules\/idb)\/[\w/-]+\.(ts|js)$/, path);
      const file = join(root, source.replace(/^(\.\.\/)+/, ""));
      assert.equal(sourcesContent[nth], readFileSync(file, "utf8"), `${path}: ${source}`);
    }
  }
});

/** Texts of our sources that stand once in what an entry loads. */
const places = {
  "call `await init()` first": "js/shared.ts",
  "it is an object of codecs": "js/params.ts",
};

for (const folder of ["", "js"]) {
  test(`a_place_in_dist_${folder ? `${folder}_` : ""}is_found_in_its_source`, () => {
    for (const [text, source] of Object.entries(places)) {
      const path = files.find(
        (path) =>
          path.split("/").slice(0, -1).join("/") === folder &&
          !path.endsWith("server.js") &&
          readFileSync(join(dist, path), "utf8").includes(text),
      );
      const lines = readFileSync(join(dist, path), "utf8").split("\n");
      const line = lines.findIndex((line) => line.includes(text));
      const map = mapOf(path);
      const { originalSource, originalLine } = new SourceMap(map).findEntry(line, lines[line].indexOf(text));
      assert.ok(originalSource.endsWith(`/${source}`), `${path}: ${originalSource}`);
      const content = map.sourcesContent[map.sources.indexOf(originalSource)].split("\n");
      assert.ok(content[originalLine].includes(text), `${path}: ${originalSource}:${originalLine + 1}`);
    }
  });
}
