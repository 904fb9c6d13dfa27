// `tabstate/dom`: controls of a page bound to query parameters, in both directions. What a control takes is in
// dom_controls.ts; here is when one follows the other, and what the address says.

import type { AnyParam } from "./codecs.js";
import { areEmpty, digitsText, emptiedTexts, sameTexts } from "./control_texts.js";
import { type Control, controlOf, initialTexts, isOfGroup, kindOf, memberOf } from "./dom_controls.js";
import { TabstateError } from "./errors.js";
import type { Definition, Params } from "./params.js";
import { checked, invalid, refuseUnknown, type WriteOptions } from "./query_options.js";
import { keyOf, type QueryValue, textsOf } from "./query_values.js";
import { found, type Shared } from "./shared.js";

/** A control; or the radios, or the checkboxes, that make one value together. One radio stands for its group. */
export type Bindable = Element | Iterable<Element>;

/** How a control is bound. */
export interface BindOptions extends WriteOptions {
  /** What the texts mean; without it, what the control itself takes. Its default and its modifiers hold. */
  codec?: AnyParam | undefined;
  /** What absence means, and what is left out of the address; the control's own initial value by default. `null`: no value. */
  default?: QueryValue | object;
  /** Refuses writes by `queryParams` that name the key, or that would clear it. */
  protect?: boolean | undefined;
  /** At most that many items, for a control of several. */
  max?: number | undefined;
}

/** How a control is bound to a parameter of a definition: its codec, default, key, resets and options hold. */
export interface BindParamsOptions<D extends Definition> extends Omit<BindOptions, "codec" | "default"> {
  /** What `defineParams` made. */
  params: Params<D>;
}

/** How the controls of a form are bound. */
export interface BindFormOptions extends Omit<BindOptions, "default"> {
  /** What `defineParams` made: the controls' names are names in it. */
  // biome-ignore lint/suspicious/noExplicitAny: any definition
  params?: Params<any> | undefined;
  /** What is different for some names; `false` leaves one out. */
  keys?: { readonly [name: string]: BindOptions | false } | undefined;
}

/** What may have changed a control. Of a choice both `input` and `change` tell; the second finds nothing new. */
const heard = ["input", "change", "toggle", "compositionstart", "compositionend"];

/** The last texts that a control wrote, by key. */
const chosen = new Map<string, readonly string[]>();

const names = ["codec", "default", "protect", "max", "params", "history", "burst", "debounce"];

/**
 * Binds a control to a query parameter: it shows what the address says, and the address says what the user chose.
 *
 * ```js
 * const search = document.querySelector("input[type=search]");
 * const unbind = search && bindQueryParam(search, "q", { history: "push" });
 * ```
 *
 * @returns the function that unbinds
 * @throws {TabstateError} `invalid-option` for a control or an option that cannot be; `reserved` for a reserved key;
 * `unsupported-value` for a key that is no text; `not-ready` before `tabstate` is imported or `init` of `tabstate/slim`
 * is done.
 */
export function bindQueryParam<D extends Definition>(
  element: Bindable,
  key: keyof D & string,
  options: BindParamsOptions<D>,
): () => void;
export function bindQueryParam(element: Bindable, key: string, options?: BindOptions): () => void;
export function bindQueryParam(element: Bindable, key: string, options: BindOptions = {}): () => void {
  const isList = typeof element === "object" && element !== null && Symbol.iterator in element;
  const elements = isList && !("nodeType" in element) ? [...element] : [element];
  return bindAll([[key, elements as Element[], options]], (elements[0] as HTMLInputElement | undefined)?.form);
}

/**
 * Binds every named control of a form, each to the key of its name. A reset of the form writes the defaults.
 *
 * ```js
 * const form = document.querySelector("form");
 * const unbind = form && bindForm(form, { history: "push", keys: { page: { default: 1 } } });
 * ```
 *
 * Buttons, passwords, files and hidden inputs are passed over, and so are controls that are added later.
 *
 * @returns the function that unbinds
 * @throws {TabstateError} as `bindQueryParam`; nothing is bound then.
 */
export function bindForm(form: HTMLFormElement, options: BindFormOptions = {}): () => void {
  if (!form || memberOf(form, "localName") !== "form") throw invalid("form", "it is a form");
  const { keys = {}, ...all } = options;
  const bound: Bound[] = [];
  for (const element of memberOf(form, "elements")) {
    const kind = kindOf(element);
    const { name } = element as HTMLInputElement;
    const more = keys[name];
    if (!kind || name === "" || more === false) continue;
    const group = isOfGroup(kind) && bound.find(([key, [first]]) => key === name && kindOf(first) === kind)?.[1];
    if (group) group.push(element);
    else bound.push([name, [element], { ...all, ...more }]);
  }
  const missing = Object.keys(keys).find((name) => keys[name] && !bound.some(([key]) => key === name));
  if (missing !== undefined) throw invalid(missing, "the form has no such control");
  return bindAll(bound, form);
}

type Bound = [key: string, elements: Element[], options: BindOptions];

/** Binds all, or none. */
function bindAll(bound: readonly Bound[], form?: HTMLFormElement | null): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const unbind = () => stop.abort();
  try {
    const resets = bound.map((one) => bind(one, signal));
    // The controls are reset after the event, if no listener objects.
    const reset = (event: Event) => {
      setTimeout(() => {
        if (event.defaultPrevented || signal.aborted) return;
        for (const reset of resets) {
          try {
            reset();
          } catch (error) {
            // Told to the page as it would be, once the others are reset.
            setTimeout(() => {
              throw error;
            });
          }
        }
      });
    };
    if (form) memberOf(form, "addEventListener").call(form, "reset", reset, { signal });
  } catch (error) {
    unbind();
    throw error;
  }
  return unbind;
}

/** Gives the function that goes back to the default. */
function bind([key, elements, options]: Bound, signal: AbortSignal): () => void {
  refuseUnknown(options, names);
  const shared = found();
  if (!shared) throw new TabstateError("not-ready", 'import "tabstate" or await init() of "tabstate/slim" first');
  keyOf(key);
  const { max, protect } = options;
  if (max !== undefined && !(max >= 1)) throw invalid("max", "it is a number from 1");
  const control = controlOf(elements, key, max);
  const address = addressOf(shared, control, key, options);
  const { keys } = address;
  const own = keys[0] as string;
  // Refuses a reserved key.
  shared.params.link([[own, []]]);

  /** What the control was last known to hold, and the texts of the address that stand for it. */
  let shown: readonly string[] = [];
  let known: readonly string[] | undefined;
  let isComposing = false;

  const isSame = (one: readonly string[], other: readonly string[]) => sameTexts(one, other, control.isNumber);
  /** Whether the control had to correct what it took. */
  const isChanged = (given: readonly string[], taken: readonly string[]) =>
    control.isList ? given.length !== taken.length : !control.isLoose && !isSame(given.slice(-1), taken);

  const show = (texts: readonly string[]) => {
    if (!sameTexts(control.read() ?? [""], texts)) control.show(texts);
    shown = control.read() ?? texts;
  };

  /** The address to the control. What cannot stay as it is in the address is put right there. */
  const follow = () => {
    const raw = address.read();
    if (isComposing || (known && sameTexts(raw, known))) return;
    known = raw;
    const fallback = address.fallback();
    const meant = raw.length > 0 ? address.meaning(raw) : undefined;
    const taken = meant && control.take(meant);
    const isDefault = !taken || isSame(taken, fallback);
    show(isDefault ? fallback : taken);
    // What the user chose in another control of the same key is that control's to judge.
    if (raw.length === 0 || sameTexts(raw, chosen.get(own) ?? [])) return;
    if (!taken || (isDefault && !address.keepsDefault)) address.correct([]);
    else if (!areEmpty(taken) && isChanged(meant as string[], taken)) address.correct(taken);
    known = address.read();
  };

  /** The control to the address. */
  const write = () => {
    const texts = control.read();
    if (!texts) return;
    if (control.isList && max !== undefined && texts.length > max) return control.show(shown);
    const taken = control.take(texts);
    // What the control itself calls wrong would not read back.
    if (!areEmpty(texts) && (!taken || isChanged(texts, taken))) return;
    if (!address.write(texts, isSame(texts, address.fallback()))) return;
    shown = texts;
    known = address.read();
    chosen.set(own, known);
  };

  const guard = (named: string[], all: boolean) => {
    const isNamed = (key: string) => named.includes(key) || (all && named.length === 0 && shared.queryParams.has(key));
    const key = keys.find(isNamed);
    if (key !== undefined) throw new TabstateError("reserved", "a control is bound to it, and protects it", { key });
  };

  follow();
  if (protect) shared.params.guards.add(guard);
  signal.addEventListener("abort", () => {
    shared.params.guards.delete(guard);
    chosen.delete(own);
  });
  shared.queryParams.subscribe(follow, { keys, signal });
  const hear = ({ type }: Event) => {
    isComposing = type === "compositionstart" || (isComposing && type === "input");
    if (isComposing) return;
    if (sameTexts(control.read() ?? [], shown)) follow();
    else write();
  };
  // On the way back to a page, a browser puts its own memory of a form into the controls, and no event tells it.
  const restored = () => {
    known = undefined;
    follow();
  };
  control.elements[0]?.ownerDocument.defaultView?.addEventListener("pageshow", restored, { signal });
  for (const element of control.elements) {
    for (const type of heard) element.addEventListener(type, hear, { signal });
  }
  return () => {
    const fallback = address.fallback();
    isComposing = false;
    show(fallback);
    address.write(fallback, true);
    known = address.read();
  };
}

/** What a codec is to a control; without one, its texts are the value. */
type Meaning = Pick<AnyParam, "parse" | "format" | "default" | "optional" | "modifiers"> & {
  kind: { repeats?: boolean };
};

function plain(key: string, modifiers: AnyParam["modifiers"] = {}): Meaning {
  return {
    kind: { repeats: true },
    modifiers,
    parse: (texts: string | readonly string[]) => texts,
    format: (value: unknown) => textsOf(key, value),
    default: (value: unknown) => plain(key, { fallback: () => value }) as AnyParam,
    optional: () => plain(key) as AnyParam,
  };
}

/** What the address is to a control: plain texts, texts of a codec, or a parameter of a definition. */
function addressOf({ queryParams, params: base }: Shared, control: Control, key: string, options: BindOptions) {
  // biome-ignore lint/suspicious/noExplicitAny: any definition
  const params = (options as { params?: Params<any> }).params;
  const { codec, default: given, history, burst, debounce } = options;
  checked({ history, burst, debounce });
  if (params !== undefined && typeof params?.field !== "function") throw invalid("params", "defineParams makes it");
  if (params && (codec || given !== undefined)) throw invalid(key, "the definition has its codec and default");
  const { param, keys = [key], burst: definedBurst } = params?.field(key) ?? {};
  let meaning: Meaning = param ?? codec ?? plain(key);
  if (!meaning.modifiers) throw invalid("codec", "it is a codec, such as text() or int()");
  const { isList, isNumber } = control;
  /** A list in one text: a codec such as `delimited`. */
  const isJoined = isList && !meaning.kind.repeats;

  /** The texts of the control for a value. */
  const textsFor = (value: unknown): string[] => {
    if (value === undefined || value === null) return [];
    const texts = isJoined ? Array.from(value as Iterable<unknown>, String) : meaning.format(value);
    return isList && areEmpty(texts) ? [] : texts;
  };
  /** The value of texts of the control; `undefined` when the codec knows none. */
  const valueFrom = (texts: readonly string[]): unknown => {
    if (isJoined || (isList && texts.length === 0)) return texts;
    if (!isNumber || !(param ?? codec) || areEmpty(texts)) return meaning.parse(texts);
    // HTML and the codec spell a number in their own ways. Its digits come first: a double may not hold them all.
    const digits = digitsText(texts[0] as string);
    return (digits && meaning.parse(digits)) ?? meaning.parse(String(Number(texts[0])));
  };

  if (given !== undefined || !(params || meaning.modifiers.fallback || meaning.modifiers.isOptional)) {
    const texts = given === undefined ? initialTexts(control, key) : textsFor(given);
    const own = given === undefined || areEmpty(texts) ? texts : control.take(texts);
    if (!own) throw invalid("default", "the control does not take it");
    const value = valueFrom(own);
    meaning = value === undefined ? meaning.optional() : meaning.default(value);
  }
  const { modifiers } = meaning;
  const fallback = () => textsFor(modifiers.fallback?.());
  const { keepDefault: keepsDefault } = modifiers;

  return {
    keys,
    keepsDefault,
    /** The texts of the control that absence stands for. */
    fallback,
    read: (): string[] => queryParams.getAll(keys.find(queryParams.has) ?? key),
    /** The texts of the control that those of the address stand for; `undefined` when they are invalid. */
    meaning(raw: readonly string[]): string[] | undefined {
      const value = meaning.parse(raw);
      return value === undefined ? undefined : textsFor(value);
    },
    /** Puts right what was read, with texts of the control: never a step Back. */
    correct(texts: readonly string[]) {
      const value = texts.length > 0 ? valueFrom(texts) : undefined;
      const right = value === undefined ? [] : meaning.format(value);
      const written = keys.map((key, nth): [string, string[]] => [key, nth === 0 ? right : []]);
      base.write(written, { history: "replace" });
    },
    /** Writes what the control holds; false when that means nothing to the codec. */
    write(texts: readonly string[], isDefault: boolean): boolean {
      const how: WriteOptions = {
        history: history ?? modifiers.history,
        debounce: debounce ?? modifiers.debounce,
        burst: burst ?? definedBurst ?? control.burst,
      };
      const value = isDefault ? modifiers.fallback?.() : valueFrom(texts);
      if (value === undefined && !areEmpty(texts)) return false;
      if (params) {
        params.set({ [key]: value }, how);
      } else {
        const isOut = value === undefined || (isDefault && !keepsDefault);
        const isEmptied = !codec && areEmpty(texts);
        const written = () => (isEmptied ? emptiedTexts(fallback(), control.isClearable()) : meaning.format(value));
        base.write([[key, isOut ? [] : written()]], how);
      }
      return true;
    },
  };
}
