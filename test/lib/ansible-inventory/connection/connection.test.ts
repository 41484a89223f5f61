import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { selectHosts } from '#lib/ansible-inventory/groups/patterns.ts';
import { complaints, linesOf, load } from '../inventory-folder.ts';

async function connectionFrom(variables: string) {
  const { hosts } = await load(
    `all:\n  vars: {ansible_user: root}\n  hosts:\n    node1: {${variables}}\n`,
  );
  return hosts[0]?.connection;
}

const PLAIN = { transport: 'ssh', address: 'node1', user: 'root' };

test.for([
  ['', {}],
  ['ansible_host: 10.0.0.1', { address: '10.0.0.1' }],
  ['ansible_ssh_host: 10.0.0.1', { address: '10.0.0.1' }],
  ['ansible_host: ', {}],
  ['ansible_port: 2222', { port: 2222 }],
  ['ansible_port: "2222"', { port: 2222 }],
  ['ansible_user: core', { user: 'core' }],
  ['ansible_connection: local', { transport: 'local' }],
  ['ansible_connection: smart', {}],
  ['ansible_ssh_private_key_file: /k', { keyFile: '/k' }],
  ['ansible_private_key_file: "~/k"', { keyFile: `${homedir()}/k` }],
  ['ansible_ssh_private_key_file: keys/k', { keyFile: resolve('keys/k') }],
  ['ansible_become: yes', { become: { method: 'sudo', user: 'root' } }],
  [
    'ansible_become: yes, ansible_user: core',
    { user: 'core', become: { method: 'sudo', user: 'root' } },
  ],
  [
    'ansible_become: "True", ansible_become_user: kube',
    { become: { method: 'sudo', user: 'kube' } },
  ],
  ['ansible_become: no, ansible_become_user: kube', {}],
  [
    'ansible_become: 1, ansible_become_method: su, ansible_su_user: kube, ansible_sudo_user: x',
    { become: { method: 'su', user: 'kube' } },
  ],
  [
    'ansible_become: on, ansible_become_method: community.general.doas, ansible_doas_exe: /d o',
    { become: { method: 'doas', user: 'root', executable: ['/d', 'o'] } },
  ],
  [
    'ansible_become: true, ansible_become_flags: "-HSn -E --non-interactive -C 5 \'a b\'"',
    {
      become: { method: 'sudo', user: 'root', flags: ['-H', '-E', '-C', '5', 'a b'] },
    },
  ],
  ['ansible_ssh_common_args: "-o ConnectTimeout=7"', { sshArguments: ['-o', 'ConnectTimeout=7'] }],
  [
    `ansible_ssh_common_args: "-o 'ProxyCommand=nc %h %p' -J bastion -4C", ansible_ssh_args: -pPORT`,
    { sshArguments: ['-pPORT', '-o', 'ProxyCommand=nc %h %p', '-J', 'bastion', '-4C'] },
  ],
  ['ansible_timeout: 3', { connectTimeoutMs: 3000 }],
  ['ansible_ssh_timeout: "4"', { connectTimeoutMs: 4000 }],
  ['ansible_ssh_retries: 2', { connectRetries: 2 }],
  ['ansible_host_key_checking: no', { hostKeyChecking: false }],
  ['ansible_ssh_host_key_checking: "True"', { hostKeyChecking: true }],
] as const)('{%s}', async ([variables, expected]) => {
  expect(await connectionFrom(variables)).toEqual({ ...PLAIN, ...expected });
});

test('what the inventory leaves open is up to ssh_config', async () => {
  const { hosts } = await load('all: {hosts: {n: }}');
  expect(hosts[0]?.connection).toEqual({ transport: 'ssh', address: 'n' });
});

test.for([
  ['ansible_password: "12"', '12'],
  ['ansible_password: 12', '12'],
  ['ansible_ssh_pass: geheim', 'geheim'],
  ['ansible_ssh_password: geheim', 'geheim'],
])('a password is kept as a secret: %s', async ([variable = '', expected = '']) => {
  const connection = await connectionFrom(variable);
  expect(connection?.password?.reveal()).toBe(expected);
  expect(JSON.stringify(connection)).not.toContain(expected);
});

test('what cannot be used is reported where it stands, once for all hosts', async () => {
  const lines = await complaints(`all:
  vars:
    ansible_connection: winrm
    ansible_port: 70000
    ansible_user: no
    ansible_become: perhaps
    ansible_host: ""
  hosts:
    a: {ansible_ssh_common_args: -J bastion other}
    b: {ansible_ssh_common_args: -N}
    c: {ansible_ssh_common_args: -o}
    d: {ansible_ssh_common_args: "-o 'x"}
    e: {ansible_timeout: soon, ansible_ssh_retries: often}
    f: {ansible_user: x, ansible_ssh_user: y}
    g: {ansible_port: {a: 1}}
    h: {ansible_password: x, ansible_ssh_pass: y, ansible_ssh_password: z}
    i: {ansible_password: [x]}
    j: {ansible_become: true, ansible_become_method: runas, ansible_become_user: -x}
    k: {ansible_become: true, ansible_become_flags: "'", ansible_sudo_pass: x, ansible_become_pass: y}
    l: {ansible_ssh_private_key_file: "a\\0b"}
`);
  expect(lines).toMatchInlineSnapshot(`
    [
      "inventory.yaml:3:25: The variable ansible_connection cannot be used. Write ssh or local: rota has no other connections.",
      "inventory.yaml:4:19: The variable ansible_port cannot be used. Write a number from 1 to 65535.",
      "inventory.yaml:5:19: The variable ansible_user cannot be used. It is a boolean: quote it if it is a text.",
      "inventory.yaml:6:21: The variable ansible_become cannot be used. Write true or false.",
      "inventory.yaml:7:19: The variable ansible_host cannot be used. Remove it: it is empty.",
      "inventory.yaml:9:34: The variable ansible_ssh_common_args cannot be used. Remove other: it is no option for connecting with ssh.",
      "inventory.yaml:10:34: The variable ansible_ssh_common_args cannot be used. Remove -N: it is no option for connecting with ssh.",
      "inventory.yaml:11:34: The variable ansible_ssh_common_args cannot be used. Give -o a value.",
      "inventory.yaml:12:34: The variable ansible_ssh_common_args cannot be used. A quote has no end: close it.",
      "inventory.yaml:13:26: The variable ansible_timeout cannot be used. Write a number of seconds.",
      "inventory.yaml:13:53: The variable ansible_ssh_retries cannot be used. Write a number, or 0.",
      "inventory.yaml:14:26: The variable ansible_ssh_user hides ansible_user. Remove one of them: to Ansible ansible_ssh_user wins, wherever it is set.",
      "inventory.yaml:15:23: The variable ansible_port cannot be used. It is a mapping: write a text.",
      "inventory.yaml:16:51: The variable ansible_ssh_password hides ansible_ssh_pass. Remove one of them: to Ansible ansible_ssh_password wins, wherever it is set.",
      "inventory.yaml:17:27: The variable ansible_password cannot be used. It is a list: write a text.",
      "inventory.yaml:18:54: The variable ansible_become_method cannot be used. Write sudo, doas or su: rota has no other methods.",
      "inventory.yaml:18:82: The variable ansible_become_user cannot be used. Write the name of a user: no dash first, and all of it to be seen.",
      "inventory.yaml:19:53: The variable ansible_become_flags cannot be used. A quote has no end: close it.",
      "inventory.yaml:19:58: The variable ansible_sudo_pass hides ansible_become_pass. Remove one of them: to Ansible ansible_sudo_pass wins, wherever it is set.",
      "inventory.yaml:20:39: The variable ansible_ssh_private_key_file cannot be used. Take the NUL out: no program can be given one.",
    ]
  `);
});

test('variables that Ansible would heed and rota does not are warned of', async () => {
  const inventory = await load('all: {hosts: {n: {ansible_ssh_executable: x}}}');
  const folder = (inventory.sources[0] ?? '').replace('/inventory.yaml', '');
  expect(linesOf(inventory.warnings, folder)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:1:19: The variable ansible_ssh_executable is not supported yet. It has no effect on the connection; the host must be reachable without it.",
    ]
  `);
});

test('a name that is nearly one that rota reads is warned of where it is written', async () => {
  const inventory = await load(`all:
  vars: {ansible_ssh_privte_key_file: x, ansible_sftp_extra_args: x, ansible_facts: x, answer_host: x}
  hosts: {n: {ansibel_user: x, ansible_prot: 1, ansible_become_pass: x, ansible_my_thing: x}}
`);
  const folder = (inventory.sources[0] ?? '').replace('/inventory.yaml', '');
  expect(linesOf(inventory.warnings, folder)).toMatchInlineSnapshot(`
    [
      "inventory.yaml:2:10: The variable ansible_ssh_privte_key_file is none that rota reads. Did you mean ansible_ssh_private_key_file? As it is, it has no effect on the connection.",
      "inventory.yaml:3:15: The variable ansibel_user is none that rota reads. Did you mean ansible_user? As it is, it has no effect on the connection.",
      "inventory.yaml:3:32: The variable ansible_prot is none that rota reads. Did you mean ansible_port? As it is, it has no effect on the connection.",
    ]
  `);
});

test.for(['ansible_user', 'ansible_host', 'ansible_become_user'])(
  'a value of %s that is not what it looks like is refused',
  async (name) => {
    for (const text of ['\\u202eresu', 'us\\u200ber', 'u\\x07', 'u\\u2028']) {
      const host = `{ansible_become: true, ${name}: "${text}"}`;
      expect(await complaints(`all: {hosts: {n: ${host}}}`)).toEqual([
        expect.stringContaining(`The variable ${name} cannot be used`),
      ]);
    }
    expect(await complaints('all: {hosts: {"n\\u202e1": }}')).toHaveLength(1);
  },
);

test('localhost is there without being named, with the variables of all, but is not in all', async () => {
  const inventory = await load('all: {vars: {ansible_user: u, a: 1}, hosts: {n: }}', {
    'host_vars/localhost.yml': 'b: 2\n',
  });
  const [host] = selectHosts(inventory, 'localhost').hosts;
  expect({
    ...host,
    variables: [...(host?.variables.keys() ?? [])],
    origin: undefined,
  }).toMatchInlineSnapshot(`
    {
      "connection": {
        "address": "127.0.0.1",
        "transport": "local",
        "user": "u",
      },
      "groups": [],
      "name": "localhost",
      "origin": undefined,
      "variables": [
        "ansible_user",
        "a",
        "ansible_connection",
        "b",
      ],
    }
  `);
  expect(selectHosts(inventory, 'all').hosts.map(({ name }) => name)).toEqual(['n']);
});

test('a localhost that is named is a host like others', async () => {
  const inventory = await load('all: {hosts: {localhost: {ansible_user: u}}}');
  expect(selectHosts(inventory, '127.0.0.1').hosts.map(({ connection }) => connection)).toEqual([
    { transport: 'ssh', address: 'localhost', user: 'u' },
  ]);
});
