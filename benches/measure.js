// Times loops against each other on the page's own clock. Knows nothing of what they do, and judges nothing.

/** A batch lasts at least this long, so that the clock's 5 µs steps (in an isolated page) are below 1 %. */
const batchMilliseconds = 1;

/**
 * @typedef {(times: number) => number} Loop does its work `times` times and returns what it made of the results: the
 *   same number from every contender, so that no work is left out, by them or by the compiler
 * @param {Record<string, Loop>} contenders
 * @param {number} repetitions
 * @returns {Promise<Record<string, number>>} nanoseconds a time: the median of each contender's batches
 */
export async function interleaved(contenders, repetitions) {
  const loops = Object.entries(contenders);
  const [first, ...others] = loops.map(([, loop]) => loop(20));
  if (others.some((made) => made !== first)) throw new Error(`different results: ${[first, ...others]}`);
  const runs = loops.map(([name, loop]) => ({ name, loop, times: timesOfBatch(loop), samples: [] }));
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    for (const run of runs) run.samples.push(batch(run.loop, run.times) / run.times);
    runs.push(runs.shift());
    await new Promise((resolve) => setTimeout(resolve));
  }
  return Object.fromEntries(loops.map(([name]) => [name, median(runs.find((run) => run.name === name).samples) * 1e6]));
}

export function median(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Warms the loop up on the way: what is measured is what the compilers make of code that runs often. */
function timesOfBatch(loop) {
  const deadline = performance.now() + 60;
  let times = 1;
  while (performance.now() < deadline) {
    const milliseconds = batch(loop, times);
    if (milliseconds < batchMilliseconds) times *= 2;
  }
  return times;
}

let consumed = 0;

function batch(loop, times) {
  const began = performance.now();
  consumed += loop(times);
  const milliseconds = performance.now() - began;
  if (!Number.isFinite(consumed)) throw new Error("a loop returned no number");
  return milliseconds;
}
