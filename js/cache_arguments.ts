// The arguments of a cached call: those that are signals are no part of the key, and the function gets its run's own in place
// of them.

const isEnumerable = /* @__PURE__ */ (() => Object.prototype.propertyIsEnumerable)();

/** Whether an argument is options as `fetch` takes them: with a place for a signal, if there is one in it or not. */
function isOptions(arg: unknown): arg is { signal: AbortSignal | null | undefined } {
  if (typeof arg !== "object" || arg === null) return false;
  try {
    const prototype = Object.getPrototypeOf(arg);
    if ((prototype !== null && prototype !== Object.prototype) || !isEnumerable.call(arg, "signal")) return false;
    const { signal } = arg as { signal: unknown };
    return signal === undefined || signal === null || isSignal(signal);
  } catch {
    // A getter or a Proxy threw: who writes the key meets it too, and knows where.
    return false;
  }
}

/** The signal that an argument is, or has. */
function signalIn(arg: unknown): AbortSignal | undefined {
  if (isOptions(arg)) return arg.signal ?? undefined;
  return isSignal(arg) ? arg : undefined;
}

function isSignal(value: unknown): value is AbortSignal {
  try {
    return value instanceof AbortSignal;
  } catch {
    // A Proxy, as above.
    return false;
  }
}

export function signalsOf(args: readonly unknown[]): readonly AbortSignal[] {
  let signals: AbortSignal[] = none;
  for (const arg of args) {
    const signal = signalIn(arg);
    if (signal !== undefined) signals = [...signals, signal];
  }
  return signals;
}

const none: AbortSignal[] = [];

/** What is left of the arguments: of options that only have a place for a signal, nothing. */
export function withoutSignals(args: readonly unknown[]): readonly unknown[] {
  return args.map((arg) => {
    if (isSignal(arg)) return undefined;
    if (!isOptions(arg)) return arg;
    const { signal: _, ...options } = arg;
    return Object.keys(options).length > 0 ? options : undefined;
  });
}

/** The same with another signal. */
export function giveSignal(args: readonly unknown[], signal: AbortSignal): readonly unknown[] {
  return args.map((arg) => {
    if (signalIn(arg) === undefined) return arg;
    return isSignal(arg) ? signal : { ...(arg as object), signal };
  });
}

/** The same as they are now, for a function that is called later. What cannot be copied stays as it is. */
export function cloneOf(
  args: readonly unknown[],
  { skipArgs, hashFuncs }: { skipArgs: readonly number[]; hashFuncs: readonly unknown[] },
  clone: (arg: object) => object,
): readonly unknown[] {
  // An instance would lose its class.
  if (hashFuncs.length > 0) return args;
  const copyOf = (arg: object) => {
    try {
      return clone(arg);
    } catch {
      // Whoever calls the function looks once more.
      return arg;
    }
  };
  return args.map((arg, nth) => {
    if (typeof arg !== "object" || arg === null || isSignal(arg) || skipArgs.includes(nth)) return arg;
    const signal = signalIn(arg);
    if (signal === undefined) return copyOf(arg);
    const { signal: _, ...options } = arg as { signal: AbortSignal };
    return { ...copyOf(options), signal };
  });
}
