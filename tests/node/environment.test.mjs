// Servers, workers of a server, several copies of the package, the entry that starts later.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { copyPackage, importFrom, packed, tabstate, thrownBy, unused } from "../support/packages.mjs";

const wasm = () => readFileSync(join(packed, "dist", "tabstate.wasm"));

test("on_a_server_everything_lives_in_memory_and_status_says_why", async () => {
  const { queryParams, status, inspectWriter } = tabstate;
  const { reasons, ...rest } = status();
  assert.deepEqual(rest, {
    environment: "server",
    queryParams: "memory",
    sessionState: "memory",
    cookies: "blocked",
  });
  assert.deepEqual(Object.keys(reasons).sort(), ["cookies", "queryParams", "sessionState"]);
  for (const reason of Object.values(reasons)) assert.match(reason, /\S/);
  queryParams.set("n", 42, { history: "push", debounce: 5 });
  assert.equal(await queryParams.settled(), "unavailable");
  queryParams.flush();
  assert.equal(queryParams.get("n"), "42");
  assert.deepEqual(inspectWriter().pending, []);
  assert.equal(inspectWriter().blocked, false);
});

test("a_worker_thread_of_a_server_has_a_state_of_its_own_in_memory", async () => {
  tabstate.queryParams.set("n", "main");
  const source = `
    import { parentPort } from "node:worker_threads";
    const { queryParams, status } = await import(${JSON.stringify(pathToFileURL(join(packed, "dist/index.js")))});
    const before = queryParams.get("n");
    queryParams.set("n", "worker");
    const outcome = await queryParams.settled();
    parentPort.postMessage({ before, after: queryParams.get("n"), outcome, status: status() });
  `;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  const told = await new Promise((resolve, reject) => worker.on("message", resolve).on("error", reject));
  await worker.terminate();
  assert.equal(told.before, undefined);
  assert.equal(told.after, "worker");
  assert.equal(told.outcome, "unavailable");
  assert.equal(told.status.queryParams, "memory");
  assert.ok(["server", "worker"].includes(told.status.environment));
  assert.equal(tabstate.queryParams.get("n"), "main");
});

test("two_copies_of_the_package_share_one_state", async () => {
  const first = await unused();
  const second = await importFrom(copyPackage());
  assert.notEqual(first, second);
  assert.equal(second.queryParams, first.queryParams);
  first.queryParams.set("n", "first");
  assert.equal(second.queryParams.get("n"), "first");
  assert.ok(thrownBy(() => second.queryParams.set("embed", "x")) instanceof first.TabstateError);
  assert.equal(globalThis[Symbol.for("tabstate")].queryParams, first.queryParams);
  assert.ok(!Object.keys(globalThis).includes("tabstate"));
});

test("a_released_copy_leaves_the_place_to_the_next", async () => {
  const first = await unused();
  first.queryParams.set("n", "first");
  globalThis[Symbol.for("tabstate")].release();
  assert.ok(!(Symbol.for("tabstate") in globalThis));
  const second = await importFrom(copyPackage());
  assert.notEqual(second.queryParams, first.queryParams);
  assert.equal(second.queryParams.get("n"), undefined);
});

test("slim_refuses_every_call_before_init_and_works_after_it", async () => {
  const slim = await unused("slim");
  const { queryParams } = slim;
  const calls = {
    get: () => queryParams.get("a"),
    set: () => queryParams.set("a", "1"),
    size: () => queryParams.size,
    property: () => queryParams.a,
    assignment: () => {
      queryParams.a = "1";
    },
    in: () => "a" in queryParams,
    delete: () => delete queryParams.a,
    keys: () => Object.keys(queryParams),
    spread: () => ({ ...queryParams }),
    iteration: () => [...queryParams],
    status: () => slim.status(),
    configure: () => slim.configure({}),
    parseQuery: () => slim.parseQuery("a=1"),
    formatQuery: () => slim.formatQuery({}),
    inspectWriter: () => slim.inspectWriter(),
  };
  for (const [name, call] of Object.entries(calls)) {
    const error = thrownBy(call);
    assert.ok(error instanceof slim.TabstateError, name);
    assert.equal(error.code, "not-ready", name);
  }
  await Promise.all([slim.init(wasm()), slim.init(wasm())]);
  slim.configure({ reservedKeys: [] });
  queryParams.embed = "1";
  queryParams.set("a", ["1", "2"]);
  assert.deepEqual({ ...queryParams }, { embed: "1", a: "2" });
  assert.ok("a" in queryParams);
  assert.ok(delete queryParams.a);
  assert.deepEqual(slim.parseQuery(queryParams.toString()), [["embed", "1"]]);
  assert.equal(slim.status().environment, "server");
  assert.ok(thrownBy(() => queryParams.set("b", {})) instanceof slim.TabstateError);
});

const sources = {
  bytes: () => wasm(),
  "a buffer": () => new Uint8Array(wasm()).buffer,
  "a view into a buffer": () => {
    const bytes = wasm();
    const room = new Uint8Array(bytes.length + 16);
    room.set(bytes, 8);
    return room.subarray(8, 8 + bytes.length);
  },
  "a module": () => new WebAssembly.Module(wasm()),
  "a response": () => new Response(wasm(), { headers: { "content-type": "application/wasm" } }),
  "a promise of a response": async () => new Response(wasm()),
};

for (const [name, source] of Object.entries(sources)) {
  test(`slim_starts_from ${name}`, async () => {
    const slim = await unused("slim");
    await slim.init(source());
    slim.queryParams.set("n", 1);
    assert.equal(slim.queryParams.get("n"), "1");
  });
}

test("slim_that_could_not_load_says_so_and_can_be_started_again", async () => {
  const slim = await unused("slim");
  for (const source of [
    new Response("gone", { status: 404 }),
    new Uint8Array([1, 2, 3]),
    Promise.reject(new Error("offline")),
  ]) {
    const error = await slim.init(source).then(
      () => assert.fail("init resolved"),
      (error) => error,
    );
    assert.ok(error instanceof slim.TabstateError);
    assert.equal(error.code, "unavailable");
    assert.equal(thrownBy(() => slim.queryParams.get("a")).code, "not-ready");
  }
  await slim.init(wasm());
  assert.equal(slim.queryParams.get("a"), undefined);
});

test("slim_beside_the_inlined_entry_is_ready_and_shares_its_state", async () => {
  const inlined = await unused();
  const slim = await importFrom(copyPackage(), "slim");
  inlined.queryParams.set("n", "inlined");
  assert.equal(slim.queryParams.get("n"), "inlined");
  await slim.init();
  slim.queryParams.n = "slim";
  assert.equal(inlined.queryParams.get("n"), "slim");
});

test("an_error_has_a_code_a_key_and_a_message_that_names_the_key", async () => {
  const { queryParams, TabstateError } = await unused();
  const error = thrownBy(() => queryParams.set("embed", "x"));
  assert.ok(error instanceof TabstateError);
  assert.ok(error instanceof Error);
  assert.equal(error.name, "TabstateError");
  assert.equal(error.code, "reserved");
  assert.equal(error.key, "embed");
  assert.match(error.message, /embed/);
  assert.match(error.stack, /environment\.test/);
  const strange = 'a"\n%';
  assert.equal(thrownBy(() => queryParams.set(strange, {})).key, strange);
});
