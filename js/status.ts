// What works in this environment.

import { wasm } from "./wasm.js";

/** What works here, and why not what does not. */
export interface Status {
  environment: "browser" | "worker" | "server";
  queryParams: "url" | "memory";
  sessionState: "durable" | "memory";
  cookies: "readable" | "blocked";
  /** For each thing that does not work, by its name, why. */
  reasons: { queryParams?: string; sessionState?: string; cookies?: string };
}

const environments = ["browser", "worker", "server"] as const;

/** By the reasons' order in Rust; the first is for what works. */
const reasons = [
  undefined,
  "there is no page",
  "about:, data: and blob: documents have no query",
  "the browser denies it",
  "there is no room",
];

export function readStatus(): Status {
  const digits = wasm.$status();
  const [queryParams, sessionState, cookies] = [3, 6, 9].map((shift) => reasons[(digits >> shift) & 7]);
  const told = Object.entries({ queryParams, sessionState, cookies }).filter(([, reason]) => reason !== undefined);
  return {
    environment: environments[digits & 7] as Status["environment"],
    queryParams: queryParams === undefined ? "url" : "memory",
    sessionState: sessionState === undefined ? "durable" : "memory",
    cookies: cookies === undefined ? "readable" : "blocked",
    reasons: Object.fromEntries(told),
  };
}
