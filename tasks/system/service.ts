import type { RunCommand } from '#engine/model/command.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { isLike, pathRule, requireOptions } from '../refusals.ts';

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
  requireOptions(`service ${name}`, [
    ['name', isLike(name, /^\w[\w:.@\\-]{0,254}$/), 'that of a unit or an init script'],
    ...reads.map((path) => pathRule(path, 'reads')),
  ]);
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
          ? [command(name, running ? bring : END, now.running ? bring : END)]
          : []),
      ];
    },
  });
}

const READ = 'as the files are';

/** As systemctl(1) calls those that something else starts, or nothing. */
const UNCHANGEABLE = new Set(['static', 'indirect', 'generated', 'alias', 'transient']);

const END = 'end_service';
const FUNCTIONS = shellFile(new URL('./service.sh', import.meta.url));

function command(name: string, script: string, undo: string): RunCommand {
  const title = script === END ? `stop ${name}` : `have ${name} run with its files`;
  return {
    kind: 'run',
    title,
    script: withFunctions(name, script),
    undo: withFunctions(name, undo),
  };
}

function enabledCommand(name: string, enabled: boolean): RunCommand {
  const [to, back] = enabled ? ['enable', 'disable'] : ['disable', 'enable'];
  const script = withFunctions(name, sh`set_start ${to}`);
  const undo = withFunctions(name, sh`look_at_service; [ -z "$known" ] || set_start ${back}`);
  return { kind: 'run', title: `${to} ${name}`, script, undo };
}

function withFunctions(name: string, script: string): string {
  return `${sh`name=${name}`}\n${FUNCTIONS}\n${script}`;
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
    key: `service ${name} with ${JSON.stringify(paths)}`,
    volatile: true,
    shared: [FUNCTIONS],
    script: `${sh`name=${name}; look_at_service ${paths}`}
printf '%s\\n' "$known" "$running" "$enabled" "$newer"`,
    parse: ({ stdout }) => {
      const [known = '', running = '', enabled = '', newer = ''] = stdout.split('\n');
      return { known: known === 'yes', running: running === 'yes', enabled, newer };
    },
  };
}
