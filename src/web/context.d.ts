// What `context.js` gives.

/** Whether there is somebody in front: a page or one of its workers, not a server. */
export function isTab(): boolean;
export function languages(): string[];
export function timezone(): string | undefined;
export function timezoneOffset(): number | undefined;
/** The value of each media feature; the empty text where none is known. */
export function theme(): string[];
/** The address of the outermost page that may be seen from here, then our own; none without a page. */
export function addresses(): string[];
export function isFramed(): boolean | undefined;
export function maximize(tag: string): string | undefined;
/** A kind, a name and a text for each thing that is known of the request. */
export function request(): string[];
/** The element with a server's hand-over, if there is one. */
export function handOver(): unknown;
/** Calls `tell` with the names of the facts that changed; returns what ends it. */
export function follow(tell: (names: string[]) => void): () => void;
