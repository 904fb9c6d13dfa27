// What the packed package promises on paper: its names, its types under every module resolution, its files.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packed = join(root, "build", "package");
const { name, version, exports } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8"));
const tarball = join(root, "build", `${name}-${version}.tgz`);

async function passes(program, args, cwd = root) {
  const path = join(root, "node_modules", ".bin", program);
  const { stdout, stderr, code = 0 } = await promisify(execFile)(path, args, { cwd }).catch((error) => error);
  assert.equal(code, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
}

test("the_exported_names_are_those_of_the_snapshot", async () => {
  const entries = Object.entries(exports).filter(([, target]) => target.types);
  const names = {};
  for (const [entry, target] of entries) names[entry] = Object.keys(await import(join(packed, target.default))).sort();
  const snapshot = new URL("exports.json", import.meta.url);
  if (process.env.TABSTATE_UPDATE) writeFileSync(snapshot, `${JSON.stringify(names, null, 2)}\n`);
  assert.deepEqual(names, JSON.parse(readFileSync(snapshot, "utf8")), "TABSTATE_UPDATE=1 writes a new snapshot");
});

test("publint_finds_nothing", () => passes("publint", ["run", tarball, "--strict", "--pack", "false"]));

test("the_types_resolve_in_every_module_resolution", () =>
  passes("attw", [
    ...[tarball, "--profile", "esm-only", "--no-definitely-typed", "--no-emoji", "--format", "ascii"],
    ...["--exclude-entrypoints", "./tabstate.wasm", "./server.wasm", "./package.json"],
  ]));

for (const [module, moduleResolution] of Object.entries({ esnext: "bundler", nodenext: "nodenext" })) {
  test(`a_strict_consumer_compiles_with_${moduleResolution}`, async () => {
    const directory = join(root, "tests", "apps", "node", "node_modules", ".types");
    mkdirSync(directory, { recursive: true });
    const file = join(directory, `${moduleResolution}.mts`);
    writeFileSync(
      file,
      `import { queryParams, status, TabstateError } from "tabstate";
import { init } from "tabstate/slim";
import * as translated from "tabstate/js";
const city: string | undefined = queryParams.get("city");
const started: Promise<unknown> = Promise.resolve(init("tabstate.wasm"));
const same: typeof queryParams = translated.queryParams;
console.log(same, city, started, status().queryParams, TabstateError);
`,
    );
    // Declarations are checked too: none may point at a file that is not in the package.
    const strict = [
      ...["--ignoreConfig", "--strict", "--noEmit", "--skipLibCheck", "false"],
      ...["--target", "es2022", "--lib", "es2023,dom,dom.iterable", "--types", ""],
    ];
    await passes("tsc", [file, ...strict, "--module", module, "--moduleResolution", moduleResolution]);
  });
}

test("no_source_and_no_address_of_this_machine_is_packed", async () => {
  const { stdout } = await promisify(execFile)("tar", ["-tzf", tarball]);
  const strangers = stdout
    .trim()
    .split("\n")
    .filter(
      (path) =>
        !/^package\/(dist\/|package\.json$|README\.md$|CHANGELOG\.md$|LICENSE-(MIT|APACHE)$|THIRD-PARTY-NOTICES\.md$)/.test(
          path,
        ),
    );
  assert.deepEqual(strangers, []);
  for (const path of stdout.split("\n").filter((path) => /\.(js|ts|map|json)$/.test(path))) {
    assert.ok(!readFileSync(join(root, "build", path), "utf8").includes(root), `${path} names ${root}`);
  }
});
