import type { Variables } from './group-table.ts';
import type { Problems } from './problems.ts';
import { leavesOf, type Tree } from './tree.ts';

/**
 * The step between merging and validation. For now it refuses expressions; it will return the
 * variables with their values in place. `resolved` has the values that other hosts share.
 */
export function resolveExpressions(
  variables: Variables,
  resolved: Set<Tree>,
  problems: Problems,
): Variables {
  for (const { tree } of variables.values()) {
    for (const { value, origin } of leavesOf(tree, resolved)) {
      if (typeof value === 'string' && /\{\{|\{%/.test(value)) {
        const fix = 'Write the value out: expressions in {{ }} come in a later version.';
        problems.add('Expressions are not supported yet', origin, fix);
      }
    }
  }
  return variables;
}
