// What works in this environment.

import type { Wasm } from "./wasm.js";

/** What works here, and why not what does not. */
export interface Status {
  environment: "browser" | "worker" | "server";
  queryParams: "url" | "memory";
  sessionState: "durable" | "memory";
  cookies: "readable" | "blocked";
  /** For each thing that does not work, by its name, why. */
  reasons: { queryParams?: string; sessionState?: string; cookies?: string };
}

export function readStatus(wasm: Wasm): Status {
  const [environment, queryParams, sessionState, cookies, ...reasons] = wasm.status();
  const pairs = reasons.flatMap((name, nth) => (nth % 2 === 0 ? [[name, reasons[nth + 1]]] : []));
  return { environment, queryParams, sessionState, cookies, reasons: Object.fromEntries(pairs) } as Status;
}
