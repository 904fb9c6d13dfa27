// The events of a simulated page: the classes that Node has not, and handlers that are properties. Who dispatches what, and
// when, the page knows.

/** An event with what is said of it. */
export function eventOf(type: string, said: object = {}, cancelable = false): Event {
  const event = new Event(type, { cancelable });
  for (const [key, value] of Object.entries(said)) Object.defineProperty(event, key, { value });
  return event;
}

type Said = Record<string, unknown>;

function eventClass(name: string, unsaid: Said) {
  const named = {
    [name]: class extends Event {
      constructor(type: string, said: EventInit & Said = {}) {
        super(type, said);
        for (const [key, value] of Object.entries(unsaid))
          Object.defineProperty(this, key, { value: said[key] === undefined ? value : said[key], enumerable: true });
      }
    },
  };
  return named[name] as NonNullable<(typeof named)[string]>;
}

/** By their global names. */
export const eventClasses = {
  PopStateEvent: eventClass("PopStateEvent", { state: null, hasUAVisualTransition: false }),
  HashChangeEvent: eventClass("HashChangeEvent", { oldURL: "", newURL: "" }),
  PageTransitionEvent: eventClass("PageTransitionEvent", { persisted: false }),
  StorageEvent: eventClass("StorageEvent", { key: null, oldValue: null, newValue: null, url: "", storageArea: null }),
};

type Handler = (this: EventTarget | null, event: Event) => unknown;

/** Properties such as `onpopstate`: a handler has the place among the listeners at which the first one was set. */
export function handlersOf(target: EventTarget, ...types: string[]): PropertyDescriptorMap {
  const propertyOf = (type: string): PropertyDescriptor => {
    let handler: Handler | null = null;
    const hear = (event: Event) => {
      if (handler?.call(event.currentTarget, event) === false) event.preventDefault();
    };
    return {
      get: () => handler,
      set(given: unknown) {
        handler = typeof given === "function" ? (given as Handler) : null;
        if (handler === null) target.removeEventListener(type, hear);
        else target.addEventListener(type, hear);
      },
      enumerable: true,
      configurable: true,
    };
  };
  return Object.fromEntries(types.map((type) => [`on${type}`, propertyOf(type)]));
}
