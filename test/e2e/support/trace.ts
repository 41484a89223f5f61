import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestLab } from './test-lab.ts';

/**
 * How many processes a node starts, while `work` goes on, for each script that it is sent: what the
 * shells of the scripts have started, threads apart, in the order in which the scripts began.
 */
export async function countScripts(
  { lab, folder }: TestLab,
  node: string,
  work: () => Promise<void>,
): Promise<readonly number[]> {
  const log = join(folder, 'calls');
  const calls = ['--trace=clone,clone3,fork,vfork,execve', '--decode-pids=pidns', '-fo', log];
  const strace = spawn('strace', [...calls, '-p', sshdOf(lab.proc(node))], { stdio: 'pipe' });
  await once(strace.stderr, 'data');
  await work();
  strace.kill('SIGINT');
  await once(strace, 'close');
  return countIn(readFileSync(log, 'utf8').split('\n'));
}

/** By its number here, of the first process of that name which is in the node. */
function sshdOf(proc: string): string {
  const spaceOf = (path: string) => readlinkSync(`${path}/ns/pid`);
  const found = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .find((pid) => {
      try {
        const comm = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
        return comm === 'sshd' && spaceOf(`/proc/${pid}`) === spaceOf(proc);
      } catch {
        return false; // It has ended meanwhile.
      }
    });
  if (found === undefined) throw new Error('the node has no sshd');
  return found;
}

function countIn(lines: readonly string[]): readonly number[] {
  const scripts: string[] = [];
  /** The script that each process belongs to. */
  const owners = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, pid = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    // A shell tries each folder of its PATH until the program is in one.
    if (
      /^execve\("[^"]*", \["sh", "-(?:s"\]|c", "printf '\\\\n%s begun)/.test(call) &&
      !counts.has(pid)
    ) {
      scripts.push(pid);
      owners.set(pid, pid);
      counts.set(pid, 0);
    }
    const [, here, there] = /^.*= (\d+)(?: \/\* (\d+) in strace's PID NS \*\/)?$/.exec(call) ?? [];
    const child = there ?? here;
    const owner = owners.get(pid);
    if (owner === undefined || child === undefined || !/clone|fork/.test(call)) continue;
    owners.set(child, owner);
    if (!/CLONE_THREAD/.test(call)) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return scripts.map((script) => counts.get(script) ?? 0);
}
