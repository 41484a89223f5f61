import { existsSync, globSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { storedState } from '#lab/state.ts';

/** A lab as the kernel knows it. */
export interface Marks {
  readonly dir: string;
  readonly id: string;
  readonly pid: number;
  readonly namespace: string | undefined;
}

/** The marks of a lab that is up or on its way; undefined before its first process is there. */
export function marksOf(dir: string): Marks | undefined {
  const state = storedState(dir);
  if (state === undefined || state.pid === 0) return undefined;
  // Held open, so that no other namespace gets its number meanwhile.
  openSync(`/proc/${state.pid}/ns/pid`, 'r');
  return { dir, id: state.id, pid: state.pid, namespace: pidNamespace(String(state.pid)) };
}

/** What there is of a lab on this machine, in words. Other labs may come and go meanwhile. */
export function traces({ dir, id, namespace }: Marks): readonly string[] {
  const isOurs = (text: string) =>
    [dir, `rota-lab-${id}`, `rota-${id}`].some((word) => text.includes(word));
  const processes = readdirSync('/proc').filter(
    (pid) =>
      /^\d+$/.test(pid) &&
      (['cmdline', 'environ', 'cgroup'].some((file) => isOurs(read(pid, file))) ||
        (namespace !== undefined && pidNamespace(pid) === namespace)),
  );
  return [
    ...processes.map((pid) => `process ${read(pid, 'cmdline').replaceAll('\0', ' ')}`),
    ...globSync(`/sys/fs/cgroup/**/rota-lab-${id}`),
    ...read('self', 'mountinfo').split('\n').filter(isOurs),
    ...readdirSync('/sys/class/net').filter(isOurs),
    ...(existsSync(dir) ? [dir] : []),
  ];
}

function pidNamespace(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
