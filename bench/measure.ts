import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#engine/model/failure.ts';
import type { ProcessGroup } from './groups.ts';

/** What one run of a contestant took: on its own side, and on that of all hosts. */
export interface Measured {
  /** From its start to its end. */
  readonly wallSeconds: number;
  /** Of processor. */
  readonly ownSeconds: number;
  readonly hostsSeconds: number;
  /** The most at once. */
  readonly ownBytes: number;
  readonly hostsBytes: number;
}

/** The two sides of a run, apart. */
export interface Sides {
  readonly own: ProcessGroup;
  readonly hosts: ProcessGroup;
}

/** A command that is measured. */
interface Measurable {
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The folder that it runs in. */
  readonly cwd: string;
  /** Whether what it leaves behind is for the next one. */
  readonly goesOn: boolean;
}

const LOOK_MS = 50;
const REST_MS = 60_000;

/** Runs a command to its end, and ends what it leaves behind; a Failure where it does not exit with 0. */
export async function measure(
  command: Measurable,
  sides: Sides,
  signal: AbortSignal,
): Promise<Measured> {
  const atRest = sides.hosts.processes.length;
  const [own, hosts] = [sides.own.seconds, sides.hosts.seconds];
  let [ownBytes, hostsBytes] = [0, 0];
  const look = setInterval(() => {
    ownBytes = Math.max(ownBytes, sides.own.bytes);
    hostsBytes = Math.max(hostsBytes, sides.hosts.bytes);
  }, LOOK_MS);
  try {
    const wallSeconds = await run(command, sides.own, signal);
    if (!command.goesOn) await rest(sides, atRest);
    const [ownSeconds, hostsSeconds] = [sides.own.seconds - own, sides.hosts.seconds - hosts];
    return { wallSeconds, ownSeconds, hostsSeconds, ownBytes, hostsBytes };
  } finally {
    clearInterval(look);
  }
}

const IN_GROUP = 'for entry in $ENTRIES; do echo 0 >"$entry"; done; unset ENTRIES; exec "$@"';

async function run(
  { words, env, cwd }: Measurable,
  group: ProcessGroup,
  signal: AbortSignal,
): Promise<number> {
  const start = performance.now();
  const child = spawn('sh', ['-c', IN_GROUP, 'sh', ...words], {
    env: { ...env, ENTRIES: group.entries.join(' ') },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...{ cwd, signal },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += text;
    });
  // Not `close`: what it leaves behind may hold its streams open.
  const [status] = await once(child, 'exit');
  const wallSeconds = (performance.now() - start) / 1000;
  if (status === 0) return wallSeconds;
  throw new Failure('A contestant failed', {
    ran: `${words.join(' ')} → exit ${status}`,
    output: output.trim().split('\n').slice(-20).join('\n'),
  });
}

/** Ends what a contestant keeps, such as open connections, and waits until its sessions have ended. */
async function rest({ own, hosts }: Sides, atRest: number): Promise<void> {
  const untilMs = performance.now() + REST_MS;
  while (own.processes.length > 0 || hosts.processes.length > atRest) {
    for (const pid of own.processes) end(pid);
    if (performance.now() > untilMs)
      throw new Failure('A contestant left processes behind', { where: `${own.processes}` });
    await delay(10);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
