import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Secret } from '#engine/model/secret.ts';
import type { Connect, Session } from '#engine/model/session.ts';
import { task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { noPaint } from '#engine/report/paint.ts';
import { showingScripts } from '#engine/report/scripts.ts';
import { file } from '#tasks/files/file.ts';
import { book, runOn, TemporaryHost } from '../run/temporary-host.ts';

const hosts = ['node1', 'node2'].map((name) => new TemporaryHost(name));
afterEach(() => {
  for (const host of hosts) host.remove();
});

/** What nobody has remembered, such as a hash of a password. */
const DERIVED = '$6$7f3a91';

const [node1] = hosts;
const there = `${node1?.root}/there`;
const set = task({
  title: 'set it',
  desired: { there: true },
  reads: { seen: fileAt(there) },
  inspect: ({ seen }) => ({ there: seen.type === 'file' }),
  apply: () => [
    {
      kind: 'run',
      title: 'set it',
      script: new Secret(`: >${there} '${DERIVED}'`),
      undo: new Secret(`rm ${there} '${DERIVED}'`),
    },
  ],
});

test('a script is shown before it is sent, once, with dots for all that is secret in it', async () => {
  let text = '';
  const open = new Map(hosts.map((host) => [host.name, host.open.bind(host)]));
  const connect: Connect = async (host) => await (open.get(host.name)?.(host) as Promise<Session>);
  const shown = showingScripts(
    connect,
    (part) => {
      text += part;
    },
    noPaint,
  );
  for (const host of hosts) host.open = shown;
  const body = new Secret(`${DERIVED}\n`);
  const files = [
    file({ path: `${node1?.root}/secret`, body, owner: 'root:root' }),
    file({ path: `${node1?.root}/public`, body: 'to be read\n', owner: 'root:root' }),
  ];
  await runOn(hosts.slice(0, 1), book({ tasks: () => [...files, set] }));
  expect(readFileSync(`${node1?.root}/secret`, 'utf8')).toBe(`${DERIVED}\n`);
  expect(text).not.toContain('7f3a91');
  expect(text).toMatch(/^node1 {2}is sent\n {2}\{\n/);
  expect(text).toContain(`/secret 0644 root:root '' '••••••'`);
  expect(text).toContain(`/public 0644 root:root '' 'to be read`);
  expect(text).toContain(`eval '••••••'`);

  text = '';
  await runOn(hosts, book({ tasks: () => [...files, set] }), { mode: 'dry-run' });
  expect(text.match(/^node. {2}is sent\n {2}(?:\{|the same).*$/gm)).toEqual([
    'node1  is sent\n  {',
    'node2  is sent\n  the same as node1',
  ]);
});
