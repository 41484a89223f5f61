import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Check } from '#engine/model/check.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import { task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { prepareRun } from '#engine/run/run.ts';
import { file } from '#tasks/files/file.ts';
import { book, counts, hostNamed, runOn, TemporaryHost } from './temporary-host.ts';

let hosts: TemporaryHost[];
beforeEach(() => {
  hosts = ['node1', 'node2', 'node3'].map((name) => new TemporaryHost(name));
});
afterEach(() => {
  for (const host of hosts) host.remove();
});

const oneFile = () =>
  book({
    tasks: ({ host }) =>
      hosts
        .filter(({ name }) => name === host.name)
        .map((each) => file({ path: each.path('a'), body: 'a\n', owner: 'root:root' })),
  });

const DONE = { ok: 0, changed: 1, failed: 0, pending: 0 };
const NOT_DONE = { ok: 0, changed: 0, failed: 1, pending: 1 };

test.for([0, 1])(
  'where hosts share no ring, a lease that cannot be had holds up no other',
  async (broken) => {
    // Where its folder should be is a file.
    writeFileSync(hosts[broken]?.path('run') ?? '', '');
    const { result } = await runOn(hosts, oneFile());
    const expected = hosts.map(({ name }, at) => [name, at === broken ? NOT_DONE : DONE]);
    expect(counts(result.hosts)).toEqual(Object.fromEntries(expected));
    expect(result.failures.map(({ message, where }) => [message, where])).toEqual([
      ['The lease of the host could not be taken', hosts[broken]?.name],
    ]);
  },
);

test('where hosts share no ring, those that are left out are not contacted', async () => {
  const { result } = await runOn(hosts, oneFile(), { targets: ['node2'] });
  expect(counts(result.hosts)).toEqual({ node2: DONE });
  expect(hosts.map(({ connections }) => connections)).toEqual([0, 1, 0]);
});

test('of rings, those that are left out are neither contacted nor verified', async () => {
  const rings = [['node1', 'node2'], ['node3']];
  const { result, events } = await runOn(
    hosts,
    {
      ...oneFile(),
      rollout: { serial: 1, rings: () => rings },
      verify: () => rings.map((names) => quick(`ring of ${names}`, names)),
    },
    { targets: ['node2'] },
  );
  expect(counts(result.hosts)).toEqual({ node1: { ...DONE, changed: 0 }, node2: DONE });
  expect(hosts.map(({ connections }) => connections > 0)).toEqual([true, true, false]);
  expect(events.flatMap((event) => (event.type === 'checkPassed' ? event.check : []))).toEqual([
    'ring of node1,node2',
  ]);
});

test('of many rings, each is asked a few times whether it is to be verified', () => {
  const rings = Array.from({ length: 500 }, (_, at) => [`a${at}`, `b${at}`]);
  let asked = 0;
  const check = (names: readonly string[]): Check => ({
    ...quick(`ring of ${names}`, names),
    readsFor: (host) => {
      asked += 1;
      return quick('', names).readsFor(host);
    },
  });
  const members = rings.flat().map((name) => ({ host: hostNamed(name), vars: {} }));
  const { checks } = prepareRun({
    playbook: {
      ...book({}),
      rollout: { serial: 1, rings: () => rings },
      verify: () => rings.map(check),
    },
    members,
    targets: new Set(['b250']),
    mode: 'verify',
    runId: 'r1',
    about: { owner: '', since: '', what: '' },
    connect: () => Promise.reject(new Error('nobody is asked')),
    emit: () => undefined,
    rollout: CAREFUL,
    stop: new AbortController().signal,
  });
  expect(checks.map(({ title }) => title)).toEqual(['ring of a250,b250']);
  expect(asked).toBeLessThan(6 * rings.length);
});

const quick = (title: string, names: readonly string[]): Check => ({
  title,
  ...{ spacingMs: 1, deadlineMs: 5000, patienceMs: 5000 },
  readsFor: (host) => (names.includes(host) ? { none: fileAt('/none') } : {}),
  judge: () => [],
});

test('a host whose tasks cannot be told for what it has answered has failed, and the run ends as any other', async () => {
  const answer = {
    key: 'answer',
    script: `[ -e '${hosts[0]?.path('broken')}' ] && exit 1; echo yes`,
    parse: ({ stdout }: { readonly stdout: string }) => stdout,
  };
  const asked = task({
    title: 'asked',
    desired: {},
    reads: { answer },
    inspect: () => ({}),
    apply: () => [],
  });
  writeFileSync(hosts[0]?.path('broken') ?? '', '');
  const { result } = await runOn(
    hosts.slice(0, 1),
    book({ tasks: ({ facts }) => (facts.get(answer) === 'yes' ? [] : [asked]) }),
  );
  expect(result.failures.map(({ message, where }) => [message, where])).toEqual([
    ['A question to the host failed', 'node1'],
  ]);
});

test('a host whose tasks cannot be told any more for what it answers after a change fails alone', async () => {
  const [broken] = hosts;
  writeFileSync(broken?.path('fails') ?? '', '');
  const { result } = await runOn(
    hosts,
    book({
      tasks: ({ facts, host }) => {
        const here = hosts.find(({ name }) => name === host.name) as TemporaryHost;
        const answer = {
          key: 'answer',
          script: `[ ! -e '${here.path('a')}' ] || [ ! -e '${here.path('fails')}' ]`,
          parse: () => 'yes',
        };
        const asked = task({
          title: 'asked',
          desired: {},
          reads: { answer },
          inspect: () => ({}),
          apply: () => [],
        });
        const wanted = file({ path: here.path('a'), body: 'a\n', owner: 'root:root' });
        return [[asked, wanted], facts.has('answer') && facts.get(answer) ? [] : []];
      },
    }),
  );
  expect(result.failures.map(({ message, where }) => [message, where])).toEqual([
    ['A question to the host failed', 'node1'],
  ]);
  expect(result.hosts.map(({ changed }) => changed)).toEqual([1, 1, 1]);
});
