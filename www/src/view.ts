// The view of the explorer: what its address can say. The names are the keys of the address. No rendering here.
import { bool, custom, defineParams, float, int, list, oneOf, type ParamValues, TabstateError, text } from "tabstate";
import { KIND_IDS } from "./kinds.js";

export const COLUMNS = ["country", "population", "kind", "latitude", "longitude", "region", "id"] as const;
export type ColumnId = (typeof COLUMNS)[number];
export const SORTS = ["name", ...COLUMNS] as const;
export type SortId = (typeof SORTS)[number];
/** What is on the page: the places, what the page knows about its reader, what it does only once, or what the tab keeps. */
export const SCREENS = ["places", "about", "caches", "storage"] as const;
export const TABS = ["map", "histogram", "extremes"] as const;

/** An ISO code, of whatever country: which ones there are, the data says. */
const countryCode = custom({
  parse: (code) => (/^[A-Z]{2}$/.test(code) ? code : undefined),
  format: (code) => code,
});

/** A drag moves with every frame: its address waits until the hand rests, the view does not. */
const DRAG_REST_MS = 100;
const people = int({ min: 0, max: 1e9 }).optional().debounce(DRAG_REST_MS);
const degrees = float({ min: -90, max: 90 }).debounce(DRAG_REST_MS);

const definition = {
  show: oneOf(SCREENS).default("places"),
  q: text().default(""),
  country: list(countryCode),
  kind: list(oneOf(KIND_IDS)),
  pop_min: people,
  pop_max: people,
  /** At a pole: no limit. */
  lat_min: degrees.default(-90),
  lat_max: degrees.default(90),
  sort: oneOf(SORTS).default("population"),
  desc: bool().default(true),
  /** Counted from 1. */
  page: int({ min: 1, max: 1e6 }).default(1),
  /** Beside the name. */
  cols: list(oneOf(COLUMNS)).default(["country", "population", "kind", "latitude"]),
  /** GeoNames id of the place whose details are open. */
  city: int({ min: 1, max: 1e10 }).optional(),
  tab: oneOf(TABS).default("map"),
};

/** What decides which places are listed, and in which order. */
export const SELECTING = [
  "q",
  "country",
  "kind",
  "pop_min",
  "pop_max",
  "lat_min",
  "lat_max",
  "sort",
  "desc",
] as const satisfies (keyof typeof definition)[];

export type View = ParamValues<typeof definition>;

/** A change of the view is a step Back. */
export const filters = defineParams(definition, { history: "push", resets: { page: SELECTING } });

export type Change = Parameters<typeof filters.set>[0];

/** For a drag of our own making: one step Back, as the drags and the typing of bound controls are. */
export const DRAG = { burst: 1000 };

export const VIEW_NAMES = Object.keys(definition) as (keyof View)[];

export const NO_FILTERS: Change = {
  q: undefined,
  country: undefined,
  kind: undefined,
  pop_min: undefined,
  pop_max: undefined,
  lat_min: undefined,
  lat_max: undefined,
};

/** The values of the filters alone. */
export type FilterValues = Pick<View, "q" | "country" | "kind" | "pop_min" | "pop_max" | "lat_min" | "lat_max">;

export function filtersOf({ q, country, kind, pop_min, pop_max, lat_min, lat_max }: View): FilterValues {
  return { q, country, kind, pop_min, pop_max, lat_min, lat_max };
}

/** What was kept as the values of the filters, if the view can still have them. */
export function readFilters(kept: unknown): FilterValues | undefined {
  const values = filtersOf({ ...filters.get(), ...(kept as View) });
  try {
    filters.href(values);
    return values;
  } catch (error) {
    if (!(error instanceof TabstateError)) throw error;
    return undefined;
  }
}

export function isLatitudeLimited({ lat_min, lat_max }: FilterValues): boolean {
  return lat_min > -90 || lat_max < 90;
}

export function isFiltered(values: FilterValues): boolean {
  return (
    values.q !== "" ||
    values.country.length + values.kind.length > 0 ||
    values.pop_min !== undefined ||
    values.pop_max !== undefined ||
    isLatitudeLimited(values)
  );
}
