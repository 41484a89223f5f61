import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Check } from '#engine/model/check.ts';
import type { Rollout } from '#engine/model/playbook.ts';
import { tagged } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { file } from '#tasks/files/file.ts';
import { book, runOn, TemporaryHost } from '../run/temporary-host.ts';

const WEBS = ['web1', 'web2', 'web3'];
let hosts: readonly TemporaryHost[];
let lb: TemporaryHost;

beforeEach(() => {
  lb = new TemporaryHost('lb');
  mkdirSync(lb.path('servers'));
  for (const name of WEBS) writeFileSync(lb.path(`servers/${name}`), 'in\n');
  hosts = [lb, ...WEBS.map((name) => new TemporaryHost(name))];
});
afterEach(() => {
  for (const host of hosts) host.remove();
});

const pathOn = (name: string) => hosts.find((host) => host.name === name)?.path('file') ?? '';
const server = (name: string) => readFileSync(lb.path(`servers/${name}`), 'utf8').trim();
const leftOut = () => WEBS.filter((name) => server(name) === 'out');
const changed = () => WEBS.filter((name) => readdirSync(hostAt(name).root).includes('file'));
const hostAt = (name: string) => hosts.find((host) => host.name === name) ?? lb;

const owner = 'root:root';

/**
 * A web host can only be changed while the balancer leaves it out, and would do so also if the run died.
 * The balancer has a configuration, too.
 */
function rolling(rollout: Partial<Rollout<unknown>> = {}) {
  return book({
    tasks: ({ host, members, meanwhile }) =>
      host.name === 'lb'
        ? [
            file({ path: lb.path('conf'), body: 'new\n', owner }),
            ...members
              .filter(({ host: { name } }) => name !== 'lb')
              .map(({ host: { name } }) => {
                const body = meanwhile.has(name) ? 'out\n' : 'in\n';
                return file({ path: lb.path(`servers/${name}`), body, owner });
              }),
          ]
        : tagged(
            ['web'],
            [
              file({
                ...{ path: pathOn(host.name), body: 'new\n', owner },
                check: `grep -q out ${lb.path(`servers/${host.name}`)} && ! ls ${lb.path('lib/runs')}/*/armed 2>&-`,
              }),
            ],
          ),
    rollout: { serial: 2, isInFront: ({ host }) => host.name === 'lb', ...rollout },
  });
}

/** Passes by what `isWell` says. */
const gate = (isWell: () => boolean): Check => ({
  ...{ title: 'all is well', spacingMs: 1, deadlineMs: 1, patienceMs: 1 },
  readsFor: () => ({}),
  judge: () => (isWell() ? [] : [{ what: 'it', expected: 'well', seen: 'ill' }]),
});

/** What was changed on which host, in order, those at once by name; and when a gate was passed. */
async function roll(
  playbook: ReturnType<typeof rolling>,
  options: Parameters<typeof runOn>[2] = {},
) {
  const { result, events } = await runOn(hosts, playbook, options);
  const steps = events.flatMap((event) => {
    if (event.type === 'checkPassed') return ['gate'];
    if (event.type === 'undone') return [`${event.host} undone`];
    if (event.type !== 'taskChanged') return [];
    return [`${event.host} ${event.task.replace(/.*\//, '')}`];
  });
  const failures = result.failures.map(({ where, message }) => `${where}: ${message}`);
  return { steps, failures, events };
}

test('a host is left out before it is changed, and taken in again once its batch has passed its gate', async () => {
  const dry = await runOn(hosts, rolling(), { mode: 'dry-run' });
  expect(dry.events.flatMap((event) => (event.type === 'hostImpact' ? [event] : []))).toMatchObject(
    WEBS.map((host) => ({ host, impact: { text: 'left out by lb meanwhile' } })),
  );
  const { steps, failures } = await roll(rolling({ canary: 1, gate: () => gate(() => true) }));
  expect(failures).toEqual([]);
  expect(
    steps.map((step, at) => (/^web[23] file/.test(step) ? `${steps[at]?.slice(0, 3)} …` : step)),
  ).toMatchInlineSnapshot(`
    [
      "lb web1",
      "web1 file",
      "gate",
      "lb web1",
      "lb web2",
      "lb web3",
      "web …",
      "web …",
      "gate",
      "lb web2",
      "lb web3",
      "lb conf",
      "gate",
    ]
  `);
  expect(leftOut()).toEqual([]);
});

test('a host whose change does not stay is left out still, until a run has changed it', async () => {
  const ill = rolling({ gate: () => gate(() => !changed().includes('web3')) });
  const { steps, failures } = await roll(ill, {
    rollout: { carryOn: true, maxFail: { hosts: 3 } },
  });
  expect(steps.slice(-5)).toMatchInlineSnapshot(`
    [
      "lb web3",
      "web3 file",
      "web3 undone",
      "lb conf",
      "gate",
    ]
  `);
  expect(failures).toMatchInlineSnapshot(`
    [
      "after the change of web3: Not so: all is well. it: expected well, seen ill",
      "web3: Still left out by lb",
    ]
  `);
  expect([changed(), leftOut()]).toEqual([['web1', 'web2'], ['web3']]);
  // What the balancer has otherwise to be changed is no part of it, nor are hosts that are not its matter.
  writeFileSync(lb.path('conf'), 'old\n');
  const again = await roll(rolling({ serial: 1 }), { targets: ['web2', 'web3'] });
  expect([again.steps, again.failures]).toMatchInlineSnapshot(`
    [
      [
        "web3 file",
        "lb web3",
      ],
      [],
    ]
  `);
  expect(readFileSync(lb.path('conf'), 'utf8')).toBe('old\n');
});

test('a host that cannot be left out is not changed; whether it is left out is no matter of --tags', async () => {
  lb.before = (exchange) => {
    if (exchange > 1) writeFileSync(lb.path('servers/web1'), 'broken\n');
  };
  const { failures } = await roll(rolling());
  expect(failures).toMatchObject([
    expect.stringContaining('The host no longer is what the plan saw'),
  ]);
  expect(changed()).toEqual([]);
  lb.before = () => undefined;
  writeFileSync(lb.path('servers/web1'), 'in\n');
  const choice = { tags: ['web'], skipTags: [] };
  const chosen = await roll(rolling({ canary: ['web2'] }), { choice, targets: ['lb', 'web2'] });
  expect(chosen).toMatchObject({ steps: ['lb web2', 'web2 file', 'lb web2'], failures: [] });
});

test('a host that was being changed as the run was stopped is undone, and left out still', async () => {
  const stop = new AbortController();
  const { failures } = await roll(
    rolling({
      serial: 1,
      gate: () =>
        gate(() => {
          stop.abort();
          return true;
        }),
    }),
    { stop: stop.signal },
  );
  expect(failures).toMatchInlineSnapshot(`
    [
      "web1: Still left out by lb",
    ]
  `);
  expect([changed(), leftOut()]).toEqual([[], ['web1']]);
});

test('hosts that do not hold at the end are undone one by one, each while it is left out', async () => {
  const check: Check = {
    ...gate(() => false),
    readsFor: (host) => (host === 'lb' ? {} : { file: fileAt(pathOn(host)) }),
  };
  const { steps, failures } = await roll({ ...rolling(), verify: () => [check] });
  expect(steps.slice(steps.lastIndexOf('lb conf') + 1)).toMatchInlineSnapshot(`
    [
      "lb undone",
      "lb web3",
      "web3 undone",
      "lb web3",
      "lb web2",
      "web2 undone",
      "lb web2",
      "lb web1",
      "web1 undone",
      "lb web1",
    ]
  `);
  expect(failures).toEqual(['all is well: Not so: all is well. it: expected well, seen ill']);
  expect([changed(), leftOut(), existsSync(lb.path('conf'))]).toEqual([[], [], false]);
});

describe('with one file of the balancer for all hosts,', () => {
  const inFile = () => readFileSync(lb.path('all'), 'utf8').trim().split('\n');
  beforeEach(() => writeFileSync(lb.path('all'), WEBS.map((name) => `${name} in\n`).join('')));

  function rollingFile(aboutHost: string, isWell: () => boolean) {
    const check: Check = {
      ...gate(() => false),
      readsFor: (host) => (host === aboutHost ? { file: fileAt(lb.path('all')) } : {}),
    };
    return {
      ...book({
        tasks: ({ host, meanwhile }) => {
          const states = WEBS.map((name) => `${name} ${meanwhile.has(name) ? 'out' : 'in'}\n`);
          const isLb = host.name === 'lb';
          const path = isLb ? lb.path('all') : pathOn(host.name);
          return [file({ path, body: isLb ? states.join('') : 'new\n', owner })];
        },
        rollout: {
          serial: 1,
          isInFront: ({ host }) => host.name === 'lb',
          gate: () => gate(isWell),
        },
      }),
      verify: () => [check],
    };
  }

  test('a host that has not passed stays left out while others are undone at the end', async () => {
    const { failures } = await roll(rollingFile('lb', () => !changed().includes('web2')));
    expect(inFile()).toEqual(['web1 in', 'web2 out', 'web3 in']);
    expect([changed(), failures]).toMatchInlineSnapshot(`
      [
        [],
        [
          "after the change of web2: Not so: all is well. it: expected well, seen ill",
          "web2: Still left out by lb",
          "all is well: Not so: all is well. it: expected well, seen ill",
        ],
      ]
    `);
  });

  test('a host that is undone at the end as the run is stopped stays left out, and that is said', async () => {
    const stop = new AbortController();
    const { failures } = await roll(
      rollingFile('web1', () => true),
      {
        stop: stop.signal,
        onEvent: (event) => {
          if (event.type === 'undone') stop.abort();
        },
      },
    );
    expect(inFile()).toEqual(['web1 in', 'web2 in', 'web3 out']);
    expect([changed(), failures]).toMatchInlineSnapshot(`
      [
        [],
        [
          "all is well: Not so: all is well. it: expected well, seen ill",
          "web3: Still left out by lb",
        ],
      ]
    `);
  });
});
