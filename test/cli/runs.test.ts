import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Desk } from './rota.ts';

const PLAYBOOK = 'test/fixtures/choosing/playbook.ts';
let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

function run(...flags: readonly string[]) {
  return desk.rota('run', PLAYBOOK, desk.inventory(), ...flags);
}

function kept(): readonly string[] {
  return readdirSync(desk.path('state/rota/runs')).toSorted();
}

/** Without what differs from run to run. */
function steady(text: string): string {
  return (
    text
      .replace(/\d{8}T\d{6}Z-[0-9a-f]{4}/g, 'RUN')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'WHEN')
      .replace(/\d+\.\d s/g, '0.1 s')
      // What takes a few milliseconds has no word, and may take longer.
      .replace(/(?<=elapsed) {2}spent on$|(?<=0\.1 s) {2}(?:[a-z]+ 0\.1 s(?:, )?)+$/gm, '')
      .replace(/ {2,}/g, '  ')
  );
}

test('a run leaves its events, which are listed, shown again and made into reports', () => {
  const { stdout } = run('--report', `junit=${desk.path('live.xml')}`);
  const [id = ''] = kept();
  const folder = desk.path(`state/rota/runs/${id}`);
  const modes = [folder, join(folder, 'events.ndjson')].map((path) => statSync(path).mode & 0o777);
  expect(modes).toEqual([0o700, 0o600]);
  expect(steady(desk.rota('runs').stdout)).toMatchInlineSnapshot(`
    "run  when (UTC)  took  what  inventory  end
    RUN  WHEN  0.1 s  choosing  DESK/inventory.yaml  Done in 0.1 s: 2 tasks changed on 1 host
    "
  `);
  const shown = desk.rota('runs', id).stdout;
  expect(steady(shown.replace('\n\n', '\n'))).toBe(steady(stdout));
  const later = desk.rota('report', id, '--report', `junit=${desk.path('later.xml')}`);
  expect(later).toEqual({ status: 0, stdout: '', stderr: '' });
  const [live, again] = ['live.xml', 'later.xml'].map((name) =>
    readFileSync(desk.path(name), 'utf8'),
  );
  expect(again).toBe(live);
});

test.skipIf(spawnSync('script', ['-qec', 'true', '/dev/null']).status !== 0)(
  'runs are a block each where a terminal is too narrow for their table',
  () => {
    desk.inventory();
    const rota = `${process.execPath} ${process.cwd()}/bin/rota.cjs`;
    const dryRun = `${rota} run ${process.cwd()}/${PLAYBOOK} inventory.yaml --dry-run >ran`;
    const words = `stty cols 40; ${dryRun}; ${rota} runs`;
    const env = { ...process.env, XDG_STATE_HOME: desk.path('state'), TERM: 'dumb' };
    const options = { cwd: desk.folder, encoding: 'utf8', env } as const;
    const { stdout } = spawnSync('script', ['-qec', words, '/dev/null'], options);
    expect(steady(stdout.replaceAll('\r', ''))).toMatchInlineSnapshot(`
      "run  RUN
      when (UTC)  WHEN
      took  0.1 s
      what  choosing, dry-run
      inventory  inventory.yaml
      end  Dry run: 2 to change on 1
        host
      "
    `);
  },
);

test('a run that was killed has left what it had done, and says that it died', async () => {
  const inventory = desk.inventory();
  const child = desk.start('run', 'test/fixtures/killed/playbook.ts', inventory);
  const ended = once(child, 'close');
  child.stdout?.on('data', (text) => {
    if (/applying +wait to be let go/.test(`${text}`)) child.kill('SIGKILL');
  });
  await ended;
  desk.write('go', '');
  const list = desk.rota('runs').stdout;
  expect(list.trimEnd().split('\n').at(-1)).toMatch(
    /No end yet: it still runs, or died after \d+\.\d s$/,
  );
  const [id = ''] = kept();
  expect(steady(desk.rota('runs', id).stdout)).toMatchInlineSnapshot(`
    "killed on 1 host, run RUN
    node1  planned  2 of 2 tasks to change
    node1  applying  DESK/one
    node1  applying  wait to be let go

    No end yet: it still runs, or died after 0.1 s. Under way: wait to be let go on node1
    "
  `);
  const [markdown, junit] = [desk.path('report.md'), desk.path('report.xml')];
  const page = desk.path('report.html');
  const reports = [`markdown=${markdown}`, `junit=${junit}`, `html=${page}`];
  expect(desk.rota('report', ...reports.flatMap((one) => ['--report', one])).status).toBe(0);
  expect(readFileSync(page, 'utf8')).toMatch(
    /Under way when the events end: node1: wait to be let go/,
  );
  const lines = readFileSync(markdown, 'utf8').split('\n');
  expect(lines[0]).toMatch(/^## ❌ killed on /);
  expect(lines[2]).toMatch(
    /^No end yet: it still runs, or died after .* s\. Under way: wait to be let go on node1\. Run /,
  );
  expect(lines.filter((line) => / \((?:ran|under way|not done)\)$/.test(line))).toEqual([
    `${desk.path('one')} (ran)`,
    'wait to be let go (under way)',
  ]);
  const cases = readFileSync(junit, 'utf8').matchAll(/name="([^"]*)"><(\w+) message="([\w ]*)"/g);
  expect([...cases].map(([, ...one]) => one.join(' '))).toEqual([
    `${desk.path('one')} skipped ran`,
    'wait to be let go skipped under way',
  ]);
});

test('--run-dir has a run of its own, and none that is there already', () => {
  const dir = desk.path('mine');
  expect(run('--run-dir', dir).status).toBe(0);
  expect(readdirSync(dir)).toEqual(['events.ndjson']);
  expect(desk.rota('runs').stdout).toBe('No run is kept\n');
  const again = run('--run-dir', dir);
  expect([again.status, again.stderr]).toMatchInlineSnapshot(`
    [
      1,
      "✖ The folder holds the events of a run already
      where  DESK/mine
      fix    Name another one, or remove it.
    ",
    ]
  `);
});

test('the last fifty runs are kept', () => {
  const old = Array.from({ length: 52 }, (_, second) => {
    const name = `20250101T0000${String(second).padStart(2, '0')}Z-0000`;
    mkdirSync(desk.path(`state/rota/runs/${name}`), { recursive: true });
    return name;
  });
  mkdirSync(desk.path('state/rota/runs/of-mine'));
  run('--check');
  const left = kept();
  expect(left.slice(0, 49)).toEqual(old.slice(3));
  expect([left.length, left.at(-1)]).toEqual([51, 'of-mine']);
});

test('a run that is under way is kept, however many began after it', () => {
  const folders = Array.from({ length: 52 }, (_, second) => {
    const name = `20250101T0000${String(second).padStart(2, '0')}Z-0000`;
    const folder = desk.path(`state/rota/runs/${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'events.ndjson'), '');
    utimesSync(join(folder, 'events.ndjson'), second + 1, second === 0 ? 100 : second + 1);
    return name;
  });
  run('--check');
  expect(kept().slice(0, 49)).toEqual([folders[0], ...folders.slice(4)]);
});

test('of two runs that began in one second, the later one comes first', () => {
  run('--run-dir', desk.path('one'));
  const copies = ['20250101T000000Z-ffff', '20250101T000000Z-0000'].map((name, index) => {
    const folder = desk.path(`state/rota/runs/${name}`);
    cpSync(desk.path('one'), folder, { recursive: true });
    writeFileSync(
      join(folder, 'events.ndjson'),
      readFileSync(join(folder, 'events.ndjson'), 'utf8').replace(
        /\d{8}T\d{6}Z-[0-9a-f]{4}/g,
        name,
      ),
    );
    utimesSync(folder, index, index);
    return name;
  });
  const { runs } = JSON.parse(desk.rota('runs', '--json').stdout);
  expect(runs.map((one: { readonly run: string }) => one.run)).toEqual(copies.toReversed());
});

test('a run that has said nothing yet is none of the list, and spoils it for no other', () => {
  run('--check');
  for (const name of ['20990101T000000Z-0000', '20990101T000001Z-0000'])
    mkdirSync(desk.path(`state/rota/runs/${name}`));
  writeFileSync(desk.path('state/rota/runs/20990101T000001Z-0000/events.ndjson'), '');
  const { status, stdout, stderr } = desk.rota('runs');
  expect([status, stdout.trimEnd().split('\n').length, stderr]).toEqual([0, 2, '']);
  expect(desk.rota('report').status).toBe(0);
});

test('the events of a run are printed as they were written, with what this rota does not know', () => {
  const dir = desk.path('mine');
  run('--run-dir', dir);
  const path = join(dir, 'events.ndjson');
  const [first, ...others] = readFileSync(path, 'utf8').split('\n');
  const text = [first, '{"type":"ofTomorrow","time":"2099-01-01T00:00:00.000Z"}', ...others];
  writeFileSync(path, text.join('\n'));
  expect(desk.rota('runs', dir, '--json').stdout).toBe(
    text.join('\n').replaceAll(desk.folder, 'DESK'),
  );
});

test('a secret that reads as a name of the format does is kept out of the events, which stay readable', () => {
  for (const secret of ['changed', 'type', 'apply']) {
    vi.stubEnv('WEAK', secret);
    const dir = desk.path(secret);
    const inventory = desk.inventory({ password: '!env WEAK' });
    desk.rota('run', 'test/fixtures/plan/playbook.ts', inventory, '--dry-run', '--run-dir', dir);
    expect(readFileSync(join(dir, 'events.ndjson'), 'utf8')).toContain('runFinished');
    expect(desk.rota('runs', dir)).toMatchObject({ status: 0, stderr: '' });
  }
  vi.unstubAllEnvs();
});

test('a run whose events cannot be kept says so, and goes on', () => {
  writeFileSync(desk.path('state'), '');
  const { status, stderr } = run();
  expect(status).toBe(0);
  expect(stderr).toContain('⚠ The events of the run are not kept');
});

test('a run whose events can no longer be kept is reported whole all the same', () => {
  const report = desk.path('report.xml');
  const rota = ['bin/rota.cjs', 'run', PLAYBOOK, desk.inventory(), '--dry-run'];
  const { status, stderr } = spawnSync(
    'sh',
    [
      ...['-c', `trap '' XFSZ; ulimit -f 2; exec "$@"`, 'sh', process.execPath, ...rota],
      ...['--report', `junit=${report}`],
    ],
    {
      encoding: 'utf8',
      env: { ...process.env, XDG_STATE_HOME: desk.path('state'), NODE_DISABLE_COMPILE_CACHE: '1' },
    },
  );
  expect([status, stderr]).toEqual([
    2,
    expect.stringContaining('The events of the run are not kept'),
  ]);
  expect(stderr.match(/⚠/g)).toHaveLength(1);
  expect(readFileSync(report, 'utf8')).toContain('</testsuites>');
});

test('a report that cannot be written is refused before anything is done', () => {
  const { status, stderr } = run('--report', `junit=${desk.path('nowhere/report.xml')}`);
  expect([status, stderr]).toMatchInlineSnapshot(`
    [
      1,
      "✖ The report cannot be written
      where  DESK/nowhere/report.xml
             ENOENT: no such file or directory, access 'DESK/nowhere'
      fix    Make its folder, or name another one.
    ",
    ]
  `);
  expect(desk.rota('runs').stdout).toBe('No run is kept\n');
});

test('a report takes the place of no folder, link or device', () => {
  mkdirSync(desk.path('folder'));
  symlinkSync('/dev/null', desk.path('link'));
  for (const name of ['folder', 'link']) {
    const { status, stderr } = run('--report', `junit=${desk.path(name)}`);
    expect([status, stderr]).toEqual([1, expect.stringContaining('The report cannot be written')]);
  }
  expect(desk.rota('runs').stdout).toBe('No run is kept\n');
});

test('a summary of a CI job that cannot be written is said, and makes the run no worse', () => {
  vi.stubEnv('GITHUB_STEP_SUMMARY', desk.path('nowhere/summary.md'));
  const { status, stderr } = run();
  vi.unstubAllEnvs();
  expect([status, stderr]).toEqual([0, expect.stringMatching(/^⚠ The file cannot be written\n/)]);
});

test('runs of several folders are one, with the worst exit code', () => {
  run('--run-dir', desk.path('run-1'), '--tags', 'first');
  const other = readFileSync(desk.inventory({ folder: '/dev/null/gone' }), 'utf8');
  const gone = desk.write('gone.yaml', other.replace('node1', 'node2'));
  expect(desk.rota('run', PLAYBOOK, gone, '--run-dir', desk.path('run-2')).status).toBe(1);
  const folders = [desk.path('run-1'), desk.path('run-2')];
  const merged = desk.rota('report', '--merge', ...folders);
  expect([merged.status, steady(merged.stdout)]).toMatchInlineSnapshot(`
    [
      1,
      "  changed  failed  elapsed
    node1  1  0  0.1 s
    node2  0  2  0.1 s

    ✖ A question to the host failed
      where  /dev/null/gone/one › node2
      ran  read file /dev/null/gone/one → exit 1
      /dev/null is no folder: there can be no /dev/null/gone/one
      /dev/null is no folder: there can be no /dev/null/gone/two
      /dev/null is no folder: there can be no /dev/null/gone/three
      fix  Mend what the host says, and run again. Nothing was changed by asking.

    ✖ A question to the host failed
      where  /dev/null/gone/two › node2
      ran  read file /dev/null/gone/two → exit 1
      /dev/null is no folder: there can be no /dev/null/gone/one
      /dev/null is no folder: there can be no /dev/null/gone/two
      /dev/null is no folder: there can be no /dev/null/gone/three
      fix  Mend what the host says, and run again. Nothing was changed by asking.

    Failed after 0.1 s: node2 failed; 1 task changed on 1 of 2 hosts
    ",
    ]
  `);
});

test('all folders to be merged that hold no run are said at once', () => {
  const { status, stderr } = desk.rota('report', '--merge', desk.path('one'), desk.path('two'));
  expect([status, stderr]).toMatchInlineSnapshot(`
    [
      1,
      "✖ The folder holds the events of no run
      where  DESK/one
      fix    List those that are kept: npm run rota -- runs

    ✖ The folder holds the events of no run
      where  DESK/two
      fix    List those that are kept: npm run rota -- runs
    ",
    ]
  `);
});
