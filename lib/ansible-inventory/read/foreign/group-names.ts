import type { Tree } from '../tree.ts';

/** The names of all groups of an inventory in YAML, those of children too. */
export function groupNamesIn(tree: Tree): readonly string[] {
  if (tree.kind !== 'mapping') return [];
  return [...tree.entries].flatMap(([name, { tree: group }]) => {
    const children = group.kind === 'mapping' ? group.entries.get('children')?.tree : undefined;
    return [name, ...(children === undefined ? [] : groupNamesIn(children))];
  });
}
