import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { type Task, task } from '#engine/model/task.ts';
import { CLOCK, shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { requireOptions } from '../options.ts';
import { type PackageStep, type PackagesFact, packagesAt } from './package-reads.ts';

export interface PackagesOptions {
  /** Whether upgrades leave them as they are (`apt-mark hold`). Left out: as it is. */
  readonly held?: boolean;
}

/** Packages that are installed, by apt or dnf, all in one call: `curl`, or `curl=7.88.1-10` of one version. */
export function packages(wanted: readonly string[], { held }: PackagesOptions = {}): Task {
  const title = `packages ${wanted.join(', ')}`;
  requireOptions(title, wanted.map(packageRule));
  const versions = new Map(wanted.map((want) => [nameOf(want), want.split('=')[1]]));
  const names = [...versions.keys()];
  return task({
    title,
    desired: {
      ...Object.fromEntries([...versions].map(([name, version]) => [name, version ?? INSTALLED])),
      ...(held === undefined ? {} : Object.fromEntries(names.map((name) => [heldOf(name), held]))),
    },
    reads: { now: packagesAt('install', wanted) },
    inspect: ({ now: { manager, installed } }) => {
      if (held !== undefined && manager === 'dnf') throw notHeld();
      const states = names.map((name) => [name, installed.get(name)] as const);
      return Object.fromEntries(
        states.flatMap(([name, state]) => [
          [name, versions.get(name) === undefined ? state && INSTALLED : state?.version],
          [heldOf(name), state?.held],
        ]),
      );
    },
    note: ({ now }) => noteOf(now),
    apply: ({ fields, facts: { now } }) => {
      const differing = new Set(fields.map(({ name }) => name));
      const coming = wanted.filter((want) => differing.has(nameOf(want)));
      const marked = names.filter((name) => differing.has(heldOf(name)));
      return [
        ...(coming.length > 0 ? [install(coming, now)] : []),
        ...(marked.length > 0 ? [hold(marked, held === true)] : []),
      ];
    },
  });
}

/** Packages that are not installed. Their configuration stays. */
export function noPackages(names: readonly string[]): Task {
  const title = `no packages ${names.join(', ')}`;
  requireOptions(
    title,
    names.map((name) => packageRule(name.replace('=', ' '))),
  );
  return task({
    title,
    desired: Object.fromEntries(names.map((name) => [name, 'absent'])),
    reads: { now: packagesAt('remove', names) },
    inspect: ({ now: { installed } }) =>
      Object.fromEntries(names.map((name) => [name, installed.get(name)?.version ?? 'absent'])),
    note: ({ now }) => noteOf(now),
    apply: ({ fields, facts: { now } }) => {
      const going = fields.map(({ name }) => name);
      const were = going.map((name) => ({ name, version: now.installed.get(name)?.version ?? '' }));
      const again = now.goes.length > 0 ? now.goes : were;
      return [
        {
          kind: 'run',
          title: `remove ${going.join(', ')}`,
          script:
            now.manager === 'apt'
              ? `${APT}\n${sh`apt remove ${going}`}`
              : sh`dnf -q -y remove ${going}`,
          undo: installVersions(now, again),
        },
      ];
    },
  });
}

const INSTALLED = 'installed';
const APT = `${CLOCK}\n${shellFile(new URL('./apt.sh', import.meta.url))}`;

function nameOf(want: string): string {
  return want.split('=')[0] ?? '';
}

function heldOf(name: string): string {
  return `${name} held`;
}

function packageRule(want: string) {
  const isRight = /^[A-Za-z0-9](?:[\w+.-]*[\w+.])?(?:=[\w.+:~^-]+)?$/.test(want);
  const fix = `Write its name, or name=version, in place of ${JSON.stringify(want)}.`;
  return [isRight, 'A package cannot have this name', fix] as const;
}

/** What comes and goes, and what hinders it. */
function noteOf({ comes, goes, obstacles }: PackagesFact): string | undefined {
  const told = [
    ...comes.map(
      ({ name, version, old }) => `${name} ${old === undefined ? '' : `${old} → `}${version} comes`,
    ),
    ...goes.map(({ name, version }) => `${name} ${version} goes`),
    ...obstacles,
  ];
  return told.length === 0 ? undefined : told.join('; ');
}

function install(wanted: readonly string[], now: PackagesFact): Command {
  const title = `install ${wanted.join(', ')}`;
  if (now.manager === 'dnf') {
    const specs = wanted.map((want) => want.replace('=', '-'));
    const missing = wanted.map(nameOf).filter((name) => !now.installed.has(name));
    const undo = `set -- $(rpm -q --qf '%{NAME}\\n' ${sh`${missing}`} | grep -v ' ')
[ $# = 0 ] || dnf -q -y remove "$@"`;
    return { kind: 'run', title, script: sh`dnf -q -y install ${specs}`, undo };
  }
  const script = `${APT}\n${sh`apt install ${wanted}`}${heldAgain(wanted.map(nameOf), now)}`;
  return { kind: 'run', title, script, undo: takeAway(wanted, now) };
}

/** What has come goes, and what was changed is to come again; of that the index may have no old version any more. */
function takeAway(wanted: readonly string[], now: PackagesFact): string {
  const planned = now.comes.filter(({ old }) => old === undefined).map(({ name }) => name);
  const named = wanted.map(nameOf).filter((name) => !now.installed.has(name));
  const come = now.comes.length > 0 ? planned : named;
  const [purged, removed] = [false, true].map((isKnown) =>
    come.filter((name) => now.configured.has(name) === isKnown),
  );
  const changed = now.comes.flatMap(({ name, old }) =>
    old === undefined ? [] : [{ name, version: old }],
  );
  return [
    APT,
    ...(
      [
        ['--purge', purged],
        ['--remove', removed],
      ] as const
    ).flatMap(([how, names = []]) =>
      names.length === 0
        ? []
        : [`${sh`set -- $(installed ${names})`}\n[ $# = 0 ] || take_away ${how} "$@" || exit`],
    ),
    ...(changed.length + now.goes.length > 0
      ? [installVersions(now, [...changed, ...now.goes])]
      : []),
  ].join('\n');
}

function installVersions(
  now: PackagesFact,
  steps: readonly Pick<PackageStep, 'name' | 'version'>[],
): string {
  const sign = now.manager === 'apt' ? '=' : '-';
  const specs = steps.map(({ name, version }) => `${name}${sign}${version}`);
  if (now.manager === 'dnf') return sh`dnf -q -y install ${specs}`;
  const names = steps.map(({ name }) => name);
  return `${APT}\n${sh`apt install ${specs}`}${heldAgain(names, now)}`;
}

/** Another version that was asked for is not held any more. */
function heldAgain(names: readonly string[], { installed }: PackagesFact): string {
  const held = names.filter((name) => installed.get(name)?.held === true);
  return held.length === 0 ? '' : sh` && apt-mark hold ${held}`;
}

function hold(names: readonly string[], held: boolean): Command {
  const [verb, undone] = held ? ['hold', 'unhold'] : ['unhold', 'hold'];
  const undo = `${APT}
${sh`set -- $(installed ${names})`}
${sh`[ $# = 0 ] || apt-mark ${undone} "$@"`}`;
  return {
    kind: 'run',
    title: `${verb} ${names.join(', ')}`,
    script: sh`apt-mark ${[verb, ...names]}`,
    undo,
  };
}

function notHeld(): Failure {
  return new Failure('rota holds packages of apt alone', {
    fix: 'Leave `held` out for hosts with dnf.',
  });
}
