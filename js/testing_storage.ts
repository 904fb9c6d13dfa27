// The storage of a simulated tab: texts by name, with a quota, and denied on demand. Whose origin it is, others know.

/** What one storage has. Its methods are taken from the class, and called on whatever object stands for it. */
class Room {
  readonly texts = new Map<string, string>();
  constructor(
    /** Units of UTF-16, of names and texts. */
    public quota: number,
    public isDenied: boolean,
  ) {}

  get used(): number {
    let used = 0;
    for (const [name, text] of this.texts) used += name.length + text.length;
    return used;
  }
}

const rooms = new WeakMap<object, Room>();

function roomOf(storage: object): Room {
  const room = rooms.get(storage);
  if (room === undefined) throw new TypeError("Illegal invocation");
  if (room.isDenied) throw new DOMException("Access is denied for this document.", "SecurityError");
  return room;
}

/** The class is one for all tabs: whoever took its methods has them for the next tab, too. */
export class SimulatedStorage {
  get length(): number {
    return roomOf(this).texts.size;
  }

  key(nth: number): string | null {
    return [...roomOf(this).texts.keys()][nth] ?? null;
  }

  getItem(name: string): string | null {
    return roomOf(this).texts.get(`${name}`) ?? null;
  }

  setItem(name: string, text: string): void {
    const room = roomOf(this);
    const before = room.texts.get(`${name}`);
    const more = `${text}`.length + (before === undefined ? `${name}`.length : -before.length);
    if (more > 0 && room.used + more > room.quota)
      throw new DOMException(`Setting the value of '${name}' exceeded the quota.`, "QuotaExceededError");
    room.texts.set(`${name}`, `${text}`);
  }

  removeItem(name: string): void {
    roomOf(this).texts.delete(`${name}`);
  }

  clear(): void {
    roomOf(this).texts.clear();
  }
}

/** A storage, with its entries as properties, too. */
export function createStorage(quota: number, isDenied: boolean): SimulatedStorage {
  const storage = new SimulatedStorage();
  const room = new Room(quota, isDenied);
  const isEntry = (key: string | symbol): key is string =>
    typeof key === "string" && !(key in SimulatedStorage.prototype);
  const form = new Proxy(storage, {
    get: (target, key) => (isEntry(key) ? room.texts.get(key) : Reflect.get(target, key, form)),
    set(target, key, value) {
      if (!isEntry(key)) return Reflect.set(target, key, value);
      form.setItem(key, value);
      return true;
    },
    has: (target, key) => Reflect.has(target, key) || (isEntry(key) && room.texts.has(key)),
    deleteProperty(target, key) {
      if (!isEntry(key)) return Reflect.deleteProperty(target, key);
      form.removeItem(key);
      return true;
    },
    ownKeys: () => [...room.texts.keys()].filter(isEntry),
    getOwnPropertyDescriptor: (target, key) =>
      isEntry(key) && room.texts.has(key)
        ? { value: room.texts.get(key), writable: true, enumerable: true, configurable: true }
        : Reflect.getOwnPropertyDescriptor(target, key),
  });
  for (const object of [storage, form]) rooms.set(object, room);
  return form;
}

export function limitStorage(storage: SimulatedStorage, quota: number): void {
  roomOf(storage).quota = quota;
}

export function denyStorage(storage: SimulatedStorage): void {
  const room = rooms.get(storage);
  if (room !== undefined) room.isDenied = true;
}

/** Other code writes an entry that leaves so many units of room. */
export function fillStorage(storage: SimulatedStorage, left: number): void {
  const room = roomOf(storage);
  const name = "other-code";
  room.texts.delete(name);
  const length = room.quota - room.used - name.length - left;
  if (length >= 0) room.texts.set(name, "x".repeat(length));
}
