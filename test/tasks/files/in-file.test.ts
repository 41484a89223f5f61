import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '#engine/model/secret.ts';
import { inFile } from '#tasks/files/in-file.ts';
import { book, runOn, TemporaryHost } from '../../engine/run/temporary-host.ts';
import { NEVER } from '../../never.ts';

let host: TemporaryHost;
let path: string;
beforeEach(() => {
  host = new TemporaryHost('node1');
  path = host.path('hosts');
  writeFileSync(path, '127.0.0.1 localhost\n10.0.0.1 old\n# end\n');
  chmodSync(path, 0o640);
});
afterEach(() => host.remove());

const wanted = (insteadOf?: RegExp) =>
  inFile({
    path,
    what: { line: '10.0.0.2 new', ...(insteadOf === undefined ? {} : { insteadOf }) },
  });

const read = () => readFileSync(path, 'utf8');

test('no edits at all are none of a file, be it there or not', async () => {
  for (const one of [path, host.path('none')]) {
    const { result } = await runOn(
      [host],
      book({ tasks: () => [inFile({ path: one, what: [] })] }),
    );
    expect(result.hosts).toMatchObject([{ ok: 1, changed: 0 }]);
  }
  expect(existsSync(host.path('none'))).toBe(false);
});

describe('a line', () => {
  test('comes to the end of a file, of which all else stays, once', async () => {
    const tasks = () => [wanted()];
    await runOn([host], book({ tasks }));
    expect(read()).toBe('127.0.0.1 localhost\n10.0.0.1 old\n# end\n10.0.0.2 new\n');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    const { result } = await runOn([host], book({ tasks }));
    expect(result.hosts).toMatchObject([{ ok: 1, changed: 0 }]);
  });

  test('takes the place of an older one', async () => {
    await runOn([host], book({ tasks: () => [wanted(/^10\./)] }));
    expect(read()).toBe('127.0.0.1 localhost\n10.0.0.2 new\n# end\n');
  });

  test('stands on a line of its own where the last line has no end', async () => {
    writeFileSync(path, 'one');
    await runOn([host], book({ tasks: () => [wanted()] }));
    expect(read()).toBe('one\n10.0.0.2 new\n');
  });

  test('is planned as a change of the whole file', async () => {
    const { events } = await runOn([host], book({ tasks: () => [wanted()] }), { mode: 'dry-run' });
    const [planned] = events.filter((event) => event.type === 'hostPlanned');
    const before = read();
    expect(planned?.stages.flat().flatMap(({ fields }) => fields)).toEqual([
      { name: 'content', before, after: `${before}10.0.0.2 new\n` },
    ]);
  });

  test('is not written over what somebody else has written since it was planned', async () => {
    host.before = (exchange) => {
      if (exchange === 2) writeFileSync(path, 'somebody else\n');
    };
    const { result } = await runOn([host], book({ tasks: () => [wanted()] }));
    expect(result.failures).toMatchObject([{ kind: 'drift' }]);
    expect(read()).toBe('somebody else\n');
  });

  test('comes beside the others that a run puts into the same file, whichever of them are there', async () => {
    const lined = (line: string) => ({ ...inFile({ path, what: { line } }), title: line });
    const tasks = () => [lined('one'), wanted(/^10\./), lined('two')];
    const first = await runOn([host], book({ tasks }));
    expect(first.result.hosts).toMatchObject([{ changed: 3, failed: 0 }]);
    expect(read()).toBe('127.0.0.1 localhost\n10.0.0.2 new\n# end\none\ntwo\n');
    writeFileSync(path, read().replace('one\n', ''));
    const second = await runOn([host], book({ tasks }));
    expect(second.result.hosts).toMatchObject([{ ok: 2, changed: 1 }]);
    expect(read()).toBe('127.0.0.1 localhost\n10.0.0.2 new\n# end\ntwo\none\n');
  });

  test('goes again with the run that put it there', async () => {
    const before = read();
    const rollout = { serial: 1, gate: () => NEVER } as const;
    const { result } = await runOn([host], book({ tasks: () => [wanted()], rollout }));
    expect(result.undone).toEqual(['node1']);
    expect(read()).toBe(before);
  });

  test('goes into no folder, and into nothing that is no text', async () => {
    writeFileSync(path, Buffer.from([0xff, 0xfe]));
    const tasks = () => [wanted(), inFile({ path: host.root, what: { line: 'x' } })];
    const { result } = await runOn([host], book({ tasks }));
    expect(result.failures.map(({ message, ran }) => [message, ran])).toEqual([
      ['Only a text file has lines to change', `${path} is no text`],
      ['Only a text file has lines to change', `${host.root} is a folder`],
    ]);
  });
});

test('a secret is fetched where the file is to be made of it, not where the task is', async () => {
  let fetched = 0;
  const secret = (text: string) =>
    new Secret(() => {
      fetched += 1;
      return text;
    });
  const task = inFile({ path, what: [{ line: secret('a') }, { key: 'b', value: secret('c') }] });
  expect(fetched).toBe(0);
  await runOn([host], book({ tasks: () => [task] }));
  expect([fetched, read()]).toEqual([2, `127.0.0.1 localhost\n10.0.0.1 old\n# end\na\nb=c\n`]);
  const wrong = inFile({ path, what: { line: secret('a\nb') } });
  const { result } = await runOn([host], book({ tasks: () => [wrong] }));
  expect(result.failures.map(({ message, output }) => `${message}: ${output}`)).toEqual([
    'A task has options that it cannot do its work with: line must be one line',
  ]);
});
