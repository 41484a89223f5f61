import { Failure } from '#engine/model/failure.ts';
import { Kept } from '#lib/ansible-inventory/expressions/budget.ts';
import { HostScope } from '#lib/ansible-inventory/expressions/host-scope.ts';
import { renderTemplate } from '#lib/ansible-inventory/expressions/render.ts';
import { Problems } from '#lib/ansible-inventory/problems.ts';
import { parseYaml } from '#lib/ansible-inventory/read/parse-yaml.ts';
import { plainOf } from '#lib/ansible-inventory/read/tree.ts';

/** A host `node1.example.org` with the variables of a YAML text, in an inventory of its own. */
export function scopeOf(text: string): HostScope {
  const problems = new Problems();
  const tree = parseYaml(text, 'vars.yaml', { problems, warnings: new Problems() });
  problems.throwIfAny();
  const variables = tree?.kind === 'mapping' ? tree.entries : new Map();
  const name = 'node1.example.org';
  const hosts = new Map<string, HostScope>();
  const origin = { file: '/srv/inventory.yaml', line: 1, column: 1 };
  const world = {
    groups: () => new Map([['all', [name]]]),
    hosts,
    kept: new Kept(),
    render: renderTemplate,
  };
  const scope = new HostScope({ name, groups: ['web'], variables, origin }, world);
  hosts.set(name, scope);
  return scope;
}

/** What an expression complains about, over `a: {b: 1}` and `l: [1, 2]`; its result, if it has one. */
export function complaintOf(expression: string): string {
  const scope = scopeOf(`a: {b: 1}\nl: [1, 2]\nvalue: ${JSON.stringify(expression)}\n`);
  try {
    return JSON.stringify(plainOf(scope.tree('value')));
  } catch (error) {
    if (error instanceof Failure) return `${error.message}. ${error.fix}`;
    throw error;
  }
}
