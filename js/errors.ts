// The one error class. Callers branch on its `code`, never on its text.

/** What went wrong. */
export type ErrorCode =
  | "malformed"
  | "unsupported-value"
  | "reserved"
  | "blocked"
  | "full"
  | "rejected"
  | "invalid-option"
  | "not-ready"
  | "unavailable";

/** By which rule a browser drops a cookie. */
export type RejectionReason =
  | "size"
  | "characters"
  | "prefix"
  | "sameSite"
  | "secure"
  | "httpOnly"
  | "domain"
  | "unknown";

/** More of what an error is about. */
export interface ErrorDetails {
  /** The key that it is about. */
  key?: string | undefined;
  /** Of a cookie that was `rejected`, by which rule. */
  reason?: RejectionReason | undefined;
  /** What was thrown underneath. */
  cause?: unknown;
}

const brand = Symbol.for("tabstate.error");

/**
 * The error of every call that fails.
 *
 * ```js
 * try {
 *   queryParams.set("embed", "true");
 * } catch (error) {
 *   if (error instanceof TabstateError && error.code === "reserved") showHint(error.key);
 * }
 * ```
 */
export class TabstateError extends Error {
  /** Another copy's error is one of these as well. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && brand in value;
  }

  readonly [brand] = true;
  /** What went wrong. */
  declare readonly code: ErrorCode;
  /** The key that it is about, where there is one. */
  declare readonly key: string | undefined;
  /** Of a cookie that was `rejected`, by which rule. */
  declare readonly reason: RejectionReason | undefined;

  constructor(code: ErrorCode, message: string, { key, reason, cause }: ErrorDetails = {}) {
    super(
      key === undefined ? message : `${JSON.stringify(key)}: ${message}`,
      cause === undefined ? undefined : { cause },
    );
    this.name = "TabstateError";
    this.code = code;
    this.key = key;
    this.reason = reason;
  }
}

/** An error of the page's own code is the page's to hear of, and stops nothing else. */
export function report(error: unknown): void {
  if (typeof reportError === "function") reportError(error);
  else console.error(error);
}
