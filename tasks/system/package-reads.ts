import { Failure } from '#engine/model/failure.ts';
import { senseless } from '#engine/model/host-answers.ts';
import type { Read } from '#engine/model/read.ts';
import { shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';

/** A package that comes, in place of the version `old` of it where there is one, or goes. */
export interface PackageStep {
  readonly name: string;
  readonly version: string;
  readonly old: string | undefined;
}

export interface PackagesFact {
  readonly manager: 'apt' | 'dnf';
  /** By the names of those that are installed. */
  readonly installed: ReadonlyMap<string, { readonly version: string; readonly held: boolean }>;
  /** What the change that is asked for comes to, others that come and go with it among them. */
  readonly comes: readonly PackageStep[];
  readonly goes: readonly PackageStep[];
  /** Those of which the configuration is there alone, of before. */
  readonly configured: ReadonlySet<string>;
  /** Why it cannot be done now, in the words of the package manager. */
  readonly obstacles: readonly string[];
}

const LOOK_FOR = shellFile(new URL('./look-for-packages.sh', import.meta.url));

/** How packages stand, all of a task in one question, and what it comes to that they are to come or to go. */
export function packagesAt(
  verb: 'install' | 'remove',
  wanted: readonly string[],
): Read<PackagesFact> {
  return {
    key: `${verb} ${wanted.join(' ')}`,
    shared: [LOOK_FOR],
    script: sh`look_for ${[verb, ...wanted]}`,
    parse: ({ stdout }) => factIn(stdout),
  };
}

function factIn(stdout: string): PackagesFact {
  const [manager = '', ...lines] = stdout.trimEnd().split('\n');
  if (manager === 'none') throw noManager();
  if (manager !== 'apt' && manager !== 'dnf') throw senseless(stdout);
  const states = lines.map((line) => line.split(' '));
  const there = states.filter(([state, ...rest]) => state === 'installed' && rest.length === 3);
  const configured = states.filter(([state]) => state === 'config-files');
  return {
    manager,
    installed: new Map(
      there.map(([, want, name = '', version = '']) => [name, { version, held: want === 'hold' }]),
    ),
    comes: stepsIn(lines, /^Inst (?<name>\S+) (?:\[(?<old>\S+)\] )?\((?<version>\S+) /),
    goes: stepsIn(lines, /^Remv (?<name>\S+) \[(?<version>\S+)\]/),
    configured: new Set(configured.map(([, , name = '']) => name)),
    obstacles: lines.filter((line) => line.startsWith('E: ')).map((line) => line.slice(3)),
  };
}

function stepsIn(lines: readonly string[], form: RegExp): readonly PackageStep[] {
  return lines.flatMap((line) => {
    const { name, version = '', old } = form.exec(line)?.groups ?? {};
    return name === undefined ? [] : [{ name, version, old }];
  });
}

function noManager(): Failure {
  return new Failure('The host has neither apt nor dnf', {
    fix: 'Write a task for its package manager: tasks/system/packages.ts is a beginning.',
  });
}
