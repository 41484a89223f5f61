const LONGEST = 64;
const FARTHEST = 3;

/** The candidate that `word` is most likely a slip of; undefined when none is close. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of candidates) {
    if (Math.abs(name.length - word.length) > FARTHEST) continue;
    const distance = distanceBetween(word.toLowerCase(), name.toLowerCase());
    if (isClose(distance, word, name) && distance < (best?.distance ?? Infinity)) {
      best = { name, distance };
    }
  }
  return best?.name;
}

/** "Did you mean node1?", or `otherwise` when no candidate is close. */
export function didYouMean(word: string, candidates: Iterable<string>, otherwise: string): string {
  const name = suggest(word, candidates);
  return name === undefined ? otherwise : `Did you mean ${name}?`;
}

function isClose(distance: number, word: string, name: string): boolean {
  return distance <= FARTHEST && distance / Math.max(word.length, name.length) < 0.5;
}

/** Damerau-Levenshtein distance (optimal string alignment). */
function distanceBetween(a: string, b: string): number {
  if (Math.max(a.length, b.length) > LONGEST) return a === b ? 0 : Infinity;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        swapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? Infinity;
}

/** `node1`, `node1 and node2`, `node1, node2 and 7 more`. */
export function listOf(names: readonly string[], most = 5): string {
  if (names.length < 2) return names.join('');
  const shown = names.length > most ? names.slice(0, most - 1) : names.slice(0, -1);
  const last = names.length > most ? `${names.length - shown.length} more` : names.at(-1);
  return `${shown.join(', ')} and ${last}`;
}
