// What TypeScript infers from the packed package's types.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** @param {string} name a file of tests/types */
async function compiles(name) {
  // Beside an installed package, so that it is imported by its name.
  const directory = join(root, "tests", "apps", "node", "node_modules", ".inferred");
  mkdirSync(directory, { recursive: true });
  cpSync(join(root, "tests", "types"), directory, { recursive: true });
  const options =
    "--ignoreConfig --noEmit --strict --exactOptionalPropertyTypes --target es2022 --module nodenext --lib es2023,dom,dom.iterable";
  const args = [...options.split(" "), "--types", "", join(directory, `${name}.ts`)];
  const { stdout, code = 0 } = await promisify(execFile)(join(root, "node_modules", ".bin", "tsc"), args).catch(
    (error) => error,
  );
  assert.equal(code, 0, stdout);
}

test("the_types_infer_what_the_codecs_say", () => compiles("params"));
test("the_types_know_the_facts_and_the_cookies", () => compiles("context"));
test("the_types_of_a_server_are_those_of_a_page_without_writes", () => compiles("server"));
test("the_types_of_caches_are_those_of_their_functions", () => compiles("cache"));
test("the_types_of_session_state_are_those_of_a_dict", () => compiles("session_state"));
test("the_types_of_the_bindings_infer_what_is_read_and_written", () => compiles("bindings"));
test("the_types_of_a_simulated_browser_say_what_it_takes", () => compiles("testing"));
