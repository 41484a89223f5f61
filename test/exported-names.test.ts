import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { type Node, sourceFiles } from './sources.ts';

/** Each command's file has one: `cli/program.ts` calls it. */
const PROTOCOL = 'define';

const files = sourceFiles('*.ts');

test('an exported name is declared in one file: one word for one thing', () => {
  const declared = files.flatMap((file) =>
    exportedBy(readFileSync(file, 'utf8')).map((name) => ({ name, file })),
  );
  const byName = Map.groupBy(declared, ({ name }) => name);
  byName.delete(PROTOCOL);
  const twice = [...byName].filter(([, places]) => places.length > 1);
  expect(twice.map(([name, places]) => `${name}: ${places.map(({ file }) => file)}`)).toEqual([]);
});

test('a type has the name of no type that another file exports', () => {
  const exported = new Map(
    files.flatMap((file) =>
      typesOf(readFileSync(file, 'utf8')).flatMap(({ name, isExported }) =>
        isExported ? [[name, file] as const] : [],
      ),
    ),
  );
  const twice = files.flatMap((file) =>
    typesOf(readFileSync(file, 'utf8')).flatMap(({ name, isExported }) =>
      isExported || !exported.has(name) ? [] : [`${name}: ${exported.get(name)},${file}`],
    ),
  );
  expect(twice).toEqual([]);
});

test.for([
  ['export function one() {}\nexport const two = 1, three = 2;', ['one', 'two', 'three']],
  ['export interface One {}\nexport class Two {}\nexport type Three = 1;', ['One', 'Two', 'Three']],
  // A schema, and the type of what it takes.
  ['export const One = z.string();\nexport type One = z.infer<typeof One>;', ['One']],
  ["export { one } from './one.ts';\nexport type { Two } from './two.ts';", []],
  ['function one() {}\nexport default two();', []],
] as const)('what is exported is found: %s', ([source, names]) => {
  expect(exportedBy(source)).toEqual(names);
});

const TYPES = ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'ClassDeclaration'];

/** The types that a module declares, whether or not it exports them. */
function typesOf(source: string) {
  const body = parseAst(source, { lang: 'ts' }).body as unknown as readonly Node[];
  return body
    .map((node) => ({
      node: (node['declaration'] as Node | null | undefined) ?? node,
      isExported: node.type === 'ExportNamedDeclaration',
    }))
    .filter(({ node }) => TYPES.includes(node.type))
    .flatMap(({ node, isExported }) => namesOf(node).map((name) => ({ name, isExported })));
}

/** The names that a module declares and exports: not those that it hands on. */
function exportedBy(source: string): readonly string[] {
  const body = parseAst(source, { lang: 'ts' }).body as unknown as readonly Node[];
  const declarations = body
    .filter(({ type }) => type === 'ExportNamedDeclaration')
    .flatMap((node) => (node['declaration'] as Node | null) ?? []);
  return [...new Set(declarations.flatMap(namesOf))];
}

function namesOf(declaration: Node): readonly string[] {
  const list = (declaration['declarations'] ?? [declaration]) as readonly Node[];
  return list.map(({ id }) => (id as { readonly name: string }).name);
}
