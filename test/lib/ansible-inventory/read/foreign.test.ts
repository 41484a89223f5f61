import { readFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import { renderTemplate } from '#lib/ansible-inventory/expressions/render.ts';
import { readGroups } from '#lib/ansible-inventory/groups/read-groups.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { Problems } from '#lib/ansible-inventory/problems.ts';
import { inventoryTreeOf } from '#lib/ansible-inventory/read/foreign.ts';
import { parseYaml } from '#lib/ansible-inventory/read/parse-yaml.ts';
import { isForeignText } from '#lib/ansible-inventory/read/read-source.ts';
import { readSources } from '#lib/ansible-inventory/read/read-sources.ts';
import { readFolder } from '#lib/ansible-inventory/read/vars-source.ts';
import { Vault } from '#lib/ansible-inventory/secrets/vault.ts';
import { listInventory } from '#lib/ansible-inventory/written-inventory.ts';
import { complaintsAt, folderOf, linesOf } from '../inventory-folder.ts';

// What ansible-core 2.14.18 makes of hosts.ini: --list --export without vars plugins, and --list.
const FOLDER = join(import.meta.dirname, '../ini');
const RECORDED = join(FOLDER, 'ansible');
const expected = readFileSync(join(FOLDER, 'expected.json'), 'utf8');

test('the list that Ansible makes of an inventory in INI is read as the inventory itself', async () => {
  const findings = { problems: new Problems(), warnings: new Problems() };
  const list = parseYaml(
    readFileSync(join(RECORDED, 'hosts.ini.json'), 'utf8'),
    'hosts.ini',
    findings,
  );
  if (list?.kind !== 'mapping') throw new Error('no list');
  const origin = { file: 'hosts.ini', line: 1, column: 1 };
  const table = readGroups([inventoryTreeOf(list, { origin, vault: new Vault([]) })], findings);
  const folders = [await readFolder(FOLDER, table, findings)];
  expect(findings.problems.sorted).toEqual([]);
  expect(`${listInventory({ table, folders, extra: new Map(), render: renderTemplate })}\n`).toBe(
    expected,
  );
});

test('an inventory in INI is read through ansible-inventory', async () => {
  withAnsible();
  const findings = { problems: new Problems(), warnings: new Problems() };
  const sources = await readSources({ paths: [join(FOLDER, 'hosts.ini')] }, findings);
  expect(`${listInventory(sources)}\n`).toBe(expected);
});

/** The machine's own ansible-inventory, or what it has said where there is none. */
function withAnsible(): void {
  vi.stubEnv('PATH', `${process.env['PATH']}:${RECORDED}`);
  onTestFinished(() => void vi.unstubAllEnvs());
}

test('INI may speak of groups that earlier files have', async () => {
  withAnsible();
  const folder = await folderOf({
    'inv/10': '[web]\nn1\n',
    'inv/20': '[site:children]\nweb\nlate\n[late]\nn2\n',
    'inv/30': '[top:children]\nsite\n',
  });
  const { groups } = await loadInventory([join(folder, 'inv')]);
  expect(Object.fromEntries(groups)).toEqual({
    all: ['n1', 'n2'],
    ungrouped: [],
    web: ['n1'],
    site: ['n1', 'n2'],
    late: ['n2'],
    top: ['n1', 'n2'],
  });
});

test('INI, TOML, programs and plugins need Ansible; what only looks odd in YAML does not', () => {
  const foreign = {
    hosts: ['[web]\nn1', '# c\n\nn1 a=1\n', 'n1:22', '#!/bin/sh\n'],
    'hosts.yml': ['[web] # c\nn1', '#!/usr/bin/env python3\n'],
    'hosts.ini': ['all:\n'],
    'hosts.toml': ['[all.hosts]\n'],
  };
  const own = {
    hosts: [
      'web:\n',
      '---\n',
      '{"web": {}}',
      '# nothing\n',
      '"web": {}',
      '$ANSIBLE_VAULT;1.1;AES256\n00',
    ],
    'hosts.yml': ['n1\n', '- n1\n', '[]', ''],
    'hosts.json': ['{\n'],
  };
  const judged = (texts: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(texts).flatMap(([file, each]) => each.map((text) => isForeignText(file, text)));
  expect(new Set(judged(foreign))).toEqual(new Set([true]));
  expect(new Set(judged(own))).toEqual(new Set([false]));
});

test('without Ansible the failure says how to convert them', async () => {
  const folder = await folderOf({
    'hosts.ini': '[web]\nn1\n',
    'script.py': '#!/bin/sh\ntouch ran\n',
    'cloud.yaml': 'plugin: aws_ec2\nregions: [x]\n',
    'groups.yaml': 'plugin: ansible.builtin.constructed\n',
  });
  await chmod(join(folder, 'script.py'), 0o755);
  await mkdir(join(folder, 'bin'));
  vi.stubEnv('PATH', join(folder, 'bin'));
  const sources = ['hosts.ini', 'script.py', 'cloud.yaml', 'groups.yaml'].map((name) =>
    join(folder, name),
  );
  const lines = await loadInventory(sources).then(
    () => [],
    (error) => linesOf(failuresOf(error), folder),
  );
  vi.unstubAllEnvs();
  expect(lines).toMatchInlineSnapshot(`
    [
      "cloud.yaml:1:1: The inventory is not YAML, and Ansible did not read it. ansible-inventory, which reads it, is not installed here. Convert it where it is: ansible-inventory -i cloud.yaml --list --export --yaml > hosts.yaml",
      "groups.yaml:1:1: The plugin constructed needs the other inventories. Write what it makes of all inventories into one: ansible-inventory -i … -i groups.yaml --list --export --yaml > hosts.yaml",
      "hosts.ini:1:1: The inventory is not YAML, and Ansible did not read it. ansible-inventory, which reads it, is not installed here. Convert it where it is: ansible-inventory -i hosts.ini --list --export --yaml > hosts.yaml",
      "script.py:1:1: The inventory is not YAML, and Ansible did not read it. ansible-inventory, which reads it, is not installed here. Convert it where it is: ansible-inventory -i script.py --list --export --yaml > hosts.yaml",
    ]
  `);
});

test('a file that only lies in the folder of an inventory is to be moved, or the inventory named', async () => {
  const folder = await folderOf({
    'lab/hosts.yaml': 'all: {hosts: {n1: }}\n',
    'lab/credentials/kubeadm_certificate_key.creds': '8f1c\n',
    'bin/none': '',
  });
  vi.stubEnv('PATH', join(folder, 'bin'));
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await complaintsAt(join(folder, 'lab'), folder)).toMatchInlineSnapshot(`
    [
      "lab/credentials/kubeadm_certificate_key.creds:1:1: The inventory is not YAML, and Ansible did not read it. Every file in lab is taken for an inventory: name the one that is, such as lab/hosts.yaml, or move this one out.",
    ]
  `);
});

test('a source with commas that is no file is a list of hosts', async () => {
  const { hosts, groups } = await loadInventory(['n1, n2:2222,[2001:db8::1]:22,']);
  expect(hosts.map(({ name, connection }) => [name, connection.port])).toEqual([
    ['n1', undefined],
    ['n2', 2222],
    ['2001:db8::1', 22],
  ]);
  expect([...groups.keys()]).toEqual(['all', 'ungrouped']);
});
