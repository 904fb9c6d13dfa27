// A module of wasm that packed texts go into and come out of, and that asks by text. See `src/js/context.rs`.

import { TabstateError } from "./errors.js";
import { pack, unpack } from "./wasm.js";

interface PackedModule {
  readonly memory: WebAssembly.Memory;
  /** Where a text of this length is to be written. */
  room(length: number): number;
  /** Does a task with what is in the room; returns the length of the answer. */
  run(task: number): number;
  /** Where the answer is. */
  answer(): number;
}

const encoder = /* @__PURE__ */ new TextEncoder();
// A mark at the beginning belongs to the text.
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * What has the module do a task with texts; it returns the texts that are answered. The module is started with the first one.
 * @param answerTo answers the module's questions, by their numbers; `undefined` is an answer, too
 */
export function packedModule(
  start: (imports: WebAssembly.Imports) => WebAssembly.Instance,
  answerTo: (question: number, text: string) => string | undefined,
): (task: number, texts: readonly string[]) => string[] {
  let started: PackedModule | undefined;

  const textAt = ({ memory }: PackedModule, at: number, length: number) =>
    decoder.decode(new Uint8Array(memory.buffer, at, length));

  /** Writes a text into the room; returns its length. */
  const put = ({ memory, room }: PackedModule, text: string): number => {
    const bytes = encoder.encode(text);
    const at = room(bytes.length);
    new Uint8Array(memory.buffer).set(bytes, at);
    return bytes.length;
  };

  const ask = (question: number, at: number, length: number): number => {
    const module = started as PackedModule;
    const answer = answerTo(question, textAt(module, at, length));
    return answer === undefined ? -1 : put(module, answer);
  };

  return (task, texts) => {
    started ??= start({ js: { ask } }).exports as unknown as PackedModule;
    const module = started;
    try {
      put(module, pack(texts));
      const length = module.run(task);
      return unpack(textAt(module, module.answer(), length));
    } catch (cause) {
      // A stack that overflows in the midst of it leaves it in no known state. It keeps none, so the next one is as good.
      started = undefined;
      throw new TabstateError("unavailable", "the call failed", { cause });
    }
  };
}
