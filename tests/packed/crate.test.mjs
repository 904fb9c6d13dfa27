// What the packed crate holds: the sources and what they read, and nothing of the npm package, the tests or this machine. That
// it builds from them alone is a step of scripts/check.mjs.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { filesOf } from "../../scripts/run.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const list = ["package", "--package", "tabstate", "--allow-dirty", "--offline", "--list"];
const packed = execFileSync("cargo", list, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  .trim()
  .split("\n");

test("the_crate_holds_its_sources_and_papers_and_nothing_else", () => {
  const papers =
    /^(Cargo\.(toml|toml\.orig|lock)|README\.md|CHANGELOG\.md|docs\/server\.md|LICENSE-(MIT|APACHE)|\.cargo_vcs_info\.json)$/;
  const strangers = packed.filter((path) => !papers.test(path) && !/^src\/[\w/]+\.(rs|js|d\.ts)$/.test(path));
  assert.deepEqual(strangers, []);
  assert.deepEqual(
    filesOf(["src"]).filter((path) => !packed.includes(path)),
    [],
  );
});

test("no_address_of_this_machine_is_in_the_crate", () => {
  const own = packed.filter((path) => /^(src\/|README|CHANGELOG|Cargo\.(toml|lock)$)/.test(path));
  assert.deepEqual(
    own.filter((path) => readFileSync(join(root, path), "utf8").includes(root)),
    [],
  );
});
