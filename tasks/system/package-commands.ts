import type { RunCommand } from '#engine/model/command.ts';
import { CLOCK, shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import type { PackageStep, PackagesFact } from './package-reads.ts';

/** Of `name` or `name=version`. */
export function packageName(want: string): string {
  return want.split('=')[0] ?? '';
}

/** Installs these, or another version. An undo takes away what has come with them, and brings older versions back. */
export function installCommand(wanted: readonly string[], now: PackagesFact): RunCommand {
  const specs = wanted.map((want) => want.replace('=', MANAGERS[now.manager].sign));
  return {
    kind: 'run',
    title: `install ${wanted.join(', ')}`,
    script: scriptOf(now, [
      sh`install_packages ${specs}`,
      ...heldAgain(wanted.map(packageName), now),
    ]),
    undo: scriptOf(now, undone(wanted, now)),
  };
}

/** Removes these. An undo brings back all that has gone with them. */
export function removeCommand(names: readonly string[], now: PackagesFact): RunCommand {
  const were = names.map((name) => ({ name, version: now.installed.get(name)?.version ?? '' }));
  return {
    kind: 'run',
    title: `remove ${names.join(', ')}`,
    script: scriptOf(now, [sh`remove_packages ${names}`]),
    undo: scriptOf(now, installed(now.goes.length > 0 ? now.goes : were, now)),
  };
}

/** Has upgrades leave these as they are, or not. */
export function holdCommand(names: readonly string[], held: boolean): RunCommand {
  const [verb, back] = held ? ['hold', 'unhold'] : ['unhold', 'hold'];
  return {
    kind: 'run',
    title: `${verb} ${names.join(', ')}`,
    script: sh`apt-mark ${[verb, ...names]}`,
    undo: `${APT}\n${sh`mark_installed ${[back, ...names]}`}`,
  };
}

const APT = `${CLOCK}\n${shellFile(new URL('./apt.sh', import.meta.url))}`;

const DNF = `install_packages() { dnf -q -y install "$@"; }
remove_packages() { dnf -q -y remove "$@"; }
take_away() {
  shift
  set -- $(rpm -q --qf '%{NAME}\\n' "$@" | grep -v ' ')
  [ $# = 0 ] || remove_packages "$@"
}`;

/** What the functions of sh are for each, and what stands before a version. */
const MANAGERS = { apt: { functions: APT, sign: '=' }, dnf: { functions: DNF, sign: '-' } };

function scriptOf({ manager }: PackagesFact, commands: readonly string[]): string {
  return [MANAGERS[manager].functions, commands.join(' &&\n')].join('\n');
}

/** Where nobody could say what would come, what was named goes. Of what was there before, the configuration stays. */
function undone(wanted: readonly string[], now: PackagesFact): readonly string[] {
  const { comes, goes, obstacles } = now;
  const names = wanted.map(packageName).filter((name) => !now.installed.has(name));
  const planned = comes.filter(({ old }) => old === undefined).map(({ name }) => name);
  const come = obstacles.length > 0 ? names : planned;
  const older = comes.flatMap(({ name, old }) =>
    old === undefined ? [] : [{ name, version: old }],
  );
  return [
    sh`take_away ${['--purge', ...come.filter((name) => !now.configured.has(name))]}`,
    sh`take_away ${['--remove', ...come.filter((name) => now.configured.has(name))]}`,
    ...installed([...older, ...goes], now),
  ];
}

function installed(
  steps: readonly Omit<PackageStep, 'old'>[],
  now: PackagesFact,
): readonly string[] {
  if (steps.length === 0) return [];
  const { sign } = MANAGERS[now.manager];
  const specs = steps.map(({ name, version }) => `${name}${sign}${version}`);
  return [
    sh`install_packages ${specs}`,
    ...heldAgain(
      steps.map(({ name }) => name),
      now,
    ),
  ];
}

/** Another version that was asked for is not held any more. */
function heldAgain(names: readonly string[], now: PackagesFact): readonly string[] {
  const held = names.filter((name) => now.installed.get(name)?.held === true);
  return held.length === 0 ? [] : [sh`apt-mark hold ${held}`];
}
