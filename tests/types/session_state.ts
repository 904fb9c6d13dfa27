// What the types of session state and of errors promise; compiled, never run.

import type { SessionChange, SessionState } from "tabstate";
import { sessionState, TabstateError } from "tabstate";

const error: TabstateError = new TabstateError("full", "there is no room left", { key: "a" });
export const code: "full" | undefined = error.code === "full" ? error.code : undefined;

export const state: SessionState = sessionState;
export const draft: { text: string } | undefined = sessionState.get<{ text: string }>("draft");
export const count: number = sessionState.setDefault("count", 0);
export const kept: "durable" | "memory" | "pending" = sessionState.durability();
export const stop: () => void = sessionState.subscribe(({ keys, source }: SessionChange) => console.log(keys, source));
export const sum: number = sessionState.transaction(() => 1 + 1);
sessionState.anything = new Map();

// @ts-expect-error a transaction's function is needed
sessionState.transaction();
// @ts-expect-error keys are texts
sessionState.get(Symbol("a"));
