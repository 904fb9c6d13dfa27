// The format of `cities.columns`, as pack_cities.mjs writes it, read into typed arrays. Knows bytes, not cities' meaning.

export interface CityColumns {
  rows: number;
  source: string;
  id: Uint32Array;
  /** Places in `countries`. */
  country: Uint8Array;
  /** Places in `regions`. */
  region: Uint16Array;
  /** Places in `codes`. */
  code: Uint8Array;
  /** 0 where GeoNames has no figure. */
  population: Uint32Array;
  /** Degrees. */
  longitude: Float32Array;
  /** Degrees. */
  latitude: Float32Array;
  /** All names, one a line. */
  names: string;
  countries: string[];
  regions: string[];
  codes: string[];
  alsoListedIn: Record<number, string[]>;
}

interface Header {
  source: string;
  rows: number;
  stepsPerDegree: number;
  columns: [name: string, bytes: number][];
  countries: string[];
  regions: string[];
  codes: string[];
  alsoListedIn: Record<number, string[]>;
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float32Array;

function fill<Kind extends Column>(into: Kind, bytes: Uint8Array, how: "plain" | "differences", divisor = 1): Kind {
  let at = 0;
  let sum = 0;
  for (let row = 0; row < into.length; row++) {
    let value = 0;
    let factor = 1;
    let byte: number;
    do {
      byte = bytes[at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    const number = value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    sum = how === "plain" ? number : sum + number;
    into[row] = sum / divisor;
  }
  return into;
}

function readCityColumns(file: ArrayBuffer): CityColumns {
  const headerLength = new DataView(file).getUint32(0, true);
  const text = new TextDecoder();
  const header = JSON.parse(text.decode(new Uint8Array(file, 4, headerLength))) as Header;

  const bytes = new Map<string, Uint8Array>();
  let start = 4 + headerLength;
  for (const [name, length] of header.columns) {
    bytes.set(name, new Uint8Array(file, start, length));
    start += length;
  }
  const column = (name: string): Uint8Array => {
    const found = bytes.get(name);
    if (found === undefined) throw new Error(`the data file has no column ${name}: build the page again`);
    return found;
  };

  const { rows, stepsPerDegree } = header;
  return {
    rows,
    source: header.source,
    id: fill(new Uint32Array(rows), column("id"), "differences"),
    country: fill(new Uint8Array(rows), column("country"), "differences"),
    region: fill(new Uint16Array(rows), column("region"), "differences"),
    code: fill(new Uint8Array(rows), column("code"), "plain"),
    population: fill(new Uint32Array(rows), column("population"), "plain"),
    longitude: fill(new Float32Array(rows), column("longitude"), "differences", stepsPerDegree),
    latitude: fill(new Float32Array(rows), column("latitude"), "differences", stepsPerDegree),
    names: text.decode(column("name")),
    countries: header.countries,
    regions: header.regions,
    codes: header.codes,
    alsoListedIn: header.alsoListedIn,
  };
}

/** Unpacks. The file is a gzip as it lies; a server that also declares it as one has the browser unpack it first, so the bytes decide. */
export async function unpackCityColumns(file: ArrayBuffer): Promise<CityColumns> {
  const start = new Uint8Array(file, 0, Math.min(2, file.byteLength));
  if (start[0] !== 0x1f || start[1] !== 0x8b) return readCityColumns(file);
  const unpacked = new Response(file).body?.pipeThrough(new DecompressionStream("gzip"));
  return readCityColumns(await new Response(unpacked).arrayBuffer());
}
