import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '#engine/model/failure.ts';
import { killIfThere, startTime } from './state.ts';

export const SCRIPTS = fileURLToPath(new URL('shell', import.meta.url));

/** The lab's namespaces, from the side of whoever holds them open. */
export interface Namespaces {
  /** Their first process, as the machine sees it. */
  readonly pid: number;
  /** The process that cleans up after them. */
  readonly keeper: number;
  /** They stay when this process ends. Until this is done, they end with it, however it ends. */
  keep(): Promise<void>;
  /** Ends them, and waits until all is cleaned up. */
  end(): Promise<void>;
}

/** Makes the outer namespaces, in which everything of the lab lives. */
export async function openNamespaces(dir: string, id: string): Promise<Namespaces> {
  const log = join(dir, 'log');
  const keeper = spawn('sh', [join(SCRIPTS, 'keeper.sh'), dir, id], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', openSync(log, 'a')],
  });
  const ended = once(keeper, 'exit').then(() => undefined);
  const pid = await firstLine(keeper, () => readFileSync(log, 'utf8'));
  keeper.unref();
  const { stdin } = keeper;
  if (stdin !== null && 'unref' in stdin) (stdin as unknown as { unref(): void }).unref();
  return {
    pid: Number(pid),
    keeper: keeper.pid ?? 0,
    keep: () => new Promise((resolve) => keeper.stdin?.end('keep\n', resolve)),
    end: async () => {
      keeper.ref();
      keeper.stdin?.destroy();
      // Those that were told to stay do not look at stdin any more.
      if (startTime(Number(pid)) !== undefined) killIfThere(Number(pid));
      await ended;
    },
  };
}

/** The keeper's stdout stays open as long as the lab, so that its end cannot be waited for. */
async function firstLine(keeper: ChildProcess, log: () => string): Promise<string> {
  let text = '';
  keeper.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  const ended = once(keeper, 'exit');
  while (!text.includes('\n') && keeper.exitCode === null && keeper.signalCode === null) {
    await Promise.race([ended, once(keeper.stdout ?? keeper, 'data')]);
  }
  keeper.stdout?.destroy();
  if (/^\d+\n$/.test(text)) return text.trim();
  throw new Failure('The namespaces of the lab could not be made', {
    where: 'unshare',
    output: log().trim(),
    fix: 'In a container, it has to be a privileged one.',
  });
}

/** What runs a program of the machine in the lab's network, beside the nodes: its files stay. */
export function controlPrefix(pid: number): readonly string[] {
  return ['nsenter', '-t', String(pid), '-n', '--'];
}

/** What runs a program inside the lab, outside of its nodes. */
export function insidePrefix(pid: number): readonly string[] {
  return ['nsenter', '-t', String(pid), '-m', '-n', '-p', '-i', '-u', '--'];
}
