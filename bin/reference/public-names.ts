import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Declaration, declarationIn } from './declaration.ts';
import { bodyOf, declaredName, type Syntax } from './syntax.ts';

/** What a playbook imports. */
export type PublicName = Declaration & { readonly name: string };

/** Of each entry of the package, as playbooks write it, the names that it exports. */
export function publicNames(): ReadonlyMap<string, readonly PublicName[]> {
  const entries = readdirSync('api').map((file) => file.replace('.ts', ''));
  const sorted = entries.toSorted((one, other) => rank(one) - rank(other));
  return new Map(
    sorted.map((entry) => [entry === 'rota' ? entry : `rota/${entry}`, namesOf(`api/${entry}.ts`)]),
  );
}

function rank(entry: string): number {
  return ['rota', 'tasks', 'checks', 'reads', 'keepalived', 'inventory'].indexOf(entry);
}

function namesOf(file: string): readonly PublicName[] {
  const names = exportsOf(file).filter(({ from }) => existsSync(from));
  return names.map(({ name, original, from }) => ({ name, ...declarationIn(from, original) }));
}

interface Exported {
  readonly name: string;
  /** What it is called where it is declared. */
  readonly original: string;
  readonly from: string;
}

/** Through all files that hand it on; of a package of others the name alone is ours. */
function exportsOf(file: string): readonly Exported[] {
  return bodyOf(file).flatMap((node) => {
    if (node.type === 'ExportAllDeclaration') return exportsOf(pathOf(node['source'].value, file));
    if (node.type !== 'ExportNamedDeclaration') return [];
    if (node['declaration']) {
      const name = declaredName(node['declaration']);
      return [{ name, original: name, from: file }];
    }
    const from = pathOf(node['source'].value, file);
    return node['specifiers'].map((one: Syntax) => origin(one, from));
  });
}

function origin(specifier: Syntax, from: string): Exported {
  const name = specifier['exported'].name;
  const original = specifier['local'].name;
  const handedOn = existsSync(from) && original !== 'default' && isHandedOn(from, original);
  const further = handedOn ? exportsOf(from).find((one) => one.name === original) : undefined;
  return { name, original: further?.original ?? original, from: further?.from ?? from };
}

function isHandedOn(file: string, name: string): boolean {
  return exportsOf(file).some((one) => one.name === name && one.from !== file);
}

function pathOf(specifier: string, file: string): string {
  return specifier.startsWith('#') ? specifier.slice(1) : join(dirname(file), specifier);
}
