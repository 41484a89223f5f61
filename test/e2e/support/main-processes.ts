import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '#lab/lab.ts';

/** A keepalived in a pod, found from the host as on a real node: through /proc alone. */
export interface MainProcess {
  readonly pid: string;
  readonly podUid: string;
  readonly container: string;
}

/**
 * The main processes of all keepaliveds that run on a node, without one that ends while it is looked at.
 * The look starts no process.
 */
export function mainProcesses(lab: Lab, node: string): readonly MainProcess[] {
  return globSync(`${lab.proc(node)}/root/proc/[0-9]*`).flatMap((folder) => {
    const file = (name: string) => contentOf(join(folder, name));
    const [, pid] = MAIN.exec(file('status')) ?? [];
    if (pid === undefined) return [];
    const [container] = /[0-9a-f]{64}/.exec(file('cgroup')) ?? [];
    const [, podUid = ''] = /\/kubelet\/pods\/([^/]*)\//.exec(file('mountinfo')) ?? [];
    return container === undefined ? [] : [{ pid, podUid, container }];
  });
}

/** The first process of a container, by its number on the node. */
const MAIN = /^Name:\tkeepalived\n[\s\S]*^NSpid:(?:\t\d+)*\t(\d+)\t1$/m;

/** What a file says; '' where it is not, as one of a process that has ended. */
export function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
