// What takes a while to find out about many places: the order of their names, and the extremes among some of them. Pure: a worker does it, or the page.
import { kmBetween } from "./distance.js";
import { plainly, ranks } from "./ranks.js";

/** What is known of the places, by row. */
export interface Ground {
  /** Degrees. */
  latitude: Float32Array;
  /** Degrees. */
  longitude: Float32Array;
  /** 0 where there is no figure. */
  population: Uint32Array;
  /** Of the name. */
  letters: Uint8Array;
}

/** Rows; of places that are equal in it, the first one that was asked about. */
export interface Extremes {
  largest: number | undefined;
  northernmost: number | undefined;
  southernmost: number | undefined;
  longestName: number | undefined;
  /** The one that is farthest from its nearest neighbour; where there are two at least. */
  remotest: { row: number; neighbour: number; km: number } | undefined;
  /** What it took to find out. */
  milliseconds: number;
}

export type Question = { kind: "names"; text: string } | { kind: "extremes"; rows: Uint32Array };

export interface Answers {
  names: Uint32Array;
  extremes: Extremes;
}

function most(rows: Uint32Array, value: (row: number) => number): number | undefined {
  let found: number | undefined;
  let greatest = -Infinity;
  for (const row of rows) {
    if (value(row) <= greatest) continue;
    greatest = value(row);
    found = row;
  }
  return found;
}

const RADIANS = Math.PI / 180;

/**
 * From each place north and south along the latitudes, until the next one there cannot be nearer than what was found: or,
 * which is soon for nearly all, until a neighbour is nearer than that of the remotest so far.
 */
function remotest({ latitude, longitude }: Ground, rows: Uint32Array): Extremes["remotest"] {
  const order = rows.slice().sort((a, b) => latitude[a] - latitude[b]);
  const count = order.length;
  const angle = new Float64Array(count);
  const points = new Float64Array(3 * count);
  for (let place = 0; place < count; place++) {
    const turn = longitude[order[place]] * RADIANS;
    const up = latitude[order[place]] * RADIANS;
    angle[place] = up;
    points[3 * place] = Math.cos(up) * Math.cos(turn);
    points[3 * place + 1] = Math.cos(up) * Math.sin(turn);
    points[3 * place + 2] = Math.sin(up);
  }
  const chord = (a: number, b: number): number =>
    (points[3 * a] - points[3 * b]) ** 2 +
    (points[3 * a + 1] - points[3 * b + 1]) ** 2 +
    (points[3 * a + 2] - points[3 * b + 2]) ** 2;

  let best = -1;
  let pair: [number, number] | undefined;
  for (let place = 0; place < count; place++) {
    let nearest = Infinity;
    let neighbour = place;
    for (const step of [-1, 1]) {
      for (let other = place + step; other >= 0 && other < count && nearest > best; other += step) {
        // No way between two latitudes is shorter than the one along a meridian.
        const apart = 2 * Math.sin(Math.abs(angle[other] - angle[place]) / 2);
        if (apart * apart >= nearest) break;
        const distance = chord(place, other);
        if (distance >= nearest) continue;
        nearest = distance;
        neighbour = other;
      }
    }
    if (neighbour === place || nearest <= best) continue;
    best = nearest;
    pair = [order[place], order[neighbour]];
  }
  if (pair === undefined) return undefined;
  const [row, neighbour] = pair;
  return { row, neighbour, km: kmBetween({ latitude, longitude }, row, neighbour) };
}

function extremes(ground: Ground, rows: Uint32Array): Extremes {
  const began = performance.now();
  const { latitude, population, letters } = ground;
  const largest = most(rows, (row) => population[row]);
  return {
    largest: largest === undefined || population[largest] === 0 ? undefined : largest,
    northernmost: most(rows, (row) => latitude[row]),
    southernmost: most(rows, (row) => -latitude[row]),
    longestName: most(rows, (row) => letters[row]),
    remotest: remotest(ground, rows),
    milliseconds: performance.now() - began,
  };
}

export function answer(ground: Ground, question: Question): Answers[Question["kind"]] {
  return question.kind === "names" ? ranks(question.text.split("\n"), plainly) : extremes(ground, question.rows);
}
