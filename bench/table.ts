import { CASES, overFloor, type Result } from './figures.ts';

const COLUMNS = {
  wallSeconds: 'wall',
  ownSeconds: 'own processor',
  hostsSeconds: 'hosts’ processor',
  ownBytes: 'own memory',
  hostsBytes: 'hosts’ memory',
} as const;
const KEYS = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

/** A table in Markdown with the medians, and how many times the floor’s they are. */
export function formatFigures(result: Result): string {
  const cell = (figure: Result['figures'][number], key: keyof typeof COLUMNS) => {
    const value = figure.median[key];
    const ratio = overFloor(result, figure, key);
    const unit = key.endsWith('Bytes') ? `${(value / 1e6).toFixed(0)} MB` : `${value.toFixed(2)} s`;
    return ratio === undefined ? unit : `${unit} ×${ratio.toFixed(2)}`;
  };
  const rows = CASES.flatMap((which) =>
    result.figures
      .filter((figure) => figure.case === which)
      .map((figure) => [`${which}: ${figure.contestant}`, ...KEYS.map((key) => cell(figure, key))]),
  );
  return aligned([[headingOf(result), ...Object.values(COLUMNS)], ...rows]);
}

/** `3 hosts, 25 ms each way`. */
export function headingOf({ hosts, delayMs }: Pick<Result, 'hosts' | 'delayMs'>): string {
  return `${hosts} hosts${delayMs > 0 ? `, ${delayMs} ms each way` : ''}`;
}

/** Cells of one width, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widthAt = (at: number) => Math.max(...rows.map((row) => row[at]?.length ?? 0));
  const [head = '', ...body] = rows.map((row) => {
    const cells = row.map((cell, at) =>
      at === 0 ? cell.padEnd(widthAt(at)) : cell.padStart(widthAt(at)),
    );
    return `| ${cells.join(' | ')} |`;
  });
  const line = (_: unknown, at: number) => `${'-'.repeat(widthAt(at) - 1)}${at === 0 ? '-' : ':'}`;
  return [head, `| ${rows[0]?.map(line).join(' | ')} |`, ...body].join('\n');
}
