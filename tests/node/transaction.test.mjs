// All of a transaction or, if it throws, nothing.

import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { tabstate, thrownBy, turn } from "../support/packages.mjs";

const { queryParams } = tabstate;

beforeEach(() => queryParams.fromDict({ a: "1", b: "2" }));

test("a_transaction_gives_what_its_function_gives_and_its_reads_see_its_writes", () => {
  const result = queryParams.transaction(() => {
    queryParams.set("a", "new");
    queryParams.delete("b");
    assert.equal(queryParams.get("a"), "new");
    return queryParams.toString();
  });
  assert.equal(result, "a=new");
  assert.equal(queryParams.toString(), "a=new");
});

test("a_transaction_that_throws_changes_nothing_and_its_error_comes_through", () => {
  const fault = new RangeError("no");
  const thrown = thrownBy(() =>
    queryParams.transaction(() => {
      queryParams.set("a", "new");
      queryParams.set("c", "3");
      queryParams.clear();
      throw fault;
    }),
  );
  assert.equal(thrown, fault);
  assert.equal(queryParams.toString(), "a=1&b=2");
  queryParams.set("c", "3");
  assert.equal(queryParams.toString(), "a=1&b=2&c=3");
});

test("a_refused_write_inside_undoes_the_writes_before_it_unless_it_is_caught", () => {
  assert.equal(
    thrownBy(() =>
      queryParams.transaction(() => {
        queryParams.set("a", "new");
        queryParams.set("embed", "x");
      }),
    ).code,
    "reserved",
  );
  assert.equal(queryParams.get("a"), "1");
  queryParams.transaction(() => {
    queryParams.set("a", "new");
    assert.throws(() => queryParams.set("b", {}));
  });
  assert.equal(queryParams.toString(), "a=new&b=2");
});

test("an_inner_transaction_that_throws_undoes_only_itself", () => {
  queryParams.transaction(() => {
    queryParams.set("a", "outer");
    assert.throws(() =>
      queryParams.transaction(() => {
        queryParams.set("a", "inner");
        queryParams.set("c", "inner");
        throw new Error("inner");
      }),
    );
    assert.equal(queryParams.toString(), "a=outer&b=2");
    queryParams.set("b", "outer");
  });
  assert.equal(queryParams.toString(), "a=outer&b=outer");
});

test("an_outer_transaction_that_throws_undoes_the_inner_too", () => {
  assert.throws(() =>
    queryParams.transaction(() => {
      queryParams.transaction(() => queryParams.set("a", "inner"));
      assert.equal(queryParams.get("a"), "inner");
      throw new Error("outer");
    }),
  );
  assert.equal(queryParams.toString(), "a=1&b=2");
});

test("a_transaction_that_would_wait_is_refused_and_changes_nothing", async () => {
  const error = thrownBy(() =>
    queryParams.transaction(async () => {
      queryParams.set("a", "new");
    }),
  );
  assert.equal(error.code, "unsupported-value");
  await turn();
  assert.equal(queryParams.toString(), "a=1&b=2");
});

test("a_transaction_is_one_notification_and_an_undone_one_is_none", async () => {
  await turn();
  const heard = [];
  const unsubscribe = queryParams.subscribe((change) => heard.push(change));
  assert.throws(() =>
    queryParams.transaction(() => {
      queryParams.set("a", "new");
      throw new Error("no");
    }),
  );
  await turn();
  assert.deepEqual(heard, []);
  queryParams.transaction(() => {
    queryParams.set("a", "new");
    queryParams.transaction(() => queryParams.set("c", "3"));
    queryParams.delete("b");
  });
  await turn();
  unsubscribe();
  assert.deepEqual(
    heard.map(({ keys, source }) => ({ keys: keys.toSorted(), source })),
    [{ keys: ["a", "b", "c"], source: "local" }],
  );
});
