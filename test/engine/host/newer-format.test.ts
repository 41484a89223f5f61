import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runs } from '#engine/reads/runs.ts';
import { file } from '#tasks/files/file.ts';
import { book, runOn, TemporaryHost } from '../run/temporary-host.ts';

let host: TemporaryHost;
let path: string;
beforeEach(() => {
  host = new TemporaryHost('node1');
  path = host.path('file');
});
afterEach(() => host.remove());

const format = () => host.path('lib/format');

function keptIn(text: string): void {
  mkdirSync(dirname(format()), { recursive: true });
  writeFileSync(format(), text);
}

const changing = book({
  tasks: () => [file({ path, body: 'new\n', owner: 'root:root' })],
  rollout: { serial: 1 },
});

describe('what rota keeps on a host', () => {
  test('has a format from the first change on', async () => {
    await runOn([host], changing, { mode: 'dry-run' });
    expect(existsSync(format())).toBe(false);
    await runOn([host], changing);
    expect(readFileSync(format(), 'utf8')).toBe('1\n');
  });

  test.for(['', '0\n', '1\n'])('is taken as it is in format %j', async (text) => {
    keptIn(text);
    const { result } = await runOn([host], changing);
    expect(result.failures).toEqual([]);
    expect(readFileSync(format(), 'utf8')).toBe(text);
  });

  test.for(['2\n', '10\n', 'unheard of\n'])(
    'is left alone in format %j, before anything is changed, with the way out',
    async (text) => {
      keptIn(text);
      const { result } = await runOn([host], changing);
      expect(result.failures.map(({ message, ran, fix }) => ({ message, ran, fix }))).toEqual([
        {
          message: 'A newer rota has changed this host, in ways that this one does not know',
          ran: `format ${text.trim()}; this rota knows 1`,
          fix: 'Use that rota, or a newer one. Nothing was changed.',
        },
      ]);
      expect(existsSync(path)).toBe(false);
      expect(existsSync(host.path('run'))).toBe(false);
    },
  );

  test('is not read by a look either', async () => {
    keptIn('2\n');
    const looking = book({
      verify: () => [
        {
          title: 'looks',
          spacingMs: 1,
          deadlineMs: 1,
          patienceMs: 1,
          readsFor: () => ({ runs }),
          judge: (sample) =>
            [...sample.values()].flatMap((answers) => {
              const found = 'result' in answers ? answers.result(runs) : answers;
              return found instanceof Error
                ? [{ what: found.message, expected: '', seen: '' }]
                : [];
            }),
        },
      ],
    });
    const { events } = await runOn([host], looking, { mode: 'verify' });
    const [failed] = events.filter((event) => event.type === 'checkFailed');
    expect(failed?.findings.map(({ what }) => what)).toEqual([
      'A newer rota has changed this host, in ways that this one does not know',
    ]);
  });
});
