// `tabstate/dom`: controls of a page bound to query parameters, in both directions. What a control takes is in
// dom_controls.ts; here is when one follows the other, and what the address says.

import type { AnyParam } from "./codecs.js";
import { addressTexts, areEmpty, sameTexts } from "./control_texts.js";
import { type Control, controlOf, kindOf } from "./dom_controls.js";
import { TabstateError } from "./errors.js";
import type { Definition, Params } from "./params.js";
import { checked, invalid, refuseUnknown, type WriteOptions } from "./query_options.js";
import type { QueryChange } from "./query_params.js";
import { type QueryValue, textsOf } from "./query_values.js";
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

/** Milliseconds in which the pushes of typing and dragging are one step Back. */
const typingBurst = 1000;

const names = ["codec", "default", "protect", "max", "params", "history", "burst", "debounce"];

/**
 * Binds a control to a query parameter: it shows what the address says, and the address says what the user chose.
 *
 * ```js
 * const unbind = bindQueryParam(document.querySelector("#search"), "q", { history: "push" });
 * ```
 *
 * @returns the function that unbinds
 * @throws {TabstateError} `invalid-option` for a control or an option that cannot be; `reserved` for a reserved key;
 * `not-ready` before `tabstate` is imported or `init` of `tabstate/slim` is done.
 */
export function bindQueryParam<D extends Definition>(
  element: Bindable,
  key: keyof D & string,
  options: BindParamsOptions<D>,
): () => void;
export function bindQueryParam(element: Bindable, key: string, options?: BindOptions): () => void;
export function bindQueryParam(element: Bindable, key: string, options: BindOptions = {}): () => void {
  const binding = bind(element, key, options);
  const control = binding.elements[0] as HTMLInputElement;
  control.form?.addEventListener("reset", afterwards(binding.reset), { signal: binding.signal });
  return binding.unbind;
}

/**
 * Binds every named control of a form, each to the key of its name. A reset of the form writes the defaults.
 *
 * ```js
 * const unbind = bindForm(document.querySelector("form"), { history: "push", keys: { page: { default: 1 } } });
 * ```
 *
 * Buttons, passwords, files and hidden inputs are passed over, and so are controls that are added later.
 *
 * @returns the function that unbinds
 * @throws {TabstateError} as `bindQueryParam`; nothing is bound then.
 */
export function bindForm(form: HTMLFormElement, options: BindFormOptions = {}): () => void {
  if (form?.localName !== "form") throw invalid("form", "it is a form");
  refuseUnknown(options, [...names.filter((name) => name !== "default"), "keys"]);
  const { keys = {}, ...all } = options;
  const groups: [string, Element[]][] = [];
  for (const element of form.elements as Iterable<Element> & HTMLFormControlsCollection) {
    const kind = kindOf(element);
    const { name } = element as HTMLInputElement;
    if (kind === undefined || name === "" || keys[name] === false) continue;
    const isGroup = kind === "radio" || kind === "checkbox";
    const group = isGroup && groups.find(([other, [first]]) => other === name && first && kindOf(first) === kind);
    if (group) group[1].push(element);
    else groups.push([name, [element]]);
  }
  const missing = Object.keys(keys).find((name) => keys[name] && !groups.some(([other]) => other === name));
  if (missing !== undefined) throw invalid(missing, "the form has no such control");
  const bindings: Binding[] = [];
  const stop = new AbortController();
  const unbind = () => {
    stop.abort();
    for (const { unbind } of bindings) unbind();
  };
  try {
    for (const [name, group] of groups) bindings.push(bind(group, name, { ...all, ...keys[name] }));
  } catch (error) {
    unbind();
    throw error;
  }
  const reset = () => {
    for (const binding of bindings) binding.reset();
  };
  form.addEventListener("reset", afterwards(reset), { signal: stop.signal });
  return unbind;
}

/** A form resets its controls after the event, if no listener objects. */
function afterwards(reset: () => void) {
  return (event: Event) => void setTimeout(() => event.defaultPrevented || reset());
}

interface Binding {
  readonly elements: readonly Element[];
  readonly signal: AbortSignal;
  unbind(): void;
  reset(): void;
}

function bind(element: Bindable, key: string, options: BindOptions): Binding {
  refuseUnknown(options, names);
  if (typeof key !== "string") throw invalid("key", "it is a text");
  const shared = found();
  if (shared === undefined) {
    throw new TabstateError("not-ready", 'import "tabstate" first, or await init() of "tabstate/slim"');
  }
  const { max, protect } = options;
  if (max !== undefined && !(max >= 1)) throw invalid("max", "it is a number from 1");
  const control = controlOf("nodeType" in element ? [element as Element] : [...element], key, max);
  const address = addressOf(shared, control, key, options);
  // Refuses a reserved key.
  shared.params.link([[address.keys[0] as string, []]]);

  /** What the control was last known to hold, and the texts of the address that stand for it. */
  let shown: readonly string[] = [];
  let known: readonly string[] | undefined;
  let isComposing = false;

  const show = (texts: readonly string[]) => {
    if (!sameTexts(control.read() ?? [""], texts)) control.show(texts);
    shown = control.read() ?? texts;
  };

  /** The address to the control. What cannot stay as it is in the address is corrected there. */
  const follow = (source?: QueryChange["source"]) => {
    const raw = address.read();
    if (isComposing || (known && sameTexts(raw, known))) return;
    const fallback = address.fallback();
    const meant = raw.length > 0 ? address.meaning(raw) : undefined;
    const taken = meant && control.take(meant);
    let right: readonly string[] = raw;
    if (taken === undefined) {
      right = [];
    } else if (control.isSame(taken, fallback)) {
      // Two controls of one key need not agree on a default: what one of them wrote stays.
      if (source !== "local" && !address.keepsDefault) right = [];
    } else if (!control.isSame(meant as string[], taken)) {
      right = address.texts(taken) ?? [];
    }
    show(taken ?? fallback);
    known = right;
    if (!sameTexts(raw, right)) address.correct(right);
  };

  /** The control to the address. */
  const write = (isTyping: boolean) => {
    const texts = control.read();
    if (isComposing || texts === undefined || sameTexts(texts, shown)) return;
    if (control.isList && max !== undefined && texts.length > max) return control.show(shown);
    if (!areEmpty(texts)) {
      // What the control itself calls wrong would not read back.
      const taken = control.take(texts);
      if (taken === undefined || !control.isSame(taken, texts)) return;
    }
    if (!address.write(texts, isTyping)) return;
    shown = texts;
    known = address.read();
  };

  const reset = () => {
    isComposing = false;
    const fallback = address.fallback();
    show(fallback);
    address.write(fallback, false);
    known = address.read();
  };

  const stop = new AbortController();
  const { signal } = stop;
  const guard = (keys: string[], all: boolean) => {
    const named = address.keys.find(
      (own) => keys.includes(own) || (all && keys.length === 0 && shared.queryParams.has(own)),
    );
    if (named === undefined) return;
    throw new shared.TabstateError("reserved", "a control is bound to it and protects it: change the control", {
      key: named,
    });
  };
  follow();
  if (protect) shared.params.guards.add(guard);
  shared.queryParams.subscribe(({ source }) => follow(source), { keys: address.keys, signal });
  for (const element of control.elements) {
    const listen = (type: string, listener: () => void) => element.addEventListener(type, listener, { signal });
    for (const type of control.events) {
      listen(type, () => {
        if (type === "change") isComposing = false;
        write(type === "input");
      });
    }
    if (!control.events.includes("input")) continue;
    listen("compositionstart", () => {
      isComposing = true;
    });
    listen("compositionend", () => {
      isComposing = false;
      if (sameTexts(control.read() ?? [], shown)) follow();
      else write(true);
    });
  }
  return {
    elements: control.elements,
    signal,
    reset,
    unbind() {
      stop.abort();
      shared.params.guards.delete(guard);
    },
  };
}

/** What the address is to a control: plain texts, texts of a codec, or a parameter of a definition. */
function addressOf(shared: Shared, control: Control, key: string, options: BindOptions) {
  const { queryParams, params: base } = shared;
  // biome-ignore lint/suspicious/noExplicitAny: any definition
  const params = (options as { params?: Params<any> }).params;
  const { default: given, history, burst, debounce } = options;
  checked({ history, burst, debounce });
  if (params && (options.codec || given !== undefined))
    throw invalid(key, "the definition has the codec and the default");
  const field = params?.field(key);
  const codec: AnyParam | undefined = field?.param ?? options.codec;
  if (codec && !codec.modifiers) throw invalid("codec", "it is a codec, such as text() or int()");
  const { keys = [key], burst: fieldBurst } = field ?? {};
  const { fallback, isOptional, keepDefault = false, ...modifiers } = codec?.modifiers ?? {};
  /** A list in one text: a codec such as `delimited`. */
  const isJoined = control.isList && codec && !codec.kind.repeats;

  const meaningOf = (value: unknown): string[] => {
    if (value === undefined || value === null) return [];
    if (!codec) return textsOf(key, value);
    if (!control.isList) return codec.format(value);
    const items = [...(value as Iterable<unknown>)];
    return isJoined || items.length === 0 ? items.map(String) : codec.format(items);
  };
  const valueOf = (texts: readonly string[]): unknown =>
    isJoined || (control.isList && texts.length === 0) ? texts : codec?.parse(texts);
  /** The texts that stand in the address for those of the control. */
  const spelled = (texts: readonly string[]): string[] | undefined => {
    if (!codec) return [...texts];
    const value = valueOf(texts);
    return value === undefined ? undefined : codec.format(value);
  };

  let initial = () => meaningOf(fallback?.());
  if (given !== undefined || !(fallback || isOptional || params)) {
    const texts = given === undefined ? control.initial() : meaningOf(given);
    const taken = areEmpty(texts) ? texts : control.take(texts);
    if (taken === undefined) throw invalid("default", "the control does not take it");
    initial = () => taken;
  }
  /** What of them the control takes, if it takes any. */
  const defaultTexts = () => control.take(initial()) ?? [];
  return {
    keys,
    keepsDefault: keepDefault,
    fallback: (): readonly string[] => (areEmpty(initial()) ? initial() : defaultTexts()),
    read: (): string[] => queryParams.getAll(keys.find(queryParams.has) ?? key),
    texts: spelled,
    /** The texts of the control that those of the address stand for. */
    meaning(raw: readonly string[]): string[] | undefined {
      if (!codec) return [...raw];
      const value = codec.parse(raw);
      return value === undefined ? undefined : meaningOf(value);
    },
    /** Puts right what was read; never a step Back. */
    correct(texts: readonly string[]) {
      const [first, ...aliases] = keys.map((key): [string, string[]] => [key, []]) as [[string, string[]]];
      first[1] = [...texts];
      base.write([first, ...aliases], { history: "replace" });
    },
    /** Writes what the control holds; false when that means nothing to the codec. */
    write(texts: readonly string[], isTyping: boolean): boolean {
      const how: WriteOptions = { ...modifiers };
      if (history !== undefined) how.history = history;
      if (debounce !== undefined) how.debounce = debounce;
      how.burst = burst ?? fieldBurst ?? (isTyping ? typingBurst : undefined);
      const isDefault = control.isSame(texts, this.fallback());
      let value: unknown;
      if (codec) {
        value = valueOf(texts);
        if (value === undefined && !areEmpty(texts)) return false;
      }
      if (params) {
        params.set({ [key]: isDefault ? (fallback?.() ?? undefined) : value }, how);
        return true;
      }
      let written = codec ? (value === undefined ? [] : codec.format(value)) : [...texts];
      if (isDefault && !keepDefault) written = [];
      else if (!codec) written = addressTexts(texts, this.fallback(), control.isClearable);
      base.write([[key, written]], how);
      return true;
    },
  };
}
