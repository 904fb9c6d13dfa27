// What Rust tells in the midst of a call, and what it answers to one: texts and numbers, kept for whoever asked.
// `js/border.ts` hands the functions to the module; `js/wasm.ts` hands out what they were given.

/** Where what is told goes. */
export const ears = {
  /** The pairs that were read are out of date. */
  stale() {},
  /** What became of the writes that `id` waits for. */
  settled(_id: number, _outcome: string) {},
  /** The changed keys, packed, and who changed them. */
  changed(_keys: string, _source: string) {},
};

/** The last answer. */
export let answered: unknown;
/** Code, message and key, each on a line, of a call that was refused. */
export let refused: string | undefined;

export function forget() {
  refused = undefined;
}

export function answer(text: string) {
  answered = text;
}

export function answerNumbers(...numbers: number[]) {
  answered = numbers;
}

export function refuse(error: string) {
  refused = error;
}

export const stale = () => ears.stale();
export const settled = (id: number, outcome: string) => ears.settled(id, outcome);
export const changed = (keys: string, source: string) => ears.changed(keys, source);
