// GeoNames' feature codes of populated places, in plain words. A closed list; an unknown code counts as another place.

export const KINDS = [
  { id: "capital", one: "Capital", many: "Capitals", about: "seats of national government", codes: ["PPLC", "PPLG"] },
  { id: "region", one: "Regional seat", many: "Regional seats", about: "states, provinces, regions", codes: ["PPLA"] },
  {
    id: "district",
    one: "District seat",
    many: "District seats",
    about: "counties, districts",
    codes: ["PPLA2", "PPLA3"],
  },
  { id: "local", one: "Local seat", many: "Local seats", about: "communes, parishes", codes: ["PPLA4", "PPLA5"] },
  { id: "town", one: "City or town", many: "Cities and towns", about: "no seat of government", codes: ["PPL"] },
  { id: "part", one: "Part of a city", many: "Parts of cities", about: "quarters, suburbs", codes: ["PPLX"] },
  {
    id: "former",
    one: "Former place",
    many: "Former places",
    about: "abandoned, destroyed, historical",
    codes: ["PPLQ", "PPLW", "PPLH", "PPLCH"],
  },
  {
    id: "other",
    one: "Other place",
    many: "Other places",
    about: "farms, camps, localities",
    codes: ["PPLL", "PPLF", "PPLS", "PPLR", "STLMT"],
  },
] as const;

export type KindId = (typeof KINDS)[number]["id"];

export const KIND_IDS: readonly KindId[] = KINDS.map((kind) => kind.id);

export function kindOfCode(code: string): number {
  const place = KINDS.findIndex((kind) => (kind.codes as readonly string[]).includes(code));
  return place === -1 ? KINDS.length - 1 : place;
}
