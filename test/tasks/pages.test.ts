import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { taskPages } from '../task-pages.ts';

test('the example of each task’s page has its types right', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-pages-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const { name, example } of taskPages()) writeFileSync(join(folder, `${name}.ts`), example);
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
