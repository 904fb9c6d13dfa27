// `defineParams`: several typed parameters as one object, with the rules that link them.

import {
  type AnyParam,
  fallbackOf,
  Param,
  packedParam,
  type Reading,
  readAll,
  textsOf,
  type ValueOf,
} from "./codecs.js";
import { TabstateError } from "./errors.js";
import { checked, invalid, refuseUnknown, type WriteOptions } from "./query_options.js";
import type { QueryChange } from "./query_params.js";
import { sameTexts } from "./query_values.js";
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
  /** What one parameter reads as. */
  get<Name extends keyof D & string>(name: Name): ParamValues<D>[Name];
  /** What the parameters read as: the same object until a value changes. */
  get(): ParamValues<D>;
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
  /** @internal What a bound control needs to know of a parameter. */
  field(name: string): Field & { readonly burst: number | undefined };
}

/** @internal One parameter of a definition. */
export interface Field {
  readonly name: string;
  readonly param: AnyParam;
  /** The key and its aliases; the first that is there counts. */
  readonly keys: readonly string[];
}

interface Snapshot {
  /** Another one when a parameter changed. */
  readonly version: unknown;
  readonly readings: readonly Reading[];
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
 * @throws {TabstateError} `invalid-option` for what is no codec, an unknown name in an option, or a key used twice. A
 * reserved key throws `reserved` with the first use, since `configure` may still change which keys are.
 */
export function defineParams<const D extends Definition>(definition: D, options: DefineOptions<D> = {}): Params<D> {
  const { fields, resets, writing } = checkedDefinition(definition, options);
  const names = fields.map(({ name }) => name);
  const params = fields.map(({ param }) => param);
  const none = Object.fromEntries(names.map((name) => [name, undefined]));
  // Assigned to, a copy of it keeps this name its own.
  const isSpecial = names.includes("__proto__");
  const packed = fields.map(({ param, keys }) => packedParam(param, keys)).join("");
  const fieldOf = (name: string): number => {
    const nth = names.indexOf(name);
    if (nth < 0) throw invalid(name, `there is no such parameter: use ${names.join(", ")}`);
    return nth;
  };

  /** Reserved keys are known with the first use: a definition that holds one is refused then. */
  const refuseReserved = () => {
    if (!isChecked) ready().params.link(fields.flatMap(({ keys }) => keys.map((key) => [key, []] as const)));
    isChecked = true;
  };
  let isChecked = false;

  let last: Snapshot | undefined;
  let isReading = false;
  const snapshot = (): Snapshot => {
    const { version, text } = ready().params;
    const now = version();
    if (last !== undefined && last.version === now) return last;
    // A default or a codec that asks for the values while they are read gets those from before.
    if (isReading) return last ?? { version: undefined, readings: [], values: none };
    refuseReserved();
    isReading = true;
    try {
      last = read(text(), now, last);
      Object.freeze(last.values);
    } finally {
      isReading = false;
    }
    return last;
  };

  const read = (query: string, version?: unknown, before?: Snapshot): Snapshot => {
    const readings = readAll(packed, params, query, before?.readings);
    const values: Record<string, unknown> = isSpecial ? { ...none } : {};
    if (before === undefined) {
      for (let nth = 0; nth < names.length; nth++) values[names[nth] as string] = readings[nth]?.value;
      return { version, readings, values };
    }
    let isNew = false;
    readings.forEach((reading, nth) => {
      const old = before.readings[nth] as Reading;
      const now = kept(params[nth] as AnyParam, reading, old);
      readings[nth] = now;
      values[names[nth] as string] = now.value;
      isNew ||= !Object.is(now.value, old.value);
    });
    return { version, readings, values: isNew ? values : before.values };
  };

  /** The texts to write for what is named, and for what the rules reset. */
  const edited = (changes: ParamChanges<D>, removed: (param: AnyParam) => string[] = () => []) => {
    if (Object.prototype.toString.call(changes) !== "[object Object]") throw invalid("changes", "they are an object");
    const { values } = snapshot();
    const { has } = ready().queryParams;
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
    const acts = (rule: ResetRule<Definition>) => {
      if (typeof rule !== "function") return rule.some((name) => changed.has(fieldOf(name)));
      const answer: unknown = rule(next as never, values as never);
      if (typeof answer !== "boolean") throw invalid("resets", "a rule answers at once, true or false");
      return answer;
    };
    // What one rule resets may make another act.
    for (let count = -1; count < written.size; ) {
      count = written.size;
      for (const [target, rule] of resets) {
        if (!written.has(target) && acts(rule)) put(target, undefined, defaultTexts((fields[target] as Field).param));
      }
    }
    const params: [string, string[]][] = [];
    for (const [nth, texts] of written) {
      const { keys } = fields[nth] as Field;
      params.push([keys[0] as string, texts]);
      for (const alias of keys.slice(1)) if (has(alias)) params.push([alias, []]);
    }
    return { params, named };
  };

  const write = ({ params, named }: ReturnType<typeof edited>, options: WriteOptions = {}) => {
    checked(options);
    const own = writing(named);
    const { history = own.history, burst = own.burst, debounce = own.debounce } = options;
    ready().params.write(params, { history, burst, debounce });
  };

  const get = (name?: string): never => {
    const { values, readings } = snapshot();
    return (name === undefined ? values : readings[fieldOf(name)]?.value) as never;
  };

  return {
    get,
    inspect(name) {
      const nth = fieldOf(name);
      const { state, reason, value } = snapshot().readings[nth] ?? { state: "absent", reason: "", value: undefined };
      const { has, getAll } = ready().queryParams;
      const key = (fields[nth] as Field).keys.find(has);
      const inspection = { state, raw: key === undefined ? [] : getAll(key), value: value as never };
      return state === "invalid" ? { ...inspection, reason } : inspection;
    },
    set: (changes, options) => write(edited(changes), options),
    update(change, options) {
      if (typeof change !== "function") throw invalid("change", "it is a function of the values as they are");
      write(edited(change(get())), options);
    },
    reset(...chosen) {
      const changes = chosen.length === 0 ? none : Object.fromEntries(chosen.map((name) => [name, undefined]));
      write(edited(changes as ParamChanges<D>, defaultTexts));
    },
    href: (changes) => ready().params.link(edited(changes).params) || "?",
    field: (name) => ({ ...(fields[fieldOf(name)] as Field), burst: options.burst }),
    parse(query) {
      const text = query instanceof URL ? query.search : String(query);
      refuseReserved();
      return read(text.replace(/^\?/, "")).values as never;
    },
    subscribe(listener, options = {}) {
      refuseUnknown(options, ["keys", "signal"]);
      if (typeof listener !== "function") throw invalid("listener", "it is a function");
      const heard =
        options.keys === undefined ? fields : [...new Set(options.keys)].map((name) => fields[fieldOf(name)] as Field);
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
  if (typeof definition !== "object" || definition === null) throw invalid("definition", "it is an object of codecs");
  refuseUnknown(options, ["resets", "prefix", "aliases", "history", "burst", "debounce"]);
  const { resets = {}, prefix = "", aliases = {}, ...write } = options;
  if (typeof prefix !== "string") throw invalid("prefix", "it is a text");
  checked(write);
  const names = Object.keys(definition);
  const oldKeys = new Map(Object.entries(aliases));
  const known = (name: unknown, option: string): number => {
    const nth = names.indexOf(name as string);
    if (nth < 0) throw invalid(option, `${JSON.stringify(name)} is no parameter of this definition`);
    return nth;
  };
  const listed = (list: unknown, option: string): string[] => {
    if (Array.isArray(list) && list.every((item) => typeof item === "string")) return list;
    throw invalid(option, "it is a list of texts");
  };
  for (const name of oldKeys.keys()) known(name, "aliases");
  const fields = names.map((name): Field => {
    const param: unknown = definition[name];
    if (!(param instanceof Param)) {
      throw invalid(name, "it is a codec, such as text() or int(), of this copy of the package");
    }
    return {
      name,
      param,
      keys: [prefix + name, ...listed(oldKeys.get(name) ?? [], "aliases")],
    };
  });
  const twice = fields.flatMap(({ keys }) => keys).find((key, nth, all) => all.indexOf(key) !== nth);
  if (twice !== undefined) throw invalid(twice, "two parameters have this key");
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

/** With the old value, where the new one means the same. */
function kept(param: AnyParam, reading: Reading, old: Reading): Reading {
  if (reading === old || typeof reading.value !== "object" || typeof old.value !== "object") {
    return reading;
  }
  return isMeant(param, old.value, reading.value) ? { ...reading, value: old.value } : reading;
}

function isMeant(param: AnyParam, one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  const texts = meant(param, one);
  return texts !== undefined && sameTexts(texts, meant(param, other));
}

/** What a value is written as, so that two can be compared; what code of the page reads may have no text. */
function meant(param: AnyParam, value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined;
  try {
    return textsOf(param, value);
  } catch (error) {
    if (error instanceof TabstateError) return undefined;
    throw error;
  }
}

function defaultTexts(param: AnyParam): string[] {
  return param.modifiers.keepDefault ? [...(meant(param, fallbackOf(param)) ?? [])] : [];
}

/** What stands in the address for these texts: nothing, for the default. */
function spelled(param: AnyParam, texts: string[]): string[] {
  if (param.modifiers.keepDefault || param.modifiers.fallback === undefined) return texts;
  const fallback = meant(param, fallbackOf(param));
  return fallback !== undefined && sameTexts(fallback, texts) ? [] : texts;
}
