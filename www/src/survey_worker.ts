// The worker: is told the ground once, and answers one question after the other. What it finds out is in survey.ts.
import { answer, type Ground, type Question } from "./survey.js";

let ground: Ground | undefined;

addEventListener("message", ({ data }: MessageEvent<Ground | { nth: number; question: Question }>) => {
  if (!("nth" in data)) {
    ground = data;
  } else if (ground !== undefined) {
    postMessage({ nth: data.nth, answer: answer(ground, data.question) });
  }
});
