import { existsSync } from 'node:fs';
import type { Tree } from '../tree.ts';
import { mapping, namesTree } from './make-tree.ts';

/** Whether a source is hosts themselves, such as `node1,node2` or `node1,`, and no file. */
export function isHostList(source: string): boolean {
  return source.includes(',') && !existsSync(source);
}

/** The hosts of such a list, in no group. */
export function hostListTree(source: string): Tree {
  const names = source.split(',').map((name) => name.trim());
  const origin = { file: source, line: 0, column: 0 };
  const hosts = namesTree(
    names.filter((name) => name !== ''),
    origin,
  );
  return mapping([['ungrouped', mapping([['hosts', hosts]], origin)]], origin);
}
