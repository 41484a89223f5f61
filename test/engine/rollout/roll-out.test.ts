import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '#engine/host/ask.ts';
import { Lease } from '#engine/host/lease.ts';
import { Answers } from '#engine/model/answers.ts';
import type { Check } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Playbook, Rollout } from '#engine/model/playbook.ts';
import type { Read } from '#engine/model/read.ts';
import { CAREFUL, type RingPlan } from '#engine/model/rollout.ts';
import { fileAt } from '#engine/reads/file.ts';
import { preImages, runs } from '#engine/reads/runs.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { file } from '#tasks/files/file.ts';
import { book, hostNamed, runOn, TemporaryHost } from '../run/temporary-host.ts';

const NAMES = ['node1', 'node2', 'node3', 'node4'];
let hosts: TemporaryHost[];

beforeEach(() => {
  hosts = NAMES.map((name) => new TemporaryHost(name));
});
afterEach(() => {
  for (const host of hosts) host.remove();
});

function at(name: string): TemporaryHost {
  const host = hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`no ${name}`);
  return host;
}

function conf(name: string): string | undefined {
  const path = at(name).path('conf');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

async function answerOf<T>(host: TemporaryHost, read: Read<T>): Promise<T | undefined> {
  await using session = await host.open(hostNamed(host.name));
  return new Answers(await ask(session, [read])).find(read);
}

/** What each host says of how its runs ended. */
async function outcomes() {
  const records = await Promise.all(hosts.map((host) => answerOf(host, runs)));
  return records.map((known) => known?.map(({ outcome }) => outcome));
}

/** A check that finds what `wrong` says of the hosts. */
function check(title: string, wrong: () => readonly string[]): Check {
  return {
    title,
    spacingMs: 1,
    deadlineMs: 50,
    patienceMs: 20,
    readsFor: (host) => ({ conf: fileAt(at(host).path('conf')) }),
    judge: () => wrong().map((seen) => ({ what: 'VIP 1', expected: 'held', seen })),
  };
}

function rolling(more: Partial<Rollout<unknown>> = {}): Playbook<unknown> {
  return book({
    tasks: ({ host, meanwhile }) => [
      file({ path: at(host.name).path('conf'), body: `new ${[...meanwhile.keys()]}\n` }),
    ],
    rollout: {
      serial: 1,
      rings: () => [NAMES],
      gate: () => check('gate', () => []),
      ...more,
    },
  });
}

/** A run that ends as one that is killed, with a change of its host that no gate has passed. */
async function dieInGate(host: TemporaryHost): Promise<void> {
  const gate = () =>
    check('gate', () => {
      throw new Error('died');
    });
  await expect(runOn([host], rolling({ gate }))).rejects.toThrow('died');
}

function told(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => {
    switch (event.type) {
      case 'taskChanged':
      case 'undone':
      case 'undoStarted':
        return [`${event.type} ${event.host}`];
      case 'checkPassed':
      case 'checkFailed':
        return [`${event.type} ${event.check}`];
      default:
        return [];
    }
  });
}

describe('a gate', () => {
  test('is told the samples before, and asks its probes before a change is undone, whatever time they take', async () => {
    const seen: string[] = [];
    const gate = (): Check => ({
      ...check('gate', () => []),
      deadlineMs: 0,
      probesFor: (host) => ({ more: fileAt(at(host).path('more')) }),
      judge: (sample, earlier) => {
        const answers = sample.get('node1');
        const isProbed =
          answers instanceof Answers && answers.has(fileAt(at('node1').path('more')).key);
        seen.push(`${earlier.length} before${isProbed ? ', probed' : ''}`);
        return isProbed ? [] : [{ what: 'VIP 1', expected: 'held', seen: 'nobody' }];
      },
    });
    const [node1] = hosts;
    if (node1 === undefined) throw new Error('no node1');
    const { events, result } = await runOn([node1], rolling({ gate, rings: () => [['node1']] }));
    expect(result.failures).toEqual([]);
    expect(seen).toEqual(['0 before', '1 before, probed']);
    // Once for the first sample, and once as its time is over.
    const waits = events.filter(({ type }) => type === 'checkWaiting');
    expect(waits).toMatchObject([{ deadlineMs: 0 }, { deadlineMs: 0 }]);
  });

  test('looks until its time is over, and waits for no answer that comes later', async () => {
    const late = Promise.withResolvers<void>();
    const node1 = at('node1');
    node1.before = async (exchange) => {
      if (exchange === 4) await late.promise;
    };
    const gate = () => ({ ...check('gate', () => ['nobody']), deadlineMs: 1500 });
    const { events } = await runOn([node1], rolling({ gate, rings: () => [['node1']] }), {
      onEvent: (event) => {
        if (event.type === 'checkFailed') late.resolve();
      },
    });
    expect(told(events)).toEqual([
      'taskChanged node1',
      'checkFailed gate',
      'undoStarted node1',
      'undone node1',
    ]);
  });
});

describe('a step whose gate fails', () => {
  const brokenOn = (...names: readonly string[]) => ({
    gate: () => check('gate', () => names.filter((name) => conf(name)?.startsWith('new'))),
  });

  test('is undone, and seen to be, before the run stops', async () => {
    for (const { path } of hosts.map((host) => ({ path: host.path('conf') })))
      writeFileSync(path, 'old\n');
    const { events, result } = await runOn(hosts, rolling(brokenOn('node2')));
    expect(told(events)).toEqual([
      'taskChanged node1',
      'checkPassed gate',
      'taskChanged node2',
      'checkFailed gate',
      'undoStarted node2',
      'undone node2',
    ]);
    expect(NAMES.map(conf)).toEqual(['new \n', 'old\n', 'old\n', 'old\n']);
    expect(result.failures.map(({ kind, message }) => [kind, message])).toEqual([
      ['check', 'Not so: gate. VIP 1: expected held, seen node2'],
    ]);
  });

  test('is undone, too, where the gate itself cannot judge', async () => {
    const gate = () =>
      check('gate', () => {
        throw new Failure('The playbook has a mistake');
      });
    const { events, result } = await runOn(
      [at('node1')],
      rolling({ gate, rings: () => [['node1']] }),
    );
    expect(told(events)).toEqual([
      'taskChanged node1',
      'checkFailed gate',
      'undoStarted node1',
      'undone node1',
    ]);
    expect(result.failures.map(({ message }) => message)).toEqual(['The playbook has a mistake']);
  });

  test('is told apart from the look at the ring after its undo', async () => {
    const ready = () => check('ready', () => []);
    const { events } = await runOn(hosts, rolling({ ...brokenOn('node1'), ready }));
    expect(told(events)).toEqual([
      'checkPassed ready',
      'taskChanged node1',
      'checkFailed gate',
      'undoStarted node1',
      'undone node1',
      'checkPassed ready, after the undo',
    ]);
  });

  test('is told by its host, as are the steps that stayed', async () => {
    await runOn(hosts, rolling(brokenOn('node2')));
    expect(await outcomes()).toEqual([['done'], ['undone'], [], []]);
  });

  test('stops its ring, and with --carry-on and --max-fail only itself', async () => {
    const options = { rollout: { carryOn: true, maxFail: { hosts: 1 } } };
    await runOn(hosts, rolling(brokenOn('node2')), options);
    expect(NAMES.map(conf)).toEqual(['new \n', undefined, 'new \n', 'new \n']);
  });

  test('stops everything once more hosts have failed than may', async () => {
    const options = { rollout: { carryOn: true, maxFail: { percent: 49 } } };
    await runOn(hosts, rolling(brokenOn('node1', 'node2')), options);
    expect(NAMES.map(conf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('that finds drift has changed nothing, and needs no undo', async () => {
    const node1 = at('node1');
    node1.before = (exchange) => {
      if (exchange === 2) writeFileSync(node1.path('conf'), 'of somebody else\n');
    };
    const { result } = await runOn([node1], rolling());
    expect(conf('node1')).toBe('of somebody else\n');
    expect(result.failures.map(({ kind }) => kind)).toEqual(['drift']);
  });

  test('that cannot be undone is another failure, which comes before that of the gate', async () => {
    const book = rolling({
      gate: () =>
        check('gate', () => {
          // Somebody else writes the file while it is undone: it does not come out as it was.
          rmSync(at('node1').path('lib/runs'), { recursive: true, force: true });
          return ['nobody'];
        }),
    });
    const { result } = await runOn([at('node1')], book);
    expect(result.failures.map(({ kind, message }) => [kind, message])).toEqual([
      ['check', 'Not so: gate. VIP 1: expected held, seen nobody'],
      ['undo', 'The host could not be undone'],
    ]);
  });
});

test('a step of a rollout costs the look, the lease, one exchange, its gate, and a new connection', async () => {
  const node1 = at('node1');
  await runOn([node1], rolling());
  const cost = { exchanges: node1.exchanges.length, leases: node1.leases };
  // The gate takes two samples: this one has no probes that would make it one exchange fewer.
  expect({ ...cost, connections: node1.connections }).toEqual({
    exchanges: 1 + 1 + 2,
    leases: 1,
    connections: 2,
  });
});

describe('a ring', () => {
  const twoPhases = {
    isAllOrNothing: true,
    phases: [
      {
        title: 'take out',
        meanwhile: new Map(NAMES.map((name) => [name, new Map([['VI_1', 0]])])),
      },
      { title: 'put in', meanwhile: new Map() },
    ],
  };
  const plan = (more: Partial<RingPlan>): Partial<Rollout<unknown>> => ({
    plan: () => ({
      order: NAMES,
      phases: [{ title: 'change', meanwhile: new Map() }],
      isAllOrNothing: false,
      impacts: new Map(),
      isEmpty: false,
      refusals: [],
      ...more,
    }),
  });

  test('is changed in the order of its plan, and says the impact before', async () => {
    const impact = { text: 'reload, no VIP moves', moves: [], gapMs: 0 };
    const { events } = await runOn(
      hosts,
      rolling(
        plan({
          order: ['node3', 'node1', 'node4', 'node2'],
          impacts: new Map([['node3', impact]]),
        }),
      ),
    );
    const changed = events.flatMap((event) => (event.type === 'taskChanged' ? [event.host] : []));
    expect(changed).toEqual(['node3', 'node1', 'node4', 'node2']);
    const impacts = events.filter(({ type }) => type === 'hostImpact');
    expect(impacts).toEqual([{ type: 'hostImpact', host: 'node3', impact }]);
  });

  test('is not changed when its plan has to be refused', async () => {
    const refusals = [new Failure('A VIP has to go away for seconds', { kind: 'check' })];
    const { result } = await runOn(hosts, rolling(plan({ refusals })));
    expect(NAMES.map(conf)).toEqual([undefined, undefined, undefined, undefined]);
    expect(result.failures).toEqual(refusals);
  });

  test('is changed in two phases, and in a second one that fails all of it is undone', async () => {
    const seen: (string | undefined)[][] = [];
    const gate = () =>
      check('gate', () => {
        seen.push(NAMES.map(conf));
        return conf('node2') === 'new \n' ? ['wrong'] : [];
      });
    await runOn(hosts, rolling({ ...plan(twoPhases), gate }));
    expect(seen).toContainEqual(Array.from(NAMES, () => 'new VI_1\n'));
    expect(NAMES.map(conf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('that is stopped between its phases is taken back to what it was', async () => {
    const stop = new AbortController();
    const { result } = await runOn(hosts, rolling({ ...plan(twoPhases) }), {
      stop: stop.signal,
      onEvent: (event) => {
        if (event.type === 'checkPassed' && event.host === 'node2') stop.abort();
      },
    });
    expect(result.interrupted).toBe(true);
    expect(NAMES.map(conf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('of which rota dies between its phases goes back to what it was by itself', async () => {
    const died = rolling({
      ...plan(twoPhases),
      gate: () =>
        check('gate', () => {
          if (conf('node1') === 'new \n') throw new Error('died');
          return [];
        }),
    });
    await expect(runOn(hosts, died)).rejects.toThrow('died');
    await expect.poll(() => NAMES.map(conf)).toEqual([undefined, undefined, undefined, undefined]);
  }, 40_000);

  describe('whose phases stay one by one', () => {
    const stepwise = { ...twoPhases, isAllOrNothing: false };
    const failing = (fails: () => void) => ({
      ...plan(stepwise),
      gate: () =>
        check('gate', () => {
          if (conf('node2') !== 'new \n') return [];
          fails();
          return ['wrong'];
        }),
    });
    const afterFirst = ['new \n', 'new VI_1\n', 'new VI_1\n', 'new VI_1\n'];

    test('goes back to the phase before on a host whose step fails, and keeps the others', async () => {
      const { result } = await runOn(hosts, rolling(failing(() => undefined)));
      expect(NAMES.map(conf)).toEqual(afterFirst);
      expect(result.hosts.map(({ host, changed }) => [host, changed])).toEqual([
        ['node1', 2],
        ['node2', 1],
        ['node3', 1],
        ['node4', 1],
      ]);
      expect(await outcomes()).toEqual([['done'], ['done'], ['done'], ['done']]);
    });

    test('ends with a phase in which a host failed, also where the others go on', async () => {
      const gate = () => check('gate', () => (conf('node2') === 'new VI_1\n' ? ['wrong'] : []));
      const options = { rollout: { carryOn: true, maxFail: { hosts: 1 } } };
      await runOn(hosts, rolling({ ...plan(stepwise), gate }), options);
      expect(NAMES.map(conf)).toEqual(['new VI_1\n', undefined, 'new VI_1\n', 'new VI_1\n']);
    });

    test('stays as it was after the phase before on a host that has drifted since', async () => {
      const { result } = await runOn(hosts, rolling(plan(stepwise)), {
        onEvent: (event) => {
          const isNext = event.type === 'checkPassed' && conf('node1') === 'new \n';
          if (isNext) writeFileSync(at('node2').path('conf'), 'of somebody else\n');
        },
      });
      expect(NAMES.map(conf)).toEqual(afterFirst.with(1, 'of somebody else\n'));
      expect(result.failures.map(({ kind }) => kind)).toEqual(['drift']);
    });

    test('goes back to the phase before by itself on a host on which rota dies', async () => {
      const dying = failing(() => {
        throw new Error('died');
      });
      await expect(runOn(hosts, rolling(dying))).rejects.toThrow('died');
      await expect.poll(() => NAMES.map(conf)).toEqual(afterFirst);
    }, 40_000);

    test('goes back to the phase before on all hosts, where what is verified at the end does not hold', async () => {
      const verify = () => [check('verify', () => (conf('node4') === 'new \n' ? ['wrong'] : []))];
      const { result } = await runOn(hosts, { ...rolling(plan(stepwise)), verify });
      expect(NAMES.map(conf)).toEqual(Array.from(NAMES, () => 'new VI_1\n'));
      expect(result.failures.map(({ kind, message }) => [kind, message])).toEqual([
        ['check', 'Not so: verify. VIP 1: expected held, seen wrong'],
      ]);
      expect(result.undone?.toSorted()).toEqual(NAMES);
    });

    test('is rolled back as a whole, to what was there before the first phase', async () => {
      writeFileSync(at('node1').path('conf'), 'old\n');
      const { result } = await runOn(hosts, rolling(plan(stepwise)));
      expect(result.failures).toEqual([]);
      const kept = preImages(result.runId);
      const images = await Promise.all(hosts.map((host) => answerOf(host, kept)));
      expect(
        images.map((all) => all?.map((one) => (one.type === 'file' ? one.content : ''))),
      ).toEqual([['old\n'], [''], [''], ['']]);
    });
  });

  test('that is not whole is not changed, unless it is to be repaired', async () => {
    const ready = () => check('ready', () => (conf('node1') === undefined ? ['nobody'] : []));
    const { result } = await runOn(hosts, rolling({ ready }));
    expect(NAMES.map(conf)).toEqual([undefined, undefined, undefined, undefined]);
    expect(result.failures.map(({ kind, message }) => [kind, message])).toEqual([
      ['check', 'Not so: ready. VIP 1: expected held, seen nobody'],
      ['check', 'The ring is not whole, so nothing of it was changed'],
    ]);
    await runOn(hosts, rolling({ ready }), { rollout: { repair: true } });
    expect(NAMES.map(conf)).toEqual(Array.from(NAMES, () => 'new \n'));
  });

  describe('that is stopped while a check of it is judged has failed nowhere:', () => {
    const stopped = async (more: (check: Check) => Partial<Rollout<unknown>>) => {
      const stop = new AbortController();
      const judging = check('check', () => {
        stop.abort();
        return ['nobody'];
      });
      const stops = { ...judging, deadlineMs: 60_000, patienceMs: 60_000 };
      const blames: string[] = [];
      const { result, events } = await runOn(hosts.slice(0, 2), rolling(more(stops)), {
        stop: stop.signal,
        onEvent: (event) => {
          if ('failure' in event) blames.push(event.type);
        },
      });
      const ends = result.hosts.map(({ changed, failed, pending }) => [changed, failed, pending]);
      return { blames, failures: result.failures, ends, told: told(events) };
    };

    test('before a step it is not changed', async () => {
      expect(await stopped((ready) => ({ ready: () => ready }))).toEqual({
        blames: [],
        failures: [],
        ends: [
          [0, 0, 1],
          [0, 0, 1],
        ],
        told: [],
      });
    });

    test('in the gate of a step it is undone, and is not done', async () => {
      expect(await stopped((gate) => ({ gate: () => gate }))).toEqual({
        blames: [],
        failures: [],
        ends: [
          [0, 0, 1],
          [0, 0, 1],
        ],
        told: ['taskChanged node1', 'undoStarted node1', 'undone node1'],
      });
    });
  });

  test('that does not answer in time is not known to be whole: nothing of it has failed', async () => {
    const silent = new Failure('The host did not answer in time', { kind: 'unreachable' });
    const ready = (): Check => ({
      ...check('ready', () => []),
      readsFor: () => ({
        slow: {
          key: 'slow',
          script: ':',
          parse: () => {
            throw silent;
          },
        },
      }),
      judge: (sample) =>
        [...sample.keys()].map((what) => ({ what, expected: 'an answer', seen: 'none' })),
    });
    const { result } = await runOn(hosts, rolling({ ready }));
    expect(result.failures.map(({ message, fix }) => [message, fix])).toMatchInlineSnapshot(`
      [
        [
          "Nobody knows whether ready. node1: expected an answer, seen none, and 3 more",
          "See that node1, node2, node3 and node4 answer, and run again.",
        ],
        [
          "Nobody knows whether the ring is whole, so nothing of it was changed",
          "See that node1, node2, node3 and node4 answer, and run again.",
        ],
      ]
    `);
    expect(result.hosts.map(({ failed, pending }) => [failed, pending])).toEqual(
      NAMES.map(() => [0, 1]),
    );
  });

  test('of several is changed beside the others, as many at once as allowed', async () => {
    const most = async (ringsAtOnce: number | undefined) => {
      let open = 0;
      let highest = 0;
      const expected = Math.min(ringsAtOnce ?? Infinity, NAMES.length);
      // No ring passes its gate before as many are open as may be.
      const gate = () => ({
        ...check('gate', () => (highest < expected ? ['others are to come'] : [])),
        deadlineMs: 20_000,
      });
      await runOn(hosts, rolling({ gate, rings: () => NAMES.map((name) => [name]) }), {
        rollout: { ringsAtOnce },
        onEvent: (event) => {
          if (event.type === 'taskStarted') highest = Math.max(highest, ++open);
          if (event.type === 'checkPassed') open -= 1;
        },
      });
      for (const host of hosts) rmSync(host.path('conf'));
      return highest;
    };
    expect(await most(1)).toBe(1);
    expect(await most(2)).toBe(2);
    expect(await most(CAREFUL.ringsAtOnce)).toBe(4);
  });
});

describe('a host that another run has', () => {
  test('is not touched, nor is any other, and it is said who has it', async () => {
    const [node1] = hosts;
    if (node1 === undefined) throw new Error('no node1');
    const session = await node1.open(hostNamed('node1'));
    const about = { owner: 'eve@far', since: '2026-11-24T09:00:00Z', what: 'deploy' };
    const lease = await Lease.take({ session, runId: 'r0', about, onSettling: () => {} });
    const { result } = await runOn(hosts, rolling());
    expect(NAMES.map(conf)).toEqual([undefined, undefined, undefined, undefined]);
    expect(result.failures.map(({ kind, where, ran }) => ({ kind, where, ran }))).toEqual([
      {
        kind: 'locked',
        where: 'node1',
        ran: 'deploy by eve@far since 2026-11-24T09:00:00Z, run r0',
      },
    ]);
    await lease.release();
    await session[Symbol.asyncDispose]();
    expect((await runOn(hosts, rolling())).result.failures).toEqual([]);
  });

  test('is not touched either where another run has another host of its ring', async () => {
    const node4 = at('node4');
    await runOn([node4], rolling());
    const session = await node4.open(hostNamed('node4'));
    const about = { owner: 'eve@far', since: '2026-11-24T09:00:00Z', what: 'deploy' };
    const lease = await Lease.take({ session, runId: 'r0', about, onSettling: () => {} });
    const { result } = await runOn(hosts, rolling());
    expect(NAMES.map(conf)).toEqual([undefined, undefined, undefined, 'new \n']);
    expect(result.failures.map(({ kind, where }) => [kind, where])).toEqual([['locked', 'node4']]);
    await lease.release();
    await session[Symbol.asyncDispose]();
  });

  test('is not touched any more once its lease was taken away', async () => {
    const unlock = async (event: RunEvent) => {
      if (event.type !== 'checkPassed' || event.host !== 'node1') return;
      rmSync(at('node2').path('run/lease'));
    };
    const { result } = await runOn(hosts, rolling(), { onEvent: (event) => void unlock(event) });
    expect(NAMES.map(conf)).toEqual(['new \n', undefined, undefined, undefined]);
    expect(result.failures.map(({ kind, message }) => [kind, message])).toEqual([
      ['locked', 'The lease of the host was lost'],
    ]);
  });

  test('is undone first where the power went before its gate, though nothing is left to do', async () => {
    const node1 = at('node1');
    await runOn([node1], rolling());
    const folder = `lib/runs/${readdirSync(node1.path('lib/runs'))[0]}`;
    renameSync(node1.path(`${folder}/done`), node1.path(`${folder}/armed`));
    const { events } = await runOn([node1], rolling());
    expect(told(events)).toContain('taskChanged node1');
    expect(existsSync(node1.path(`${folder}/undone`))).toBe(true);
    expect(conf('node1')).toBe('new \n');
  });

  test('is taken over from a run that died, and what that had half done is undone first', async () => {
    const node1 = at('node1');
    writeFileSync(node1.path('conf'), 'old\n');
    await dieInGate(node1);
    const events: RunEvent[] = [];
    const { result } = await runOn([node1], rolling(), { onEvent: (event) => events.push(event) });
    expect(result.failures).toEqual([]);
    expect(conf('node1')).toBe('new \n');
  });
});

test('a run that died leaves its host to the watchdog, which undoes what was not gated', async () => {
  const node1 = at('node1');
  writeFileSync(node1.path('conf'), 'old\n');
  await dieInGate(node1);
  await expect.poll(() => conf('node1')).toBe('old\n');
}, 40_000);
