export interface Row { time: number; size: number; form: string; expires: number }
export interface Bounds { maxEntries?: number; maxSize?: number }
export interface Disk {
  read(cache: string, key: string): Promise<{ row?: Row; epoch: number }>;
  write(cache: string, key: string, row: Row, epoch: number, bounds: Bounds): Promise<boolean>;
  remove(cache: string, key: string): Promise<void>;
  removeAll(cache: string): Promise<void>;
  removeEverything(): Promise<void>;
  drop(cache: string, key: string, time: number): Promise<void>;
  purge(cache: string, now: number): Promise<void>;
  close(): void;
}
export function openDisk(name: string): Disk;
