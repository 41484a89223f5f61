import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Failure } from '#engine/model/failure.ts';
import { type Result, withResults } from './figures.ts';
import { plot } from './plot.ts';
import { formatFigures } from './table.ts';

const BEGIN = '<!-- npm run bench writes from here … -->';
const END = '<!-- … to here. -->';

/** Puts results into docs/performance.md, beside what was measured before on other numbers of hosts. */
export function writeDocs(now: readonly Result[]): void {
  const data = docs('performance.json');
  const before = existsSync(data) ? (JSON.parse(readFileSync(data, 'utf8')) as Result[]) : [];
  const results = withResults(before, now);
  writeFileSync(data, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(docs('performance.svg'), plot(results));
  const page = docs('performance.md');
  writeFileSync(page, withRegion(readFileSync(page, 'utf8'), regionOf(results)));
}

function regionOf(results: readonly Result[]): string {
  const tables = results.map((result) => {
    const { rounds, taken } = result;
    return `${formatFigures(result)}\n\n${rounds} rounds, medians; ${taken}.`;
  });
  return `![Times the floor’s](performance.svg)\n\n${tables.join('\n\n')}`;
}

/** A text with what is between its two markers replaced. */
export function withRegion(page: string, body: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Failure('The docs have no place for the figures', {
      where: 'docs/performance.md',
      fix: `Put these lines where they belong:\n  ${BEGIN}\n  ${END}`,
    });
  return `${page.slice(0, begin)}${BEGIN}\n\n${body}\n\n${page.slice(end)}`;
}

function docs(name: string): string {
  return fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
}
