// What the types of the caches promise; compiled, never run.

import type {
  CacheData,
  CachedData,
  CachedOnDisk,
  CachedResource,
  CacheEvent,
  CacheEventKind,
  CacheResource,
  CacheStats,
} from "tabstate";
import { cacheData, cacheResource } from "tabstate";

export const both: [CacheData, CacheResource] = [cacheData, cacheResource];

// The arguments and the result are those of the function, and so is whether it is async.
const double = cacheData((n: number, unit?: string) => ({ n: 2 * n, unit }), { ttl: "10m", maxEntries: 100 });
export const doubled: { n: number; unit: string | undefined } = double(2);
export const sameFunction: CachedData<(n: number, unit?: string) => { n: number; unit: string | undefined }> = double;
const load = cacheData(async (city: string): Promise<string[]> => [city]);
export const loading: Promise<string[]> = load("Oslo");

// What is peeked at is no promise, and may be missing.
export const peeked: string[] | undefined = load.peek("Oslo");
// @ts-expect-error it may be missing
export const certain: string[] = load.peek("Oslo");
export const isThere: boolean = load.has("Oslo");
load.clear("Oslo");
load.clear();
export const stats: CacheStats = load.stats();
export const entries: number = stats.entries;
export const where: "memory" | "session" | "disk" = stats.persistence;

// @ts-expect-error a text is no number
double("2");
// @ts-expect-error an argument is missing
load();
// @ts-expect-error there is no such argument
load.peek(5);
// @ts-expect-error there is no such option
cacheData(() => 1, { maxAge: 5 });
// @ts-expect-error a mode is one of two
cacheData(() => 1, { refreshMode: "eager" });
// @ts-expect-error it is an option of resources
cacheData(() => 1, { onRelease: () => {} });

// On disk, it is always a promise.
const onDisk = cacheData((n: number) => [n], { persist: "disk", key: "numbers@1" });
export const fromDisk: Promise<number[]> = onDisk(1);
export const cachedOnDisk: CachedOnDisk<(n: number) => number[]> = onDisk;
export const peekedOnDisk: number[] | undefined = onDisk.peek(1);
// @ts-expect-error it is a promise
export const atOnce: number[] = onDisk(1);
const inSession = cacheData((n: number) => [n], { persist: "session", key: "numbers@2" });
export const fromSession: number[] = inSession(1);
const onDiskLater = cacheData(async (n: number) => [n], { persist: "disk", key: "numbers@3" });
export const notTwice: Promise<number[]> = onDiskLater(1);

// What a key is made of has its own type.
class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}
cacheData((point: Point) => point.x, {
  hashFuncs: [
    [Point, ({ x, y }: Point) => [x, y]],
    [Function, (f: () => void) => f.name],
  ],
  skipArgs: [1],
});

// A resource is as it is made; its functions know it, and the arguments.
const worker = cacheResource(async (name: string, _size?: number) => ({ name, terminate() {} }), {
  validate: (value, name, size) => value.name === name && size !== 0,
  onRelease: (value) => value.terminate(),
});
export const shared: Promise<{ name: string; terminate(): void }> = worker("search");
export const cachedResource: CachedResource<
  (name: string, size?: number) => Promise<{ name: string; terminate(): void }>
> = worker;
const named: { name: string } | undefined = worker.peek("search");
export const dispose: () => void = worker[Symbol.dispose];
export const disposable: { [Symbol.dispose](): void } = worker;
// @ts-expect-error it says so at once
cacheResource(() => 1, { validate: async () => true });
// @ts-expect-error a resource is not written anywhere
cacheResource(() => 1, { persist: "disk", key: "a" });

export const stop: () => void = cacheData.subscribe(
  ({ kind, cache, key, error }: CacheEvent) => console.log(kind satisfies CacheEventKind, cache, key?.length, error),
  { kinds: ["hit", "miss"], signal: new AbortController().signal },
);
// @ts-expect-error there is no such kind
cacheData.subscribe(() => {}, { kinds: ["hits"] });
cacheData.clear();
cacheResource.clear();

export { named };
