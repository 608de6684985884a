/** Of the known words those that somebody may have meant by another, nearest first. */
export function nearest(word: string, known: readonly string[], max = 3): readonly string[] {
  const wanted = word.toLowerCase();
  return known
    .map((name) => ({ name, distance: distanceTo(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, max)
    .map(({ name }) => name);
}

/** Beyond it nobody meant the word, and comparing costs time. */
const WORD_CHARS_MAX = 60;

/** Edits from one word to the other; a swap of neighbours is one, and a shared beginning counts as near. */
function distanceTo(wanted: string, name: string): number {
  if (wanted.length > WORD_CHARS_MAX) return Number.POSITIVE_INFINITY;
  if (wanted.length >= 3 && name.startsWith(wanted)) return 1;
  let before: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: name.length + 1 }, (_, index) => index);
  for (let row = 1; row <= wanted.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= name.length; column += 1) {
      const same = wanted[row - 1] === name[column - 1];
      const swapped = wanted[row - 1] === name[column - 2] && wanted[row - 2] === name[column - 1];
      const edits = [
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
        ...(swapped ? [at(before, column - 2) + 1] : []),
      ];
      current.push(Math.min(...edits));
    }
    before = previous;
    previous = current;
  }
  return at(previous, name.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
