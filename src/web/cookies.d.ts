// What `cookies.js` gives.

export function cookieText(): string | undefined;
export function setCookie(text: string): boolean;
/** The host, the path, and whether the connection is secure. */
export function cookieSetting(): [host: string, path: string, secure: string];
/** What there is to be seen, and what is hidden. */
export function allCookies(): string | undefined;
export function hidesCookies(): boolean;
/** Has those who follow look, and other tabs too. */
export function noticeCookies(): void;
/** Calls `tell` with the text before and the text now; returns what ends it. */
export function followCookies(tell: (before: string, after: string) => void): () => void;
