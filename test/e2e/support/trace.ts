import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestLab } from './test-lab.ts';

/**
 * The processes that a node starts, while `work` goes on, for each command that it is sent: what its sh has
 * started, threads apart, by name, in the order in which the commands began. One of them reads its words.
 */
export async function processesOf(
  { lab, folder }: TestLab,
  node: string,
  work: () => Promise<void>,
): Promise<readonly (readonly string[])[]> {
  const log = join(folder, 'calls');
  const calls = ['--trace=clone,clone3,fork,vfork,execve', '--decode-pids=pidns', '-fo', log];
  const strace = spawn('strace', [...calls, '-p', sshdOf(lab.proc(node))], { stdio: 'pipe' });
  const closed = once(strace, 'close');
  try {
    await Promise.race([once(strace.stderr, 'data'), closed]);
    await work();
  } finally {
    strace.kill('SIGINT');
    await closed;
  }
  return processesIn(readFileSync(log, 'utf8').split('\n'));
}

/** By its number here: the node's sshd that starts one for each connection. Those may have lower numbers. */
function sshdOf(proc: string): string {
  const spaceOf = (path: string) => readlinkSync(`${path}/ns/pid`);
  const found = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .find((pid) => {
      try {
        const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return /^sshd: .*\[listener\]/.test(title) && spaceOf(`/proc/${pid}`) === spaceOf(proc);
      } catch {
        return false; // It has ended meanwhile.
      }
    });
  if (found === undefined) throw new Error('the node has no sshd');
  return found;
}

function processesIn(lines: readonly string[]): readonly (readonly string[])[] {
  const processes = new Map<string, string[]>();
  /** The command that each process belongs to. */
  const owners = new Map<string, string>();
  const names = new Map<string, string>();
  for (const line of lines) {
    const [, pid = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (/^execve\("[^"]*", \["sh", "-c", "eval \\"shift; /.test(call)) {
      owners.set(pid, pid);
      processes.set(pid, []);
    }
    const [, program] = /^execve\("(?:[^"]*\/)?([^"]*)"(?!.*= -1)/.exec(call) ?? [];
    if (program !== undefined) names.set(pid, program);
    const [, here, there] = /^.*= (\d+)(?: \/\* (\d+) in strace's PID NS \*\/)?$/.exec(call) ?? [];
    const child = there ?? here;
    const owner = owners.get(pid);
    if (owner === undefined || child === undefined || !/clone|fork/.test(call)) continue;
    owners.set(child, owner);
    if (!/CLONE_THREAD/.test(call)) processes.get(owner)?.push(child);
  }
  return [...processes.values()].map((pids) => pids.map((pid) => names.get(pid) ?? 'sh'));
}
