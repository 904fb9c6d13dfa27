// What `disk.js` gives.

/** One kept value. */
export interface Row {
  /** When the run that it is of ended: milliseconds since 1970. */
  time: number;
  /** Bytes, as whoever keeps it counts them. */
  size: number;
  /** The value's text. */
  form: string;
  /** Milliseconds since 1970; `Infinity` for never. */
  expires: number;
}

/** What a cache may hold; a bound that is not given is none. */
export interface Bounds {
  maxEntries?: number;
  /** The sum of the rows' sizes. */
  maxSize?: number;
}

/**
 * A database of the page's origin. It is opened by the first operation, and again whenever the browser closed it or somebody
 * deleted it.
 *
 * Each operation rejects with the DOM's own error: `QuotaExceededError` where there is no room, `VersionError` when the
 * database is of a later release, `SecurityError` or whatever else the browser has where it is denied, a `ReferenceError` where
 * there is no IndexedDB, and `TimeoutError` when nothing has been answered for two seconds. Then nothing of the operation was
 * done, but for `purge`, and but for a `TimeoutError`, where the browser may still do the last of it. The disk can be used
 * again. Names of caches and keys are well-formed text of any length.
 */
export interface Disk {
  /**
   * What is kept for a key, expired or not, and the epoch of its cache, which is another one after each removal. Notes the use
   * without delaying the answer: it is written down with the next write to that cache, or within about a second.
   */
  read(cache: string, key: string): Promise<{ row?: Row; epoch: number }>;
  /**
   * Keeps a row in the place of the one before, and evicts others until the cache is within bounds: first those that have
   * expired by the row's own time, then those that were not used for the longest time. Tells whether it is kept, once the
   * transaction is complete.
   *
   * `false` when something was removed since `epoch` was read, and then nothing has changed; and when the row alone is beyond
   * the bounds: then the one before is gone.
   */
  write(cache: string, key: string, row: Row, epoch: number, bounds: Bounds): Promise<boolean>;
  /** Removes a row. A write that began before, here or in another tab, to any key of the cache, is not kept. */
  remove(cache: string, key: string): Promise<void>;
  /** Removes all rows of a cache; the same holds. */
  removeAll(cache: string): Promise<void>;
  /** Removes all rows of all caches; the same holds. Makes no database where there is none, if the browser can tell. */
  removeEverything(): Promise<void>;
  /** Drops a row that cannot be used, if it is still the one of that time. The epoch stays. */
  drop(cache: string, key: string, time: number): Promise<void>;
  /**
   * Drops what caches have kept whose names are old, and what has expired by `now` in any cache. Many rows go in several
   * transactions. The epochs stay, but that of a cache which is empty may change.
   */
  purge(isOld: (cache: string) => boolean, now: number): Promise<void>;
  /** Lets go of the connection, once what was asked for is done. The next operation opens it again. */
  close(): void;
}

/** Opens nothing as yet, and never throws. */
export function openDisk(databaseName: string): Disk;
