// The file with all places, as the server has it: fetched once, kept on disk for later visits. Knows its bytes, not what is in them.

import { VERSION } from "virtual:cities";
import { cacheData } from "tabstate";

/** The version is that of the file's own bytes: another edition is another cache, and what was kept of this one goes. */
export const CITIES_CACHE = `cities@${VERSION}`;

export interface CitiesFile {
  /** A gzip, unless the server has the browser unpack it. */
  bytes: ArrayBuffer;
  fetched: Date;
}

/** index.html looks for it, before any script of ours is here. */
const KEPT_MARK = "gazetteer: the places are on disk";

/** What a portal of a hotel answers in the place of a file is not to be kept for a month. */
function isCitiesFile(bytes: ArrayBuffer): boolean {
  const start = new Uint8Array(bytes, 0, Math.min(5, bytes.byteLength));
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  return isGzip || start[4] === "{".charCodeAt(0);
}

export const citiesFile = cacheData(
  async (address: string): Promise<CitiesFile> => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
    const bytes = await response.arrayBuffer();
    if (!isCitiesFile(bytes)) throw new Error("something else came in the place of the data");
    return { bytes, fetched: new Date() };
  },
  { key: CITIES_CACHE, persist: "disk", ttl: "30 days", maxEntries: 1 },
);

function markKept(isKept: boolean): void {
  try {
    if (isKept) localStorage.setItem(KEPT_MARK, VERSION);
    else localStorage.removeItem(KEPT_MARK);
  } catch (error) {
    // Where this is denied, the disk is too, and each visit fetches early.
    console.info("no mark that the places are kept:", error);
  }
}

cacheData.subscribe(
  ({ cache, kind }) => {
    if (cache !== CITIES_CACHE) return;
    markKept((kind === "store" || kind === "hit") && citiesFile.stats().persistence === "disk");
  },
  { kinds: ["store", "hit", "clear", "error"] },
);
