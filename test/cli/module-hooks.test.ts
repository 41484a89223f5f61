import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sourceFiles } from '../sources.ts';

const FIND = `
const { createRequire } = require('node:module');
const find = ([file, target]) => {
  try {
    return createRequire(file).resolve(target);
  } catch ({ message }) {
    return message;
  }
};
process.stdout.write(JSON.stringify(JSON.parse(require('node:fs').readFileSync(0)).map(find)));`;

type Import = readonly [file: string, target: string];

function found(imports: readonly Import[], ...flags: readonly string[]): readonly string[] {
  const all = imports.map(([file, target]) => [`${process.cwd()}/${file}`, target]);
  const input = JSON.stringify(all);
  return JSON.parse(
    execFileSync(process.execPath, [...flags, '-e', FIND], { input, encoding: 'utf8' }),
  );
}

function importsOf(file: string): readonly Import[] {
  const matches = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([#.][^']+)'/g);
  return [...matches].map(([, target = '']) => [file, target]);
}

test.each([
  ['what the sources import of one another', sourceFiles('*.ts').flatMap(importsOf)],
  ['what no file is there for', [['playbooks/deploy.ts', '../tasks/nothing.ts']]],
  ['what is not below the folder of rota', [['cli/main.ts', '../../tasks/system/sysctl.ts']]],
] as const)('rota finds %s as Node does', (_, imports) => {
  expect(found(imports, '--require', './bin/modules.cjs')).toEqual(found(imports));
});
