// What `session_state.js` gives.

/** `undefined` where the browser denies it, where there is no room for anything, and where there is no page. */
export function openStorage(): Storage | undefined;
/** Whether the browser has come to deny it. */
export function isDenied(storage: Storage): boolean;
/** `denied` when the browser has come to deny it. */
export function readEntry(storage: Storage, name: string, denied?: string): string | undefined;
/** 0 when it is written, 1 when there is no room, 2 when the browser denies it. */
export function writeEntry(storage: Storage, name: string, text: string): number;
export function removeEntry(storage: Storage, name: string): void;
/** How many names there are, everybody's. */
export function entryCount(storage: Storage): number;
/** All names, everybody's, in no order. */
export function entryNames(storage: Storage): string[];
/** Tells the name of each entry that a frame changes, none when it may be any, and when the page is left; returns what ends it. */
export function followStorage(storage: Storage, tell: (name?: string) => void, leave: (isLast: boolean) => void): () => void;
export function newTabId(): string;
/** Finds out whether this tab is a copy of the one that its id was made for; returns what ends the claim. */
export function claimTab(storage: Storage, id: string, isNew: boolean, decide: (isCopy: boolean) => void): () => void;
