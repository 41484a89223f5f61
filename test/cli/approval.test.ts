import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { type Playbook, playbook } from '#engine/model/playbook.ts';
import { saveHost } from '#engine/plan/saved-host.ts';
import type { SavedPlan } from '#engine/plan/saved-plan.ts';
import { noPaint } from '#engine/report/paint.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { file } from '#tasks/files/file.ts';
import { Approval } from '../../cli/approval.ts';
import { KEY, SEAL, savedPlan } from '../engine/plan/plans.ts';
import { runOn, TemporaryHost } from '../engine/run/temporary-host.ts';

let hosts: TemporaryHost[];
let state: string;

beforeEach(() => {
  hosts = ['node1', 'node2', 'node3'].map((name) => new TemporaryHost(name));
  for (const host of hosts) writeFileSync(host.path('a'), 'old\n', { mode: 0o644 });
  state = mkdtempSync(join(tmpdir(), 'rota-state-'));
  process.env['XDG_STATE_HOME'] = state;
});
afterEach(() => {
  for (const host of hosts) host.remove();
  rmSync(state, { recursive: true });
  delete process.env['XDG_STATE_HOME'];
});

function at(name: string): TemporaryHost {
  const host = hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`no ${name}`);
  return host;
}

const BOOK: Playbook<unknown> = playbook({
  name: 'test',
  hosts: 'all',
  vars: { safeParse: (data: unknown) => ({ success: true as const, data }) },
  tasks: ({ host }) => [
    file({ path: at(host.name).path('a'), body: 'a\n', owner: 'root:root' }),
    file({ path: at(host.name).path('b'), body: 'b\n', owner: 'root:root' }),
  ],
});

/** What a dry run of now would save. */
async function plan(): Promise<SavedPlan> {
  let plans: readonly HostPlan[] = [];
  await runOn(hosts, BOOK, {
    mode: 'dry-run',
    approve: async (planned) => {
      plans = planned;
      return [];
    },
  });
  return savedPlan(plans.map((each) => saveHost(each, SEAL)));
}

async function apply(saved: SavedPlan, usedOnHosts?: string) {
  const approval = new Approval(saved, KEY, usedOnHosts);
  const { result } = await runOn(hosts, BOOK, {
    approve: (plans) => approval.judge(plans),
    onEvent: (event) => approval.onEvent(event),
  });
  await approval.end();
  return {
    changed: result.hosts.map(({ changed }) => changed),
    failures: result.failures.map(({ kind, where, message }) => ({ kind, where, message })),
    said: (await approval.texts(noPaint)).filter((text) => text !== ''),
  };
}

function marks(): readonly string[] {
  const folder = join(state, 'rota', 'plans-used');
  return existsSync(folder) ? readdirSync(folder) : [];
}

function contents(): readonly string[] {
  return hosts.map((host) => readFileSync(host.path('a'), 'utf8'));
}

const OLD = ['old\n', 'old\n', 'old\n'];

test('a plan whose hosts are as it saw them is applied, and used', async () => {
  const done = await apply(await plan());
  expect(done).toEqual({ changed: [2, 2, 2], failures: [], said: [] });
  expect(marks()).toEqual([SEAL.planId]);
});

test('one byte on one host is drift: nothing is changed on any, and the diff is shown', async () => {
  const saved = await plan();
  writeFileSync(at('node2').path('a'), 'odd\n');
  const done = await apply(saved);
  expect(done.changed).toEqual([0, 0, 0]);
  expect(contents()).toEqual(['old\n', 'odd\n', 'old\n']);
  expect(hosts.map((host) => existsSync(host.path('b')))).toEqual([false, false, false]);
  expect(done.failures).toEqual([
    { kind: 'drift', where: 'node2', message: 'The host no longer is what the plan saw' },
  ]);
  expect(done.said.join('\n').replaceAll(at('node2').root, '')).toMatchInlineSnapshot(`
    "node2  is no longer what the plan saw: - then, + now

    --- /a
    +++ /a
    @@ -1 +1 @@
    -old
    +odd"
  `);
  expect(marks()).toEqual([]);
});

test('a plan that drifted and drifted back can still be applied', async () => {
  const saved = await plan();
  writeFileSync(at('node2').path('a'), 'odd\n');
  await apply(saved);
  writeFileSync(at('node2').path('a'), 'old\n');
  expect((await apply(saved)).changed).toEqual([2, 2, 2]);
});

describe('applied twice', () => {
  test('it was done, and nothing is changed', async () => {
    const saved = await plan();
    await apply(saved);
    const again = await apply(saved);
    expect({ ...again, said: [] }).toEqual({ changed: [0, 0, 0], failures: [], said: [] });
    expect(again.said).toEqual([
      expect.stringMatching(/^The plan was done: it was applied at .*, and the hosts are as it/),
    ]);
  });

  test('it is drift when a host has changed since, or has been set back', async () => {
    const saved = await plan();
    await apply(saved);
    for (const host of hosts) {
      writeFileSync(host.path('a'), 'old\n');
      rmSync(host.path('b'));
    }
    const again = await apply(saved);
    expect(again.changed).toEqual([0, 0, 0]);
    expect(again.failures).toEqual([
      {
        kind: 'drift',
        message: 'The plan was used before, and the hosts are not as it left them',
        where: undefined,
      },
    ]);
    expect(contents()).toEqual(OLD);
  });
});

test('a plan that the hosts know of is used, whoever’s machine it was applied from', async () => {
  const done = await apply(await plan(), '2026-11-24T10:00:00Z');
  expect(done.failures.map(({ kind }) => kind)).toEqual(['drift']);
  expect(contents()).toEqual(OLD);
});

test('a plan that others have carried out meanwhile has nothing left to do', async () => {
  const saved = await plan();
  await runOn(hosts, BOOK);
  const done = await apply(saved);
  expect(done).toEqual({
    changed: [0, 0, 0],
    failures: [],
    said: ['What the plan says was done by others, and the hosts are as it says.'],
  });
});

test('a host that cannot be looked at keeps all from being changed', async () => {
  const saved = await plan();
  at('node3').before = () => {
    throw new Failure('The host does not answer', { kind: 'unreachable', where: 'node3' });
  };
  const done = await apply(saved);
  expect(done.changed).toEqual([0, 0, 0]);
  expect(done.failures.map(({ kind, where }) => [kind, where])).toEqual([
    ['unreachable', 'node3'],
    ['failed', 'node3'],
  ]);
  expect(contents()).toEqual(OLD);
});

test('two applies of one plan at once: one of them changes nothing', async () => {
  const saved = await plan();
  const both = await Promise.all([apply(saved), apply(saved)]);
  const refused = both.filter(({ failures }) => failures.length > 0);
  expect(refused).toHaveLength(1);
  expect(refused[0]?.changed).toEqual([0, 0, 0]);
  expect(contents()).toEqual(['a\n', 'a\n', 'a\n']);
});
