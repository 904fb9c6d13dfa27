// The view of the explorer and its spelling in the address, both ways, by hand. Strict: a text of the wrong form reads as the default. No rendering here.
import { formatQuery, parseQuery, queryParams } from "tabstate";
import { KIND_IDS, type KindId } from "./kinds.js";

export const COLUMNS = ["country", "population", "kind", "latitude", "longitude", "region", "id"] as const;
export type ColumnId = (typeof COLUMNS)[number];
export const SORTS = ["name", ...COLUMNS] as const;
export type SortId = (typeof SORTS)[number];
export type ChartId = "map" | "histogram";

export interface View {
  q: string;
  /** ISO codes. */
  countries: readonly string[];
  kinds: readonly KindId[];
  popMin: number | undefined;
  popMax: number | undefined;
  /** Degrees. */
  latMin: number | undefined;
  latMax: number | undefined;
  sort: SortId;
  desc: boolean;
  /** Counted from 1. */
  page: number;
  columns: readonly ColumnId[];
  /** GeoNames id of the place whose details are open. */
  city: number | undefined;
  chart: ChartId;
}

export const DEFAULT_VIEW: View = {
  q: "",
  countries: [],
  kinds: [],
  popMin: undefined,
  popMax: undefined,
  latMin: undefined,
  latMax: undefined,
  sort: "population",
  desc: true,
  page: 1,
  columns: ["country", "population", "kind", "latitude"],
  city: undefined,
  chart: "map",
};

export const NO_FILTERS = {
  q: "",
  countries: [],
  kinds: [],
  popMin: undefined,
  popMax: undefined,
  latMin: undefined,
  latMax: undefined,
} satisfies Partial<View>;

/** `cols=none` stands for no column beside the name: an absent parameter is the default, so an empty list needs a text. */
const NO_COLUMNS = "none";

const KEYS: Record<keyof View, string> = {
  q: "q",
  countries: "country",
  kinds: "kind",
  popMin: "pop_min",
  popMax: "pop_max",
  latMin: "lat_min",
  latMax: "lat_max",
  sort: "sort",
  desc: "desc",
  page: "page",
  columns: "cols",
  city: "city",
  chart: "tab",
};

export const VIEW_KEYS: ReadonlySet<string> = new Set(Object.values(KEYS));

const RESETS_PAGE: readonly (keyof View)[] = [
  "q",
  "countries",
  "kinds",
  "popMin",
  "popMax",
  "latMin",
  "latMax",
  "sort",
  "desc",
];

function whole(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined || !/^[0-9]+$/.test(text)) return undefined;
  const number = Number(text);
  return number >= least && number <= most ? number : undefined;
}

function degrees(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?[0-9]+(\.[0-9]+)?$/.test(text)) return undefined;
  const number = Number(text);
  return number >= -90 && number <= 90 ? number : undefined;
}

function oneOf<Choice extends string>(text: string | undefined, choices: readonly Choice[]): Choice | undefined {
  return choices.find((choice) => choice === text);
}

/** All of `texts`, each once, or nothing when one of them is not a choice. */
function listOf<Choice extends string>(
  texts: readonly string[],
  isChoice: (text: string) => text is Choice,
): Choice[] | undefined {
  const distinct = [...new Set(texts)];
  return distinct.every(isChoice) ? distinct : undefined;
}

const isCountry = (text: string): text is string => /^[A-Z]{2}$/.test(text);
const isKind = (text: string): text is KindId => (KIND_IDS as readonly string[]).includes(text);
const isColumn = (text: string): text is ColumnId => (COLUMNS as readonly string[]).includes(text);

export function readView(): View {
  const get = (key: keyof View): string | undefined => queryParams.get(KEYS[key]);
  const cols = queryParams.getAll(KEYS.columns);
  const desc = oneOf(get("desc"), ["true", "false"]);
  return {
    q: get("q") ?? DEFAULT_VIEW.q,
    countries: listOf(queryParams.getAll(KEYS.countries), isCountry) ?? DEFAULT_VIEW.countries,
    kinds: listOf(queryParams.getAll(KEYS.kinds), isKind) ?? DEFAULT_VIEW.kinds,
    popMin: whole(get("popMin"), 0, 1e9),
    popMax: whole(get("popMax"), 0, 1e9),
    latMin: degrees(get("latMin")),
    latMax: degrees(get("latMax")),
    sort: oneOf(get("sort"), SORTS) ?? DEFAULT_VIEW.sort,
    desc: desc === undefined ? DEFAULT_VIEW.desc : desc === "true",
    page: whole(get("page"), 1, 1e6) ?? DEFAULT_VIEW.page,
    columns:
      cols.length === 0
        ? DEFAULT_VIEW.columns
        : cols.length === 1 && cols[0] === NO_COLUMNS
          ? []
          : (listOf(cols, isColumn) ?? DEFAULT_VIEW.columns),
    city: whole(get("city"), 1, 1e10),
    chart: oneOf<ChartId>(get("chart"), ["map", "histogram"]) ?? DEFAULT_VIEW.chart,
  };
}

function sameValue(a: View[keyof View], b: View[keyof View]): boolean {
  return Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((item, at) => item === b[at])
    : a === b;
}

/** What a change writes: each key's texts, none for a value that is its default. */
function spelled(change: Partial<View>): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  const whole = RESETS_PAGE.some((key) => key in change) ? { page: DEFAULT_VIEW.page, ...change } : change;
  for (const key of Object.keys(whole) as (keyof View)[]) {
    const value = whole[key];
    const isDefault = value === undefined || sameValue(value, DEFAULT_VIEW[key]);
    texts.set(
      KEYS[key],
      isDefault
        ? []
        : key === "columns" && (value as readonly string[]).length === 0
          ? [NO_COLUMNS]
          : Array.isArray(value)
            ? value.map(String)
            : [String(value)],
    );
  }
  return texts;
}

/**
 * How a change enters the history: a `step` is one entry of its own, `typing` and a `drag` are one entry for the whole of it.
 * A drag moves with every frame, so its address waits until the hand rests; the view does not.
 */
export type Pace = "step" | "typing" | "drag";

const PACES = {
  step: { history: "push" },
  typing: { history: "push", burst: 1000 },
  drag: { history: "push", burst: 1000, debounce: 100 },
} as const;

/** Changes the view, and the page back to the first when what is listed changes: all of it or nothing, one entry. */
export function changeView(change: Partial<View>, pace: Pace = "step"): void {
  const before = readView();
  const moved = (Object.keys(change) as (keyof View)[]).some((key) => !sameValue(before[key], change[key]));
  if (!moved) return;
  queryParams.update(spelled(change), PACES[pace]);
}

/** The query, with its `?`, that `changeView(change)` would lead to. Writes nothing. */
export function queryWith(change: Partial<View>): string {
  const texts = spelled(change);
  const kept = parseQuery(queryParams.toString()).filter(([key]) => !texts.has(key));
  const query = formatQuery([
    ...kept,
    ...[...texts].flatMap(([key, list]) => list.map((text): [string, string] => [key, text])),
  ]);
  return `?${query}`;
}

/** A link to this view as it is now, also while its address is still on the way. */
export function linkToView(): string {
  const here = new URL(document.URL);
  here.search = queryParams.toString();
  return here.href;
}
