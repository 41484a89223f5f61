import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Desk } from './rota.ts';

test('a new repository takes rota from the file of its package, and nobody else’s of that name', () => {
  const desk = new Desk();
  onTestFinished(() => desk.remove());
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const site = desk.path('_My Site');
  expect(desk.rota('new', site)).toEqual({
    status: 0,
    stdout: `Wrote 'DESK/_My Site'. Look at site.ts and inventory.yaml; then, with the package beside them:
cp rota-${version}.tgz 'DESK/_My Site'
cd 'DESK/_My Site' && npm install && npm test && npx rota run site.ts inventory.yaml --dry-run
`,
    stderr: '',
  });
  expect(JSON.parse(readFileSync(join(site, 'package.json'), 'utf8'))).toMatchObject({
    name: 'my-site',
    devDependencies: { rota: `file:rota-${version}.tgz` },
  });
  expect(desk.rota('new', site)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('✖ The folder is not empty'),
  });
});
