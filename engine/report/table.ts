import { padEnd, widest } from './words.ts';

/** Rows of cells as columns; a column that is empty under its head is left out. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const columns = (rows[0] ?? []).map((_, index) => rows.map((row) => row[index] ?? ''));
  const used = columns.filter((cells) => cells.slice(1).some((cell) => cell !== ''));
  const widths = used.map(widest);
  return rows
    .map((_, row) =>
      used
        .map((cells, index) => padEnd(cells[row] ?? '', widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
