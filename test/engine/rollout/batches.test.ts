import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Check } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Rollout } from '#engine/model/playbook.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { file } from '#tasks/files/file.ts';
import { book, runOn, TemporaryHost } from '../run/temporary-host.ts';

let hosts: readonly TemporaryHost[];
beforeEach(() => {
  hosts = ['node1', 'node2', 'node3', 'node4', 'node5'].map((name) => new TemporaryHost(name));
});
afterEach(() => {
  for (const host of hosts) host.remove();
});

function path(name: string): string {
  return hosts.find((host) => host.name === name)?.path('file') ?? '';
}

const written = () => hosts.filter(({ name }) => existsSync(path(name))).map(({ name }) => name);

const changing = (rollout: Rollout<unknown>) =>
  book({
    tasks: ({ host }) => [file({ path: path(host.name), body: 'new\n', owner: 'root:root' })],
    rollout,
  });

function check(isWell: () => boolean): Check {
  return {
    title: 'all is well',
    spacingMs: 1,
    deadlineMs: 1,
    patienceMs: 1,
    readsFor: () => ({}),
    judge: () => (isWell() ? [] : [{ what: 'it', expected: 'well', seen: 'ill' }]),
  };
}

/** Which hosts had begun, and how many of them were done, as each host was done. */
function batchesIn(events: readonly RunEvent[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let isOver = true;
  for (const event of events) {
    if (event.type === 'taskStarted') {
      if (isOver) batches.push([]);
      batches.at(-1)?.push(event.host);
    }
    if (event.type === 'taskStarted' || event.type === 'checkPassed')
      isOver = event.type === 'checkPassed';
  }
  return batches.map((batch) => batch.toSorted());
}

describe('hosts that share no ring', () => {
  test.for([
    [1, [['node1'], ['node2'], ['node3'], ['node4'], ['node5']]],
    [2, [['node1', 'node2'], ['node3', 'node4'], ['node5']]],
    ['40%', [['node1', 'node2'], ['node3', 'node4'], ['node5']]],
    ['1%', [['node1'], ['node2'], ['node3'], ['node4'], ['node5']]],
    ['100%', [['node1', 'node2', 'node3', 'node4', 'node5']]],
  ] as const)('are changed in batches of %s, with a gate after each', async ([serial, batches]) => {
    const rollout = { serial, gate: () => check(() => true) };
    const { events, result } = await runOn(hosts, changing(rollout));
    expect(batchesIn(events)).toEqual(batches);
    expect(result.failures).toEqual([]);
    expect(written()).toHaveLength(5);
  });

  test.for([
    [1, [['node1'], ['node2', 'node3', 'node4'], ['node5']]],
    [
      ['node5', 'node3'],
      [
        ['node3', 'node5'],
        ['node1', 'node2', 'node4'],
      ],
    ],
  ] as const)('are changed after their canary %s', async ([canary, batches]) => {
    const rollout = { serial: 3, canary, gate: () => check(() => true) };
    const { events } = await runOn(hosts, changing(rollout));
    expect(batchesIn(events)).toEqual(batches);
  });

  test('need no gate', async () => {
    const { events, result } = await runOn(hosts, changing({ serial: 3 }));
    expect(result.hosts.map(({ changed }) => changed)).toEqual([1, 1, 1, 1, 1]);
    expect(events.filter(({ type }) => type.startsWith('check'))).toEqual([]);
  });

  test('are undone batch by batch: one whose gate fails is, those before it are not', async () => {
    const rollout = { serial: 2, gate: () => check(() => !written().includes('node3')) };
    const { result } = await runOn(hosts, changing(rollout));
    expect(written()).toEqual(['node1', 'node2']);
    expect(result.undone?.toSorted()).toEqual(['node3', 'node4']);
    expect(result.failures).toMatchObject([
      { kind: 'check', where: 'after the change of node3, node4' },
    ]);
  });

  test('stay changed beside one of their batch that fails, and no batch follows', async () => {
    const failing = hosts[0];
    if (failing === undefined) throw new Error('there are hosts');
    const tasks = changing({ serial: 2, gate: () => check(() => true) });
    const broken = book({
      ...tasks,
      tasks: ({ host }) => [
        file({
          path: path(host.name),
          body: 'new\n',
          owner: 'root:root',
          ...(host.name === failing.name ? { check: 'exit 1' } : {}),
        }),
      ],
    });
    const { result } = await runOn(hosts, broken);
    expect(written()).toEqual(['node2']);
    expect(result.failures.map(({ message }) => message)).toEqual([
      'The new content was rejected by its check',
    ]);
  });
});

test('a host that cannot be asked holds up as many others as --max-fail says', async () => {
  for (const host of hosts) {
    host.before = () => {
      if (host.name === 'node2') throw new Failure('gone', { kind: 'unreachable' });
    };
  }
  await runOn(hosts, changing({ serial: 2 }));
  expect(written()).toEqual([]);
  await runOn(hosts, changing({ serial: 2 }), { rollout: { maxFail: { hosts: 1 } } });
  expect(written()).toEqual(['node1', 'node3', 'node4', 'node5']);
});

describe('a rollout is refused before anything is asked', () => {
  test.for([
    [{ serial: 0 }, 'The serial of a rollout is neither a number of hosts nor a share of them'],
    [{ serial: 1.5 }, 'The serial of a rollout is neither a number of hosts nor a share of them'],
    [{ serial: '0%' }, 'The serial of a rollout is neither a number of hosts nor a share of them'],
    [
      { serial: 1, canary: 0 },
      'The canary of a rollout is neither a number of its hosts nor their names',
    ],
    [
      { serial: 1, canary: ['node6'] },
      'The canary of a rollout is neither a number of its hosts nor their names',
    ],
    [
      { serial: 1, isInFront: () => true, rings: () => [['node1']] },
      'The hosts of a ring are changed one at a time',
    ],
    [{ serial: 2, rings: () => [['node1']] }, 'The hosts of a ring are changed one at a time'],
  ] as const)('%o', async ([rollout, message]) => {
    await expect(runOn(hosts, changing(rollout))).rejects.toThrow(message);
    expect(hosts.map(({ connections }) => connections)).toEqual([0, 0, 0, 0, 0]);
  });

  test('where a host is in no ring, also one that may be changed alone, or in two', async () => {
    const rings = () => [
      ['node1', 'node2'],
      ['node2', 'node4'],
    ];
    const run = runOn(hosts, changing({ serial: 1, rings }), { targets: ['node5'] });
    await expect(run).rejects.toMatchObject({
      message: 'Each host of a playbook is in one ring of its rollout',
      ran: 'in none, or in more than one: node2, node3 and node5',
    });
    expect(hosts.map(({ connections }) => connections)).toEqual([0, 0, 0, 0, 0]);
  });
});
