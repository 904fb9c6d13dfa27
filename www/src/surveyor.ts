// Who finds out what takes a while: one worker for all who ask, built with the first question. Where there can be none, the page does it itself.
import { cacheResource } from "tabstate";
import type { Cities } from "./cities.js";
import { type Answers, answer, type Ground, type Question } from "./survey.js";

export const SURVEYOR_CACHE = "surveyor";

type Answer = Answers[Question["kind"]];

let built = 0;

export class Surveyor {
  /** Counted from 1: how many there were before. */
  readonly nth = ++built;
  #worker = new Worker(new URL("./survey_worker.ts", import.meta.url), { type: "module" });
  #asked = new Map<number, { resolve: (found: Answer) => void; reject: (error: Error) => void }>();
  #questions = 0;
  #last: Promise<unknown> = Promise.resolve();
  #end: string | undefined;

  constructor(ground: Ground) {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<{ nth: number; answer: Answer }>) => {
      this.#asked.get(data.nth)?.resolve(data.answer);
      this.#asked.delete(data.nth);
    });
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.dismiss(event.message || "the worker did not load");
    });
    this.#worker.postMessage(ground);
  }

  get isAtWork(): boolean {
    return this.#end === undefined;
  }

  /** One question after the other: what nobody waits for any more is not asked. */
  ask(question: Question, signal: AbortSignal | undefined): Promise<Answer> {
    const found = this.#last.then(() => {
      signal?.throwIfAborted();
      return this.#post(question);
    });
    this.#last = found.catch(() => {});
    return found;
  }

  #post(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(new Error(this.#end));
      const nth = this.#questions++;
      this.#asked.set(nth, { resolve, reject });
      this.#worker.postMessage({ nth, question });
    });
  }

  dismiss(why = "the worker was let go of"): void {
    this.#end ??= why;
    this.#worker.terminate();
    for (const { reject } of this.#asked.values()) reject(new Error(this.#end));
    this.#asked.clear();
  }
}

function groundOf({ latitude, longitude, population, name }: Cities): Ground {
  return { latitude, longitude, population, letters: Uint8Array.from(name, ({ length }) => Math.min(255, length)) };
}

/** The worker: the same one until it is let go of, or fails. */
export const surveyor = cacheResource((cities: Cities) => new Surveyor(groundOf(cities)), {
  key: SURVEYOR_CACHE,
  // There is one set of places on a page.
  skipArgs: [0],
  validate: ({ isAtWork }) => isAtWork,
  onRelease: (released) => released.dismiss(),
});

export async function findOut<Asked extends Question>(
  cities: Cities,
  question: Asked,
  signal?: AbortSignal,
): Promise<Answers[Asked["kind"]]> {
  let found: Answer;
  try {
    found = await surveyor(cities).ask(question, signal);
  } catch (error) {
    signal?.throwIfAborted();
    // A browser that denies workers here, or one that was let go of meanwhile.
    console.info("asked of the page itself:", error);
    found = answer(groundOf(cities), question);
  }
  return found as Answers[Asked["kind"]];
}
