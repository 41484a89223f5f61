import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as reads from '../api/reads.ts';
import * as rota from '../api/rota.ts';
import * as tasks from '../api/tasks.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../docs/from-ansible.md'), 'utf8');

/** Named there, and still being written: empty in the end. */
const TO_COME = [
  ...['absent', 'assert', 'authorizedKeys', 'certificate', 'container', 'copyTree', 'cron'],
  ...['download', 'facts', 'fetch', 'firewall', 'git', 'group', 'hostname', 'inFile'],
  ...['kernelModule', 'link', 'mount', 'packages', 'reboot', 'repository', 'run', 'service'],
  ...['swapOff', 'timezone', 'unit', 'unpack', 'urlAnswers', 'user', 'waitFor'],
];

/** The cells of its tables, a list of rows. */
const ROWS = PAGE.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) => line.split('|').slice(1, -1));

test('what docs/from-ansible.md says to write instead is exported', () => {
  const exported = new Set([rota, tasks, reads].flatMap((part) => Object.keys(part)));
  const named = ROWS.flatMap(([, instead = '']) =>
    [...instead.matchAll(/`(?:([a-zA-Z]+)\(.*?|(facts))`/g)].map(([, call, read]) => call ?? read),
  );
  const missing = new Set(named.filter((name) => name !== undefined && !exported.has(name)));
  expect([...missing].toSorted()).toEqual(TO_COME);
});

test('it has the fifty modules and keywords of Ansible that are used most', () => {
  const names = ROWS.flatMap(([ansible = '']) =>
    [...ansible.matchAll(/`([a-z_]+)(?::[^`]*)?`/g)].map(([, name]) => name),
  );
  expect(new Set(names).size).toBeGreaterThanOrEqual(50);
});
