import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Check } from '#engine/model/check.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { type FileFact, fileAt, textIn } from '#engine/reads/file.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { sh } from '#engine/shell/quote.ts';
import { file } from '#tasks/files/file.ts';
import { folder } from '#tasks/files/folder.ts';
import { inFile } from '#tasks/files/in-file.ts';
import { book, counts, runOn, TemporaryHost } from './temporary-host.ts';

const OWNER = 'root:root';
let hosts: TemporaryHost[];

beforeEach(() => {
  hosts = ['node1', 'node2', 'node3'].map((name) => new TemporaryHost(name));
});
afterEach(() => {
  for (const host of hosts) host.remove();
});

function at(name: string): TemporaryHost {
  const host = hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`no ${name}`);
  return host;
}

function fileTask(host: string, name: string, body = `${name}\n`): Task {
  return file({ path: at(host).path(name), body, owner: OWNER });
}

function manyTasks(host: string): readonly Task[] {
  return [
    folder({ path: at(host).path('folder'), owner: OWNER }),
    ...Array.from({ length: 20 }, (_, index) => fileTask(host, `folder/f${index}`)),
  ];
}

const SYSTEM: Read<string> = { key: 'system', script: 'uname', parse: ({ stdout }) => stdout };
const SYSTEM_TASK = task({
  title: 'the system has a name',
  desired: {},
  reads: { system: SYSTEM },
  inspect: () => ({}),
  apply: () => [],
});

const heldOnce = (judge: Check['judge'], deadlineMs = 50): Check => ({
  title: 'held once',
  spacingMs: 1,
  deadlineMs,
  patienceMs: 20,
  readsFor: (host) => ({ vip: fileAt(at(host).path('vip')) }),
  judge,
});

describe('a NUL, which no word of a program can hold, fails its host alone:', () => {
  const failuresOf = async (bad: () => readonly Task[]) => {
    const playbook = book({
      tasks: ({ host: { name } }) => (name === 'node1' ? bad() : [fileTask(name, 'good')]),
    });
    const { result } = await runOn(hosts.slice(0, 2), playbook);
    expect(existsSync(at('node2').path('good'))).toBe(true);
    return result.failures.map(({ message, where }) => `${message} (${where})`);
  };

  test('in a path', async () => {
    expect(await failuresOf(() => [file({ path: '/a\0b', body: '' })])).toEqual([
      String.raw`A NUL character cannot be given to a host ("/a\u0000b")`,
    ]);
  });

  test('in a file of the host that gets a line', async () => {
    const path = at('node1').path('binary');
    writeFileSync(path, 'a\0b');
    expect(await failuresOf(() => [inFile({ path, what: { line: 'c' } })])).toEqual([
      `Only a text file has lines to change (line c in ${path} › node1)`,
    ]);
    expect(readFileSync(path, 'utf8')).toBe('a\0b');
  });

  test('in a command', async () => {
    const run = (title: string) =>
      task({
        title,
        desired: { done: true },
        reads: {},
        inspect: () => undefined,
        apply: () => [{ kind: 'run', title, script: sh`echo ${'a\0b'}` }],
      });
    expect(await failuresOf(() => [run('one'), run('two')])).toEqual([
      'A NUL character cannot be given to a host (one › node1)',
      'A NUL character cannot be given to a host (two › node1)',
    ]);
  });
});

describe('exchanges with a host', () => {
  const everything = book({
    tasks: ({ host }) => manyTasks(host.name),
    verify: () => [heldOnce(() => [])],
  });

  test('are 2 for one stage with changes, and 1 when nothing is to do, the first look included', async () => {
    const first = await runOn(hosts, everything);
    // The check after a change takes two samples more.
    expect(hosts.map(({ exchanges }) => exchanges.length)).toEqual([4, 4, 4]);
    expect(counts(first.result.hosts)['node1']).toEqual({
      ok: 0,
      changed: 21,
      failed: 0,
      pending: 0,
    });
    expect(hosts.map(({ leases }) => leases)).toEqual([1, 1, 1]);
    for (const host of hosts) Object.assign(host, { exchanges: [], leases: 0 });
    const second = await runOn(hosts, everything);
    expect(hosts.map(({ exchanges }) => exchanges.length)).toEqual([1, 1, 1]);
    expect(hosts.map(({ leases }) => leases)).toEqual([0, 0, 0]);
    expect(counts(second.result.hosts)['node3']).toEqual({
      ok: 21,
      changed: 0,
      failed: 0,
      pending: 0,
    });
  });

  test('make the tasks of a host once for what it has answered', async () => {
    const made: string[] = [];
    const counted = book({
      tasks: ({ host, facts }) => {
        made.push(`${host.name}: ${facts.has(SYSTEM.key) ? 'answered' : 'asked nothing'}`);
        return [...manyTasks(host.name), SYSTEM_TASK];
      },
    });
    await runOn(hosts, counted);
    made.length = 0;
    await runOn(hosts, counted);
    expect(made.toSorted()).toEqual(
      hosts.flatMap(({ name }) => [`${name}: answered`, `${name}: asked nothing`]),
    );
  });

  test('are 1, and 1 more for each stage with changes', async () => {
    const stages = book({
      tasks: ({ host }) => [
        [fileTask(host.name, 'a')],
        [fileTask(host.name, 'same')],
        [fileTask(host.name, 'c')],
      ],
    });
    writeFileSync(at('node1').path('same'), 'same\n', { mode: 0o644 });
    await runOn([at('node1')], stages);
    expect(at('node1').exchanges).toHaveLength(3);
  });

  test('are one more where commands have printed more than is kept', async () => {
    const node = at('node1');
    const talkative = task({
      title: 'talkative',
      desired: { type: 'file' },
      reads: { there: fileAt(node.path('a')) },
      inspect: ({ there: { type } }) => ({ type }),
      apply: () => [
        {
          kind: 'run',
          title: 'talk',
          script: `head -c 26000000 /dev/zero; : >'${node.path('a')}'`,
        },
      ],
    });
    const { result } = await runOn([node], book({ tasks: () => [talkative] }));
    expect(counts(result.hosts)).toEqual({ node1: { ok: 0, changed: 1, failed: 0, pending: 0 } });
    expect(node.exchanges).toHaveLength(3);
  });

  test('are 1 in a dry run, which changes nothing', async () => {
    const { result } = await runOn(hosts, everything, { mode: 'dry-run' });
    expect(hosts.map(({ exchanges }) => exchanges.length)).toEqual([1, 1, 1]);
    expect(existsSync(at('node1').path('folder'))).toBe(false);
    expect(counts(result.hosts)['node1']).toEqual({ ok: 0, changed: 0, failed: 0, pending: 21 });
  });

  test('are one more for each question that an answer raises; one that takes long is said', async () => {
    const node = at('node1');
    writeFileSync(node.path('a'), 'b');
    writeFileSync(node.path('b'), 'c');
    const asks = (read: Read<FileFact>) =>
      task({
        title: `ask ${read.key}`,
        desired: {},
        reads: { read },
        inspect: () => ({}),
        apply: () => [],
      });
    const following = book({
      tasks: ({ facts }) => {
        const read = (name: string) => ({ ...fileAt(node.path(name)), waits: `reading ${name}` });
        const next = (name: string) => {
          const there = textIn(facts.find(read(name)));
          return there === undefined ? [] : [asks(read(there))];
        };
        return [asks(read('a')), ...next('a'), ...next('b')];
      },
    });
    const { events } = await runOn([node], following, { mode: 'dry-run' });
    expect(node.exchanges).toHaveLength(3);
    expect(events.flatMap((event) => (event.type === 'hostWaiting' ? [event.what] : []))).toEqual([
      'reading a',
      'reading b',
      'reading c',
    ]);
  });
});

test('a later stage is made with the facts that the stage before it brought about', async () => {
  const node = at('node1');
  const copy = book({
    tasks: ({ facts }) => {
      const original = textIn(facts.get(fileAt(node.path('original'))));
      const body = original?.toUpperCase() ?? 'unknown';
      return [[fileTask('node1', 'original')], [fileTask('node1', 'copy', body)]];
    },
  });
  await runOn([node], copy);
  expect(readFileSync(node.path('copy'), 'utf8')).toBe('ORIGINAL\n');
});

test('a host that changed since it was planned is drift, and nothing of the stage is done', async () => {
  const node = at('node1');
  node.before = (exchange) => {
    if (exchange === 2) writeFileSync(node.path('b'), 'somebody else\n');
  };
  const { result } = await runOn(
    [node],
    book({ tasks: () => [fileTask('node1', 'a'), fileTask('node1', 'b')] }),
  );
  expect(existsSync(node.path('a'))).toBe(false);
  expect(readFileSync(node.path('b'), 'utf8')).toBe('somebody else\n');
  expect(result.failures.map(({ message, kind }) => ({ message, kind }))).toEqual([
    { message: 'The host no longer is what the plan saw', kind: 'drift' },
  ]);
});

test('a task that still differs after it was applied has failed', async () => {
  const stubborn = task({
    title: 'stubborn',
    desired: { content: 'x' },
    reads: {},
    inspect: () => undefined,
    apply: () => [{ kind: 'run', title: 'do nothing', script: 'true' }],
  });
  const { result } = await runOn(
    [at('node1')],
    book({ tasks: () => [stubborn, fileTask('node1', 'a')] }),
  );
  expect(counts(result.hosts)).toEqual({ node1: { ok: 0, changed: 1, failed: 1, pending: 0 } });
  expect(result.failures.map(({ message, where, output }) => [message, where, output])).toEqual([
    ['The task still differs after it was applied', 'stubborn › node1', 'content: (absent), not x'],
  ]);
});

describe('what differs once the other tasks of its stage were applied', () => {
  /** Its file is there, which may change by itself. To see to that, it removes those of others. */
  function selfish(node: TemporaryHost, name: string, ...victims: readonly string[]): Task {
    const path = node.path(name);
    const gone = victims.map((victim) => `; rm -f '${node.path(victim)}'`);
    return task({
      title: name,
      desired: { there: true },
      reads: { there: { ...fileAt(path), volatile: true } },
      inspect: ({ there }) => ({ there: there.type === 'file' }),
      apply: () => [{ kind: 'run', title: name, script: `: >'${path}'${gone.join('')}` }],
    });
  }

  test('is applied after them, each task once', async () => {
    const node = at('node1');
    for (const name of ['b', 'c']) writeFileSync(node.path(name), '');
    const tasks = () => [
      selfish(node, 'a', 'b'),
      selfish(node, 'b', 'c'),
      selfish(node, 'c'),
      selfish(node, 'd'),
    ];
    const { result, events } = await runOn([node], book({ tasks }));
    expect(result.failures).toEqual([]);
    expect(counts(result.hosts)).toEqual({ node1: { ok: 0, changed: 4, failed: 0, pending: 0 } });
    expect(events.flatMap((event) => (event.type === 'taskChanged' ? [event.task] : []))).toEqual([
      'a',
      'd',
      'b',
      'c',
    ]);
    expect(['a', 'b', 'c', 'd'].map((name) => existsSync(node.path(name)))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(node.exchanges).toHaveLength(1 + 1 + 1 + 1);
  });

  test('has failed where it was applied before', async () => {
    const node = at('node1');
    writeFileSync(node.path('b'), '');
    const tasks = () => [selfish(node, 'a', 'b'), selfish(node, 'b', 'a')];
    const { result } = await runOn([node], book({ tasks }));
    expect(counts(result.hosts)).toEqual({ node1: { ok: 0, changed: 2, failed: 1, pending: 0 } });
    expect(result.failures.map(({ message, where, output }) => [message, where, output])).toEqual([
      ['The task still differs after it was applied', 'a › node1', 'there: false, not true'],
    ]);
  });

  test('is not done after an interrupt, and said to be', async () => {
    const node = at('node1');
    writeFileSync(node.path('b'), '');
    const controller = new AbortController();
    const tasks = () => [selfish(node, 'a', 'b'), selfish(node, 'b')];
    const { result } = await runOn([node], book({ tasks }), {
      stop: controller.signal,
      onEvent: ({ type }) => {
        if (type === 'taskChanged') controller.abort();
      },
    });
    expect(counts(result.hosts)).toEqual({ node1: { ok: 0, changed: 1, failed: 0, pending: 1 } });
  });

  test('is left for the next plan where somebody has changed it meanwhile', async () => {
    const node = at('node1');
    await runOn([node], book({ tasks: () => [fileTask('node1', 'b')] }));
    node.before = (exchange) => {
      if (exchange === 2) writeFileSync(node.path('b'), 'of somebody else\n');
    };
    const tasks = () => [fileTask('node1', 'a'), fileTask('node1', 'b')];
    node.exchanges.length = 0;
    const { result } = await runOn([node], book({ tasks }));
    expect(result.failures).toEqual([]);
    expect(readFileSync(node.path('b'), 'utf8')).toBe('of somebody else\n');
  });
});

test('a host has its own time: the others may take longer', async () => {
  const go = at('node1').path('go');
  const check = (name: string) =>
    name === 'node2' ? `until [ -e ${go} ]; do sleep 0.1; done` : 'true';
  const { result } = await runOn(
    hosts,
    book({
      tasks: ({ host: { name } }) => [
        file({ path: at(name).path('b'), body: 'b', check: check(name) }),
      ],
    }),
    {
      onEvent: (event) => {
        if (event.type === 'taskChanged' && event.host === 'node1') writeFileSync(go, '');
      },
    },
  );
  const [node1, node2] = result.hosts.map(({ elapsedMs }) => elapsedMs);
  expect(node1).toBeLessThan(node2 ?? 0);
});

test('a command that fails ends its host with what it printed, and the others go on', async () => {
  const { result } = await runOn(
    hosts,
    book({
      tasks: ({ host }) => [
        fileTask(host.name, 'a'),
        file({
          path: at(host.name).path('b'),
          body: 'b',
          check: host.name === 'node2' ? 'echo no; exit 3' : 'true',
        }),
        fileTask(host.name, 'c'),
      ],
    }),
  );
  expect(counts(result.hosts)).toEqual({
    node1: { ok: 0, changed: 3, failed: 0, pending: 0 },
    node2: { ok: 0, changed: 1, failed: 1, pending: 1 },
    node3: { ok: 0, changed: 3, failed: 0, pending: 0 },
  });
  expect(result.failures.map(({ where, ran, output }) => ({ where, ran, output }))).toEqual([
    {
      where: `${at('node2').path('b')} › node2`,
      ran: `write ${at('node2').path('b')} → exit 65`,
      output: 'no\nThe check ended with exit code 3.',
    },
  ]);
  expect(existsSync(at('node2').path('c'))).toBe(false);
});

describe('a rollout', () => {
  const rolling = (
    judge: Check['judge'],
    order: string[],
    deadlineMs?: number,
  ): Playbook<unknown> =>
    book({
      tasks: ({ host }) => [fileTask(host.name, 'conf')],
      rollout: {
        serial: 1,
        rings: () => [['node1', 'node2', 'node3']],
        gate: ({ done }) => {
          order.push(done.join(' '));
          return heldOnce(judge, deadlineMs);
        },
      },
    });

  function changesIn(events: readonly RunEvent[]) {
    return events.flatMap((event) =>
      event.type === 'taskChanged' || event.type === 'checkPassed'
        ? [`${event.type} ${event.host}`]
        : [],
    );
  }

  test('changes one host at a time, and the next one after its gate', async () => {
    const order: string[] = [];
    const { events, result } = await runOn(
      hosts,
      rolling(() => [], order),
    );
    expect(order).toEqual(['node1', 'node1 node2', 'node1 node2 node3']);
    expect(changesIn(events)).toEqual([
      'taskChanged node1',
      'checkPassed node1',
      'taskChanged node2',
      'checkPassed node2',
      'taskChanged node3',
      'checkPassed node3',
    ]);
    expect(result.failures).toEqual([]);
    const [node1] = result.hosts;
    expect(node1?.spent?.map(({ on }) => on)).toEqual([
      'connecting',
      'reading',
      'waiting',
      'applying',
      'gate',
    ]);
    const sum = node1?.spent?.reduce((ms, { elapsedMs }) => ms + elapsedMs, 0);
    expect(sum).toBeCloseTo(node1?.elapsedMs ?? 0);
    expect(node1?.left).toBeUndefined();
  });

  test('stops at the first gate that fails', async () => {
    const judge: Check['judge'] = () =>
      existsSync(at('node2').path('conf'))
        ? [{ what: 'VIP 1', expected: 'node1', seen: 'none' }]
        : [];
    const { result } = await runOn(hosts, rolling(judge, []));
    expect(existsSync(at('node3').path('conf'))).toBe(false);
    expect(result.failures.map(({ kind, where, message }) => ({ kind, where, message }))).toEqual([
      {
        kind: 'check',
        where: 'after the change of node2',
        message: 'Not so: held once. VIP 1: expected node1, seen none',
      },
    ]);
    expect(counts(result.hosts)['node3']).toEqual({ ok: 0, changed: 0, failed: 0, pending: 1 });
  });

  test('needs two good samples in a row after a change', async () => {
    let samples = 0;
    const goods = [true, false, true, true];
    const judge: Check['judge'] = () =>
      goods[samples++] ? [] : [{ what: 'v', expected: 'a', seen: 'b' }];
    const { result } = await runOn([at('node1')], rolling(judge, [], 60_000));
    expect(samples).toBe(4);
    expect(result.failures).toEqual([]);
  });
});

test('an interrupt before anything is changed takes no host for the run', async () => {
  const controller = new AbortController();
  const { result } = await runOn(hosts, book({ tasks: ({ host }) => [fileTask(host.name, 'a')] }), {
    stop: controller.signal,
    onEvent: ({ type }) => {
      if (type === 'hostPlanned') controller.abort();
    },
  });
  expect(hosts.map(({ leases }) => leases)).toEqual([0, 0, 0]);
  expect(result.hosts.map(({ failed, pending }) => [failed, pending])).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
});

test('an interrupt lets the command that runs finish, and starts nothing new', async () => {
  const controller = new AbortController();
  const node = at('node1');
  const slow = task({
    title: 'slow',
    desired: { done: true },
    reads: { there: fileAt(node.path('slow')) },
    inspect: ({ there }) => ({ done: there.type === 'file' }),
    apply: () => [
      {
        kind: 'run',
        title: 'slow',
        script: `while [ ! -e ${node.path('lib/runs')}/*/stop ]; do sleep 0.05; done; : >${node.path('slow')}`,
      },
    ],
  });
  const { result } = await runOn(
    [node],
    book({ tasks: () => [[slow, fileTask('node1', 'a')], [fileTask('node1', 'b')]] }),
    {
      stop: controller.signal,
      onEvent: (event) => {
        if (event.type === 'taskStarted') controller.abort();
      },
    },
  );
  expect(result.interrupted).toBe(true);
  expect(counts(result.hosts)).toEqual({ node1: { ok: 0, changed: 1, failed: 0, pending: 2 } });
  const [{ done, left } = {}] = result.hosts;
  expect({ done, left }).toEqual({ done: ['slow'], left: [node.path('a'), node.path('b')] });
  expect([
    existsSync(node.path('slow')),
    existsSync(node.path('a')),
    existsSync(node.path('b')),
  ]).toEqual([true, false, false]);
});

test('a file is streamed to the command that is fed with it', async () => {
  const node = at('node1');
  const source = node.path('source');
  const bytes = Buffer.alloc(3_000_000, 'rota\n');
  writeFileSync(source, bytes);
  const fed = task({
    title: 'fed',
    desired: { there: true },
    reads: { there: fileAt(node.path('target')) },
    inspect: ({ there }) => ({ there: there.type === 'file' }),
    apply: () => [{ kind: 'feed', title: 'feed', source, script: `cat >${node.path('target')}` }],
  });
  const { result } = await runOn([node], book({ tasks: () => [fed] }));
  expect(result.failures).toEqual([]);
  expect(readFileSync(node.path('target')).equals(bytes)).toBe(true);
});

describe('a script', () => {
  const said: string[] = [];
  const scripted = book({
    script: async ({ on }) => {
      said.push(await on('node1').$`printf '%s|' ${["it's", '$HOME']}`.text());
      await on('node2').$`echo gone wrong >&2; exit 4`;
    },
  });

  test('runs commands on hosts through zx, and what fails in it is a failure', async () => {
    const { result } = await runOn(hosts, scripted);
    expect(said).toEqual(["it's|$HOME|"]);
    expect(result.failures.map(({ message, ran, output }) => [message, ran, output])).toEqual([
      ['A command of the script failed', 'exit 4', 'gone wrong'],
    ]);
    expect(counts(result.hosts)['script']).toEqual({ ok: 0, changed: 0, failed: 1, pending: 0 });
  });

  test('is not run by a dry run, which says that what it does is unknown', async () => {
    said.length = 0;
    const { result } = await runOn(hosts, scripted, { mode: 'dry-run' });
    expect(said).toEqual([]);
    expect(counts(result.hosts)['script']).toEqual({ ok: 0, changed: 0, failed: 0, pending: 1 });
  });
});
