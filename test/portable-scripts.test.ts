import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { portAnswers } from '#checks/port-answers.ts';
import { serviceIsActive } from '#checks/service-is-active.ts';
import { urlAnswers } from '#checks/url-answers.ts';
import { reveal } from '#engine/model/secret.ts';
import { Digest, LocalFile } from '#engine/model/state.ts';
import { fileAt, sysctlValue } from '#engine/reads/file.ts';
import { hostFacts } from '#engine/reads/host-facts.ts';
import { lease, openRun, preImages, runs } from '#engine/reads/runs.ts';
import { joinReads } from '#engine/shell/batch.ts';
import { compileProgram, feedScript, stopScript } from '#engine/shell/compile.ts';
import { leaseScript, unlockScript } from '#engine/shell/lease.ts';
import { lookScript } from '#engine/shell/look.ts';
import { PLACES, shellFile } from '#engine/shell/program-functions.ts';
import { disarmScript, undoProgram, undoScript, WATCHDOG } from '#engine/shell/undo.ts';
import { hideScript, KILL_SCRIPT, putBackScript } from '#keepalived/drill-trials.ts';
import { routersOn } from '#keepalived/reads/adverts.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { interfaces } from '#keepalived/reads/interfaces.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import { surroundings } from '#keepalived/reads/surroundings.ts';
import { vipSample } from '#keepalived/reads/vip-sample.ts';
import { vrrpProbe } from '#keepalived/reads/vrrp-probe.ts';
import { vrrpStates } from '#keepalived/reads/vrrp-states.ts';
import { followScript, watchScript } from '#keepalived/watch/script.ts';
import { imageOnNode } from '#tasks/containers/node-image.ts';
import { absent } from '#tasks/files/absent.ts';
import { download } from '#tasks/files/download.ts';
import { changeInside, folder } from '#tasks/files/folder.ts';
import { unpack } from '#tasks/files/unpack.ts';
import { programsAbsent } from '#tasks/keepalived/configuration.ts';
import { recreateScript } from '#tasks/keepalived/recreate-pod.ts';
import { userId } from '#tasks/keepalived/requirements.ts';
import { SHELLS } from './engine/shell/shells.ts';

const VIPS = {
  interface: 'srvc0',
  sources: ['fd00::b', '192.0.2.11'],
  vips: ['fd00::1', '192.0.2.1'],
};
const about = { owner: 'ada', since: '2026-01-01T00:00:00Z', what: 'deploy' };
const INSIDE = { owner: 'a:b', fileMode: '0640', folderMode: '0750' };
const TASKS = [
  absent({ path: '/a/b', tree: true }),
  download({ path: '/a', url: 'https://a/b', sha256: '0'.repeat(64) }),
  unpack({ path: '/a', archive: '/b.zip', sha256: '0'.repeat(64) }),
  unpack({ path: '/b', archive: '/b.tgz', sha256: '0'.repeat(64), strip: 1 }),
  folder({ path: '/a', inside: INSIDE }),
];
const reads = [
  ...[
    fileAt('/etc/a'),
    sysctlValue('a.b'),
    userId,
    runs,
    lease,
    openRun,
    preImages('r'),
    drainedBy,
    hostFacts,
  ],
  ...[
    imageOnNode('a'),
    interfaces([4, 6]),
    keepalivedProcess,
    surroundings('/a'),
    vrrpProbe('srvc0'),
    vrrpStates,
    routersOn('srvc0'),
    programsAbsent({ image: 'a', programs: ['/b'], runtime: undefined }),
  ],
  ...TASKS.flatMap((one) => one.reads),
  vipSample({
    ...VIPS,
    checks: [{ name: 'c', script: '/usr/bin/curl a -o /dev/null', timeout: 1 }],
  }),
];
const checks = [portAnswers(80), urlAnswers('http://a'), serviceIsActive('a')];
const program = compileProgram({
  ...{ runId: 'r', mark: 'm', about, armed: true, leased: true, commandMs: 60_000 },
  commands: [
    { kind: 'write', path: '/a', mode: '0644', owner: 'root:root', body: 'b', check: 'cat "$1"' },
    {
      ...{ kind: 'write', path: '/d', mode: '0644', owner: 'root:root' },
      body: new LocalFile('/d', Digest.of('d')),
    },
    ...TASKS.flatMap((one) => one.fresh()),
    changeInside('/a', INSIDE),
    { kind: 'link', path: '/l', target: '/b' },
    { kind: 'remove', path: '/b' },
    { kind: 'boot', title: 'b', when: ':', seconds: 1 },
    { kind: 'feed', title: 'f', script: 'cat', source: '/c' },
    {
      kind: 'run',
      title: 'r',
      script: recreateScript({ manifest: '/m/a', path: '/a' }),
      undo: ':',
    },
  ],
  reads: reads.map((read) => ({ read, answer: { status: 0, bytes: Buffer.of() } })),
});

/** What runs in it, and what takes that back. */
const RUN = [...TASKS.flatMap((one) => one.fresh()), changeInside('/a', INSIDE)].flatMap(
  (command) => (command.kind === 'run' ? [command.script, command.undo ?? ''].map(reveal) : []),
);

/** Read with `eval` or run with `sh -c` on a host, these are checked apart from what they are in. */
const SCRIPTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [...reads, ...checks.flatMap((check) => Object.values(check.readsFor('a')))].flatMap((read) =>
      'path' in read ? [] : [[read.key, [...(read.shared ?? []), read.script].join('\n')]],
    ),
  ),
  ...Object.fromEntries(RUN.map((script, index) => [`run ${index}`, `${PLACES}\n${script}`])),
  look: lookScript(['/etc/a'], 'm'),
  reads: joinReads(reads, 'm'),
  program: `${PLACES}\n${program}`,
  feed: feedScript('r', 0, 60_000),
  stop: stopScript('r'),
  lease: `${PLACES}\n${leaseScript({ runId: 'r', mark: 'm', about, isBack: true })}`,
  unlock: unlockScript(false),
  undo: undoScript('r'),
  'undo program': `${PLACES}\n${undoProgram('r')}`,
  disarm: disarmScript('r'),
  watchdog: WATCHDOG,
  watch: watchScript({ ...VIPS, peers: ['fd00::c'] }),
  follow: followScript(VIPS),
  recreate: recreateScript({ manifest: '/m/a', path: '/a' }),
  hide: hideScript('/m/a'),
  kill: KILL_SCRIPT,
  'put back': putBackScript('/m/a'),
  'mount image': shellFile(new URL('../tasks/keepalived/mount-image.sh', import.meta.url)),
  'find in layers': shellFile(new URL('../tasks/keepalived/find-in-layers.sh', import.meta.url)),
};

describe.for(SHELLS)('%s parses', ([, [shell = '', ...options]]) => {
  test.for(Object.entries(SCRIPTS))('%s', ([, input]) => {
    const { status, stderr } = spawnSync(shell, [...options.slice(0, -1), '-n'], { input });
    expect([status, stderr.toString()]).toEqual([0, '']);
  });
});

/** Programs that coreutils, or another package that each Linux has, shares with busybox. */
const SHARED =
  'base64 cat chmod chown chroot cmp cp cut du env find grep head ip kill ln ls mkdir mkfifo mv ping printf readlink rm rmdir sed setsid sh sha256sum sleep sort stat sync tail timeout tr uname uniq wc';
/** What a host may have for its containers, for a look at its network, or for one task or check alone. */
const OPTIONAL =
  'podman ctr unshare mount tcpdump keepalived curl wget tar unzip systemctl service';
const BUILT_IN =
  '[ : . break case cd command continue do done echo elif else esac eval exec exit export false fi for if in read return set shift test then trap true umask unset until wait while';

/** The words at which a simple command begins, as near as one comes without a parser of sh. */
function commandsOf(script: string): readonly string[] {
  const own = [...script.matchAll(/(?:^|[\s;{])(\w+)\(\)/g)].map(([, name]) => name);
  const bare = script
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll(/<<(\w+)(.*)\n[\s\S]*?\n\1$/gm, '$2')
    .replaceAll(/'[^']*'(?:\\''[^']*')*/g, 'Q')
    .replaceAll(/"[^"()]*"/g, 'Q')
    .replaceAll(/\$\(\(\w+/g, '1')
    .replaceAll(/;;\s*[^)\n]*\)/g, ';;');
  const words = bare.matchAll(
    /(?:^|[;|&({]|\$\(|\b(?:then|do|else|if|elif|while|until|eval|exec)\b|!)[ \t]*(?:[a-z_]+=\S*[ \t]+)*([a-z][\w.-]*)(?=[ \t;|&)\n]|$)(?!\s*\))/gm,
  );
  return [...new Set([...words].flatMap(([, word]) => word ?? []))].filter(
    (word) => !own.includes(word),
  );
}

test.for(Object.entries(SCRIPTS))('%s uses only what coreutils and busybox share', ([, script]) => {
  const known = `${SHARED} ${OPTIONAL} ${BUILT_IN}`.split(' ');
  expect(commandsOf(script).filter((word) => !known.includes(word))).toEqual([]);
});

test('users are told which programs these are', () => {
  const [, told = ''] = /```\n([^`]+)```/.exec(readFileSync('docs/hosts.md', 'utf8')) ?? [];
  expect(told.trim().split(/\s+/)).toEqual(SHARED.split(' '));
});

test('busybox has all of that', () => {
  const { stdout } = spawnSync('busybox', ['--list'], { encoding: 'utf8' });
  const applets = (stdout ?? SHARED).split(/\s/);
  expect(SHARED.split(' ').filter((word) => !applets.includes(word))).toEqual([]);
});

/** Options and words of GNU's and of bash alone. */
const GNU_ONLY =
  /\bfind\b.*-printf|date \+\S*%N|\bmktemp\b|\bmv -T|\bgrep -\w*P|\bsed -\w*z|\bpgrep\b|\bpkill\b|\breadlink -[em]|\bstat --|\[\[ |<\(|&>|\bpipefail\b|\blocal \w+=|\bsort -\w*V|\bhead -n -|\bcp -a|\bls --/;

test('no script of the sources has an option of GNU or a word of bash', () => {
  const sources = [
    'engine/shell',
    'engine/reads',
    'engine/host',
    'engine/remote',
    'lib/ssh',
    'keepalived',
    'checks',
    'tasks',
  ];
  const files = execFileSync('git', ['ls-files', ...sources], { encoding: 'utf8' });
  const found = files
    .trim()
    .split('\n')
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => GNU_ONLY.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});
