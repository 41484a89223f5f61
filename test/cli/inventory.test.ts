import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import { noPaint } from '#engine/report/paint.ts';
import { loadInventory, readInventory } from '#lib/ansible-inventory/index.ts';
import { overviewOf, showInventory } from '../../cli/commands/inventory.ts';
import { explainHost } from '../../cli/explain-host.ts';
import { folderOf } from '../lib/ansible-inventory/inventory-folder.ts';

const FILES = {
  'hosts.yaml': `all:
  vars: {domain: example.org, size: 1}
  children:
    web:
      vars: {fqdn: "{{ inventory_hostname }}.{{ domain }}", size: 2, bad: "{{ nothing }}"}
      hosts:
        node1: {size: 3, ansible_password: hunter2, token: !env TOKEN, ansible_host: 10.0.0.1}
        node2: {ansible_port: 2222, ansible_user: admin}
    lan:
      hosts: {node1: {size: 4}, here: {ansible_connection: local}}
`,
  'group_vars/all.yml': 'domain: example.net\n',
  'group_vars/web/a.yml': 'size: 5\n',
  'group_vars/web/b.yml':
    'size: 6\nlong: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]\n',
};

async function explained(host: string, variable?: string, extra: readonly string[] = []) {
  const folder = await folderOf(FILES);
  const inventory = await readInventory([join(folder, 'hosts.yaml')], { extra });
  return explainHost(host, inventory.explain(host), variable, noPaint).replaceAll(`${folder}/`, '');
}

test('--explain tells where each variable is from, and all that it hides, in order', async () => {
  expect(`\n${await explained('node1', undefined, ['size=9'])}\n`).toMatchInlineSnapshot(`
    "
    node1 is in all, lan, web; of groups, a later one wins

    variable          value                                             set as             at
    ansible_host      "10.0.0.1"                                        host node1         hosts.yaml:7:72
    ansible_password  ••••••                                            host node1         hosts.yaml:7:26
    bad               ✖ The variable nothing is not defined             vars of web        hosts.yaml:5:70
      written         "{{ nothing }}"
    domain            "example.net"                                     group_vars of all  group_vars/all.yml:1:1
      hides           "example.org"                                     vars of all        hosts.yaml:2:10
    fqdn              "node1.example.net"                               vars of web        hosts.yaml:5:14
      written         "{{ inventory_hostname }}.{{ domain }}"
    long              [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,1…  group_vars of web  group_vars/web/b.yml:2:1
    size              "9"                                               -e                 -e #1:1:1
      hides           4                                                 host node1         hosts.yaml:10:23
      hides           3                                                 host node1         hosts.yaml:7:17
      hides           6                                                 group_vars of web  group_vars/web/b.yml:1:1
      hides           5                                                 group_vars of web  group_vars/web/a.yml:1:1
      hides           2                                                 vars of web        hosts.yaml:5:61
      hides           1                                                 vars of all        hosts.yaml:2:31
    token             "••••••"                                          host node1         hosts.yaml:7:53
    "
  `);
});

test('--explain of one variable shows its value in full', async () => {
  expect(`\n${await explained('node2', 'long')}\n`).toMatchInlineSnapshot(`
    "
    node2 is in all, web; of groups, a later one wins

    variable  value                                              set as             at
    long      [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19]  group_vars of web  group_vars/web/b.yml:2:1
    "
  `);
  expect(await explained('here')).toContain('here is in all, lan; of groups, a later one wins');
});

test('--graph shows children before hosts, those of all in their groups', async () => {
  const folder = await folderOf(FILES);
  const inventory = await readInventory([join(folder, 'hosts.yaml')]);
  expect(`\n${inventory.graph()}\n`).toMatchInlineSnapshot(`
    "
    @all:
      |--@ungrouped:
      |--@web:
      |  |--node1
      |  |--node2
      |--@lan:
      |  |--node1
      |  |--here
    "
  `);
});

test('the overview has a line for each host', async () => {
  const folder = await folderOf(FILES);
  const inventory = await loadInventory([join(folder, 'hosts.yaml')]);
  expect(`\n${overviewOf(inventory).replaceAll(`${folder}/`, '')}\n`).toMatchInlineSnapshot(`
    "
    hosts.yaml: 3 hosts in 2 groups

    host   reached as             groups   named at
    node1  10.0.0.1               lan web  hosts.yaml:7:9
    node2  admin@node2 port 2222  web      hosts.yaml:8:9
    here   this machine           lan      hosts.yaml:10:33

    More: --graph, --list, --host HOST, --explain HOST [VARIABLE]
    "
  `);
});

test('names that are not there are refused, with one that is close', async () => {
  const folder = await folderOf(FILES);
  const request = { sources: [join(folder, 'hosts.yaml')] };
  const views = [
    { host: 'nod1' },
    { explain: 'node1', name: 'sise' },
    { graph: true, name: 'wbe' },
    { list: true, name: 'web' },
  ];
  const refusals = views.map(async (view) =>
    showInventory(request, view).then(
      () => [],
      (error) => failuresOf(error).map(({ message, fix }) => `${message}. ${fix}`),
    ),
  );
  expect((await Promise.all(refusals)).flat()).toMatchInlineSnapshot(`
    [
      "The inventory has no such host. Did you mean node1?",
      "The host has no such variable. Did you mean size?",
      "The inventory has no such group. Did you mean web?",
      "A name is for --graph or --explain alone. Name a group after --graph, or a variable after --explain HOST.",
    ]
  `);
});
