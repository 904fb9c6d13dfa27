// The cities in memory: columns, texts ready to be searched, and the orders they can be listed in. Read-only after loading.
import { citiesFile } from "./cities_file.js";
import { type CityColumns, unpackCityColumns } from "./city_columns.js";
import { KINDS, kindOfCode } from "./kinds.js";
import { plainly, ranks } from "./ranks.js";
import type { SortId } from "./view.js";
import { countryName, ENGLISH } from "./wording.js";

/** Rows fit into 18 bits, so a rank and a row share one exact double, and sorting doubles is what engines do fastest. */
const ROW_SPAN = 2 ** 18;

const LETTERS: Record<string, string> = {
  ø: "o",
  ł: "l",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ə: "e",
  ı: "i",
  đ: "d",
  ð: "d",
  þ: "th",
  ħ: "h",
  "’": "'",
  "‘": "'",
  "”": '"',
};

/** Lower case, no marks, letters that have no decomposition spelled in ASCII: `Łódź` and `lodz` meet. */
export function folded(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[øłßæœəıđðþħ’‘”]/g, (letter) => LETTERS[letter]);
}

export interface Cities extends Omit<CityColumns, "names"> {
  name: string[];
  /** Places in KINDS. */
  kind: Uint8Array;
  countryNames: string[];
  /** Places in `countries`, by name. */
  countriesByName: number[];
  /** All folded names, one a line, and where each line starts. */
  searchText: string;
  searchStart: Uint32Array;
  rowOfId: (id: number) => number | undefined;
  /** Rows in the order of a column; equal ones by population, unknown populations last either way. */
  ordered: (sort: SortId, desc: boolean) => Uint32Array;
  /** Tells the ranks of all names, which `ordered` has to find by itself else. */
  rankNames: (rank: Uint32Array) => void;
  /** When the server sent them. */
  fetched: Date;
}

function lineStarts(text: string, lines: number): Uint32Array {
  const starts = new Uint32Array(lines + 1);
  let at = 0;
  for (let line = 1; line <= lines; line++) {
    const end = text.indexOf("\n", at);
    at = end === -1 ? text.length + 1 : end + 1;
    starts[line] = at;
  }
  return starts;
}

/** What was kept and cannot be read is of no use to the next try either. */
async function loadColumns(address: string): Promise<[columns: CityColumns, fetched: Date]> {
  const { bytes, fetched } = await citiesFile(address);
  try {
    return [await unpackCityColumns(bytes), fetched];
  } catch (error) {
    citiesFile.clear(address);
    throw error;
  }
}

export async function loadCities(address: string): Promise<Cities> {
  const [{ names, ...columns }, fetched] = await loadColumns(address);
  const { rows, population } = columns;
  const searchText = folded(names);
  const name = names.split("\n");
  const kindOf = columns.codes.map(kindOfCode);
  const kind = columns.code.map((code) => kindOf[code]);
  const countryNames = columns.countries.map(countryName);

  const sorted = (rank: (row: number) => number): Uint32Array => {
    const keys = new Float64Array(rows);
    for (let row = 0; row < rows; row++) keys[row] = rank(row) * ROW_SPAN + row;
    return Uint32Array.from(keys.sort(), (key) => key % ROW_SPAN);
  };
  const byPopulation = sorted((row) => 2 ** 32 - population[row]);
  const populationRank = new Uint32Array(rows);
  byPopulation.forEach((row, place) => {
    populationRank[row] = place;
  });

  const collator = new Intl.Collator(ENGLISH, { sensitivity: "base" });
  const ranking: Record<SortId, () => (row: number) => number> = {
    name: () => {
      const rank = ranks(searchText.split("\n"), plainly);
      return (row) => rank[row];
    },
    country: () => {
      const rank = ranks(countryNames, (a, b) => collator.compare(a, b) || plainly(a, b));
      return (row) => rank[columns.country[row]];
    },
    region: () => {
      const rank = ranks(columns.regions, plainly);
      return (row) => rank[columns.region[row]];
    },
    population: () => (row) => population[row],
    kind: () => (row) => KINDS.length - kind[row],
    latitude: () => (row) => Math.round((columns.latitude[row] + 90) * 1e4),
    longitude: () => (row) => Math.round((columns.longitude[row] + 180) * 1e4),
    id: () => (row) => columns.id[row],
  };
  const rankings = new Map<SortId, (row: number) => number>();
  const orders = new Map<string, Uint32Array>([["population true", byPopulation]]);
  const ordered = (sort: SortId, desc: boolean): Uint32Array => {
    const known = orders.get(`${sort} ${desc}`);
    if (known !== undefined) return known;
    const rank = rankings.get(sort) ?? ranking[sort]();
    rankings.set(sort, rank);
    const keys = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const value = sort === "population" && population[row] === 0 ? 2 ** 32 : desc ? 2 ** 32 - rank(row) : rank(row);
      keys[row] = value * ROW_SPAN + populationRank[row];
    }
    const order = Uint32Array.from(keys.sort(), (key) => byPopulation[key % ROW_SPAN]);
    orders.set(`${sort} ${desc}`, order);
    return order;
  };

  let rowsById: Map<number, number> | undefined;
  return {
    ...columns,
    name,
    kind,
    countryNames,
    countriesByName: countryNames
      .map((_, place) => place)
      .sort((a, b) => collator.compare(countryNames[a], countryNames[b])),
    searchText,
    searchStart: lineStarts(searchText, rows),
    rowOfId: (id) => {
      rowsById ??= new Map(Array.from(columns.id, (known, row) => [known, row]));
      return rowsById.get(id);
    },
    ordered,
    rankNames: (rank) => rankings.set("name", (row) => rank[row]),
    fetched,
  };
}
