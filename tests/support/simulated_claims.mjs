// Claims that hold alike in real browsers and in the one that `tabstate/testing` simulates: tests/node/testing.test.mjs runs
// them there, tests/e2e/simulated.test.mjs in pages. Each step is a function that closes over nothing: it has the package as
// `tabstate`, and the means of `createBrowser` as `browser` (in a page, those of tests/pages/means.js). Between two steps the
// page is loaded anew.

/**
 * @typedef {object} Claim
 * @property {string} name
 * @property {string} [where] query and fragment of the first address
 * @property {(() => unknown)[]} steps
 * @property {unknown[] | ((engine: string) => unknown[])} seen what the steps return
 */

/** @type {Claim[]} */
export const claims = [
  {
    name: "a_write_is_read_at_once_and_is_in_the_address_after_the_turn",
    where: "?sig=a%20b%2Cc&flag#top",
    steps: [
      async () => {
        const { queryParams } = tabstate;
        queryParams.set("page", 2);
        const atOnce = [queryParams.get("page"), location.search];
        const outcome = await queryParams.settled();
        return [...atOnce, outcome, location.search + location.hash];
      },
    ],
    seen: [["2", "?sig=a%20b%2Cc&flag", "applied", "?sig=a%20b%2Cc&flag&page=2#top"]],
  },
  {
    name: "the_pushes_of_a_turn_are_one_entry_and_a_burst_is_one_too",
    steps: [
      async () => {
        const { queryParams } = tabstate;
        const before = history.length;
        queryParams.set("a", 1, { history: "push" });
        queryParams.set("b", 1, { history: "push" });
        await queryParams.settled();
        const lengths = [history.length - before];
        for (const q of ["f", "fj", "fjo"]) {
          queryParams.set("q", q, { history: "push", burst: 60_000 });
          await queryParams.settled();
        }
        lengths.push(history.length - before);
        return [...lengths, location.search];
      },
    ],
    seen: [[1, 2, "?a=1&b=1&q=fjo"]],
  },
  {
    name: "what_other_code_writes_is_read_at_once_and_told_as_external",
    where: "?page=1",
    steps: [
      async () => {
        const { queryParams } = tabstate;
        const heard = [];
        queryParams.subscribe(({ keys, source }) => heard.push([source, ...keys]));
        history.pushState({ own: 1 }, "", "?page=2&q=a#x");
        const read = [queryParams.get("page"), queryParams.get("q")];
        await browser.advance(50);
        location.hash = "y";
        await browser.advance(50);
        return [...read, heard, queryParams.toString(), location.hash];
      },
    ],
    seen: [["2", "a", [["external", "page", "q"]], "page=2&q=a", "#y"]],
  },
  {
    name: "back_and_forward_are_read_and_told_as_traversals",
    steps: [
      async () => {
        const { queryParams } = tabstate;
        const heard = [];
        queryParams.set("page", 1);
        await queryParams.settled();
        queryParams.set("page", 2, { history: "push" });
        await queryParams.settled();
        queryParams.subscribe(({ keys, source }) => heard.push([source, ...keys]));
        await browser.back();
        const read = [queryParams.get("page")];
        await browser.forward();
        return [...read, queryParams.get("page"), heard];
      },
    ],
    seen: [
      [
        "1",
        "2",
        [
          ["traversal", "page"],
          ["traversal", "page"],
        ],
      ],
    ],
  },
  {
    name: "the_events_of_a_traversal_come_in_the_order_of_the_platform",
    steps: [
      async () => {
        const heard = [];
        history.pushState({ n: 1 }, "", "?n=1#a");
        history.pushState({ n: 2 }, "", "?n=1#b");
        addEventListener("popstate", ({ state }) => heard.push(`popstate ${state.n} ${location.hash}`));
        addEventListener("hashchange", () => heard.push("hashchange"));
        history.back();
        heard.push(location.hash);
        await browser.advance(300);
        return heard;
      },
    ],
    seen: [["#b", "popstate 1 #a", "hashchange"]],
  },
  {
    name: "above_its_limit_an_engine_drops_or_refuses_a_call",
    steps: [
      () => {
        const said = [];
        for (let n = 1; n <= 450; n += 1) {
          try {
            history.replaceState(null, "", `?n=${n}`);
          } catch (error) {
            if (said.length === 0) said.push(error.name);
          }
        }
        const { length } = location.search;
        return [...said, location.search !== "?n=450", length];
      },
    ],
    // Up to now the number is one of three digits.
    seen: (engine) => [engine === "chromium" ? [true, 6] : ["SecurityError", true, 6]],
  },
  {
    name: "another_page_has_another_budget_but_in_firefox_and_fragments_are_limited_but_in_webkit",
    steps: [
      () => {
        browser.spendHistoryBudget();
        const before = history.length;
        const refused = (() => {
          try {
            location.hash = "x";
          } catch (error) {
            return error.name;
          }
        })();
        return [location.hash, refused ?? "", history.length - before];
      },
      () => {
        const refused = (() => {
          try {
            history.replaceState(null, "", "?after#reload");
          } catch (error) {
            return error.name;
          }
        })();
        return [refused ?? "", location.search];
      },
    ],
    seen: (engine) =>
      ({
        chromium: [
          ["", "", 0],
          ["", "?after"],
        ],
        firefox: [
          ["", "SecurityError", 0],
          ["SecurityError", ""],
        ],
        webkit: [
          ["#x", "", 1],
          ["", "?after"],
        ],
      })[engine],
  },
  {
    name: "a_spent_budget_delays_the_address_and_not_what_is_read",
    where: "?page=1",
    steps: [
      async () => {
        const { queryParams, inspectWriter } = tabstate;
        queryParams.get("page");
        browser.spendHistoryBudget();
        queryParams.set("page", 2);
        await browser.advance(200);
        const { pending } = inspectWriter();
        const early = [queryParams.get("page"), new URLSearchParams(location.search).get("page"), pending];
        const settled = queryParams.settled();
        await browser.advance(25_000);
        return [...early, await settled, location.search, inspectWriter().pending];
      },
    ],
    seen: [["2", "1", ["page"], "applied", "?page=2", []]],
  },
  {
    name: "where_a_listener_cancels_the_navigation_writes_are_blocked_and_read_all_the_same",
    steps: [
      async () => {
        const { queryParams } = tabstate;
        const { navigation } = globalThis;
        navigation?.addEventListener("navigate", (event) => event.preventDefault());
        queryParams.set("page", 2);
        await browser.advance(3000);
        // Who has no such listener, has the write in the address.
        return navigation
          ? [await queryParams.settled(), location.search, queryParams.get("page")]
          : ["blocked", location.search.replace("?page=2", ""), queryParams.get("page")];
      },
    ],
    seen: [["blocked", "", "2"]],
  },
  {
    name: "a_value_that_has_no_room_is_refused_and_the_one_before_stays",
    steps: [
      () => {
        const { sessionState } = tabstate;
        sessionState.set("note", "before");
        browser.fillStorage();
        const code = (() => {
          try {
            sessionState.set("note", "x".repeat(1000));
          } catch (error) {
            return error.code;
          }
        })();
        const kept = [code, sessionState.get("note"), sessionState.durability("note")];
        sessionStorage.removeItem("other-code");
        sessionState.set("note", "after");
        return [...kept, sessionState.get("note")];
      },
    ],
    seen: [["full", "before", "durable", "after"]],
  },
  {
    name: "session_state_outlives_a_reload_as_another_object",
    steps: [
      async () => {
        const { sessionState } = tabstate;
        const draft = { tags: new Set(["sea"]), since: new Date(0) };
        draft.self = draft;
        sessionState.set("draft", draft);
        draft.tags.add("snow");
        return [
          sessionState.get("draft") === draft,
          sessionState.durability("draft"),
          sessionState.keys().next().value,
        ];
      },
      async () => {
        const { sessionState } = tabstate;
        const draft = sessionState.get("draft");
        await sessionState.ready();
        return [[...draft.tags], draft.since.getTime(), draft.self === draft, sessionState.durability("draft")];
      },
    ],
    seen: [
      [true, "pending", "draft"],
      [["sea", "snow"], 0, true, "durable"],
    ],
  },
  {
    name: "a_cookie_is_read_back_and_a_reload_does_not_lose_it",
    steps: [
      () => {
        const { cookies } = tabstate;
        const refused = (() => {
          try {
            cookies.set("__Host-simulated", "1", { path: "/shop" });
          } catch (error) {
            return [error.code, error.reason];
          }
        })();
        // biome-ignore lint/suspicious/noDocumentCookie: other code does it
        document.cookie = "simulated-http=1; HttpOnly";
        return [cookies.set("simulated", "São Paulo"), refused, cookies.get("simulated-http")];
      },
      () => {
        const { cookies } = tabstate;
        return [cookies.get("simulated"), cookies.delete("simulated"), cookies.get("simulated")];
      },
    ],
    seen: [
      ["stored", ["rejected", "prefix"], undefined],
      ["São Paulo", true, undefined],
    ],
  },
  {
    name: "a_reload_forgets_who_listened_and_keeps_the_address",
    steps: [
      async () => {
        const { queryParams, inspectWriter } = tabstate;
        queryParams.set("page", 2);
        await queryParams.settled();
        return inspectWriter().calls;
      },
      async () => {
        const { queryParams, inspectWriter } = tabstate;
        return [queryParams.get("page"), inspectWriter().calls, location.search];
      },
    ],
    seen: [1, ["2", 0, "?page=2"]],
  },
];
