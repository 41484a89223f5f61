import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Playbook } from '#engine/model/playbook.ts';
import { task } from '#engine/model/task.ts';
import type { Mode, RunEvent } from '#engine/run/events.ts';
import { file } from '#tasks/files/file.ts';
import { book, runOn, TemporaryHost } from './temporary-host.ts';

let hosts: TemporaryHost[];

beforeEach(() => {
  hosts = ['node1', 'node2', 'node3'].map((name) => new TemporaryHost(name));
});
afterEach(() => {
  for (const host of hosts) host.remove();
});

function files(count: number, more: Partial<Playbook<unknown>> = {}): Playbook<unknown> {
  return book({
    ...more,
    tasks: ({ host: { name } }) =>
      hosts
        .filter((host) => host.name === name)
        .flatMap((host) =>
          Array.from({ length: count }, (_, index) =>
            file({ path: host.path(`f${index}`), body: `${index}\n` }),
          ),
        ),
  });
}

test.for([1, 10, 100])(
  '%i tasks cost 1 exchange, and 1 more and a lease where they change something',
  async (count) => {
    const costs = () => hosts.map((host) => [host.exchanges.length, host.leases, host.connections]);
    await runOn(hosts, files(count));
    expect(costs()).toEqual(hosts.map(() => [2, 1, 1]));
    await runOn(hosts, files(count));
    expect(costs()).toEqual(hosts.map(() => [3, 1, 2]));
  },
);

test('a task is planned once for what its host has answered', async () => {
  const planned: string[] = [];
  const counted = (answer: string) =>
    book({
      tasks: ({ host: { name } }) => [
        task({
          title: 'counted',
          desired: { answer },
          reads: {
            answer: { key: 'answer', script: 'echo yes', parse: ({ stdout }) => stdout.trim() },
          },
          inspect: (seen) => {
            planned.push(name);
            return seen;
          },
          apply: () => [{ kind: 'run', title: 'nothing', script: ':' }],
        }),
      ],
    });
  await runOn(hosts, counted('yes'));
  expect(planned.toSorted()).toEqual(['node1', 'node2', 'node3']);
  planned.length = 0;
  // What was changed is asked again.
  await runOn(hosts, counted('no'));
  expect(planned.toSorted()).toEqual(['node1', 'node1', 'node2', 'node2', 'node3', 'node3']);
});

describe('of hosts that are worked on one at a time', () => {
  /** How many connections are open at each such event. */
  async function openAt(type: RunEvent['type'], mode: Mode, playbook: Playbook<unknown>) {
    const open: number[] = [];
    const onEvent = (event: RunEvent) => {
      if (event.type !== type) return;
      open.push(hosts.reduce((sum, { connections, ended }) => sum + connections - ended, 0));
    };
    await runOn(hosts, playbook, { mode, forks: 1, onEvent });
    return open;
  }

  test('one is left as soon as there is nothing to do about it', async () => {
    await runOn(hosts, files(1));
    expect(await openAt('hostPlanned', 'apply', files(1))).toEqual([1, 1, 1]);
  });

  test('one is left as soon as it was planned in a dry run', async () => {
    expect(await openAt('hostPlanned', 'dry-run', files(1))).toEqual([1, 1, 1]);
  });
});
