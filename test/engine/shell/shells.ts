import { execFileSync, spawnSync } from 'node:child_process';

/** The shells of this machine that a host's `sh` may be, as argv prefixes that read stdin. */
export const SHELLS: readonly (readonly [string, readonly string[]])[] = (
  [
    ['dash', ['dash', '-s']],
    ['bash', ['bash', '--posix', '-s']],
    ['busybox', ['busybox', 'sh', '-s']],
  ] as const
).filter(([, [program]]) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0);

/** Runs a script as a host would, and gives its stdout and stderr. */
export function runShell(shell: readonly string[], script: string) {
  const [program = 'sh', ...args] = shell;
  const { stdout, stderr, status } = spawnSync(program, args, {
    input: script,
    maxBuffer: 2 ** 25,
  });
  return { stdout, stderr, status };
}

export function sha256sum(path: string): string {
  return execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64);
}
