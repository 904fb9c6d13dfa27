// `defineParams`: several typed parameters as one object, with the rules that link them.

import { type AnyParam, Param, type Reading, readAll, textsOf, type ValueOf } from "./codecs.js";
import { checked, invalid, refuseUnknown, type WriteOptions } from "./query_options.js";
import type { QueryChange } from "./query_params.js";
import { ready } from "./shared.js";

/** Parameters by their names. */
export type Definition = Readonly<Record<string, AnyParam>>;

/** What the parameters read as. */
export type ParamValues<D extends Definition> = {
  readonly [Name in keyof D]: D[Name] extends Param<infer _, infer Read> ? Read : never;
};

/** New values of some parameters; `null` and `undefined` remove one from the address. */
export type ParamChanges<D extends Definition> = { readonly [Name in keyof D]?: ValueOf<D[Name]> | null | undefined };

/** What holds for all parameters of a definition. */
export interface DefineOptions<D extends Definition> extends WriteOptions {
  /**
   * Which parameters go back to their default when others change: the names of those, or a function of the values
   * before and after that says whether. All of it is one history entry and one notification.
   */
  resets?: { readonly [Name in keyof D]?: ResetRule<D> } | undefined;
  /** Stands before each name in the address. */
  prefix?: string | undefined;
  /** Keys that a parameter had before, as they stand in old links: they are read, and a write moves to the new key. */
  aliases?: { readonly [Name in keyof D]?: readonly string[] } | undefined;
}

/** When a parameter goes back to its default. */
export type ResetRule<D extends Definition> =
  | readonly (keyof D & string)[]
  | ((next: ParamValues<D>, previous: ParamValues<D>) => boolean);

/** One parameter as it stands in the address. */
export interface Inspection<Value> {
  /** Whether the texts are a value, there are none, or they are not of the codec. */
  state: "value" | "absent" | "invalid";
  /** The texts as they stand there. */
  raw: string[];
  /** Why they are invalid. */
  reason?: string;
  /** What the parameter reads as. */
  value: Value;
}

/** What a listener is told. */
export interface ParamsChange<D extends Definition> {
  /** The parameters whose values changed. */
  readonly keys: (keyof D & string)[];
  /** Who changed them. */
  readonly source: QueryChange["source"];
}

/** Which changes a listener hears, and until when. */
export interface ParamsSubscribeOptions<D extends Definition> {
  /** Only changes of one of these parameters. */
  keys?: Iterable<keyof D & string> | undefined;
  /** Unsubscribes when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** Typed parameters of this tab's address. Reads never throw; a write changes all that it names, or nothing. */
export interface Params<D extends Definition> {
  /** What the parameters read as: the same object until a value changes. */
  get(): ParamValues<D>;
  /** What one parameter reads as. */
  get<Name extends keyof D & string>(name: Name): ParamValues<D>[Name];
  /** One parameter as it stands in the address: absent and invalid told apart. */
  inspect<Name extends keyof D & string>(name: Name): Inspection<ParamValues<D>[Name]>;
  /**
   * Writes the parameters named, and resets those that a rule links to them.
   * @throws {TabstateError} `unsupported-value` for a value that the codec refuses, `invalid-option` for an unknown
   * name or option; nothing is changed then.
   */
  set(changes: ParamChanges<D>, options?: WriteOptions): void;
  /** Writes what `change` makes of the values as they are. */
  update(change: (previous: ParamValues<D>) => ParamChanges<D>, options?: WriteOptions): void;
  /** Takes these parameters, or all of the definition, back to their defaults. */
  reset(...names: (keyof D & string)[]): void;
  /** The address that `set` would lead to, without a fragment. Writes nothing. */
  href(changes: ParamChanges<D>): string;
  /** What the parameters read as in another query: a text with or without its `?`, or what holds one. */
  parse(query: string | URL | URLSearchParams): ParamValues<D>;
  /** Calls `listener` once for each batch in which a value changes; returns the function that unsubscribes. */
  subscribe(listener: (change: ParamsChange<D>) => void, options?: ParamsSubscribeOptions<D>): () => void;
}

/** One parameter of a definition. */
interface Field {
  readonly name: string;
  readonly param: AnyParam;
  /** The key and its aliases; the first that is there counts. */
  readonly keys: readonly string[];
}

/** What was read of one parameter. */
interface Cell {
  readonly texts: readonly string[];
  readonly state: Inspection<unknown>["state"];
  readonly reason?: string | undefined;
  readonly leaves?: string;
  readonly value: unknown;
}

interface Snapshot {
  readonly pairs: readonly string[];
  readonly cells: readonly Cell[];
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Typed parameters of the address bar.
 *
 * ```js
 * const filters = defineParams({ q: text().default(""), page: int({ min: 1 }).default(1) }, { resets: { page: ["q"] } });
 * filters.set({ q: "fjord" });
 * filters.get(); // { q: "fjord", page: 1 }
 * ```
 *
 * @throws {TabstateError} `invalid-option` for what is no codec, an unknown name in an option, or a key used twice.
 */
export function defineParams<const D extends Definition>(definition: D, options: DefineOptions<D> = {}): Params<D> {
  const { fields, resets, writing } = checkedDefinition(definition, options);
  const owners = new Map<string, readonly [field: number, rank: number]>();
  fields.forEach(({ keys }, nth) => {
    keys.forEach((key, rank) => {
      if (owners.has(key)) throw invalid(key, "two parameters have this key");
      owners.set(key, [nth, rank]);
    });
  });
  const fieldOf = (name: string): number => {
    const nth = fields.findIndex((field) => field.name === name);
    if (nth < 0) throw invalid(name, `there is no such parameter: use ${fields.map((field) => field.name).join(", ")}`);
    return nth;
  };

  let last: Snapshot | undefined;
  const snapshot = (): Snapshot => {
    const pairs = ready().params.pairs();
    if (last?.pairs !== pairs) last = read(pairs, last);
    return last;
  };

  const read = (pairs: readonly string[], before?: Snapshot): Snapshot => {
    const cells = cellsOf(fields, textsByField(pairs, owners, fields.length), before?.cells);
    if (before?.cells.every((cell, nth) => Object.is(cell.value, cells[nth]?.value))) {
      return { pairs, cells, values: before.values };
    }
    const entries = fields.map(({ name }, nth) => [name, cells[nth]?.value] as const);
    return { pairs, cells, values: Object.freeze(Object.fromEntries(entries)) };
  };

  /** The texts to write for what is named, and for what the rules reset. */
  const edited = (changes: ParamChanges<D>, removed: (param: AnyParam) => string[] = () => []) => {
    if (typeof changes !== "object" || changes === null) throw invalid("changes", "they are an object");
    const { cells, values } = snapshot();
    const written = new Map<number, string[]>();
    const next: Record<string, unknown> = { ...values };
    const changed = new Set<number>();
    const put = (nth: number, value: unknown, texts: string[]) => {
      const { name, param } = fields[nth] as Field;
      next[name] = value ?? fallbackOf(param);
      written.set(nth, texts);
      if (!isMeant(param, values[name], next[name])) changed.add(nth);
    };
    for (const [name, value] of Object.entries(changes)) {
      const nth = fieldOf(name);
      const { param } = fields[nth] as Field;
      put(
        nth,
        value,
        value === null || value === undefined ? removed(param) : spelled(param, textsOf(param, value, name)),
      );
    }
    const named = [...(changed.size > 0 ? changed : written.keys())].map((nth) => (fields[nth] as Field).param);
    for (const nth of changed) {
      for (const [target, rule] of resets) {
        if (written.has(target) || typeof rule === "function" || !rule.includes((fields[nth] as Field).name)) continue;
        put(target, undefined, defaultTexts((fields[target] as Field).param));
      }
    }
    for (const [target, rule] of resets) {
      if (written.has(target) || typeof rule !== "function" || !rule(next as never, values as never)) continue;
      put(target, undefined, defaultTexts((fields[target] as Field).param));
    }
    const params: [string, string[]][] = [];
    for (const [nth, texts] of written) {
      const { keys } = fields[nth] as Field;
      params.push([keys[0] as string, texts]);
      for (const alias of keys.slice(1)) if ((cells[nth] as Cell).texts.length > 0) params.push([alias, []]);
    }
    return { params, named };
  };

  const write = ({ params, named }: ReturnType<typeof edited>, options: WriteOptions = {}) => {
    checked(options);
    ready().params.write(params, { ...writing(named), ...options });
  };

  const get = (name?: string): never => {
    const { values, cells } = snapshot();
    return (name === undefined ? values : cells[fieldOf(name)]?.value) as never;
  };

  return {
    get,
    inspect(name) {
      const { texts, state, reason, value } = snapshot().cells[fieldOf(name)] as Cell;
      const inspection: Inspection<unknown> = { state, raw: [...texts], value };
      if (reason !== undefined) inspection.reason = reason;
      return inspection as Inspection<never>;
    },
    set: (changes, options) => write(edited(changes), options),
    update: (change, options) => write(edited(change(get())), options),
    reset(...names) {
      const chosen = names.length === 0 ? fields.map(({ name }) => name) : names;
      write(edited(Object.fromEntries(chosen.map((name) => [name, undefined])) as ParamChanges<D>, defaultTexts));
    },
    href: (changes) => ready().params.link(edited(changes).params) || "?",
    parse(query) {
      const text = query instanceof URL ? query.search : String(query);
      return read(ready().params.parse(text)).values as never;
    },
    subscribe(listener, options = {}) {
      refuseUnknown(options, ["keys", "signal"]);
      if (typeof listener !== "function") throw invalid("listener", "it is a function");
      const heard =
        options.keys === undefined ? fields : [...options.keys].map((name) => fields[fieldOf(name)] as Field);
      let before = snapshot().values;
      const tell = ({ source }: QueryChange) => {
        const { values } = snapshot();
        const keys = heard.map(({ name }) => name).filter((name) => !Object.is(before[name], values[name]));
        before = values;
        if (keys.length > 0) listener({ keys, source });
      };
      const { signal } = options;
      return ready().queryParams.subscribe(tell, { keys: heard.flatMap(({ keys }) => keys), signal });
    },
  };
}

function checkedDefinition<D extends Definition>(definition: D, options: DefineOptions<D>) {
  refuseUnknown(options, ["resets", "prefix", "aliases", "history", "burst", "debounce"]);
  const { resets = {}, prefix = "", aliases = {}, ...write } = options;
  if (typeof prefix !== "string") throw invalid("prefix", "it is a text");
  checked(write);
  const names = Object.keys(definition);
  const known = (name: unknown, option: string): number => {
    const nth = names.indexOf(name as string);
    if (nth < 0) throw invalid(option, `${JSON.stringify(name)} is no parameter of this definition`);
    return nth;
  };
  const listed = (list: unknown, option: string): string[] => {
    if (Array.isArray(list) && list.every((item) => typeof item === "string")) return list;
    throw invalid(option, "it is a list of texts");
  };
  for (const name of Object.keys(aliases)) known(name, "aliases");
  const fields = names.map((name): Field => {
    const param: unknown = definition[name];
    if (!(param instanceof Param)) throw invalid(name, "it is a codec, such as text() or int()");
    return {
      name,
      param,
      keys: [prefix + name, ...listed((aliases as Record<string, unknown>)[name] ?? [], "aliases")],
    };
  });
  const rules = Object.entries(resets as Record<string, unknown>).map(([name, rule]) => {
    if (typeof rule !== "function") for (const source of listed(rule, "resets")) known(source, "resets");
    return [known(name, "resets"), rule as ResetRule<Definition>] as const;
  });
  /** A write of several parameters goes out as the most urgent of them. */
  const writing = (params: readonly AnyParam[]): WriteOptions => {
    const histories = params.map(({ modifiers }) => modifiers.history ?? write.history);
    const history = histories.includes("push") ? "push" : histories.includes(undefined) ? undefined : "replace";
    const debounce = Math.min(...params.map(({ modifiers }) => modifiers.debounce ?? write.debounce ?? 0));
    return { ...write, history, debounce: params.length > 0 ? debounce : undefined };
  };
  return { fields, resets: rules, writing };
}

/** The texts of each field, of the first of its keys that is there. */
function textsByField(
  pairs: readonly string[],
  owners: ReadonlyMap<string, readonly [number, number]>,
  count: number,
): readonly (readonly string[])[] {
  const texts: string[][] = Array.from({ length: count }, () => []);
  const ranks: number[] = [];
  for (let at = 0; at < pairs.length; at += 2) {
    const owner = owners.get(pairs[at] as string);
    if (owner === undefined) continue;
    const [nth, rank] = owner;
    if (rank < (ranks[nth] ?? Infinity)) {
      ranks[nth] = rank;
      texts[nth] = [];
    }
    if (rank === ranks[nth]) texts[nth]?.push(pairs[at + 1] as string);
  }
  return texts;
}

function cellsOf(
  fields: readonly Field[],
  texts: readonly (readonly string[])[],
  before?: readonly Cell[],
): readonly Cell[] {
  const isNew = (nth: number) => before === undefined || !sameTexts(before[nth]?.texts ?? [], texts[nth] ?? []);
  const asked = fields.flatMap(({ param }, nth) => {
    const given = texts[nth] as readonly string[];
    return given.length > 0 && isNew(nth) ? [[param, given] as const] : [];
  });
  const readings = (asked.length > 0 ? readAll(asked) : []).values();
  return fields.map(({ param }, nth) => {
    const given = texts[nth] as readonly string[];
    const old = before?.[nth];
    if (old !== undefined && !isNew(nth)) return old;
    if (given.length === 0) return kept(param, { texts: given, state: "absent", value: fallbackOf(param) }, old);
    const { value, reason, leaves } = readings.next().value as Reading;
    if (reason !== undefined)
      return kept(param, { texts: given, state: "invalid", reason, value: fallbackOf(param) }, old);
    return kept(param, { texts: given, state: "value", leaves, value }, old);
  });
}

/** The old value, where the new one means the same. */
function kept(param: AnyParam, cell: Cell, old: Cell | undefined): Cell {
  if (old === undefined || typeof cell.value !== "object" || typeof old.value !== "object") return cell;
  const isSame = cell.leaves === undefined ? isMeant(param, old.value, cell.value) : cell.leaves === old.leaves;
  return isSame ? { ...cell, value: old.value } : cell;
}

function isMeant(param: AnyParam, one: unknown, other: unknown): boolean {
  return one === other || sameTexts(meant(param, one), meant(param, other));
}

function fallbackOf({ kind, modifiers }: AnyParam): unknown {
  if (modifiers.fallback !== undefined) return modifiers.fallback();
  return modifiers.isOptional ? undefined : kind.absent;
}

/** What a value is written as, so that two can be compared. */
function meant(param: AnyParam, value: unknown): readonly string[] | undefined {
  return value === undefined ? undefined : textsOf(param, value);
}

function defaultTexts(param: AnyParam): string[] {
  const value = fallbackOf(param);
  return param.modifiers.keepDefault && value !== undefined ? textsOf(param, value) : [];
}

/** What stands in the address for these texts: nothing, for the default. */
function spelled(param: AnyParam, texts: string[]): string[] {
  if (param.modifiers.keepDefault) return texts;
  const fallback = param.modifiers.fallback === undefined ? undefined : meant(param, fallbackOf(param));
  return sameTexts(fallback, texts) ? [] : texts;
}

function sameTexts(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((text, nth) => text === other[nth]);
}
