// Those who listen to changes of named things: each hears of those that it asked for.

import { report } from "./errors.js";
import { invalid, refuseUnknown } from "./query_options.js";
import { ready } from "./shared.js";
import { textsOf } from "./texts_of.js";

interface Subscriber<Change> {
  listener: (change: Change) => void;
  wanted: ReadonlySet<string> | undefined;
}

/** What is listened to. */
interface Subject<Change> {
  /** The option that lists what a listener wants to hear of. */
  option: string;
  /** What may be listed there; anything, when it is not said. */
  allowed?: readonly string[];
  /** Called with the first subscriber; returns what ends it, called with the last one's end. */
  follow: (tell: (names: string[]) => void) => () => void;
  /** What a listener is told of the names that it wants to hear of. */
  changeOf: (names: string[]) => Change;
}

export function createSubscribers<Change>({ option, allowed, follow, changeOf }: Subject<Change>) {
  const subscribers = new Set<Subscriber<Change>>();
  let end: (() => void) | undefined;

  const tell = (names: string[]): void => {
    for (const subscriber of [...subscribers]) {
      const { listener, wanted } = subscriber;
      const heard = names.filter((name) => wanted?.has(name) ?? true);
      // One that another listener unsubscribed hears no more.
      if (heard.length === 0 || !subscribers.has(subscriber)) continue;
      try {
        listener(changeOf(heard));
      } catch (error) {
        report(error);
      }
    }
  };

  /** Until the last subscriber's end, or until the package lets go of the page. */
  const start = () => {
    const { hearers } = ready();
    const stop = follow(tell);
    const finish = (number?: number) => {
      if (number !== undefined) return;
      hearers.delete(finish);
      stop();
      subscribers.clear();
      end = undefined;
    };
    hearers.add(finish);
    return finish;
  };

  return (listener: (change: Change) => void, options: object = {}): (() => void) => {
    refuseUnknown(options, [option, "signal"]);
    const { signal, [option]: names } = options as { signal?: AbortSignal; [name: string]: unknown };
    if (typeof listener !== "function") throw invalid("listener", "it is a function");
    if (signal !== undefined && typeof signal?.addEventListener !== "function")
      throw invalid("signal", "it is an AbortSignal");
    const subscriber = { listener, wanted: wantedOf(option, names, allowed) };
    const unsubscribe = () => {
      signal?.removeEventListener("abort", unsubscribe);
      if (!subscribers.delete(subscriber) || subscribers.size > 0) return;
      end?.();
    };
    if (signal?.aborted) return unsubscribe;
    end ??= start();
    signal?.addEventListener("abort", unsubscribe);
    subscribers.add(subscriber);
    return unsubscribe;
  };
}

function wantedOf(option: string, names: unknown, allowed?: readonly string[]): Set<string> | undefined {
  if (names === undefined) return undefined;
  const wanted = textsOf(names);
  const unknown = wanted?.find((name) => allowed !== undefined && !allowed.includes(name));
  if (wanted === undefined || unknown !== undefined)
    throw invalid(option, `it is an iterable of ${allowed === undefined ? "texts" : allowed.join(", ")}`);
  return new Set(wanted);
}
