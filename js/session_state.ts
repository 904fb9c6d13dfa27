// `sessionState`: its methods, its values by reference, and when they are saved.

import { claimTab, followStorage, isDenied, newTabId, readEntry, writeEntry } from "../src/web/session_state.js";
import { report, TabstateError } from "./errors.js";
import { inPropertyForm } from "./property_form.js";
import { type Configuration, invalid } from "./query_options.js";
import { Standing } from "./session_border.js";
import { type Entry, openEntries } from "./session_entries.js";
import { formOf, recordOf } from "./session_record.js";
import { found, ready } from "./shared.js";
import { standInFor } from "./stand_in.js";
import { createSubscribers } from "./subscribers.js";
import { checks } from "./wasm.js";

/** Keys and values: pairs, or a plain object. Of a repeated key the last one counts. */
export type SessionEntries = Iterable<readonly [string, unknown]> | { readonly [key: string]: unknown };

/** What a listener is told, once for each batch. */
export interface SessionChange {
  /** The keys whose values changed. */
  readonly keys: string[];
  /** Who changed them: this page, or other code: a frame of this tab, or whoever writes the storage itself. */
  readonly source: "local" | "external";
}

/** Which changes a listener hears, and until when. */
export interface SessionSubscribeOptions {
  /** Only changes of one of these keys. */
  keys?: Iterable<string> | undefined;
  /** Unsubscribes when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** How a value is kept: in the storage; in memory alone; or changed since it was stored, and not saved yet. */
export type Durability = "durable" | "memory" | "pending";

/** What session state takes of the quota. */
export interface SessionUsage {
  /** How many entries there are, those that cannot be read and those set aside included. */
  readonly entries: number;
  /** The length of their names and records, in units of UTF-16. */
  readonly units: number;
  /** The longest ones, at most ten. */
  readonly largest: { key: string; units: number }[];
}

/** The methods of `sessionState`. A write changes all that it names, or nothing. */
export interface SessionStateMethods extends Iterable<[string, unknown]> {
  /** What `key` was set to, the same object; `undefined` when it is absent. */
  // biome-ignore lint/suspicious/noExplicitAny: the caller knows what it stored
  get<Value = any>(key: string): Value | undefined;
  /** Whether `key` is there. `undefined` and `null` are values. */
  has(key: string): boolean;
  /** How many keys there are. */
  readonly size: number;
  /** The keys, in the order in which they were set first. */
  keys(): IterableIterator<string>;
  /** The values, in the order of the keys. */
  values(): IterableIterator<unknown>;
  /** Each key with its value. */
  entries(): IterableIterator<[string, unknown]>;
  /** Each key with its value, as a plain object. */
  toDict(): Record<string, unknown>;
  /**
   * Stores a value, by reference: what is changed inside it later is seen at once, and saved by `flush`, `touch`, and when
   * the page is hidden or left.
   * @throws {TabstateError} `unsupported-value`, naming the place in the value; `full` when there is no room; `blocked` when
   * the browser denies it. All is as before then.
   */
  set(key: string, value: unknown): void;
  /** Sets the key if it is absent; returns its value. */
  setDefault<Value>(key: string, value: Value): Value;
  /** Removes one key; returns whether it was there. */
  delete(key: string): boolean;
  /** Removes one key; returns the value that it had. */
  // biome-ignore lint/suspicious/noExplicitAny: the caller knows what it stored
  pop<Value = any>(key: string): Value | undefined;
  /** Sets each key that is named. */
  update(entries?: SessionEntries): void;
  /** Removes all keys of this namespace. */
  clear(): void;
  /** All that `edit` writes is one batch and one notification; if it throws, or if there is no room, nothing is written. */
  transaction<Result>(edit: () => Result): Result;
  /**
   * Saves what changed in place, and takes over what other code changed in the storage.
   * @throws {TabstateError} the first of what could not be saved; the others are.
   */
  flush(): void;
  /**
   * Says that the value of `key` was changed in place: saves it, and has subscribers hear.
   * @throws {TabstateError} as `set`; the storage has the last good value then.
   */
  touch(key: string): void;
  /** How a key, or the worst of all, is kept. Of a key that is absent: how it would be. */
  durability(key?: string): Durability;
  /** What it takes of the quota. Other code's entries are not counted. */
  usage(): SessionUsage;
  /** The records that cannot be read, and why. They count as absent, and are kept. */
  quarantined(): { key: string; reason: string }[];
  /** A text of 32 hexadecimal digits that no other tab has. A copy of the tab has its own, at the latest when `ready` resolves. */
  readonly tabId: string;
  /** Resolves when it is known whether this tab is a copy of another one. Never rejects. */
  ready(): Promise<void>;
  /** Calls `listener` once for each batch of changes; returns the function that unsubscribes. */
  subscribe(listener: (change: SessionChange) => void, options?: SessionSubscribeOptions): () => void;
}

/** The methods, and each value as a property: a method's name is reachable only through `get`. */
// biome-ignore lint/suspicious/noExplicitAny: the caller knows what it stored
export type SessionState = SessionStateMethods & { [key: string]: any };

/** What is to be written: a value with its form, or nothing. */
type Edit = { readonly value: unknown; readonly form: string } | undefined;

/** The entry that keeps the tab's id; no namespace has a `!`. */
const tabName = "tabstate!tab";

function open(): SessionState {
  const { options, hearers } = ready();
  check(options);
  const { namespace = "tabstate", sessionVersion, migrate, onClone } = options;
  const version = sessionVersion ?? 0;

  let source: SessionChange["source"] = "local";
  let tellAll: ((keys: string[]) => void) | undefined;
  const tell = (from: SessionChange["source"], keys: string[]) => {
    const outer = source;
    source = from;
    if (keys.length > 0) tellAll?.(keys);
    // A listener that wrote has had another batch told in the midst of this one.
    source = outer;
  };

  /** What other code has changed, and nobody was told of yet. */
  let followed: Entry[] = [];
  const { ledger, storage, known, of, seek, keys, asides, nameOf, nextOrder, unitsOf, reasonOf } = openEntries(
    namespace,
    sessionVersion,
    (entry) => followed.push(entry),
  );
  /** What a transaction has written so far. */
  let staged: Map<string, Edit> | undefined;

  /** Has the application bring a value up to date. */
  const prepare = (entry: Entry): Entry => {
    const from = entry.version;
    if (!entry.isThere || migrate === undefined || from >= version) return entry;
    // Whoever reads it meanwhile gets the old value.
    entry.version = version;
    try {
      entry.value = migrate(entry.key, entry.value, from);
      save(entry, formOf(entry.value, entry.key));
    } catch (error) {
      report(error);
      entry.isThere = false;
      entry.refused = entry.known;
      entry.known = undefined;
      ledger.follow(entry.number);
    }
    return entry;
  };

  const find = (key: string): Entry => known.get(key) ?? prepare(of(key));

  const look = (key: unknown): Entry | undefined => {
    const text = String(key);
    const entry = known.get(text);
    if (entry !== undefined) return entry;
    const found = seek(text);
    return found && prepare(found);
  };

  // biome-ignore lint/suspicious/noExplicitAny: the caller knows what it stored
  const get = (key: string): any => {
    if (staged?.has(String(key))) return staged.get(String(key))?.value;
    return (known.get(key) ?? look(key))?.value;
  };
  const has = (key: string) =>
    staged?.has(String(key)) ? staged.get(String(key)) !== undefined : look(key)?.isThere === true;

  const allEntries = (): Entry[] => {
    keys().forEach(find);
    return [...known.values()]
      .filter(({ isThere }) => isThere)
      .sort((one, other) => one.order - other.order || (one.key < other.key ? -1 : 1));
  };
  const allKeys = (): string[] => {
    const all = allEntries().map(({ key }) => key);
    for (const key of staged?.keys() ?? []) if (!all.includes(key)) all.push(key);
    return all.filter(has);
  };

  /** Tells of what was followed; `keys` are those that were written after all. */
  const tellFollowed = (keys: readonly string[] = []) => {
    if (followed.length === 0) return;
    const told = followed.filter(({ key }) => !keys.includes(key));
    followed = [];
    for (const entry of told) prepare(entry);
    tell("external", [...new Set(told.map(({ key }) => key))]);
  };

  const commit = (all: readonly (readonly [string, Edit])[]): void => {
    // What is absent stays so, and what cannot be read stays where it is.
    const edits = all.filter(([key, edit]) => edit !== undefined || find(key).isThere);
    const only = edits.length === 1 ? edits[0]?.[0] : undefined;
    if (storage !== undefined && isDenied(storage)) throw refusal(2, only);
    // A migration may write a batch of its own.
    const entries = edits.map(([key]) => find(key));
    const orders = edits.map(([, edit], nth) => {
      const { number, isThere, order } = entries[nth] as Entry;
      const its = isThere ? order : nextOrder();
      if (edit !== undefined) (entries[nth] as Entry).next = recordOf(its, version, edit.form);
      ledger.edit(number, edit === undefined);
      return its;
    });
    const code = ledger.commit();
    if (code !== 0) {
      tellFollowed();
      throw refusal(code, only);
    }
    const changed: string[] = [];
    for (const [nth, [key, edit]] of edits.entries()) {
      const entry = entries[nth] as Entry;
      const { isThere, value, record } = entry;
      entry.isThere = edit !== undefined;
      entry.value = edit?.value;
      entry.record = edit && entry.next;
      entry.order = orders[nth] as number;
      entry.version = version;
      if (edit !== undefined) entry.reason = undefined;
      if (isThere !== entry.isThere || record !== entry.record || !Object.is(value, entry.value)) changed.push(key);
    }
    tellFollowed(changed);
    tell("local", changed);
  };

  const write = (edits: readonly (readonly [string, Edit])[]): void => {
    // Of a repeated key, the last one counts.
    if (staged === undefined) commit(edits.length > 1 ? [...new Map(edits)] : edits);
    else for (const [key, edit] of edits) staged.set(key, edit);
  };
  const edited = (key: string, value: unknown): [string, Edit] => {
    const text = keyOf(key);
    return [text, { value, form: formOf(value, text) }];
  };
  const set = (key: string, value: unknown): void => write([edited(key, value)]);
  const remove = (key: string): boolean => {
    const wasThere = has(key);
    if (wasThere) write([[String(key), undefined]]);
    return wasThere;
  };

  const isUnsaved = ({ number }: Entry): boolean => {
    const standing = ledger.standing(number);
    return storage !== undefined && (standing === Standing.unsaved || standing === Standing.owed);
  };
  /** The form of a value that is not what its record says. */
  const newForm = (entry: Entry): string | undefined => {
    const { key, value, order, version, record } = entry;
    const isMutable = typeof value === "object" && value !== null;
    if (!isMutable && !isUnsaved(entry)) return undefined;
    const form = formOf(value, key);
    return isUnsaved(entry) || recordOf(order, version, form) !== record ? form : undefined;
  };
  const save = (entry: Entry, form: string): number => {
    entry.next = recordOf(entry.order, version, form);
    const code = ledger.save(entry.number);
    if (code === 0) Object.assign(entry, { record: entry.next, version });
    return code;
  };
  /** Saves what changed in place, if other code has not changed it too; returns whether it did. */
  const keep = (entry: Entry): boolean => {
    if (ledger.follow(entry.number) || !entry.isThere) return false;
    const form = newForm(entry);
    if (form === undefined) return false;
    const code = save(entry, form);
    if (code === 1 || code === 2) throw refusal(code, entry.key);
    return code === 0;
  };
  const keepAll = (entries: Iterable<Entry>): void => {
    const changed: string[] = [];
    let failure: unknown;
    for (const entry of entries) {
      try {
        if (keep(entry)) changed.push(entry.key);
      } catch (error) {
        failure ??= error;
      }
    }
    tellFollowed();
    tell("local", changed);
    if (failure !== undefined) throw failure;
  };
  const flush = () => keepAll([...known.values()]);

  const isPending = (entry: Entry): boolean => {
    if (!entry.isThere) return false;
    try {
      return newForm(entry) !== undefined;
    } catch {
      // What cannot be written is not saved.
      return true;
    }
  };

  let tabId: string;
  let endClaim = () => {};
  let claimed: Promise<void> | undefined;
  const newId = (): string => {
    const id = newTabId();
    // Without room for it, it holds for this page.
    if (storage !== undefined) writeEntry(storage, tabName, id);
    return id;
  };
  const claim = (): Promise<void> => {
    claimed ??= new Promise((resolve) => {
      const kept = storage && readEntry(storage, tabName);
      tabId = kept ?? newId();
      if (storage === undefined) return resolve();
      endClaim = claimTab(storage, tabId, kept === undefined, (isCopy) => {
        if (isCopy) {
          const now = readEntry(storage, tabName);
          // Another frame of this tab may have found it out before.
          const isFirst = now === undefined || now === tabId;
          tabId = isFirst ? newId() : now;
          endClaim = claimTab(storage, tabId, isFirst, () => {});
          if (isFirst && onClone === "fresh") methods.clear();
        }
        resolve();
      });
    });
    return claimed;
  };

  const methods: SessionStateMethods = {
    get,
    has,
    get size() {
      return allKeys().length;
    },
    keys: () => allKeys().values(),
    values: () => allKeys().map(get).values(),
    entries: () =>
      allKeys()
        .map((key): [string, unknown] => [key, get(key)])
        .values(),
    toDict: () => Object.fromEntries(methods.entries()),
    set,
    setDefault(key, value) {
      if (!has(key)) set(key, value);
      return get(key);
    },
    delete: remove,
    pop(key) {
      const value = get(key);
      remove(key);
      return value;
    },
    update: (entries = []) => write(pairsOf(entries).map(([key, value]) => edited(key, value))),
    clear: () => write(allKeys().map((key) => [key, undefined])),
    transaction(edit) {
      if (typeof edit !== "function") throw invalid("edit", "it is a function");
      const outer = staged;
      staged = new Map(outer);
      try {
        const result = edit();
        if (typeof (result as { then?: unknown } | null | undefined)?.then === "function") {
          throw new TabstateError("unsupported-value", "await before a transaction, not in it");
        }
        if (outer === undefined) {
          const batch = staged;
          staged = undefined;
          commit([...batch]);
        }
        return result;
      } catch (error) {
        staged = outer;
        throw error;
      }
    },
    flush,
    touch(key) {
      const edit = staged?.get(String(key));
      if (edit !== undefined) return set(key, edit.value);
      const entry = look(key);
      if (entry !== undefined) keepAll([entry]);
    },
    durability(key) {
      if (storage === undefined) return "memory";
      const entry = key === undefined ? undefined : look(key);
      const asked = key === undefined ? [...known.values()] : entry === undefined ? [] : [entry];
      return asked.some(isPending) ? "pending" : "durable";
    },
    usage() {
      const inMemory = ({ key, record = "" }: Entry) => ({ key, units: nameOf(key).length + record.length });
      const rows =
        storage === undefined
          ? allEntries().map(inMemory)
          : [...keys().map((key) => ({ key, name: nameOf(key) })), ...asides()].map(({ key, name }) => ({
              key,
              units: name.length + unitsOf(name),
            }));
      const largest = rows.sort((one, other) => other.units - one.units).slice(0, 10);
      return { entries: rows.length, units: rows.reduce((sum, { units }) => sum + units, 0), largest };
    },
    quarantined() {
      const inPlace = keys()
        .map(find)
        .filter(({ isThere }) => !isThere)
        .map(({ key, reason = "" }) => ({ key, reason }));
      return [...inPlace, ...asides().map(({ key, name }) => ({ key, reason: reasonOf(name) ?? "set aside" }))];
    },
    get tabId() {
      claim();
      return tabId;
    },
    ready: claim,
    subscribe: createSubscribers<SessionChange>({
      option: "keys",
      follow(tell) {
        tellAll = tell;
        return () => {
          tellAll = undefined;
        };
      },
      changeOf: (keys) => ({ keys, source }),
    }),
    [Symbol.iterator]: () => methods.entries(),
  };

  if (storage !== undefined) {
    const change = (name?: string) => {
      if (name === undefined) {
        for (const { number } of known.values()) ledger.follow(number);
        // What nobody has asked for yet is news as well.
        for (const key of keys()) if (!known.has(key)) followed.push(find(key));
      } else if (name.startsWith(nameOf(""))) {
        const key = name.slice(nameOf("").length);
        const entry = known.get(key);
        if (entry === undefined) followed.push(find(key));
        else ledger.follow(entry.number);
      }
      tellFollowed();
    };
    const leave = () => {
      try {
        flush();
      } catch (error) {
        report(error);
      }
    };
    const stop = followStorage(storage, change, leave);
    const finish = (number?: number) => {
      if (number !== undefined) return;
      hearers.delete(finish);
      stop();
      endClaim();
    };
    hearers.add(finish);
    if (onClone === "fresh") claim();
  }
  return inPropertyForm(methods);
}

function refusal(code: number, key: string | undefined): TabstateError {
  return code === 1
    ? new TabstateError("full", "there is no room left: remove something first", { key })
    : new TabstateError("blocked", "the browser denies it", { key });
}

function keyOf(key: unknown): string {
  const isText = ["string", "number", "bigint", "boolean"].includes(typeof key);
  const text = String(key);
  if (!isText) throw new TabstateError("unsupported-value", "a key is text", { key: text });
  // Streamlit keeps its widgets' own state there.
  if (text.startsWith("$$ID")) throw new TabstateError("unsupported-value", "keys in $$ID are reserved", { key: text });
  return text;
}

function pairsOf(entries: SessionEntries): (readonly [string, unknown])[] {
  if (typeof entries !== "object" || entries === null)
    throw new TabstateError("unsupported-value", "give pairs or a plain object");
  const pairs = Symbol.iterator in entries ? Array.from(entries) : Object.entries(entries);
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2))
    throw new TabstateError("unsupported-value", "an entry is a pair of a key and a value");
  return pairs;
}

/** Whether what `configure` was given about session state can be. */
function check({ namespace, sessionVersion, migrate, onClone }: Configuration): void {
  if (namespace !== undefined && !(typeof namespace === "string" && /^[^:!]+$/.test(namespace)))
    throw invalid("namespace", "it is a text without : and !, and not empty");
  if (sessionVersion !== undefined && !(Number.isSafeInteger(sessionVersion) && sessionVersion >= 0))
    throw invalid("sessionVersion", "it is a whole number from 0");
  if (migrate !== undefined && typeof migrate !== "function") throw invalid("migrate", "it is a function");
  if (onClone !== undefined && onClone !== "keep" && onClone !== "fresh")
    throw invalid("onClone", 'it is "keep" or "fresh"');
}

let session: SessionState | undefined;

function create(): SessionState {
  checks.add((options) => {
    check(options);
    if (
      (session ?? found()?.sessionState) &&
      ["namespace", "sessionVersion", "migrate", "onClone"].some((name) => name in options)
    )
      throw invalid("sessionState", "configure it before its first use");
  });
  return standInFor(() => {
    if (session === undefined) {
      const shared = ready();
      shared.sessionState ??= open();
      session = shared.sessionState;
    }
    return session;
  });
}

/**
 * Values that live as long as this tab: across reloads and pages, not across tabs.
 *
 * ```js
 * sessionState.set("draft", { text: "", tags: new Set() });
 * sessionState.draft.tags.add("sea"); // by reference; saved when the page is left
 * sessionState.get("draft"); // the same after a reload
 * ```
 */
export const sessionState: SessionState = /* @__PURE__ */ create();
