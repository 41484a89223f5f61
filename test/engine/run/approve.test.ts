import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { playbook } from '#engine/model/playbook.ts';
import { task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { file } from '#tasks/files/file.ts';
import { runOn, TemporaryHost } from './temporary-host.ts';

let hosts: TemporaryHost[];

beforeEach(() => {
  hosts = ['node1', 'node2'].map((name) => new TemporaryHost(name));
});
afterEach(() => {
  for (const host of hosts) host.remove();
});

function path(host: string, name: string): string {
  return hosts.find((candidate) => candidate.name === host)?.path(name) ?? '';
}

const anything = { safeParse: (data: unknown) => ({ success: true as const, data }) };

const fileTask = (host: string, name: string) =>
  file({ path: path(host, name), body: 'a\n', owner: 'root:root' });

/** Looks at a file that no change is about, and at one whose answer is volatile. */
const look = (host: string) =>
  task({
    title: 'look',
    desired: { fine: true },
    reads: {
      lasting: fileAt(path(host, 'lasting')),
      restless: { ...fileAt(path(host, 'restless')), volatile: true },
    },
    inspect: () => ({ fine: true }),
    apply: () => [],
  });

const BOOK = playbook<unknown>({
  name: 'test',
  hosts: 'all',
  vars: anything,
  local: () => [fileTask('node1', 'local')],
  tasks: ({ host }) => [[fileTask(host.name, 'a')], [look(host.name)]],
});

async function planNow(): Promise<readonly HostPlan[]> {
  const seen: (readonly HostPlan[])[] = [];
  await runOn(hosts, BOOK, {
    mode: 'dry-run',
    approve: async (plans) => {
      seen.push(plans);
      return [];
    },
  });
  expect(seen).toHaveLength(1);
  return seen[0] ?? [];
}

test('a reason from whoever approves stops all of it before the first change', async () => {
  const { result, events } = await runOn(hosts, BOOK, {
    approve: async () => [new Failure('No', { kind: 'drift' })],
  });
  expect(existsSync(path('node1', 'local'))).toBe(false);
  expect(hosts.map(({ name }) => existsSync(path(name, 'a')))).toEqual([false, false]);
  expect(result.failures.map(({ message, kind }) => [message, kind])).toEqual([['No', 'drift']]);
  expect(events.map(({ type }) => type)).not.toContain('taskStarted');
});

test('the plans of a host have its changes of all stages, with a hash of what they are from', async () => {
  const before = await planNow();
  expect(before.map(({ host }) => host)).toEqual(['localhost', 'node1', 'node2']);
  const [, node1] = before;
  expect(node1?.stages.map((stage) => stage.map(({ title }) => title))).toEqual([
    [],
    [path('node1', 'a')],
    ['look'],
  ]);
  expect(node1?.state).toMatch(/^[0-9a-f]{64}$/);
});

test('the hash is another after any lasting answer has changed, and the same for a volatile one', async () => {
  const states = async () => (await planNow()).map(({ state }) => state);
  const before = await states();
  writeFileSync(path('node2', 'restless'), 'changed\n');
  expect(await states()).toEqual(before);
  writeFileSync(path('node2', 'lasting'), 'changed\n');
  const after = await states();
  expect(after.map((state, index) => state === before[index])).toEqual([true, true, false]);
});

test('it is asked again where a run that had died was undone after it was asked', async () => {
  const [node1] = hosts.slice(0, 1);
  if (node1 === undefined) throw new Error('no host');
  writeFileSync(node1.path('a'), 'old\n', { mode: 0o644 });
  const writing = (body: string, gate: () => never) =>
    playbook<unknown>({
      ...BOOK,
      local: () => [],
      tasks: () => [file({ path: node1.path('a'), body, owner: 'root:root' })],
      rollout: {
        serial: 1,
        rings: () => [['node1']],
        gate: () => ({ ...NO_GATE, judge: gate }),
      },
    });
  const dies = () => {
    throw new Error('died');
  };
  await expect(runOn([node1], writing('half\n', dies))).rejects.toThrow('died');
  const seen: unknown[] = [];
  const { result } = await runOn([node1], writing('new\n', dies), {
    approve: async (plans) => {
      seen.push(plans.at(-1)?.stages.flat()[0]?.fields[0]?.before);
      return seen.length === 1 ? [] : [new Failure('Not from there')];
    },
  });
  expect(seen).toEqual(['half\n', 'old\n']);
  expect(result.failures.map(({ message }) => message)).toEqual(['Not from there']);
  expect(readFileSync(node1.path('a'), 'utf8')).toBe('old\n');
});

const NO_GATE = {
  title: 'gate',
  spacingMs: 1,
  deadlineMs: 60_000,
  patienceMs: 60_000,
  readsFor: () => ({}),
};
