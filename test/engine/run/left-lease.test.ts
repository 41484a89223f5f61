import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { file } from '#tasks/files/file.ts';
import { book, runOn, TemporaryHost } from './temporary-host.ts';

const ME = `${process.getuid?.()}:${process.getgid?.()}`.replace('0:0', 'root:root');

test('what the program of a run that was killed still does behind the look is looked at anew, and no drift', async () => {
  const host = new TemporaryHost('node1');
  onTestFinished(() => host.remove());
  mkdirSync(host.path('run'));
  writeFileSync(host.path('run/lease'), 'run=r0\n');
  const path = host.path('f');
  host.before = (exchange) => {
    if (exchange === 2) writeFileSync(path, 'wanted\n', { mode: 0o644 });
  };
  const { result } = await runOn(
    [host],
    book({ tasks: () => [file({ path, body: 'wanted\n', owner: ME })] }),
  );
  expect(result.failures).toEqual([]);
  expect(result.hosts).toMatchObject([{ ok: 1, changed: 0 }]);
  expect(readFileSync(path, 'utf8')).toBe('wanted\n');
});
