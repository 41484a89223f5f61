import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Digest } from '#engine/model/state.ts';
import { file } from '#tasks/files/file.ts';
import { book, runOn, TemporaryHost } from '../../engine/run/temporary-host.ts';

/** No text, more than a pipe holds, and soon packed. */
const BYTES = Buffer.from('\0\xff it’s $HOME\n'.repeat(100_000));

let host: TemporaryHost;
let source: string;
let path: string;
beforeEach(() => {
  host = new TemporaryHost('node1');
  source = host.path('source');
  path = host.path('target');
  writeFileSync(source, BYTES);
});
afterEach(() => host.remove());

const wanted = (mode = '0644') => book({ tasks: () => [file({ path, source, mode })] });
const plannedIn = ({ events }: Awaited<ReturnType<typeof runOn>>) =>
  events
    .filter((event) => event.type === 'hostPlanned')
    .flatMap(({ stages }) => stages.flat().flatMap(({ fields }) => fields));

test('a file that is no text comes from the control machine once, and is planned by its size and hash', async () => {
  const first = await runOn([host], wanted('0640'));
  expect(first.result.hosts).toMatchObject([{ changed: 1, failed: 0 }]);
  expect(plannedIn(first)).toContainEqual({
    name: 'content',
    before: undefined,
    after: Digest.of(BYTES),
  });
  expect(readFileSync(path).equals(BYTES)).toBe(true);
  expect(statSync(path).mode & 0o7777).toBe(0o640);
  host.fed = 0;
  expect((await runOn([host], wanted('0640'))).result.hosts).toMatchObject([{ ok: 1, changed: 0 }]);
  expect([host.fed, Math.max(...host.answers) < 1000]).toEqual([0, true]);
});

test('it is packed on its way where that pays', async () => {
  await runOn([host], wanted());
  expect([host.fed > 0, host.fed < BYTES.length / 10]).toEqual([true, true]);
});

test('a text comes as one that the playbook has itself: what is planned is its lines', async () => {
  writeFileSync(source, 'new\n');
  writeFileSync(path, 'old\n', { mode: 0o644 });
  const { events } = await runOn([host], wanted(), { mode: 'dry-run' });
  expect(plannedIn({ events, result: undefined as never })).toEqual([
    { name: 'content', before: 'old\n', after: 'new\n' },
  ]);
});

test('one that is another by the time that it is sent changes nothing', async () => {
  writeFileSync(path, 'old\n');
  host.before = (exchange) => {
    if (exchange === 2) appendFileSync(source, 'more');
  };
  const { result } = await runOn([host], wanted());
  expect(result.failures.map(({ message, output }) => [message, output])).toEqual([
    [
      'The file could not be written',
      'What came is not the content that was planned: its hash is another.',
    ],
  ]);
  expect(readFileSync(path, 'utf8')).toBe('old\n');
  expect(readdirSync(host.root).toSorted()).toEqual(['lib', 'run', 'source', 'target']);
});

test('one that is gone by then changes nothing', async () => {
  writeFileSync(path, 'old\n');
  host.before = (exchange) => {
    if (exchange === 2) rmSync(source);
  };
  const { result } = await runOn([host], wanted());
  expect(result.failures.map(({ message }) => message)).toEqual([
    'A file could not be streamed to the host',
  ]);
  expect(readFileSync(path, 'utf8')).toBe('old\n');
});

test('one that there never was is said when the task is made, and so are wrong modes and owners', () => {
  expect(() => file({ path, source: '/no/such' })).toThrow(
    expect.objectContaining({
      message: 'There is no such file on the control machine',
      where: '/no/such',
    }),
  );
  expect(() => file({ path: '/x', source, mode: '644', owner: 'root' })).toThrow(
    expect.objectContaining({
      message: 'A task has options that it cannot do its work with',
      where: 'file /x',
      output:
        'mode must be four octal digits, such as 0644\nowner must be user:group, by their names',
    }),
  );
});
