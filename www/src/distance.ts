// How far two places are from each other, along a great circle of a round earth.
import type { Cities } from "./cities.js";

const EARTH_RADIUS_KM = 6371;
const RADIANS = Math.PI / 180;

export function kmBetween(
  { latitude, longitude }: Pick<Cities, "latitude" | "longitude">,
  a: number,
  b: number,
): number {
  const [from, to] = [latitude[a] * RADIANS, latitude[b] * RADIANS];
  const turn = (longitude[b] - longitude[a]) * RADIANS;
  const chord = Math.sin((to - from) / 2) ** 2 + Math.cos(from) * Math.cos(to) * Math.sin(turn / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(chord));
}
