import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { type Node, sourceFiles } from './sources.ts';

/** What a module may keep as long as the process lives. Its own comment says why it must. */
const KEPT: readonly string[] = [
  'redaction.ts: forms',
  'redaction.ts: ordered',
  'redaction.ts: unopened',
  // What stands on the terminal of the process stands there for whoever writes next.
  'streams.ts: meanwhile',
  'render.ts: environments',
  // What a file of this machine holds is the same for all hosts.
  'file.ts: known',
  // Where patterns are searched under a limit of time: a new one costs a millisecond each.
  'python-regex.ts: SEARCH',
  'python-regex.ts: context',
  // A desk of prove sets it once, before it does anything.
  'command.ts: apart',
  // listr2 asks a renderer for it.
  'listr.ts: nonTTY',
  // The lab's kubelet is a program, and this is all of it.
  'kubelet.ts: workers',
  'kubelet.ts: busy',
  'kubelet.ts: exits',
  'kubelet.ts: left',
  'kubelet.ts: started',
  'kubelet.ts: manifests',
  // By an object that does not change, what was found out about it: it goes with the object.
  'budget.ts: measures',
  'world.ts: dicts',
  'render.ts: usable',
  'node-address.ts: derived',
  'ring.ts: known',
  'templates.ts: marked',
  'templates.ts: parsed',
  'tree-values.ts: values',
  'tree-values.ts: trees',
  'tree-values.ts: placeless',
  'tree.ts: plains',
];

/** A constant of these is looked at for changes; any other object that is made may change by itself. */
const PLAIN = ['Map', 'Set', 'WeakMap', 'WeakSet', 'RegExp', 'URL', 'Failure', 'Command'];

const CHANGES = ['set', 'add', 'delete', 'clear', 'push', 'pop', 'shift', 'unshift', 'splice'];

const files = sourceFiles('*.ts');

test('no module keeps what changes', () => {
  const found = files.flatMap((file) =>
    stateOf(readFileSync(file, 'utf8')).map((name) => `${basename(file)}: ${name}`),
  );
  expect(found.filter((name) => !KEPT.includes(name))).toEqual([]);
});

test.for([
  ['let count = 0;', ['count']],
  ['export let count = 0;', ['count']],
  ['const known = new Map();\nexport function know(key) { known.set(key, 1); }', ['known']],
  ['const list = [];\nexport class A { add(item) { list.push(item); } }', ['list']],
  ['const counts = { one: 0 };\nconst count = () => { counts.one += 1; };', ['counts']],
  ['const counts = { one: { of: 0 } };\nconst count = () => { counts.one.of++; };', ['counts']],
  ['const by = {};\nconst forget = (name) => { delete by[name]; };', ['by']],
  ['class A { static count = 0; }', ['count']],
  ['export const keyring = new Keyring();', ['keyring']],
  ['const NAMES = new Map([[1, 2]]);\nexport const name = (key) => NAMES.get(key);', []],
  ['export function f() { let count = 0; const list = []; list.push(count); }', []],
] as const)('what changes is found: %s', ([source, names]) => {
  expect(stateOf(source)).toEqual(names);
});

/** The names of what a module keeps, and something in it may change. */
function stateOf(source: string): readonly string[] {
  const body = parseAst(source, { lang: 'ts' }).body as unknown as readonly Node[];
  const declared = body.map((node) => (node['declaration'] as Node | null | undefined) ?? node);
  const nodes = [...nodesIn(body)];
  return declared.flatMap((node) => keptBy(node, nodes));
}

function keptBy(node: Node, nodes: readonly Node[]): readonly string[] {
  if (node.type === 'ClassDeclaration') {
    const { body } = node['body'] as { readonly body: readonly Node[] };
    return body
      .filter((member) => member['static'] && member.type === 'PropertyDefinition')
      .map((member) => nameOf(member['key']));
  }
  if (node.type !== 'VariableDeclaration') return [];
  return (node['declarations'] as readonly Node[])
    .filter(({ id, init }) => node['kind'] !== 'const' || isMade(init) || isChanged(id, nodes))
    .map(({ id }) => nameOf(id));
}

function isMade(init: unknown): boolean {
  const { type, callee } = (init ?? {}) as Partial<Node>;
  const isIdentifier = (callee as Node | undefined)?.type === 'Identifier';
  return type === 'NewExpression' && isIdentifier && !PLAIN.includes(nameOf(callee));
}

function isChanged(id: unknown, nodes: readonly Node[]): boolean {
  const name = nameOf(id);
  return nodes.some((node) => changedBy(node) === name && name !== '');
}

/** The name of the object that an expression changes something in. */
function changedBy(node: Node): string | undefined {
  if (node.type === 'AssignmentExpression') return objectOf(node['left']);
  if (node.type === 'UpdateExpression') return objectOf(node['argument']);
  if (node['operator'] === 'delete') return objectOf(node['argument']);
  const { property } = (node['callee'] ?? {}) as { readonly property?: unknown };
  return CHANGES.includes(nameOf(property)) ? objectOf(node['callee']) : undefined;
}

/** The variable at the root of `a.b.c`; undefined where there is no dot. */
function objectOf(target: unknown): string | undefined {
  let node = target as Node;
  if (node.type !== 'MemberExpression') return undefined;
  while (node.type === 'MemberExpression') node = node['object'] as Node;
  return nameOf(node);
}

function nameOf(node: unknown): string {
  return String((node as { readonly name?: string } | undefined)?.name ?? '');
}

function* nodesIn(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value) yield value as Node;
  for (const part of Object.values(value)) yield* nodesIn(part);
}
