import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const PAGE = readFileSync(join(import.meta.dirname, '../docs/from-ansible.md'), 'utf8');

/** The cells of its tables, a list of rows. */
const ROWS = PAGE.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) => line.split('|').slice(1, -1));

test('what docs/from-ansible.md says to write instead is exported', async () => {
  const parts = globSync('api/*.ts').map(async (file) => Object.keys(await import(resolve(file))));
  const exported = new Set((await Promise.all(parts)).flat());
  const named = ROWS.flatMap(([, instead = '']) =>
    [...instead.matchAll(/`(?:([a-zA-Z]+)\(.*?|(hostFacts))`/g)].map(
      ([, call, read]) => call ?? read,
    ),
  );
  const missing = new Set(named.filter((name) => name !== undefined && !exported.has(name)));
  expect([...missing]).toEqual([]);
});

test('it has the fifty modules and keywords of Ansible that are used most', () => {
  const names = ROWS.flatMap(([ansible = '']) =>
    [...ansible.matchAll(/`([a-z_]+)(?::[^`]*)?`/g)].map(([, name]) => name),
  );
  expect(new Set(names).size).toBeGreaterThanOrEqual(50);
});
