// `tabstate/server`: what a page reads, for one request, of every kind that there is; and the hand-over to the page.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as ask, createServer } from "node:http";
import http2 from "node:http2";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { casesOf, compared, nameOf, play as playParams } from "../support/cases.mjs";
import { play as playContext } from "../support/context_cases.mjs";
import { packed, tabstate, thrownBy } from "../support/packages.mjs";

const entry = pathToFileURL(join(packed, "dist", "server.js"));
const { fromRequest, contextScript, init, TabstateError } = await import(entry);

const url = "https://example.org/app?city=Oslo&tag=sea&tag=snow&embed=true#top";
const pairs = [
  ["accept-language", "fr-CH, fr;q=0.9, en;q=0.5"],
  ["cookie", "theme=dark; city=S%C3%A3o"],
  ["x-tag", "a"],
];
const rows = (name) => JSON.parse(readFileSync(new URL(`../cases/${name}.json`, import.meta.url), "utf8"));

/** What each kind of request has to tell alike. */
function isRead({ queryParams, context, cookies }) {
  assert.equal(queryParams.get("tag"), "snow");
  assert.deepEqual([context.locale, context.negotiateLocale(["en", "fr"])], ["fr-CH", "fr"]);
  assert.deepEqual([cookies.get("theme"), cookies.city, context.cookies.city], ["dark", "São", "São"]);
  assert.equal(context.headers.get("X-TAG"), "a");
}

const nodeRequest = { headers: Object.fromEntries(pairs), url: "/app?city=Oslo&tag=sea&tag=snow" };
const kinds = {
  "a Request": [new Request(url, { headers: pairs })],
  "Headers, with the address": [new Headers(pairs), { url }],
  "Headers, with a query": [new Headers(pairs), { url: "?tag=sea&tag=snow" }],
  "what stands for Headers": [
    { get: (name) => new Headers(pairs).get(name), forEach: (tell) => new Headers(pairs).forEach(tell) },
    { url: new URL(url) },
  ],
  "pairs of names and values": [pairs, { url }],
  "a Map": [new Map(pairs), { url }],
  "headers in an object": [nodeRequest],
  "headers in an object, with lists": [{ ...nodeRequest, headers: { ...nodeRequest.headers, "x-tag": ["a", "b"] } }],
  "raw headers": [{ ...nodeRequest, headers: {}, rawHeaders: pairs.flat() }],
  "a request of Express, mounted": [{ ...nodeRequest, url: "/", originalUrl: nodeRequest.url }],
};

for (const [kind, given] of Object.entries(kinds)) test(`it reads ${kind}`, () => isRead(fromRequest(...given)));

/** Answers what `read` makes of the request that a server got. */
async function served(read, { headers = {}, path = nodeRequest.url, host = "127.0.0.1" } = {}) {
  let seen;
  const server = createServer((request, response) => {
    try {
      seen = { value: read(request) };
    } catch (error) {
      seen = { error };
    }
    response.end();
  }).listen(0, host);
  await once(server, "listening");
  try {
    const { port } = server.address();
    const [response] = await once(ask({ port, host: "127.0.0.1", path, headers }).end(), "response");
    response.resume();
  } finally {
    server.close();
  }
  if (seen.error) throw seen.error;
  return seen.value;
}

test("a_request_of_node_is_read", () =>
  served((request) => isRead(fromRequest(request)), { headers: { ...Object.fromEntries(pairs), "x-other": "1" } }));

test("a_request_of_http2_is_read", async () => {
  const server = http2.createServer((request, response) => {
    try {
      const { context } = fromRequest(request, { trustedProxies: 0 });
      isRead(fromRequest(request));
      response.end(JSON.stringify([context.url, [...context.headers.keys()]]));
    } catch (error) {
      response.end(JSON.stringify([`${error}`]));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const client = http2.connect(origin);
  try {
    const stream = client.request({ ":path": nodeRequest.url, ...Object.fromEntries(pairs) });
    const chunks = await stream.setEncoding("utf8").toArray();
    const [address, names] = JSON.parse(chunks.join(""));
    assert.equal(address, `${origin}/app`);
    assert.deepEqual(names, ["Host", "Accept-Language", "Cookie", "X-Tag"]);
  } finally {
    client.close();
    server.close();
  }
});

test("repeated_headers_of_node_are_all_there", () =>
  served(
    (request) => {
      const { context, cookies } = fromRequest(request);
      assert.deepEqual(context.headers.getAll("x-tag"), ["a", "b"]);
      assert.deepEqual(cookies.toDict(), { a: "1", b: "2" });
    },
    { headers: { "x-tag": ["a", "b"], cookie: ["a=1", "b=2"] } },
  ));

test("what_is_no_request_is_refused", () => {
  const wrong = [undefined, null, 1, "x", {}, { headers: 1 }, { headers: {}, rawHeaders: [1, "x"] }, [["a"]], [1]];
  for (const request of [...wrong, [["a", 1]], { headers: { a: 1 } }, Promise.resolve(new Headers())]) {
    for (const call of [fromRequest, contextScript]) {
      const error = thrownBy(() => call(request));
      assert.ok(error instanceof TabstateError && error instanceof tabstate.TabstateError);
      assert.deepEqual([error.code, error.key], ["invalid-option", "request"]);
    }
  }
});

test("wrong_options_are_refused_by_their_name", () => {
  const wrong = { url: 1, trustedProxies: -1, ipAddress: 1, reservedKeys: "embed", nothing: 1 };
  for (const [name, value] of Object.entries(wrong)) {
    for (const call of [fromRequest, contextScript]) {
      assert.equal(thrownBy(() => call([], { [name]: value })).key, name);
    }
  }
  assert.equal(thrownBy(() => fromRequest([], { headers: [] })).key, "headers");
  assert.equal(thrownBy(() => fromRequest([]).context.negotiateLocale("en")).key, "available");
});

test("two_requests_do_not_mix", async () => {
  const of = (nth) => fromRequest([["cookie", `id=${nth}`]], { url: `https://h${nth}/?id=${nth}` });
  const all = Array.from({ length: 100 }, (_, nth) => of(nth));
  await Promise.all(
    all.map(async ({ queryParams, context, cookies }, nth) => {
      assert.equal(queryParams.get("id"), `${nth}`);
      await new Promise((resolve) => setTimeout(resolve, (nth * 7) % 5));
      assert.deepEqual([cookies.get("id"), cookies.raw("id"), context.url], [`${nth}`, `${nth}`, `https://h${nth}/`]);
      assert.equal(queryParams.get("id"), `${nth}`);
    }),
  );
  const { cookies, queryParams } = of(1);
  of(2).cookies.get("id");
  assert.deepEqual([cookies.get("id"), queryParams.get("id")], ["1", "1"]);
});

test("nothing_is_left_in_the_process", () => {
  const before = Reflect.ownKeys(globalThis);
  isRead(fromRequest(...kinds["a Request"]));
  assert.deepEqual(Reflect.ownKeys(globalThis), before);
  assert.deepEqual([tabstate.queryParams.size, tabstate.cookies.size, tabstate.context.locale], [0, 0, undefined]);
});

const { cases } = casesOf("query_params");
const reads = "get getAll has size keys values entries iterate toDict toString property".split(" ");
for (const entry of cases.filter(({ ops }) => ops.every(([op]) => reads.includes(op)))) {
  test(nameOf(entry), () => {
    const { queryParams } = fromRequest([], { url: `https://h/${entry.start}#frag` });
    globalThis.tabstate = { ...tabstate, queryParams };
    const seen = compared(playParams(entry.ops), entry.expect);
    const writes = seen.map((result) => result?.$method === "another");
    assert.deepEqual(
      seen.filter((_, nth) => !writes[nth]),
      entry.expect.filter((_, nth) => !writes[nth]),
    );
  });
}

for (const entry of casesOf("context").cases.filter(({ browser }) => !browser)) {
  test(nameOf(entry), () => {
    const { headers = [], cookies, ip, address, expect } = entry;
    const given = cookies === undefined ? headers : [...headers, ["cookie", cookies]];
    globalThis.tabstate = fromRequest(given, { url: address, ipAddress: ip });
    assert.deepEqual(playContext(entry), expect);
  });
}

test("every_row_of_the_negotiation_is_met_by_a_header", () => {
  for (const { name, requested, available, expected } of rows("negotiation")) {
    if (requested.some((tag) => /[,;]/.test(tag))) continue;
    const { context } = fromRequest([["accept-language", requested.join(", ")]]);
    assert.equal(context.negotiateLocale(available, null), expected, name);
  }
});

test("every_header_that_engines_send_tells_the_languages_of_the_page", () => {
  for (const { languages, header } of rows("accept_language")) {
    if (header === null || header === undefined) continue;
    const { context } = fromRequest({ headers: { "accept-language": header } });
    const [locale] = languages.flatMap((tag) => thrownOrNot(() => Intl.getCanonicalLocales(tag)));
    assert.equal(context.locale, locale, header);
    assert.ok(context.direction === "ltr" || context.direction === "rtl");
    const available = ["en", "de", "zh-TW", "pt-BR", "nb"];
    assert.equal(context.negotiateLocale(available, 1), tabstate.negotiateLocale(header, available, 1));
  }
});

function thrownOrNot(read) {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof RangeError);
    return [];
  }
}

test("what_a_server_cannot_know_is_absent", () => {
  const { context, queryParams, cookies } = fromRequest([]);
  const theme = { type: undefined, contrast: undefined, forcedColors: undefined, reducedMotion: undefined };
  const absent = ["locale", "direction", "timezone", "timezoneOffset", "url", "isEmbedded", "isFramed"];
  assert.deepEqual(context.toDict(), {
    ...Object.fromEntries(absent.map((name) => [name, undefined])),
    ...{ cookies: {}, headers: {}, locales: [], embedOptions: [], ipAddress: null, theme },
  });
  assert.deepEqual(Object.keys(context.toDict()), Object.keys(tabstate.context.toDict()));
  assert.ok(context.explain().every(({ source }) => source === "unknown"));
  assert.deepEqual([queryParams.size, `${queryParams}`, cookies.size, cookies.raw("a")], [0, "", 0, undefined]);
});

test("how_each_fact_is_known_is_told", () => {
  const { context } = fromRequest(
    [...pairs, ["sec-ch-prefers-color-scheme", '"dark"'], ["sec-ch-prefers-reduced-motion", '"reduce"']],
    { url, ipAddress: "2001:db8::1" },
  );
  assert.deepEqual(Object.fromEntries(context.explain().map(({ name, source }) => [name, source])), {
    cookies: "server",
    headers: "server",
    locale: "derived",
    locales: "derived",
    direction: "derived",
    timezone: "unknown",
    timezoneOffset: "unknown",
    theme: "derived",
    url: "server",
    isEmbedded: "derived",
    embedOptions: "derived",
    isFramed: "unknown",
    ipAddress: "server",
  });
  assert.deepEqual(
    { ...context.theme },
    { type: "dark", contrast: undefined, forcedColors: undefined, reducedMotion: true },
  );
  assert.equal(context.headers.source("X-Tag"), "server");
  assert.equal(context.headers.source("X-None"), "unknown");
});

test("nothing_can_be_written", () => {
  const { queryParams, context, cookies } = fromRequest(new Request(url, { headers: pairs }));
  for (const [object, name] of [
    ...[queryParams, cookies, context.headers, context.cookies].map((dict) => [dict, "city"]),
    ...["locale", "theme", "nothing"].map((name) => [context, name]),
    [context.theme, "type"],
  ]) {
    assert.throws(() => {
      object[name] = "x";
    }, TypeError);
  }
  assert.throws(() => context.locales.push("x"), TypeError);
  assert.equal("subscribe" in context, false);
});

test("a_name_of_a_write_is_no_parameter_as_in_a_page", () => {
  const { queryParams, cookies } = fromRequest([["cookie", "set=1; a=2; subscribe=3"]], { url: "/?set=1&a=2&flush=3" });
  assert.deepEqual([{ ...queryParams }, { ...cookies }], [{ a: "2" }, { a: "2" }]);
  assert.deepEqual(
    [queryParams.set, queryParams.get("set"), cookies.set, cookies.get("set")],
    [undefined, "1", undefined, "1"],
  );
});

test("reserved_keys_are_not_seen_and_stay_in_the_text", () => {
  const of = (options) => fromRequest([], { url: "/?EMBED=true&a=1&tenant=x&embed_options=Dark_Theme", ...options });
  const { queryParams, context } = of({});
  assert.deepEqual(queryParams.toDict(), { a: "1", tenant: "x" });
  assert.equal(queryParams.toString(), "EMBED=true&a=1&tenant=x&embed_options=Dark_Theme");
  assert.deepEqual([context.isEmbedded, context.embedOptions], [true, ["dark_theme"]]);
  assert.deepEqual([...of({ reservedKeys: ["Tenant"] }).queryParams.keys()], ["EMBED", "a", "embed_options"]);
  assert.equal(of({ reservedKeys: [] }).queryParams.size, 4);
});

test("typed_parameters_read_its_text", () => {
  const { defineParams, int, list, text } = tabstate;
  const filters = defineParams({ page: int().default(1), tag: list(text()) });
  const { queryParams } = fromRequest([], { url });
  assert.deepEqual(filters.parse(queryParams.toString()), { page: 1, tag: ["sea", "snow"] });
});

test("any_text_is_an_address", () => {
  for (const address of [
    "",
    "/",
    "*",
    "?",
    "#",
    "//evil/?a=1",
    "/?a=%",
    "/?a=%ff&%",
    "http://[/?a=1",
    "/\u0000?a=\ud800",
    "::",
  ]) {
    const { queryParams, context } = fromRequest({ ...nodeRequest, rawHeaders: [], url: address });
    assert.equal(context.url, undefined, "Node tells no origin");
    assert.equal(queryParams.has("a"), address.includes("a="), address);
    assert.deepEqual([...queryParams], tabstate.parseQuery(queryParams.toString()));
  }
});

test("whole_addresses_that_anybody_can_ask_node_for_are_not_the_pages", () => {
  const read = (options) => (request) => fromRequest(request, options).context.url;
  return Promise.all([
    served((request) => assert.equal(read()(request), undefined), { path: "http://evil.example/?a=1" }),
    served((request) => assert.equal(read({ url: "https://h/a?b" })(request), "https://h/a"), { path: "/x" }),
    served((request) => assert.equal(read({ trustedProxies: 0 })(request), `http://${request.headers.host}/x`), {
      path: "/x?a=1",
    }),
  ]);
});

test("any_address_is_the_same_parameters_as_parseQuery_reads", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (path, query) => {
      const { queryParams } = fromRequest([], { url: `/${path.replace(/[?#]/g, "")}?${query}`, reservedKeys: [] });
      const all = tabstate.parseQuery(`?${query.replace(/#.*$/s, "")}`);
      assert.deepEqual(
        [...queryParams].map(([key]) => [key, queryParams.getAll(key)]),
        [...(Map.groupBy?.(all, ([key]) => key) ?? grouped(all))].map(([key, pairs]) => [
          key,
          pairs.map(([, value]) => value),
        ]),
      );
    }),
    { numRuns: 500 },
  );
});

function grouped(pairs) {
  const groups = new Map();
  for (const pair of pairs) groups.set(pair[0], [...(groups.get(pair[0]) ?? []), pair]);
  return groups;
}

test("cookies_with_broken_escapes_and_odd_names_hide_nothing", () => {
  const cookie = 'bad=100%; __proto__=1; constructor=2; toString=3; =4; a=%C3%A5; a=2; b=%FF; q="x"';
  const { cookies } = fromRequest([["Cookie", cookie]]);
  assert.deepEqual(
    ["bad", "__proto__", "constructor", "toString", "", "a", "b", "q"].map((name) => cookies.get(name)),
    ["100%", "1", "2", "3", "4", "å", "%FF", '"x"'],
  );
  assert.deepEqual([cookies.getAll("a"), cookies.raw("a"), cookies.constructor], [["å", "2"], "%C3%A5", "2"]);
  assert.deepEqual(Object.getOwnPropertyDescriptor(cookies.toDict(), "__proto__")?.value, "1");
  assert.equal({}.polluted, undefined);
});

test("cookies_and_addresses_in_utf_8_read_as_in_a_page", async () => {
  const bytes = (text) => Buffer.from(text, "utf8").toString("latin1");
  await served(
    (request) => {
      const { cookies, context } = fromRequest(request);
      assert.deepEqual(
        [cookies.get("city"), cookies.get("broken"), cookies.get("last")],
        ["São Paulo ✓", "a\xFFb", "1"],
      );
      assert.equal(context.headers.get("Cookie"), "city=São Paulo ✓; broken=a\xFFb; last=1");
    },
    { headers: { cookie: `${bytes("city=São Paulo ✓; broken=a")}\xFFb; last=1` } },
  );
  assert.equal(fromRequest({ ...nodeRequest, url: bytes("/?city=São") }).queryParams.city, "São");
});

test("hostile_headers_are_texts", () => {
  const nasty = ["__proto__", "constructor", "get", "headers", "then", "toString", "hasOwnProperty"];
  const { context } = fromRequest(nasty.map((name) => [name, "</script><script>x()</script>"]));
  for (const name of nasty) assert.equal(context.headers.get(name), "</script><script>x()</script>");
  assert.equal(context.headers.size, nasty.length);
  const long = "a,".repeat(100_000);
  assert.equal(fromRequest([["accept-language", long]]).context.locale, undefined);
  assert.equal(fromRequest([["accept-language", "x".repeat(1_000_000)]]).context.negotiateLocale(["en"]), undefined);
});

test("whose_a_request_is_is_told_only_by_those_that_are_trusted", () => {
  const forwarded = [
    ["x-forwarded-for", "6.6.6.6, 203.0.113.9"],
    ["X-Forwarded-For", "198.51.100.7"],
  ];
  const of = (options, headers = forwarded) => fromRequest(headers, options).context.ipAddress;
  assert.equal(of({}), null);
  assert.equal(of({ trustedProxies: 0 }), null, "without a connection");
  assert.equal(of({ trustedProxies: 1 }), "198.51.100.7");
  assert.equal(of({ trustedProxies: 2 }), "203.0.113.9");
  assert.equal(of({ trustedProxies: 4 }), null, "fewer than there should be");
  assert.equal(of({ trustedProxies: 1, ipAddress: "2001:db8::1" }), "2001:db8::1");
  assert.equal(of({ trustedProxies: 1, ipAddress: null }), null);
  for (const [text, address] of [
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["203.0.113.9:8080", "203.0.113.9"],
    ["2001:db8::1", "2001:db8::1"],
    ["127.0.0.1", null],
    ["::1", null],
    ["unknown", null],
    ["_hidden", null],
    ["<script>", null],
    ["", null],
  ]) {
    assert.equal(of({ trustedProxies: 1 }, [["x-forwarded-for", text]]), address, text);
  }
  for (const [remoteAddress, address] of [
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["::ffff:127.0.0.1", null],
    ["127.0.0.1", null],
    ["2001:db8::1", "2001:db8::1"],
    [undefined, null],
  ]) {
    const request = { ...nodeRequest, socket: { remoteAddress } };
    assert.equal(fromRequest(request, { trustedProxies: 0 }).context.ipAddress, address);
    assert.equal(fromRequest(request).context.ipAddress, null, "a proxy's, for all that is known");
  }
});

/** What the element holds. */
function handed(...given) {
  const [, text] = /^<script type="application\/json" id="tabstate-context">([^<>&]*)<\/script>$/.exec(
    contextScript(...given),
  );
  assert.match(text, /^[ -~]*$/);
  return JSON.parse(text);
}

test("the_hand_over_has_what_is_harmless_alone", () => {
  const headers = {
    ...{ "accept-language": "nb", "user-agent": "x", "save-data": "on", dnt: "1", "sec-gpc": "1" },
    ...{ "sec-ch-ua": '"a";v="1"', "sec-ch-prefers-color-scheme": '"dark"' },
  };
  const secrets = [
    "cookie",
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "x-forwarded-for",
    "forwarded",
    "host",
  ];
  const others = ["cf-access-jwt-assertion", "x-amzn-oidc-data", "referer", "x-real-ip", "x-anything", "set-cookie"];
  const all = { ...headers, ...Object.fromEntries([...secrets, ...others].map((name) => [name, "secret"])) };
  assert.deepEqual(handed({ headers: all, socket: { remoteAddress: "203.0.113.9" } }), {
    headers: {
      ...{ "Accept-Language": "nb", "User-Agent": "x", "Save-Data": "on", Dnt: "1", "Sec-Gpc": "1" },
      ...{ "Sec-Ch-Ua": '"a";v="1"', "Sec-Ch-Prefers-Color-Scheme": '"dark"' },
    },
  });
});

test("the_headers_of_the_hand_over_may_be_chosen_and_secrets_may_not", () => {
  const request = [...pairs, ["x-tag", "b"], ["x-country", "NO"]];
  assert.deepEqual(handed(request, { headers: ["X-TAG", "x-country", "x-none"] }), {
    headers: { "X-Tag": ["a", "b"], "X-Country": "NO" },
  });
  assert.deepEqual(handed(request, { headers: [] }), { headers: {} });
  for (const name of [
    "Cookie",
    "set-cookie",
    "Authorization",
    "Proxy-Authorization",
    "X-Api-Key",
    "X-CSRF-Token",
    "x-auth-request-user",
  ]) {
    const error = thrownBy(() => contextScript(request, { headers: ["x-tag", name] }));
    assert.deepEqual([error.code, error.key], ["invalid-option", "headers"], name);
  }
  for (const headers of ["x-tag", [1], {}, null])
    assert.equal(thrownBy(() => contextScript([], { headers })).key, "headers");
  assert.deepEqual(
    handed([["__proto__", "x"]], { headers: ["__proto__"] }),
    JSON.parse('{"headers":{"__proto__":"x"}}'),
  );
});

test("an_address_is_handed_over_only_where_it_is_known_how_it_comes", () => {
  const request = [["x-forwarded-for", "203.0.113.9"]];
  assert.deepEqual(handed(request), { headers: {} });
  assert.deepEqual(handed(request, { trustedProxies: 1 }), { headers: {}, ip_address: "203.0.113.9" });
  assert.deepEqual(handed([], { ipAddress: "2001:db8::1" }), { headers: {}, ip_address: "2001:db8::1" });
  assert.deepEqual(handed([], { ipAddress: "127.0.0.1" }), { headers: {} });
});

test("no_text_ends_the_element_and_every_text_is_read_back", () => {
  const piece = fc.constantFrom(
    "</script>",
    "<!--",
    "<script>",
    "]]>",
    "&lt;",
    "\u2028",
    "\u2029",
    "\0",
    "\\",
    '"',
    "\ud800",
    "é",
  );
  const text = fc.array(fc.oneof(piece, fc.string({ unit: "binary" }))).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (text) => {
      const { headers } = handed([["x-tag", text]], { headers: ["x-tag"] });
      assert.equal(headers["X-Tag"], text.toWellFormed());
    }),
    { numRuns: 1000 },
  );
});

test("memory_does_not_grow_with_requests", () => {
  const read = () => isRead(fromRequest(...kinds["pairs of names and values"]));
  for (let nth = 0; nth < 2000; nth++) read();
  const before = process.memoryUsage().arrayBuffers;
  for (let nth = 0; nth < 20_000; nth++) read();
  assert.ok(process.memoryUsage().arrayBuffers - before < 4_000_000);
});

test("with_nothing_but_fetch_and_no_compiler_it_works_from_the_compiled_module", async () => {
  const { build } = await import("esbuild");
  const iife = {
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "server",
  };
  const { outputFiles } = await build(iife);
  const edge = createContext({ TextEncoder, TextDecoder }, { codeGeneration: { strings: false, wasm: false } });
  runInContext(outputFiles[0].text, edge);
  const server = runInContext("server", edge);
  const error = thrownBy(() => server.fromRequest(new Headers(pairs)).context.locale);
  assert.equal(error.code, "unavailable");
  assert.match(error.message, /init\(module\)/);
  assert.equal(thrownBy(() => server.init({})).key, "module");
  server.init(new WebAssembly.Module(readFileSync(join(packed, "dist", "server.wasm"))));
  isRead(server.fromRequest(new Request(url, { headers: pairs })));
});

test("the_module_is_not_handed_over_where_it_is_compiled", () => assert.equal(thrownBy(() => init(1)).key, "module"));

test("it_imports_nothing", () => {
  const source = readFileSync(entry, "utf8");
  assert.doesNotMatch(source, /^\s*(import|export .* from)\b|\bimport\(|\brequire\(/m);
  assert.doesNotMatch(source, /\b(document|window|process|Buffer|cookieStore|sessionStorage|history)\b(?=\.)/);
});
