// The entries of one session: their names and texts, and what the ledger asks for by their numbers. Values are only decoded
// here; what happens to them is the facade's.

import { entryNames, openStorage, readEntry, removeEntry, writeEntry } from "../src/web/session_state.js";
import { Found, type Ledger, startLedger } from "./session_border.js";
import { valueOf as decoded, headerOf } from "./session_record.js";

/** One key. */
export interface Entry {
  readonly number: number;
  readonly key: string;
  /** What the storage is known to hold. */
  known: string | undefined;
  /** The record of the value in force; one that is broken, too. */
  record: string | undefined;
  /** The record that is to be written. */
  next: string | undefined;
  /** Whether there is a value, and which. */
  isThere: boolean;
  value: unknown;
  order: number;
  version: number;
  /** Why the record cannot be read. */
  reason: string | undefined;
  /** A record that the application could not migrate. */
  refused: string | undefined;
  /** Where a broken record was copied to. */
  aside: string | undefined;
}

export interface Entries {
  readonly ledger: Ledger;
  /** `undefined` where there is none: then all is in memory. */
  readonly storage: Storage | undefined;
  /** The entry of a key, as the storage has it when it is first asked for. */
  of(key: string): Entry;
  /** The entry of a key that is not known, if the storage has it: one that is absent leaves no trace. */
  seek(key: string): Entry | undefined;
  /** Those that were asked for. */
  readonly known: ReadonlyMap<string, Entry>;
  /** The keys in the storage. */
  keys(): string[];
  /** Broken records under other names. */
  asides(): { key: string; name: string }[];
  nameOf(key: string): string;
  /** Greater than every order that there is. */
  nextOrder(): number;
  /** The length of what the storage holds by that name. */
  unitsOf(name: string): number;
  /** Why what the storage holds by that name is no record that can be read. */
  reasonOf(name: string): string | undefined;
}

const asideMark = "!aside:";

/**
 * Opens a session. `changed` is told of entries that other code changed, once they are as the storage has them.
 * @param newest the application's version, if it has one: a record of a later one cannot be read
 */
export function openEntries(namespace: string, newest: number | undefined, changed: (entry: Entry) => void): Entries {
  const storage = openStorage();
  const list: Entry[] = [];
  const known = new Map<string, Entry>();
  const prefix = `${namespace}:`;
  const undoName = `${namespace}!undo`;
  let noted: [string, string | undefined][] = [];
  let lastOrder: number | undefined;

  const nameOf = (key: string) => prefix + key;
  const names = (start: string) => (storage ? entryNames(storage).filter((name) => name.startsWith(start)) : []);
  const keys = () => names(prefix).map((name) => name.slice(prefix.length));
  const asides = () =>
    names(namespace + asideMark).map((name) => ({
      name,
      key: name.slice(name.indexOf(":", namespace.length + asideMark.length) + 1),
    }));

  const read = (name: string) => storage && readEntry(storage, name);
  const write = (name: string, text: string | undefined) =>
    storage === undefined || text === undefined ? 0 : writeEntry(storage, name, text);
  const remove = (name: string) => storage && removeEntry(storage, name);

  /** Takes a record for the entry's, if it can be read. */
  const decode = (entry: Entry, record: string | undefined): void => {
    entry.record = record;
    entry.isThere = false;
    entry.value = undefined;
    entry.reason = undefined;
    if (record === undefined) return;
    try {
      const header = headerOf(record);
      if (typeof header === "string") throw new Error(header);
      entry.order = header.order;
      // Another frame may have gone on counting.
      if (lastOrder !== undefined) lastOrder = Math.max(lastOrder, entry.order);
      entry.version = header.version;
      if (header.version > (newest ?? header.version)) throw new Error("written by a newer version of the application");
      if (record === entry.refused) throw new Error("the application could not migrate it");
      entry.value = decoded(record, header.form);
      entry.isThere = true;
    } catch (error) {
      entry.reason = (error as Error).message;
    }
  };

  /** Takes over what the storage holds of an entry. */
  const take = (entry: Entry, record: string | undefined): number => {
    const wasThere = entry.isThere;
    entry.known = record;
    decode(entry, record);
    // When it is first asked for, nothing has changed.
    if (known.has(entry.key) && (wasThere || entry.isThere)) changed(entry);
    if (record === undefined) return Found.absent;
    return entry.isThere ? Found.other : Found.broken;
  };

  const at = (ask: (entry: Entry) => number) => (number: number) => ask(list[number] as Entry);
  /** Writes a text, which is known to be there then. */
  const put = (text: "next" | "record") =>
    at((entry) => {
      const code = write(nameOf(entry.key), entry[text]);
      if (code === 0) entry.known = entry[text];
      return code;
    });

  const ledger = startLedger([
    () => Number(storage !== undefined),
    at((entry) => {
      const record = storage && readEntry(storage, nameOf(entry.key), entry.known);
      return storage === undefined || record === entry.known ? Found.same : take(entry, record);
    }),
    // An empty text is there as well.
    at((entry) => (storage && entry.known !== undefined ? Math.max(entry.known.length, 1) : 0)),
    put("next"),
    put("record"),
    at((entry) => {
      remove(nameOf(entry.key));
      entry.known = undefined;
      return 0;
    }),
    at((entry) => {
      let nth = 0;
      const name = () => `${namespace}${asideMark}${nth}:${entry.key}`;
      while (read(name()) !== undefined) nth++;
      entry.aside = name();
      return write(entry.aside, entry.known);
    }),
    at((entry) => {
      remove(entry.aside as string);
      return 0;
    }),
    at((entry) => noted.push([nameOf(entry.key), entry.record])),
    () => {
      const text = JSON.stringify(noted);
      noted = [];
      return write(undoName, text);
    },
    () => {
      remove(undoName);
      return 0;
    },
  ]);

  /** An entry as the storage has it; it is not among those that are known yet. */
  const look = (key: string): Entry => {
    const entry: Entry = {
      number: list.length,
      key,
      known: undefined,
      record: undefined,
      next: undefined,
      isThere: false,
      value: undefined,
      order: 0,
      version: 0,
      reason: undefined,
      refused: undefined,
      aside: undefined,
    };
    list.push(entry);
    ledger.follow(entry.number);
    return entry;
  };

  const of = (key: string): Entry => {
    let entry = known.get(key);
    if (entry === undefined) {
      entry = look(key);
      known.set(key, entry);
    }
    return entry;
  };

  const seek = (key: string): Entry | undefined => {
    const entry = look(key);
    if (entry.known === undefined) list.pop();
    else known.set(key, entry);
    return entry.known === undefined ? undefined : entry;
  };

  const troubleWith = (record: string | undefined): string | undefined => {
    const entry = {} as Entry;
    decode(entry, record);
    return entry.reason;
  };

  // A page that ended in the midst of a batch left it to the next one to put back what it had replaced. What cannot be read,
  // other code wrote since.
  const undo = read(undoName);
  const due = textsOf(undo).filter(
    ([name, text]) =>
      name.startsWith(prefix) && troubleWith(text) === undefined && troubleWith(read(name)) === undefined,
  );
  const owed = due.filter(([name, text]) => write(name, text) !== 0);
  if (undo !== undefined && owed.length === 0) remove(undoName);
  const entriesOwed = owed.map(([name, text]) => ({ entry: of(name.slice(prefix.length)), text }));
  for (const { entry, text } of entriesOwed) {
    decode(entry, text);
    ledger.owe(entry.number);
  }

  return {
    ledger,
    storage,
    known,
    keys,
    asides,
    nameOf,
    of,
    seek,
    nextOrder() {
      lastOrder ??= keys().reduce((last, key) => {
        const header = headerOf(read(nameOf(key)) ?? "");
        return typeof header === "string" ? last : Math.max(last, header.order);
      }, 0);
      // Behind the last one there can be, keys stand by their names.
      lastOrder = Math.min(lastOrder + 1, 2 ** 53 - 1);
      return lastOrder;
    },
    unitsOf: (name) => read(name)?.length ?? 0,
    reasonOf: (name) => troubleWith(read(name)),
  };
}

/** The pairs that were written down; other code may have written anything. */
function textsOf(json = ""): [string, string][] {
  try {
    const pairs: unknown = JSON.parse(json);
    const isPair = (pair: unknown) =>
      Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === "string");
    return Array.isArray(pairs) && pairs.every(isPair) ? pairs : [];
  } catch {
    return [];
  }
}
