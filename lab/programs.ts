import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

/** The programs of rota that still run on a node, as they have registered (engine/shell/compile.ts). */
export function programsOn(lab: Lab, node: string): readonly string[] {
  const root = join(lab.proc(node), 'root');
  return globSync(join(root, 'var/lib/rota/runs/*/program')).filter((file) => {
    const [pid = '', ticks = ''] = readFileSync(file, 'utf8').split(' ');
    const stat = join(root, 'proc', pid, 'stat');
    return pid !== '' && existsSync(stat) && fieldsOf(stat)[19] === ticks;
  });
}

/** Of proc(5), those after the name. */
function fieldsOf(stat: string): readonly string[] {
  try {
    return readFileSync(stat, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return [];
  }
}
