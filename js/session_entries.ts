// The entries of one session: their names and texts, and what the ledger asks for by their numbers. Values are only decoded
// here; what happens to them is the facade's.

import { entryCount, entryNames, openStorage, readEntry, removeEntry, writeEntry } from "../src/web/session_state.js";
import { TabstateError } from "./errors.js";
import { Found, type Ledger, startLedger } from "./session_border.js";
import { valueOf as decoded, headerOf, jsonOfTexts } from "./session_record.js";

/** What a record says. */
interface Content {
  /** Whether there is a value, and which. */
  isThere: boolean;
  value: unknown;
  order: number;
  version: number;
  /** Why the record cannot be read. */
  reason: string | undefined;
}

/** One key. */
export interface Entry extends Content {
  readonly number: number;
  readonly key: string;
  /** What the storage is known to hold. */
  known: string | undefined;
  /** The record of the value in force; one that is broken, too. */
  record: string | undefined;
  /** The record that is to be written. */
  next: string | undefined;
  /** What the storage was seen to hold, where that is not what is known. */
  found: (Content & { record: string | undefined }) | undefined;
  /** A record that the application could not migrate. */
  refused: string | undefined;
  /** Where a broken record was copied to. */
  aside: string | undefined;
}

export interface Entries {
  /** `undefined` where there is none: then all is in memory. */
  readonly storage: Storage | undefined;
  /** The entry of a key, as the storage has it when it is first asked for. */
  of(key: string): Entry;
  /** The entry of a key that is not known, if the storage has it: one that is absent leaves no trace. */
  seek(key: string): Entry | undefined;
  /** Lets go of an entry that is absent. */
  forget(entry: Entry): void;
  /** Those that were asked for. */
  readonly known: ReadonlyMap<string, Entry>;
  /** Takes over what the storage holds; returns whether that is anything else. */
  follow(entry: Entry): boolean;
  /** Writes `next` of each, or removes it: all of them, or none. Returns 0, 1 when there is no room, 2 when it is denied. */
  commit(edits: readonly { entry: Entry; removes: boolean }[]): number;
  /** Writes `next` of one. Returns as `commit`, or 3 when other code's change was followed. */
  save(entry: Entry): number;
  /** How the entry is kept, by the numbers of `Standing`. */
  standing(entry: Entry): number;
  /** The keys in the storage. */
  keys(): string[];
  /** How many names the storage has, everybody's. */
  count(): number;
  /** Broken records under other names. */
  asides(): { key: string; name: string }[];
  nameOf(key: string): string;
  /** What the storage holds by that name. */
  read(name: string): string | undefined;
  /** Greater than every order that there is. */
  nextOrder(): number;
  /** Why a text is no record that can be read. */
  troubleWith(record: string | undefined): string | undefined;
}

const asideMark = "!aside:";

/**
 * Opens a session. `changed` is told of entries that other code changed, once they are as the storage has them.
 * @param newest the application's version, if it has one: a record of a later one cannot be read
 */
export function openEntries(namespace: string, newest: number | undefined, changed: (entry: Entry) => void): Entries {
  const storage = openStorage();
  const list: Entry[] = [];
  /** Numbers that no entry has any more. */
  const free: number[] = [];
  const known = new Map<string, Entry>();
  const prefix = `${namespace}:`;
  const undoName = `${namespace}!undo`;
  let noted: [string, string | undefined][] = [];
  let lastOrder: number | undefined;
  /** How many names the storage had when all orders were known. */
  let seen: number | undefined;

  const nameOf = (key: string) => prefix + key;
  const names = (start: string) => (storage ? entryNames(storage).filter((name) => name.startsWith(start)) : []);
  const keys = () => names(prefix).map((name) => name.slice(prefix.length));
  const count = () => (storage ? entryCount(storage) : 0);
  const asides = () => {
    const start = namespace + asideMark;
    return names(start).flatMap((name) => {
      const [, key] = /^\d+:(.*)$/s.exec(name.slice(start.length)) ?? [];
      return key === undefined ? [] : [{ name, key }];
    });
  };

  const read = (name: string) => storage && readEntry(storage, name);
  const write = (name: string, text: string | undefined) =>
    storage === undefined || text === undefined ? 0 : writeEntry(storage, name, text);
  const remove = (name: string) => storage && removeEntry(storage, name);

  const contentOf = (record: string | undefined, refused?: string): Content => {
    const content: Content = { isThere: false, value: undefined, order: 0, version: 0, reason: undefined };
    if (record === undefined) return content;
    try {
      const header = headerOf(record);
      if (typeof header === "string") throw new Error(header);
      content.order = header.order;
      content.version = header.version;
      if (header.version > (newest ?? header.version)) throw new Error("written by a newer version of the application");
      if (record === refused) throw new Error("the application could not migrate it");
      content.value = decoded(record, header.form);
      content.isThere = true;
    } catch (error) {
      content.reason = (error as Error).message;
    }
    return content;
  };

  /** Looks at the storage for the ledger, which must not be at work while a value is read: that may run code of the page. */
  const observe = (entry: Entry): void => {
    const record = storage ? readEntry(storage, nameOf(entry.key), entry.known) : entry.known;
    entry.found = record === entry.known ? undefined : { ...contentOf(record, entry.refused), record };
  };

  /** Takes over what was found. */
  const take = (entry: Entry): number => {
    const { found, isThere: wasThere } = entry;
    if (found === undefined) return Found.same;
    Object.assign(entry, found, { known: found.record, found: undefined });
    // Another frame may have gone on counting.
    if (lastOrder !== undefined) lastOrder = Math.max(lastOrder, entry.order);
    // When it is first asked for, nothing has changed.
    if (known.has(entry.key) && (wasThere || entry.isThere)) changed(entry);
    if (entry.known === undefined) return Found.absent;
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

  const answers = [
    () => Number(storage !== undefined),
    at(take),
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
      const text = jsonOfTexts(noted);
      noted = [];
      return write(undoName, text);
    },
    () => {
      remove(undoName);
      return 0;
    },
  ];
  let ledger: Ledger = startLedger(answers);
  let isSound = true;

  /** Begins another ledger in place of one that a stack without room has ended in the midst of a call. */
  const recover = (): void => {
    ledger = startLedger(answers);
    noted = [];
    for (const entry of known.values()) {
      const { number, record, reason, isThere, order, version } = entry;
      const isWritten = entry.known !== undefined;
      entry.found = undefined;
      if (!isThere && isWritten && reason === undefined) {
        // What was added by a batch that is not to be.
        remove(nameOf(entry.key));
        entry.known = undefined;
      } else if (reason !== undefined && isWritten) {
        entry.found = { record: entry.known, isThere, value: undefined, order, version, reason };
        ledger.follow(number);
      } else if (isThere && storage !== undefined && entry.known !== record) ledger.owe(number);
    }
    isSound = true;
  };

  /** What the ledger answers. After an error of any kind it goes on, and all is as before. */
  const ask = <T>(question: (ledger: Ledger) => T): T => {
    try {
      if (!isSound) recover();
      return question(ledger);
    } catch (cause) {
      isSound = false;
      throw new TabstateError("unavailable", "the call failed", { cause });
    }
  };

  const follow = (entry: Entry): boolean => {
    observe(entry);
    return ask((ledger) => ledger.follow(entry.number)) !== 0;
  };

  /** An entry as the storage has it; it is not among those that are known yet. */
  const look = (key: string): Entry => {
    const entry: Entry = {
      number: free.pop() ?? list.length,
      key,
      known: undefined,
      record: undefined,
      next: undefined,
      found: undefined,
      isThere: false,
      value: undefined,
      order: 0,
      version: 0,
      reason: undefined,
      refused: undefined,
      aside: undefined,
    };
    list[entry.number] = entry;
    follow(entry);
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

  const troubleWith = (record: string | undefined) => contentOf(record).reason;

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
    Object.assign(entry, contentOf(text), { record: text });
    ask((ledger) => ledger.owe(entry.number));
  }

  return {
    storage,
    known,
    keys,
    count,
    asides,
    nameOf,
    read,
    of,
    seek(key) {
      const entry = look(key);
      if (entry.known === undefined) free.push(entry.number);
      else known.set(key, entry);
      return entry.known === undefined ? undefined : entry;
    },
    forget(entry) {
      // Its number may be another one's already.
      if (known.get(entry.key) !== entry) return;
      known.delete(entry.key);
      free.push(entry.number);
    },
    follow,
    commit(edits) {
      for (const { entry } of edits) observe(entry);
      const isAllSeen = count() === seen;
      const code = ask((ledger) => {
        for (const { entry, removes } of edits) ledger.edit(entry.number, removes);
        return ledger.commit();
      });
      if (isAllSeen) seen = count();
      return code;
    },
    save(entry) {
      observe(entry);
      return ask((ledger) => ledger.save(entry.number));
    },
    standing: (entry) => ask((ledger) => ledger.standing(entry.number)),
    nextOrder() {
      if (lastOrder === undefined || count() !== seen) {
        seen = count();
        lastOrder = keys().reduce((last, key) => {
          const header = headerOf(read(nameOf(key)) ?? "");
          return typeof header === "string" ? last : Math.max(last, header.order);
        }, lastOrder ?? 0);
      }
      // Behind the last one there can be, keys stand by their names.
      lastOrder = Math.min(lastOrder + 1, 2 ** 53 - 1);
      return lastOrder;
    },
    troubleWith,
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
