// Values of `cacheData` on disk: restored, or made by whichever tab is first. Loaded when a page asks for it; how they lie there
// is `src/web/disk.js`.

import { type Disk, openDisk } from "../src/web/disk.js";
import { runAlone } from "../src/web/locks.js";
import type { Kept } from "./cache.js";
import type { CheckedOptions } from "./cache_options.js";

const disks = new Map<string, Disk>();

/** One database for all caches of a namespace. */
export function diskOf(namespace: string): Disk {
  const name = `${namespace}!cache`;
  let disk = disks.get(name);
  if (disk === undefined) {
    disk = openDisk(name);
    disks.set(name, disk);
  }
  return disk;
}

/** One cache on the disk. */
export interface DiskCache {
  produce(
    key: string,
    signal: AbortSignal,
    restored: (kept: Kept, age: number) => boolean,
    make: () => Promise<Kept | undefined>,
  ): Promise<void>;
  /** Memory has let go of what it had from the disk, or has written there. */
  drop(key: string): void;
  remove(key?: string): Promise<void>;
}

/** `noted` is called with the trouble that a use of the disk had, or with none; `isOld` tells other versions of the cache. */
export function openDiskCache(
  namespace: string,
  { name, ttl, maxEntries, maxSize }: CheckedOptions,
  keptOf: (form: string) => Kept,
  noted: (use: "read" | "write", trouble?: unknown) => void,
  isOld: (cache: string) => boolean,
): DiskCache {
  const disk = diskOf(namespace);
  /** When the values were made that are in memory, by key. */
  const times = new Map<string, number>();
  const bounds = { maxEntries: maxEntries || Number.POSITIVE_INFINITY, maxSize: maxSize || Number.POSITIVE_INFINITY };

  /** Trouble with the disk is none of those who ask. */
  const tried = async <T>(use: "read" | "write", action: () => Promise<T>): Promise<T | undefined> => {
    try {
      const result = await action();
      noted(use);
      return result;
    } catch (error) {
      noted(use, error);
      return undefined;
    }
  };
  const write = (key: string, { form, size }: Kept, time: number, epoch: number) => {
    times.set(key, time);
    return tried("write", () => disk.write(name, key, { form, size, time, expires: time + ttl * 1000 }, epoch, bounds));
  };

  let isPurged = false;
  const purge = () => {
    if (isPurged) return;
    isPurged = true;
    tried("read", () => disk.purge(isOld, Date.now()));
  };

  return {
    async produce(key, signal, restored, make) {
      /** The epoch of the cache, and whether there was something. */
      const restore = async (): Promise<{ epoch: number | undefined; isDone: boolean }> => {
        const found = await tried("read", () => disk.read(name, key));
        const { row, epoch } = found ?? {};
        if (row === undefined || epoch === undefined) return { epoch, isDone: false };
        const now = Date.now();
        let kept: Kept | undefined;
        try {
          kept = keptOf(row.form);
        } catch {
          // A cache has no need of what cannot be read.
        }
        if (kept !== undefined && row.time > now) {
          // The clock was set back: it counts from now on.
          await write(key, kept, now, epoch);
        } else times.set(key, row.time);
        const isDone = kept !== undefined && restored(kept, Math.max(0, now - row.time));
        if (!isDone) tried("read", () => disk.drop(name, key, row.time));
        return { epoch, isDone };
      };

      const first = await restore();
      if (first.epoch !== undefined) purge();
      if (first.isDone) return;
      await runAlone(`${namespace}!cache:${name.length}:${name}${key}`, signal, async () => {
        // A disk that did not answer is not asked again.
        const { epoch, isDone } = first.epoch === undefined ? first : await restore();
        if (isDone) return;
        signal.throwIfAborted();
        const kept = await make();
        if (kept === undefined || epoch === undefined) return;
        await write(key, kept, Date.now(), epoch);
      });
    },
    drop(key) {
      const time = times.get(key);
      times.delete(key);
      if (time !== undefined) tried("read", () => disk.drop(name, key, time));
    },
    async remove(key) {
      if (key === undefined) times.clear();
      else times.delete(key);
      await tried("read", () => (key === undefined ? disk.removeAll(name) : disk.remove(name, key)));
    },
  };
}
