import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { blocks, taskPages } from '../task-pages.ts';

/** Beside the pages of tasks, those whose examples are whole files. */
const OTHERS = ['README.md', 'docs/playbooks.md', 'docs/library.md'];

test('each example of a page has its types right', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-pages-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const { name, example } of taskPages()) writeFileSync(join(folder, `${name}.ts`), example);
  for (const page of OTHERS)
    for (const [at, example] of blocks(readFileSync(page, 'utf8'), 'ts').entries())
      writeFileSync(join(folder, `${basename(page, '.md')}-${at + 1}.ts`), example);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    typeRoots: [resolve('node_modules/@types')],
    paths: { rota: [resolve('api/rota.ts')], 'rota/*': [resolve('api/*.ts')] },
  };
  const config = { extends: resolve('tsconfig.json'), compilerOptions, include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout, status } = spawnSync('node_modules/.bin/tsc', ['-p', folder], {
    encoding: 'utf8',
  });
  expect([stdout, status]).toEqual(['', 0]);
});

test('each task that is exported is on the page of tasks, and each page of a task is linked there', async () => {
  const page = readFileSync('docs/tasks.md', 'utf8');
  const exported = Object.keys(await import(resolve('api/tasks.ts')));
  expect(exported.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  const linked = [...page.matchAll(/\(tasks\/(\w+)\.md\)/g)].map(([, name]) => name);
  expect(linked.toSorted()).toEqual(taskPages().map(({ name }) => name));
});
