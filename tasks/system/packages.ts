import { Failure } from '#engine/model/failure.ts';
import { type Task, task } from '#engine/model/task.ts';
import { isLike, type OptionRule, requireOptions } from '../refusals.ts';
import { holdCommand, installCommand, packageName, removeCommand } from './package-commands.ts';
import { type PackagesFact, packagesAt } from './package-reads.ts';

export interface PackagesOptions {
  /** Whether upgrades leave them as they are (`apt-mark hold`). Left out: as it is. */
  readonly held?: boolean;
}

/** Packages that are installed, by apt or dnf, all in one call: `curl`, or `curl=7.88.1-10` of one version. */
export function packages(wanted: readonly string[], { held }: PackagesOptions = {}): Task {
  const title = `packages ${wanted.join(', ')}`;
  requireOptions(title, wanted.map(packageRule));
  const versions = new Map(wanted.map((want) => [packageName(want), want.split('=')[1]]));
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
      const coming = wanted.filter((want) => differing.has(packageName(want)));
      const marked = names.filter((name) => differing.has(heldOf(name)));
      return [
        ...(coming.length > 0 ? [installCommand(coming, now)] : []),
        ...(marked.length > 0 ? [holdCommand(marked, held === true)] : []),
      ];
    },
  });
}

/** Packages that are not installed. Their configuration stays. */
export function noPackages(names: readonly string[]): Task {
  const title = `no packages ${names.join(', ')}`;
  requireOptions(title, [
    ...names.map(packageRule),
    ['packages', !names.join().includes('='), 'names alone'],
  ]);
  return task({
    title,
    desired: Object.fromEntries(names.map((name) => [name, 'absent'])),
    reads: { now: packagesAt('remove', names) },
    inspect: ({ now: { installed } }) =>
      Object.fromEntries(names.map((name) => [name, installed.get(name)?.version ?? 'absent'])),
    note: ({ now }) => noteOf(now),
    apply: ({ fields, facts: { now } }) => [
      removeCommand(
        fields.map(({ name }) => name),
        now,
      ),
    ],
  });
}

const INSTALLED = 'installed';

function heldOf(name: string): string {
  return `${name} held`;
}

function packageRule(want: string): OptionRule {
  const isRight = isLike(want, /^[A-Za-z0-9](?:[\w+.-]*[\w+.])?(?:=[\w.+:~^-]+)?$/);
  return ['packages', isRight, `names, or name=version, not ${JSON.stringify(want)}`];
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

function notHeld(): Failure {
  return new Failure('rota holds packages of apt alone', {
    fix: 'Leave `held` out for hosts with dnf.',
  });
}
