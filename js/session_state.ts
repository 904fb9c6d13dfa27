// `sessionState`: its methods, its values by reference, and when they are saved.

import { claimTab, followStorage, isDenied, newTabId, readEntry, writeEntry } from "../src/web/session_state.js";
import { report, TabstateError } from "./errors.js";
import { namespaceIn } from "./namespace.js";
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
export type SessionEntries = Iterable<readonly [string, unknown]> | object;

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

/** As many batches may follow from one another. */
const mostNews = 1000;

/** The entry that keeps the tab's id; no namespace has a `!`. */
const tabName = "tabstate!tab";

function open(): SessionState {
  const { options, hearers } = ready();
  const namespace = checkedNamespace(options);
  const { sessionVersion, migrate, onClone } = options;
  const version = sessionVersion ?? 0;

  let source: SessionChange["source"] = "local";
  let tellAll: ((keys: string[]) => void) | undefined;
  const news: { from: SessionChange["source"]; keys: string[] }[] = [];
  let isTelling = false;
  /** Batches are told one after the other: what a listener writes meanwhile comes behind. */
  const tell = (from: SessionChange["source"], keys: string[]) => {
    if (keys.length === 0 || tellAll === undefined) return;
    news.push({ from, keys });
    if (isTelling) return;
    isTelling = true;
    try {
      for (let told = 0; news.length > 0 && told < mostNews; told++) {
        const { from, keys } = news.shift() as (typeof news)[0];
        source = from;
        tellAll?.(keys);
      }
      if (news.length > 0) report(new Error("the listeners of session state write without an end"));
    } finally {
      news.length = 0;
      isTelling = false;
    }
  };

  /** What other code has changed, and nobody was told of yet. */
  let followed: Entry[] = [];
  /** The entries with values, by their orders, as long as none comes or goes; and how many names the storage had then. */
  let ordered: Entry[] | undefined;
  let orderedOf = 0;
  const store = openEntries(namespace, sessionVersion, (entry) => {
    followed.push(entry);
    ordered = undefined;
  });
  const { storage, known, of, seek, follow, keys, count, asides, nameOf, read } = store;
  /** What a transaction has written so far. */
  let staged: Map<string, Edit> | undefined;

  /** Has the application bring a value up to date. */
  const prepare = (entry: Entry): Entry => {
    const from = entry.version;
    if (!entry.isThere || migrate === undefined || from >= version) return entry;
    // Whoever reads it meanwhile gets the old value.
    entry.version = version;
    const { record } = entry;
    try {
      const value = migrate(entry.key, entry.value, from);
      // It may have removed or written the key itself.
      if (!entry.isThere || entry.record !== record) return entry;
      entry.value = value;
      save(entry, formOf(value, entry.key));
    } catch (error) {
      report(error);
      if (entry.record !== record) return entry;
      entry.isThere = false;
      entry.refused = entry.known;
      entry.known = undefined;
      follow(entry);
    }
    return entry;
  };

  const find = (key: string): Entry => known.get(key) ?? prepare(of(key));

  const look = (key: string): Entry | undefined => {
    const entry = known.get(key);
    if (entry !== undefined) return entry;
    const found = seek(key);
    return found && prepare(found);
  };
  /** The same, as the storage has it now. */
  const current = (key: string): Entry | undefined => {
    const entry = look(key);
    if (entry !== undefined && !staged?.has(key)) follow(entry);
    return entry;
  };

  // biome-ignore lint/suspicious/noExplicitAny: the caller knows what it stored
  const get = (given: string): any => {
    const key = textOf(given);
    if (key === undefined) return undefined;
    return staged?.has(key) ? staged.get(key)?.value : look(key)?.value;
  };
  const has = (given: string) => {
    const key = textOf(given);
    if (key === undefined) return false;
    return staged?.has(key) ? staged.get(key) !== undefined : look(key)?.isThere === true;
  };

  const allEntries = (): readonly Entry[] => {
    const now = count();
    if (ordered !== undefined && now === orderedOf) return ordered;
    for (const key of keys()) {
      const entry = find(key);
      // Other code wrote what was removed here.
      if (entry.known === undefined) follow(entry);
    }
    ordered = [...known.values()]
      .filter(({ isThere }) => isThere)
      .sort((one, other) => one.order - other.order || (one.key < other.key ? -1 : 1));
    orderedOf = now;
    return ordered;
  };
  const allKeys = (): string[] => {
    const all = new Set(allEntries().map(({ key }) => key));
    for (const [key, edit] of staged ?? []) {
      if (edit === undefined) all.delete(key);
      else all.add(key);
    }
    return [...all];
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
    // A migration may write a batch of its own, and have entries let go: so each is looked for before any is taken.
    for (const [key] of edits) find(key);
    const jobs = edits.map(([key, edit]) => ({ entry: find(key), removes: edit === undefined }));
    const orders = jobs.map(({ entry: { isThere, order } }) => (isThere ? order : store.nextOrder()));
    for (const [nth, { entry }] of jobs.entries()) {
      entry.next = recordOf(orders[nth] as number, version, edits[nth]?.[1]?.form ?? "");
    }
    const code = store.commit(jobs);
    if (code !== 0) {
      tellFollowed();
      throw refusal(code, only);
    }
    const changed: string[] = [];
    for (const [nth, { entry, removes }] of jobs.entries()) {
      const { key, isThere, value, record } = entry;
      entry.isThere = !removes;
      entry.value = edits[nth]?.[1]?.value;
      entry.record = removes ? undefined : entry.next;
      entry.order = orders[nth] as number;
      entry.version = version;
      if (!removes) entry.reason = undefined;
      else if (entry.known === undefined) store.forget(entry);
      if (isThere === removes) ordered = undefined;
      if (isThere === removes || record !== entry.record || !Object.is(value, entry.value)) changed.push(key);
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
  const remove = (given: string): boolean => {
    const key = textOf(given);
    if (key === undefined) return false;
    current(key);
    const wasThere = has(key);
    if (wasThere) write([[key, undefined]]);
    else if (staged === undefined) tellFollowed();
    return wasThere;
  };

  const isUnsaved = (entry: Entry): boolean => {
    const standing = store.standing(entry);
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
    const code = store.save(entry);
    if (code === 0) Object.assign(entry, { record: entry.next, version });
    return code;
  };
  /** Saves what changed in place, if other code has not changed it too; returns whether it did. */
  const keep = (entry: Entry): boolean => {
    // A getter of the page may have had it let go.
    if (known.get(entry.key) !== entry || follow(entry) || !entry.isThere) return false;
    const form = newForm(entry);
    if (form === undefined) return false;
    const code = save(entry, form);
    if (code === 1 || code === 2) throw refusal(code, entry.key);
    return code === 0;
  };
  const keepAll = (entries: Iterable<Entry>): void => {
    if (staged !== undefined) {
      // In a transaction it becomes a part of that.
      for (const entry of entries) {
        const { key, value, isThere } = entry;
        const form = isThere && !staged.has(key) ? newForm(entry) : undefined;
        if (form !== undefined) staged.set(key, { value, form });
      }
      return;
    }
    const changed: string[] = [];
    let failure: unknown;
    for (const entry of entries) {
      try {
        if (keep(entry)) changed.push(entry.key);
      } catch (error) {
        failure ??= error;
      }
      if (!entry.isThere && entry.known === undefined) store.forget(entry);
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
  /** What a copy begins with, if it is to go. */
  const copied = new Map<string, string | undefined>();
  let claimed: Promise<void> | undefined;
  const newId = (): string => {
    const id = newTabId();
    // Without room for it, it holds for this page.
    if (storage !== undefined) writeEntry(storage, tabName, id);
    return id;
  };
  /** What was written here since is not the other tab's. */
  const dropCopied = () => {
    const entries = [...copied].map(([key, record]) => ({ entry: current(key), record }));
    const dropped = entries.flatMap(({ entry, record }) =>
      entry?.isThere && entry.known === record ? [entry.key] : [],
    );
    write(dropped.map((key) => [key, undefined]));
  };
  const claim = (): Promise<void> => {
    claimed ??= new Promise((resolve) => {
      const kept = storage && readEntry(storage, tabName);
      tabId = kept ?? newId();
      if (storage === undefined) return resolve();
      endClaim = claimTab(storage, tabId, kept === undefined, (isCopy) => {
        // It never rejects, and is over whatever comes of it.
        resolve();
        if (!isCopy) return;
        const now = readEntry(storage, tabName);
        // Another frame of this tab may have found it out before.
        const isFirst = now === undefined || now === tabId;
        tabId = isFirst ? newId() : now;
        endClaim = claimTab(storage, tabId, isFirst, () => {});
        if (isFirst) dropCopied();
      });
    });
    return claimed;
  };

  const methods: SessionStateMethods = {
    get,
    has,
    get size() {
      return staged === undefined ? allEntries().length : allKeys().length;
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
      current(textOf(key) ?? "");
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
    touch(given) {
      const key = textOf(given) ?? "";
      const edit = staged?.get(key);
      if (edit !== undefined) return set(key, edit.value);
      const entry = look(key);
      if (entry !== undefined) keepAll([entry]);
    },
    durability(given) {
      if (storage === undefined) return "memory";
      const key = given === undefined ? undefined : textOf(given);
      if (key === undefined ? staged?.size : staged?.has(key)) return "pending";
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
              units: name.length + (read(name)?.length ?? 0),
            }));
      const largest = rows.sort((one, other) => other.units - one.units).slice(0, 10);
      return { entries: rows.length, units: rows.reduce((sum, { units }) => sum + units, 0), largest };
    },
    quarantined() {
      allEntries();
      const rows = keys().map(find);
      const inPlace = rows.flatMap(({ key, reason }) => (reason === undefined ? [] : [{ key, reason }]));
      const readable = "written by a newer version, until this one read it";
      const aside = asides().map(({ key, name }) => ({ key, reason: store.troubleWith(read(name)) ?? readable }));
      return [...inPlace, ...aside];
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
        for (const entry of known.values()) follow(entry);
        // What nobody has asked for yet is news as well.
        for (const key of keys()) if (!known.has(key)) followed.push(find(key));
      } else if (name.startsWith(nameOf(""))) {
        const key = name.slice(nameOf("").length);
        const entry = known.get(key);
        if (entry === undefined) followed.push(find(key));
        else follow(entry);
      }
      tellFollowed();
    };
    const leave = (isLast: boolean) => {
      try {
        flush();
      } catch (error) {
        if (isLast) report(error);
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
    if (onClone === "fresh") {
      for (const key of keys()) copied.set(key, read(nameOf(key)));
      claim();
    }
  }
  return inPropertyForm(methods);
}

function refusal(code: number, key: string | undefined): TabstateError {
  return code === 1
    ? new TabstateError("full", "there is no room: remove something first", { key })
    : new TabstateError("blocked", "the browser denies it", { key });
}

/** A key, if it is one. */
function textOf(key: unknown): string | undefined {
  if (typeof key === "string") return key;
  return ["number", "bigint", "boolean"].includes(typeof key) ? String(key) : undefined;
}

function keyOf(key: unknown): string {
  const text = textOf(key);
  if (text === undefined) throw unsupported("a key is text");
  if (text.startsWith("$$ID")) throw unsupported("keys in $$ID are Streamlit's own: take another one", text);
  return text;
}

function pairsOf(entries: SessionEntries): (readonly [string, unknown])[] {
  const isIterable = typeof entries === "object" && entries !== null && Symbol.iterator in entries;
  if (!isIterable && Object.prototype.toString.call(entries) !== "[object Object]")
    throw unsupported("give pairs or a plain object");
  const pairs = isIterable ? Array.from(entries as Iterable<readonly [string, unknown]>) : Object.entries(entries);
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2))
    throw unsupported("an entry is a pair of a key and a value");
  return pairs;
}

function unsupported(message: string, key?: string): TabstateError {
  return new TabstateError("unsupported-value", message, { key });
}

/** The namespace, if what `configure` was given about session state can be. */
function checkedNamespace(options: Configuration): string {
  const { sessionVersion, migrate, onClone } = options;
  if (sessionVersion !== undefined && !(Number.isSafeInteger(sessionVersion) && sessionVersion >= 0))
    throw invalid("sessionVersion", "it is a whole number from 0");
  if (migrate !== undefined && (typeof migrate !== "function" || sessionVersion === undefined))
    throw invalid("migrate", "it is a function, with a sessionVersion");
  if (![undefined, "keep", "fresh"].includes(onClone)) throw invalid("onClone", 'it is "keep" or "fresh"');
  return namespaceIn(options);
}

let session: SessionState | undefined;

/** Has the next use open it anew. */
export function forgetSession(): void {
  session = undefined;
}

function create(): SessionState {
  checks.add((options) => {
    checkedNamespace(options);
    const named = ["namespace", "sessionVersion", "migrate", "onClone"].find((name) => name in options);
    if (named !== undefined && (session ?? found()?.sessionState))
      throw invalid(named, "it comes before the first use");
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
