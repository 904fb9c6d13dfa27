// The controls of a page as lists of texts: what one holds, takes and starts with. Knows nothing of the address.

import { areEmpty, colorText, cutText, numberText, offeredTexts, sameTexts, truthText } from "./control_texts.js";
import { invalid } from "./query_options.js";

/** One control, or several that make one value. An empty list: no value. */
export interface Control {
  readonly elements: readonly HTMLElement[];
  /** The events of the elements that may have changed the value; `input` stands for typing and dragging. */
  readonly events: readonly string[];
  /** Whether it holds any number of texts. */
  readonly isList: boolean;
  /** Whether the user may leave it empty. */
  readonly isClearable: boolean;
  /** What it holds; `undefined` in the middle of something, such as a lone `-` in a number. */
  read(): string[] | undefined;
  /** What it makes of texts, corrected where it has to be; `undefined` when it cannot hold them. */
  take(texts: readonly string[]): string[] | undefined;
  /** Whether two lists of texts mean the same to it. */
  isSame(one: readonly string[], other: readonly string[]): boolean;
  /** Makes it hold texts that it took. No event is dispatched. */
  show(texts: readonly string[]): void;
  /** What a reset of its form would leave in it. */
  initial(): string[];
}

type Field = HTMLInputElement | HTMLTextAreaElement;
type Item = HTMLInputElement | HTMLOptionElement;

const texts = ["text", "search", "url", "tel", "email", "textarea"];
const dates = ["date", "time", "datetime-local", "month", "week"];
const numbers = ["number", "range"];

const wanted = "use an input, textarea, select or details; not a password, file, hidden or button";

/** @throws {TabstateError} `invalid-option` for what cannot be bound. */
export function controlOf(elements: readonly Element[], key: string, max = Infinity): Control {
  const [first] = elements as readonly HTMLElement[];
  const kind = first && kindOf(first);
  if (kind === undefined || elements.some((element) => kindOf(element) !== kind)) throw invalid(key, wanted);
  if (kind === "radio")
    return choice(elements.length > 1 ? elements : radiosBeside(first as HTMLInputElement), false, 1);
  if (kind === "checkbox" && elements.length > 1) return choice(elements, true, max);
  if (elements.length > 1) throw invalid(key, "only radios and checkboxes make one value together");
  if (kind === "select") return choice(elements, (first as HTMLSelectElement).multiple, max);
  return kind === "checkbox" || kind === "details" ? toggle(first as HTMLElement, kind) : field(first as Field, kind);
}

/** The kind of control that an element is, where it is one that can be bound. */
export function kindOf(element: Element): string | undefined {
  const name = element?.localName;
  if (name === "textarea" || name === "select" || name === "details") return name;
  if (name !== "input") return undefined;
  const { type } = element as HTMLInputElement;
  return [...texts, ...dates, ...numbers, "color", "checkbox", "radio"].includes(type) ? type : undefined;
}

/** The radios that a click on this one would clear. */
function radiosBeside(radio: HTMLInputElement): Element[] {
  const { name, form } = radio;
  if (name === "") return [radio];
  const all = (form ?? (radio.getRootNode() as ParentNode)).querySelectorAll<HTMLInputElement>("input[type=radio]");
  return [...all].filter((other) => other.name === name && other.form === form);
}

/** What is typed, dragged or picked: one text. */
function field(element: Field, kind: string): Control {
  const isText = texts.includes(kind);
  const isNumber = numbers.includes(kind);
  const isNeverEmpty = kind === "range" || kind === "color";
  const accepted = (text: string): string | undefined => {
    // The browser's own rules, without touching what the user sees.
    const probe = element.cloneNode() as HTMLInputElement;
    probe.readOnly = probe.disabled = false;
    let given: string | undefined = text;
    if (isText) given = cutText(text, probe.maxLength);
    if (kind === "color") given = colorText(text);
    if (isNumber) {
      const { min, max, step } = probe;
      given = numberText(text, kind === "range" ? { min: min || "0", max: max || "100", step } : { min, max, step });
    }
    if (given === undefined) return undefined;
    probe.value = given;
    const { value, validity } = probe;
    const isOut = validity.rangeUnderflow || validity.rangeOverflow;
    return isOut || (value === "" && !isText) ? undefined : value;
  };
  const control: Control = {
    elements: [element],
    events: ["input", "change"],
    isList: false,
    get isClearable() {
      return !element.required && !isNeverEmpty;
    },
    read() {
      if (element.validity.badInput) return undefined;
      return element.value === "" && !isText ? [] : [element.value];
    },
    take(given) {
      const text = given.at(-1) ?? "";
      if (text === "") return control.isClearable ? (isText ? [""] : []) : undefined;
      const taken = accepted(text);
      return taken === undefined ? undefined : [taken];
    },
    isSame(one, other) {
      const [text = "", same = ""] = [one.at(-1), other.at(-1)];
      return text === same || (isNumber && text !== "" && same !== "" && Number(text) === Number(same));
    },
    show([text = ""]) {
      const { selectionStart, selectionEnd } = element;
      const isFocused = element.matches(":focus");
      element.value = text;
      // A new value would move the caret to the end.
      if (isFocused && isText && selectionStart !== null) element.setSelectionRange(selectionStart, selectionEnd);
    },
    initial: () => afterReset(control, ([copy]) => field(copy as Field, kind)),
  };
  return control;
}

/** A checkbox of its own, or details. */
function toggle(element: HTMLElement, kind: string): Control {
  const state = element as HTMLElement & Record<string, boolean>;
  const property = kind === "details" ? "open" : "checked";
  const control: Control = {
    elements: [element],
    events: [kind === "details" ? "toggle" : "change"],
    isList: false,
    isClearable: false,
    read: () => [String(state[property])],
    take(given) {
      const text = truthText(given.at(-1) ?? "");
      return text === undefined ? undefined : [text];
    },
    isSame: (one, other) => sameTexts(one.slice(-1).map(lower), other.slice(-1).map(lower)),
    show([text]) {
      state[property] = text === "true";
    },
    initial: () =>
      kind === "details" ? [String(state.open)] : afterReset(control, ([copy]) => toggle(copy as HTMLElement, kind)),
  };
  return control;
}

const lower = (text: string) => text.toLowerCase();

/** A choice of items: a select, radios, or checkboxes of one name. */
function choice(elements: readonly Element[], isList: boolean, max: number): Control {
  const select = elements[0]?.localName === "select" ? (elements[0] as HTMLSelectElement) : undefined;
  const items = () => (select ? [...select.options] : [...elements]) as Item[];
  const isOn = (item: Item) => ("selected" in item ? item.selected : item.checked);
  const chosen = (given: readonly string[]) =>
    offeredTexts(
      given,
      items().map(({ value }) => value),
      max,
    );
  const control: Control = {
    elements: elements as HTMLElement[],
    events: ["change"],
    isList,
    get isClearable() {
      return !(elements as HTMLInputElement[]).some(({ required }) => required);
    },
    read: () =>
      items()
        .filter(isOn)
        .map(({ value }) => value),
    take(given) {
      const taken = chosen(isList ? given : given.slice(-1));
      if (taken.length > 0) return taken;
      return isList && areEmpty(given) && control.isClearable ? [] : undefined;
    },
    // The control knows no order of its items.
    isSame: (one, other) =>
      isList ? sameTexts([...one].sort(), [...other].sort()) : sameTexts(one.slice(-1), other.slice(-1)),
    show(given) {
      if (select) select.selectedIndex = -1;
      for (const item of items()) {
        const on = given.includes(item.value);
        if (!("selected" in item)) item.checked = on;
        else if (on) item.selected = true;
      }
    },
    initial: () => afterReset(control, (copies) => choice(copies, isList, max)),
  };
  return control;
}

/** What copies of the elements hold in a form of their own that was reset: the browser's own initial value. */
function afterReset({ elements }: Control, asControl: (copies: readonly Element[]) => Control): string[] {
  const form = (elements[0] as Element).ownerDocument.createElement("form");
  form.append(...elements.map((element) => element.cloneNode(true)));
  form.reset();
  return asControl([...form.children]).read() ?? [];
}
