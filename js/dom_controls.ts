// The controls of a page as lists of texts: what one holds, and what it makes of texts. Knows nothing of the address.

import { areEmpty, colorText, cutText, numberText, offeredTexts, truthText } from "./control_texts.js";
import { invalid } from "./query_options.js";

/** One control, or several that make one value. An empty list is no value. */
export interface Control {
  readonly elements: readonly HTMLElement[];
  /** Milliseconds in which pushes are one step Back. */
  readonly burst?: number;
  /** Whether it holds any number of texts. */
  readonly isList?: boolean;
  readonly isNumber?: boolean;
  /** Whether texts that it spells in another way are all right in the address. */
  readonly isLoose?: boolean;
  /** Whether the user may leave it empty. */
  isClearable(): boolean;
  /** What it holds; `undefined` in the middle of something, such as a lone `-` in a number. */
  read(): string[] | undefined;
  /** What it would hold for these texts, corrected where it has to be; `undefined` when nothing of them fits. */
  take(texts: readonly string[]): string[] | undefined;
  /** Makes it hold texts that it took. No event is dispatched. */
  show(texts: readonly string[]): void;
}

/** A typing or dragging burst goes on as long as its events are not further apart. */
const typingBurst = 1000;

type Field = HTMLInputElement | HTMLTextAreaElement;
type Item = HTMLInputElement | HTMLOptionElement;

/** @throws {TabstateError} `invalid-option` for what cannot be bound. */
export function controlOf(elements: readonly Element[], key: string, max?: number): Control {
  const first = elements[0] as HTMLInputElement;
  const kind = kindOf(first);
  if (!kind || (elements.length > 1 && !(isOfGroup(kind) && elements.every((element) => kindOf(element) === kind)))) {
    throw invalid(key, "an element of this kind cannot be bound");
  }
  if (kind === "radio") return choice(elements.length > 1 ? elements : radiosBeside(first));
  if (kind === "select") return choice(elements, (first as unknown as HTMLSelectElement).multiple, max);
  if (elements.length > 1) return choice(elements, true, max);
  return kind === "checkbox" || kind === "details" ? toggle(first, kind === "details") : field(first, kind);
}

const inputs = /^(text|search|url|tel|email|date|time|datetime-local|month|week|number|range|color|checkbox|radio)$/;

/** The kind of control that an element is, where it is one that can be bound. */
export function kindOf(element: Element | undefined): string | undefined {
  const name = element?.localName ?? "";
  const kind = name === "input" ? (element as HTMLInputElement).type : name;
  return (name === "input" ? inputs : /^(textarea|select|details)$/).test(kind) ? kind : undefined;
}

/** Whether several controls of this kind and one name are one. */
export function isOfGroup(kind: string): boolean {
  return kind === "radio" || kind === "checkbox";
}

/** What a reset of its form would leave in a control: what a copy of it holds then. */
export function initialTexts({ elements }: Control, key: string): string[] {
  const form = (elements[0] as Element).ownerDocument.createElement("form");
  const copies = elements.map((element) => element.cloneNode(true) as Element);
  form.append(...copies);
  memberOf(form, "reset").call(form);
  return controlOf(copies, key).read() ?? [];
}

/** A member of a form: a control of that name hides it, but not in the prototype. */
export function memberOf<Of extends object, Name extends keyof Of>(of: Of, name: Name): Of[Name] {
  return Reflect.get(Object.getPrototypeOf(of), name, of);
}

/** The radios that a click on this one would clear. */
function radiosBeside(radio: HTMLInputElement): Element[] {
  const root = radio.getRootNode() as HTMLElement;
  const all = memberOf(root, "querySelectorAll").call(root, "input[type=radio]") as NodeListOf<HTMLInputElement>;
  const group = [...all].filter(({ name, form }) => name !== "" && name === radio.name && form === radio.form);
  return group.length > 0 ? group : [radio];
}

/** What is typed, dragged or picked: one text. */
function field(element: Field, kind: string): Control {
  const isText = /^(te|se|u|em)/.test(kind);
  const isNumber = kind === "number" || kind === "range";
  const isClearable = () => !element.required && kind !== "range" && kind !== "color";
  return {
    elements: [element],
    burst: typingBurst,
    isNumber,
    isLoose: !isText && !isNumber,
    isClearable,
    read() {
      if (element.validity.badInput) return undefined;
      return element.value === "" && !isText ? [] : [element.value];
    },
    take(texts) {
      const text = texts.at(-1) ?? "";
      if (text === "") return isClearable() ? (isText ? [text] : []) : undefined;
      // A copy knows the browser's own rules; what the user sees is left alone.
      const probe = element.cloneNode() as HTMLInputElement;
      const { min, max, step } = probe;
      const bounds = kind === "range" ? { min: min || "0", max: max || "100", step } : probe;
      const known = isText
        ? cutText(text, probe.maxLength)
        : isNumber
          ? numberText(text, bounds)
          : kind === "color"
            ? colorText(text)
            : text;
      probe.value = known ?? "";
      const { value, validity } = probe;
      const isOut = known === undefined || validity.rangeUnderflow || validity.rangeOverflow;
      return isOut || (value === "" && !isText) ? undefined : [value];
    },
    show([text = ""]) {
      const caret = isText && element.matches(":focus") ? [element.selectionStart, element.selectionEnd] : undefined;
      element.value = text;
      // Otherwise it jumps to the end. An email has none.
      if (caret && caret[0] !== null) element.setSelectionRange(caret[0] as number, caret[1] as number);
    },
  };
}

/** A checkbox of its own, or details. */
function toggle(element: HTMLElement, isDetails: boolean): Control {
  const state = element as HTMLElement & Record<string, boolean>;
  const property = isDetails ? "open" : "checked";
  return {
    elements: [element],
    isLoose: true,
    isClearable: () => false,
    read: () => [String(state[property])],
    take(texts) {
      const text = truthText(texts.at(-1) ?? "");
      return text === undefined ? undefined : [text];
    },
    show([text]) {
      state[property] = text === "true";
    },
  };
}

/** A choice of items: a select, radios, or checkboxes of one name. */
function choice(elements: readonly Element[], isList = false, max?: number): Control {
  const select = elements[0]?.localName === "select" ? (elements[0] as HTMLSelectElement) : undefined;
  const items = () => [...(select?.options ?? elements)] as Item[];
  const texts = (items: Item[]) => items.map(({ value }) => value);
  const isClearable = () => !(elements as HTMLInputElement[]).some(({ required }) => required);
  return {
    elements: elements as HTMLElement[],
    isList,
    isClearable,
    read: () => texts(items().filter((item) => ("selected" in item ? item.selected : item.checked))),
    take(given) {
      const taken = offeredTexts(isList ? given : given.slice(-1), texts(items()), max);
      return taken.length > 0 || (isList && areEmpty(given) && isClearable()) ? taken : undefined;
    },
    show(given) {
      if (select) select.selectedIndex = -1;
      // An empty item says that there is none.
      const shown = isList || given.length > 0 ? given : [""];
      for (const item of items()) {
        const isOn = shown.includes(item.value);
        if (!("selected" in item)) item.checked = isOn;
        else if (isOn) item.selected = true;
      }
    },
  };
}
