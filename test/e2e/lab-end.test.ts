import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { obstacle } from '#lab/preflight.ts';
import { findLab, removeLab, startLab } from '#lab/start-lab.ts';
import { storedState } from '#lab/state.ts';
import { ended } from './support/test-lab.ts';
import { type Marks, marksOf, traces } from './support/traces.ts';
import { until } from './support/until.ts';

const reason = await obstacle();

const title = `the end of a lab${reason === undefined ? '' : ` (skipped: ${reason.message})`}`;

describe.skipIf(reason !== undefined)(title, () => {
  // A network namespace like a user's, so that several can have the uplink at once.
  const user = spawn('unshare', ['--net', 'sleep', 'infinity']);
  const inUsersNetwork = (...words: readonly string[]) =>
    spawn('nsenter', ['-t', String(user.pid), '-n', '--', ...words]);
  const lab = (dir: string, ...words: readonly string[]) =>
    inUsersNetwork(process.execPath, 'bin/rota.cjs', 'lab', '--dir', dir, ...words);
  const links = async () =>
    (await ended(inUsersNetwork('ip', '-br', 'link'))).stdout.match(/^\S+/gm);

  beforeAll(() => until(async () => (await links())?.length === 1));
  afterAll(() => void user.kill());

  function newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'rota-e2e-'));
    onTestFinished(async () => {
      await removeLab(join(folder, 'lab'));
      rmSync(folder, { recursive: true });
    });
    return join(folder, 'lab');
  }

  /** How far a start is. */
  const MOMENTS = {
    'its first process is there': () => true,
    'it has its keys': ({ dir }: Marks) => existsSync(join(dir, 'known_hosts')),
    'its first node begins': ({ pid }: Marks) => existsSync(`/proc/${pid}/root/run/lab/node1`),
    'its first node is on': ({ pid }: Marks) => existsSync(`/proc/${pid}/root/run/lab/node1/pid`),
  } as const;
  type Moment = keyof typeof MOMENTS;

  /** Signals a process that starts a lab when it is so far; once more, where that came too late. */
  async function signalled(
    dir: string,
    start: () => ChildProcess,
    [signal, moment]: readonly [NodeJS.Signals, Moment],
  ) {
    for (;;) {
      const child = start();
      const output = ended(child);
      const { answer: marks } = await until<Marks>(() => marksOf(dir), 5);
      await until(() => MOMENTS[moment](marks), 5);
      child.kill(signal);
      const end = await output;
      if (!end.stdout.includes('The lab is up')) return { marks, end };
      await removeLab(dir);
    }
  }

  test('a lab of the command line outlives it, is reached from the shell, and leaves nothing', async () => {
    const dir = newFolder();
    const up = await ended(lab(dir, 'up'));
    expect(up).toMatchObject({ status: 0, stderr: '' });
    expect((await ended(lab(dir, 'up'))).stdout).toBe('The lab is up already.\n');
    const marks = marksOf(dir) as Marks;
    expect(await links()).toEqual(['lo', expect.stringMatching(`^rota-${marks.id}@`)]);
    expect((await ended(inUsersNetwork('ping', '-c', '1', '-W', '1', '10.77.0.13'))).status).toBe(
      0,
    );
    expect((await ended(lab(dir, 'exec', 'node3', '--', 'hostname'))).stdout).toBe('node3\n');
    expect((await ended(lab(dir, 'exec', 'client', '--', 'sh', '-c', 'exit 7'))).status).toBe(7);

    const second = newFolder();
    const refused = await ended(lab(second, 'up'));
    expect([refused.status, refused.stderr.split('\n')[0]]).toEqual([
      1,
      "✖ The lab's network 10.77.0.0/16 is in use on this machine",
    ]);
    expect(existsSync(second)).toBe(false);

    expect(traces(marks)).not.toEqual([]);
    expect((await ended(lab(dir, 'down'))).status).toBe(0);
    expect(traces(marks)).toEqual([]);
    expect(await links()).toEqual(['lo']);
  });

  test.for(Object.keys(MOMENTS) as Moment[])(
    'nothing stays of a lab whose starter is killed when %s',
    async (moment) => {
      const dir = newFolder();
      const { marks } = await signalled(dir, () => lab(dir, 'up'), ['SIGKILL', moment]);
      await until(() => traces(marks).length === 0);
      expect(await links()).toEqual(['lo']);
    },
  );

  test.for<Moment>(['its first process is there', 'its first node is on'])(
    'nothing stays of a start that is interrupted when %s',
    async (moment) => {
      const dir = newFolder();
      const words = ['bin/rota.cjs', 'lab', '--dir', dir, 'up', '--no-uplink'];
      const start = () => spawn(process.execPath, words);
      const { marks, end } = await signalled(dir, start, ['SIGINT', moment]);
      expect(end).toEqual({ status: 130, stdout: '', stderr: '✖ Interrupted\n' });
      expect(traces(marks)).toEqual([]);
    },
  );

  test('a lab can start again at once after it ended, however that was', async () => {
    const dir = newFolder();
    const options = { dir, nodes: 1, light: true, keep: true };
    await startLab(options);
    const first = marksOf(dir) as Marks;
    process.kill(first.pid, 'SIGKILL');
    // On a busy machine, its end takes a moment.
    await until(() => findLab(dir) === undefined);
    const second = await startLab(options);
    await second.down();
    await startLab(options);
    expect((await findLab(dir)?.run('node1', 'hostname'))?.stdout).toBe('node1\n');
    process.kill(storedState(dir)?.keeper ?? 0, 'SIGKILL');
    const last = marksOf(dir) as Marks;
    await removeLab(dir);
    expect([first, last].flatMap(traces)).toEqual([]);
  });

  test('what a killed starter had begun, such as git, may write in its folder a moment longer', async () => {
    const dir = newFolder();
    await startLab({ dir, nodes: 1, light: true });
    const begun = join(dir, 'begun');
    mkdirSync(begun);
    const writes = 'i=0; while : >"$((i += 1))"; do :; done 2>/dev/null';
    const written = ended(spawn('timeout', ['1', 'sh', '-c', writes], { cwd: begun }));
    await until(() => existsSync(join(begun, '1')));
    process.kill(marksOf(dir)?.pid ?? 0, 'SIGKILL');
    await written;
    await until(() => !existsSync(dir));
  });

  test('what is mounted in its folder goes with it, such as the store of a podman that was killed', async () => {
    const dir = newFolder();
    await startLab({ dir, nodes: 1, light: true });
    const store = join(dir, 'store');
    mkdirSync(store);
    execFileSync('mount', ['--bind', store, store]);
    process.kill(marksOf(dir)?.pid ?? 0, 'SIGKILL');
    await until(() => !existsSync(dir));
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(dir);
  });

  test.for([
    [
      'that is started by a Node too old',
      'versions',
      '{ ...process.versions, node: "22.18.0" }',
      'The lab needs Node 24 or newer',
    ],
    [
      'whose nodes cannot run Node',
      'execPath',
      '"/bin/false"',
      'node\\d: the stand-in for kubelet ended by itself',
    ],
  ] as const)(
    'a lab %s says why it cannot come up, and leaves nothing',
    async ([, property, value, why]) => {
      const dir = newFolder();
      const script = `Object.defineProperty(process, '${property}', { value: ${value} });
        import('./lab/start-lab.ts').then(({ startLab }) => startLab({ dir: '${dir}' }))`;
      const { status, stderr } = await ended(spawn(process.execPath, ['-e', script]));
      expect(status).toBe(1);
      expect(stderr).toMatch(new RegExp(why));
      expect(existsSync(dir)).toBe(false);
    },
  );

  test('a folder that holds something else is left alone', async () => {
    const dir = newFolder();
    mkdirSync(dir);
    writeFileSync(join(dir, 'file'), '');
    await expect(startLab({ dir })).rejects.toMatchObject({ where: join(dir, 'file') });
    expect(existsSync(join(dir, 'file'))).toBe(true);
  });
});
