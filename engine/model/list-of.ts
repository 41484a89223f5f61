/** `node1`, `node1 and node2`, `node1, node2 and 7 more`. */
export function listOf(names: readonly string[], most = 5): string {
  if (names.length < 2) return names.join('');
  const shown = names.length > most ? names.slice(0, most - 1) : names.slice(0, -1);
  const last = names.length > most ? `${names.length - shown.length} more` : names.at(-1);
  return `${shown.join(', ')} and ${last}`;
}
