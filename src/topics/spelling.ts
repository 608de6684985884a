/** The name that was probably meant, for "did you mean"; null when nothing is near enough. */
export function nearestName(typed: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase(), least);
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

/** Letters to change, add, drop or swap with a neighbour; counting stops at `limit`. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const changed = (last[column - 1] ?? limit) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped = isSwap(from, row, to, column) ? (beforeLast[column - 2] ?? limit) + 1 : limit;
      const moved = Math.min(last[column] ?? limit, current[column - 1] ?? limit) + 1;
      current.push(Math.min(changed, swapped, moved));
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? limit;
}

function isSwap(from: string, row: number, to: string, column: number): boolean {
  return (
    row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
  );
}
