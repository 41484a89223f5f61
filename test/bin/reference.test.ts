import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referencePage } from '../../bin/reference/page.ts';
import { publicNames } from '../../bin/reference/public-names.ts';

const page = referencePage();

test('each function and value that playbooks import is shown in an example', () => {
  const told = new Map(page.split('\n### `').map((part) => [part.split('`')[0], part]));
  const values = [...publicNames().values()].flat().filter(({ isValue }) => isValue);
  const unshown = values.filter(({ name }) => !told.get(name)?.includes('\nShown in '));
  expect(unshown.map(({ name }) => name)).toEqual([]);
});

test('each entry of the package is on it', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));
  expect([...publicNames().keys()].toSorted()).toEqual(
    entries.map((entry) => entry.replace(/^\./, 'rota')).toSorted(),
  );
});
