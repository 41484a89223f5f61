import type { RunCommand } from '#engine/model/command.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { requireOptions } from '../options.ts';

export interface ServiceOptions {
  /** Of the unit, without its ending where that is .service, or of the init script. */
  readonly name: string;
  readonly running?: boolean;
  /** Whether it starts with the host. Left out: as `running`. */
  readonly enabled?: boolean;
  /** Files, and folders with files, that it reads when it starts: it runs with what they are. */
  readonly reads?: readonly string[];
  /** It reads them again when it is reloaded, which restarts nothing. */
  readonly reload?: boolean;
}

/**
 * A service of systemd, or of init scripts where there is no systemd. That it runs with its files as they are is
 * a part of the state: a run that dies between file and restart is finished by the next one.
 */
export function service(options: ServiceOptions): Task {
  const { name, running = true, enabled = running, reads = [], reload = false } = options;
  requireServiceOptions(name, reads);
  const paths = running ? reads : [];
  return task({
    title: `service ${name}`,
    desired: { running, enabled, ...(paths.length > 0 ? { reads: READ } : {}) },
    reads: { now: serviceAt(name, paths) },
    inspect: ({ now }) => ({
      running: now.running,
      enabled: UNCHANGEABLE.has(now.enabled) ? enabled : now.enabled.startsWith('enabled'),
      reads: now.newer === '' ? READ : `${now.newer} has changed since`,
    }),
    note: ({ now }) => (now.known ? undefined : `the host has no service ${name} yet`),
    apply: ({ fields, facts: { now } }) => {
      const differs = new Set(fields.map((field) => field.name));
      const bring = sh`bring ${[reload ? 'reload' : 'restart', ...paths]}`;
      return [
        ...(differs.has('enabled') ? [enabledCommand(name, enabled)] : []),
        ...(differs.has('running') || differs.has('reads')
          ? [command(name, running ? bring : 'end', now.running ? bring : 'end')]
          : []),
      ];
    },
  });
}

const READ = 'as the files are';

/** As systemctl(1) calls those that something else starts, or nothing. */
const UNCHANGEABLE = new Set(['static', 'indirect', 'generated', 'alias', 'transient']);

function requireServiceOptions(name: string, reads: readonly string[]): void {
  requireOptions(`service ${JSON.stringify(name)}`, [
    [
      /^\w[\w:.@\\-]{0,254}$/.test(name),
      'A service cannot have this name',
      'Give the name of its unit or init script.',
    ],
    ...reads.map(
      (path) =>
        [
          /^\/[^\n]*$/.test(path),
          'What a service reads is given by absolute paths',
          `Give another path than ${JSON.stringify(path)}.`,
        ] as const,
    ),
  ]);
}

const FUNCTIONS = shellFile(new URL('./service.sh', import.meta.url));

function command(name: string, script: string, undo: string): RunCommand {
  const withFunctions = (text: string) => `${sh`name=${name}`}\n${FUNCTIONS}\n${text}`;
  const title = script === 'end' ? `stop ${name}` : `have ${name} run with its files`;
  return { kind: 'run', title, script: withFunctions(script), undo: withFunctions(undo) };
}

function enabledCommand(name: string, enabled: boolean): RunCommand {
  const script = (wanted: boolean) =>
    `${sh`name=${name}`}\n${FUNCTIONS}\n${sh`enable ${wanted ? 'yes' : 'no'}`}`;
  const undo = `${script(!enabled)} || { look; [ -z "$known" ]; }`;
  return {
    kind: 'run',
    title: `${enabled ? 'enable' : 'disable'} ${name}`,
    script: script(enabled),
    undo,
  };
}

interface ServiceFact {
  readonly known: boolean;
  readonly running: boolean;
  /** In the words of systemctl(1): enabled, disabled, static … */
  readonly enabled: string;
  /** A file that has changed since the service has read it. */
  readonly newer: string;
}

/** Volatile: what runs may end by itself, and files change in the same stage. */
function serviceAt(name: string, paths: readonly string[]): Read<ServiceFact> {
  return {
    key: `service ${name} with ${paths.join(' ')}`,
    volatile: true,
    script: `${sh`name=${name}`}
${FUNCTIONS}
${sh`look ${paths}`}
printf '%s\\n' "$known" "$running" "$enabled" "$newer"`,
    parse: ({ stdout }) => {
      const [known = '', running = '', enabled = '', newer = ''] = stdout.split('\n');
      return { known: known === 'yes', running: running === 'yes', enabled, newer };
    },
  };
}
