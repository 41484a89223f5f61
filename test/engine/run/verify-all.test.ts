import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Check } from '#engine/model/check.ts';
import { fileAt } from '#engine/reads/file.ts';
import { file } from '#tasks/files/file.ts';
import { book, runOn, TemporaryHost } from './temporary-host.ts';

const NAMES = ['node1', 'node2', 'node3', 'node4'];
let hosts: TemporaryHost[];
beforeAll(() => {
  hosts = NAMES.map((name) => new TemporaryHost(name));
});
afterAll(() => {
  for (const host of hosts) host.remove();
});

const hostAt = (name: string) => hosts.find((host) => host.name === name) as TemporaryHost;

/** How many checks, each about one ring, were judged at once, where none holds before `expected` are. */
async function mostAtOnce(rings: readonly (readonly string[])[], expected: number, forks = 99) {
  const open = new Set<string>();
  let highest = 0;
  const checks = rings.map(
    (names, index): Check => ({
      title: `ring ${index}`,
      ...{ spacingMs: 1, deadlineMs: 20_000, patienceMs: 20_000 },
      readsFor: (host) => (names.includes(host) ? { conf: fileAt('/none') } : {}),
      judge: () => {
        highest = Math.max(highest, open.add(`ring ${index}`).size);
        return highest < expected ? [{ what: 'it', expected: 'others', seen: 'none' }] : [];
      },
    }),
  );
  const playbook = book({ tasks: () => [], verify: () => checks });
  const { result } = await runOn(hosts, playbook, {
    mode: 'verify',
    forks,
    onEvent: (event) => void (event.type === 'checkPassed' && open.delete(event.check)),
  });
  expect(result.failures).toEqual([]);
  return highest;
}

const SINGLE = NAMES.map((name) => [name]);

test('rings are verified at once, as many as have no more hosts in all than are worked on at once', async () => {
  expect(await mostAtOnce(SINGLE, 4)).toBe(4);
  expect(await mostAtOnce(SINGLE, 2, 2)).toBe(2);
  expect(await mostAtOnce([NAMES.slice(0, 2), NAMES.slice(2)], 2, 4)).toBe(2);
  expect(await mostAtOnce([NAMES.slice(0, 2), NAMES.slice(2)], 1, 3)).toBe(1);
});

test('checks of which one may undo what another looks at come one after the other', async () => {
  expect(await mostAtOnce([['node1'], ['node3', 'node2'], ['node1', 'node2']], 1)).toBe(1);
});

test('no check is judged while the ring of its hosts is undone for another one', async () => {
  const order: string[] = [];
  const check = (name: string, judge: () => boolean): Check => ({
    title: name,
    ...{ spacingMs: 1, deadlineMs: 1, patienceMs: 1 },
    readsFor: (host) => (host === name ? { conf: fileAt('/none') } : {}),
    judge: () => {
      order.push(`${name} is judged`);
      return judge() ? [] : [{ what: 'it', expected: 'well', seen: 'ill' }];
    },
  });
  const playbook = book({
    tasks: ({ host: { name } }) => [
      file({ path: hostAt(name).path('conf'), body: 'new\n', owner: 'root:root' }),
    ],
    rollout: { serial: 4 },
    verify: () => [
      check('node1', () => false),
      check('node2', () => order.includes('node1 is undone')),
    ],
  });
  await runOn(hosts, playbook, {
    onEvent: (event) => void (event.type === 'undone' && order.push(`${event.host} is undone`)),
  });
  const undone = NAMES.toReversed().map((name) => `${name} is undone`);
  expect(order).toEqual(['node1 is judged', ...undone, 'node2 is judged']);
});
