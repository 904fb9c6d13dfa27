// What claims about content security policies use: a page under a strict one cannot run a claim's text, so this module does
// the work, with the entry that the address names, and shows what it saw in <output>.

const violations = [];
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  // WebKit asks for an icon, whatever the policy is.
  if (!blockedURI.endsWith("/favicon.ico")) violations.push(`${effectiveDirective} ${blockedURI}`);
});

const asked = new URLSearchParams(location.search);
const entry = asked.get("entry");
/** What an action gives, or how it fails. */
const outcomeOf = async (action) => {
  try {
    return (await action()) ?? "done";
  } catch (error) {
    return `${error.code ?? error.name}: ${error.message}`;
  }
};

/** A use of each part, which starts its module. */
const parts = {
  async queryParams({ queryParams, parseQuery }) {
    queryParams.set("city", "São Paulo");
    const outcome = await queryParams.settled();
    return [outcome, queryParams.get("city"), parseQuery("?city=São+Paulo&city")];
  },
  async codecs({ queryParams, defineParams, int, list, text, date, decimal }) {
    const filters = defineParams({
      page: int({ min: 1 }).default(1),
      tags: list(text()),
      from: date().optional(),
      price: decimal().optional(),
    });
    filters.set({ page: 2, tags: ["sea"], from: new Date("2024-02-29"), price: "1.5" });
    await queryParams.settled();
    return filters.get();
  },
  session({ sessionState }) {
    const before = sessionState.get("seen");
    sessionState.set("seen", new Map([["day", new Date(0)]]));
    return [before?.get("day").getTime() ?? "none", sessionState.durability("seen")];
  },
  context({ context, negotiateLocale }) {
    return [
      context.theme.type,
      context.negotiateLocale(["en", "nb"], "en"),
      negotiateLocale("zh-HK, de;q=0.5", ["de", "zh-TW"]),
    ];
  },
  cookies({ cookies }) {
    return [cookies.set("notice", "seen"), cookies.get("notice"), cookies.delete("notice")];
  },
  async cacheData({ cacheData }) {
    let runs = 0;
    const load = cacheData((city) => ({ city, runs: ++runs }), {
      key: `${location.pathname}@1`,
      ttl: "10m",
      persist: "disk",
    });
    const [first, second] = await Promise.all([load("Oslo"), load("Oslo")]);
    return [first.city, second.runs, runs, load.stats().persistence];
  },
  cacheResource({ cacheResource }) {
    const list = cacheResource((name) => [name]);
    const [a, again, b] = ["a", "a", "b"].map((name) => list(name));
    return [a === again, a === b];
  },
  status({ status }) {
    return Object.keys(status()).length > 0;
  },
};

async function work() {
  if (asked.has("first")) await import(`/package/dist/${asked.get("first")}.js`);
  const tabstate = await import(`/package/dist/${entry}.js`);
  if (entry === "slim") await tabstate.init();
  const seen = {};
  for (const [name, use] of Object.entries(parts)) seen[name] = await outcomeOf(() => use(tabstate));
  return seen;
}

const seen = await outcomeOf(work);
// What a policy forbids is told in a task of its own.
await new Promise((resolve) => setTimeout(resolve, 100));
document.querySelector("output").textContent = JSON.stringify({ seen, violations });
