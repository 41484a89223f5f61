import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Desk } from './rota.ts';

const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
let desk: Desk;

beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

/** What a terminal of ten lines shows of a program that pages. */
function shownOf(
  program: string,
  more: Readonly<Record<string, string>> = {},
  redirection = '',
): string {
  const file = desk.write(
    'program.ts',
    `import { page } from '${process.cwd()}/cli/page.ts';
import { remember } from '${process.cwd()}/engine/model/redaction.ts';
remember('canary-7f3a91');
const long = 'a line of canary-7f3a91\\n'.repeat(20);
${program}`,
  );
  const words = `stty cols 40 rows 10; ${process.execPath} ${file} ${redirection}`;
  const { CI: _, ...ours } = process.env;
  const env = { ...ours, ...more };
  return spawnSync('script', ['-qec', words, '/dev/null'], { encoding: 'utf8', env }).stdout;
}

test.skipIf(!hasTerminal)(
  'what is longer than the terminal goes through $PAGER, without secrets',
  () => {
    const shown =
      shownOf(`process.env.PAGER = ${JSON.stringify(`head -n 2; env | grep ^LESS= >${desk.path('env')}`)};
await page('short\\n');
await page(long);
process.env.PAGER = 'nosuchpager';
await page(long.slice(0, -1) + ' alone\\n');
process.env.PAGER = 'cat >/dev/null; exit 3';
await page(long.slice(0, -1) + ' again\\n');
process.env.PAGER = 'cat >/dev/null; kill -INT $$';
await page(long.slice(0, -1) + ' never\\n');
process.env.PAGER = 'cat >/dev/null; kill -INT $PPID; exit 2';
await page(long.slice(0, -1) + ' never\\n');
process.env.PAGER = 'cat';
await page('wide '.repeat(100) + '\\n');
console.log('after');`);
    expect(readFileSync(desk.path('env'), 'utf8')).toBe('LESS=FRX\n');
    const lines = shown.replaceAll('\r', '').split('\n');
    expect(lines.slice(0, 3)).toEqual(['short', 'a line of ••••••', 'a line of ••••••']);
    expect(lines[3]).toContain('nosuchpager');
    expect(lines.filter((line) => / (?:alone|again|never)$/.test(line))).toEqual([
      'a line of canary-7f3a91 alone',
      'a line of canary-7f3a91 again',
    ]);
    expect(lines.slice(-4)).toEqual([
      'a line of canary-7f3a91 again',
      'wide '.repeat(100),
      'after',
      '',
    ]);
  },
);

test.skipIf(!hasTerminal)('a terminal that nobody sits at gets all at once', () => {
  const program = `process.env.PAGER = 'echo paged; cat >/dev/null';
await page(long);`;
  expect(shownOf(program)).toContain('paged');
  expect(shownOf(program, { CI: 'true' })).not.toContain('paged');
  expect(shownOf(program, {}, '</dev/null')).not.toContain('paged');
});
