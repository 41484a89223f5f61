import { startOf } from '#engine/model/host.ts';
import type { Problems } from '../problems.ts';
import { filesBelow, kindOf } from './files-below.ts';

/** What Ansible passes over in a folder of inventories (inventory/manager.py, INVENTORY_IGNORE_EXTS). */
const IGNORED =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:~|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry))$/;

/** The files of a source: itself, or for a folder those in it and below, in ASCII order. */
export async function sourceFiles(path: string, problems: Problems): Promise<readonly string[]> {
  const kind = await kindOf(path, problems);
  if (kind !== 'folder') return kind === undefined ? [] : [path];
  const files = await filesBelow(path, (name) => !IGNORED.test(name), problems);
  if (files.length > 0) return files;
  const fix =
    'Put an inventory into it, such as hosts.yaml; *.ini, *.cfg, *.md and *.txt are passed over.';
  problems.add('The folder has no inventory', startOf(path), fix);
  return [];
}
