// The places of texts in an order. Pure.

/** For each text its place among the distinct texts, in ascending order. */
export function ranks(texts: readonly string[], compare: (a: string, b: string) => number): Uint32Array {
  const order = texts.map((_, row) => row).sort((a, b) => compare(texts[a], texts[b]));
  const rank = new Uint32Array(texts.length);
  order.forEach((row, place) => {
    rank[row] = place > 0 && texts[order[place - 1]] === texts[row] ? rank[order[place - 1]] : place;
  });
  return rank;
}

/** By code unit, as no language does: for texts that are folded already. */
export const plainly = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
