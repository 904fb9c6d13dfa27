// What the reader keeps in this tab: pinned places, those that are compared, a note on each, and what was cleared last. Session state by reference; draws nothing.
import { type Durability, sessionState, TabstateError } from "tabstate";
import { type FilterValues, filters, filtersOf, NO_FILTERS, readFilters } from "./view.js";

const PINS = "pins";
const COMPARED = "compared";
const CLEARED = "cleared";
const NOTE = "note:";

export const MOST_COMPARED = 4;

export interface Note {
  text: string;
  changed: Date;
}

/** What can be brought back: the filters, or the pins with what was compared. */
export type Cleared =
  | { what: "filters"; filters: FilterValues }
  | { what: "pins"; pins: ReadonlySet<number>; compared: ReadonlySet<number> };

/** Ids of GeoNames, in the order in which they were added. */
type Ids = ReadonlySet<number>;

// The storage is anybody's: what has another shape is not ours.
const isId = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 1e10;
const idsIn = (value: unknown): Ids => new Set(value instanceof Set ? [...value].filter(isId) : []);
const idsOf = (key: string): Ids => idsIn(sessionState.get<unknown>(key));

/** Why something was not kept. */
export type Refusal = InstanceType<typeof TabstateError>;

const failures = new Map<string, Refusal>();

let tell = (): void => {};

/** Calls `redraw` after each change, of this page or of others in the tab, and when one was refused. */
export function followKept(redraw: () => void): void {
  tell = redraw;
  sessionState.subscribe(redraw);
}

/** Does what may find no room; returns whether it did, and remembers why not. */
function attempt(key: string, action: () => void): boolean {
  try {
    action();
    failures.delete(key);
    return true;
  } catch (error) {
    if (!(error instanceof TabstateError)) throw error;
    failures.set(key, error);
    tell();
    return false;
  }
}

/** Why the last change of what is kept by `key` was not saved, if it still is not. */
function failureOf(key: string): Refusal | undefined {
  const isSaved = sessionState.has(key) && sessionState.durability(key) !== "pending";
  return isSaved ? undefined : failures.get(key);
}

export const pins = (): Ids => idsOf(PINS);
export const compared = (): Ids => idsOf(COMPARED);
export const pinFailure = (): Refusal | undefined => failureOf(PINS) ?? failureOf(COMPARED);

/** Changes the stored Set itself, and says so. */
function toggle(key: string, id: number): void {
  attempt(key, () => {
    const stored = sessionState.get<unknown>(key);
    if (!(stored instanceof Set)) return sessionState.set(key, new Set([id]));
    if (!stored.delete(id)) stored.add(id);
    sessionState.touch(key);
  });
}

export function togglePin(id: number): void {
  toggle(PINS, id);
  if (!isKept(id) && compared().has(id)) toggle(COMPARED, id);
}

export function toggleCompared(id: number): void {
  if (compared().has(id) || compared().size < MOST_COMPARED) toggle(COMPARED, id);
}

const noteKey = (id: number): string => `${NOTE}${id}`;

/** The place that the note of this key is on. */
export function notedPlace(key: string): number | undefined {
  const id = key.startsWith(NOTE) ? Number(key.slice(NOTE.length)) : Number.NaN;
  return isId(id) ? id : undefined;
}

function storedNote(id: number): Note | undefined {
  const note = sessionState.get<Partial<Note> | null>(noteKey(id));
  return typeof note?.text === "string" ? (note as Note) : undefined;
}

/** First words of notes for which there was no room: on the screen, and nowhere else. */
const unstored = new Map<number, string>();

export const noteText = (id: number): string => unstored.get(id) ?? storedNote(id)?.text ?? "";

/** In the order of their first words; a note that was emptied is one until it is saved. */
function allNoted(): number[] {
  const stored = [...sessionState.keys()].map(notedPlace).filter((id) => id !== undefined);
  return [...new Set([...stored, ...unstored.keys()])];
}

export const notedPlaces = (): number[] => allNoted().filter((id) => noteText(id) !== "");

export const isKept = (id: number): boolean => pins().has(id) || noteText(id) !== "";

/** Pinned places first, then those that only have a note. */
export const keptPlaces = (): number[] => [...new Set([...pins(), ...notedPlaces()])];

/** Changes the stored note in place: `saveNote` saves it, and so does leaving or hiding the page. */
export function writeNote(id: number, text: string): void {
  const note = storedNote(id);
  if (note !== undefined) {
    note.text = text;
    note.changed = new Date();
  } else if (attempt(noteKey(id), () => sessionState.set(noteKey(id), { text, changed: new Date() }))) {
    unstored.delete(id);
  } else {
    unstored.set(id, text);
  }
}

/** An empty note goes. */
export function saveNote(id: number): void {
  const text = noteText(id);
  if (unstored.has(id)) writeNote(id, text);
  attempt(noteKey(id), () => {
    if (text.trim() !== "") return sessionState.touch(noteKey(id));
    unstored.delete(id);
    sessionState.delete(noteKey(id));
  });
  if (!isKept(id) && compared().has(id)) toggle(COMPARED, id);
}

export function saveNotes(): void {
  for (const id of allNoted()) saveNote(id);
}

/** All that changed in place, as far as there is room. */
export function saveAll(): void {
  saveNotes();
  attempt("", () => sessionState.flush());
}

export interface NoteStanding {
  durability: Durability;
  failure: Refusal | undefined;
}

/** How the note on a place is kept; `undefined` where there is none. */
export function noteStanding(id: number): NoteStanding | undefined {
  const key = noteKey(id);
  if (unstored.has(id)) return { durability: "pending", failure: failures.get(key) };
  return sessionState.has(key) ? { durability: sessionState.durability(key), failure: failureOf(key) } : undefined;
}

export function lastCleared(): Cleared | undefined {
  const cleared = sessionState.get<Record<string, unknown> | null>(CLEARED);
  if (cleared?.what === "pins") return { what: "pins", pins: idsIn(cleared.pins), compared: idsIn(cleared.compared) };
  const values = cleared?.what === "filters" ? readFilters(cleared.filters) : undefined;
  return values === undefined ? undefined : { what: "filters", filters: values };
}

let refusedClear: { what: Cleared["what"]; failure: Refusal } | undefined;

/** Why there was no room for the last clear, or for its undo, until one succeeds. */
export const clearFailure = (what: Cleared["what"]): Refusal | undefined =>
  refusedClear?.what === what ? refusedClear.failure : undefined;

function attemptClear(what: Cleared["what"], action: () => void): void {
  const isDone = attempt(CLEARED, action);
  const failure = isDone ? undefined : failures.get(CLEARED);
  refusedClear = failure && { what, failure };
  if (!isDone) tell();
}

export function clearFilters(): void {
  attemptClear("filters", () => sessionState.set(CLEARED, { what: "filters", filters: filtersOf(filters.get()) }));
  filters.set(NO_FILTERS);
}

/** All of it, or nothing: what cannot be brought back is not cleared. */
export function unpinAll(): void {
  attemptClear("pins", () =>
    sessionState.transaction(() => {
      sessionState.set(CLEARED, { what: "pins", pins: new Set(pins()), compared: new Set(compared()) });
      sessionState.delete(PINS);
      sessionState.delete(COMPARED);
    }),
  );
}

/** Brings back what was cleared last; pins join those that came since. */
export function undoClear(): void {
  const cleared = lastCleared();
  if (cleared?.what === "filters") filters.set(cleared.filters);
  attemptClear(cleared?.what ?? "pins", () =>
    sessionState.transaction(() => {
      if (cleared?.what === "pins") {
        sessionState.set(PINS, new Set([...cleared.pins, ...pins()]));
        sessionState.set(COMPARED, new Set([...compared(), ...cleared.compared].slice(0, MOST_COMPARED)));
      }
      sessionState.delete(CLEARED);
    }),
  );
}

export function forgetCleared(): void {
  attempt(CLEARED, () => sessionState.delete(CLEARED));
}

// A note is saved when its reader turns to something else, too.
filters.subscribe(saveNotes);
