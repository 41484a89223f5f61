import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetHost } from './fleet.ts';
import { wholeScript } from './scripts.ts';
import { INTERFACE, persistedSysctl, renderedFiles, WORK_FOLDERS, WORK_SYSCTLS } from './work.ts';

/** Writes what contestants are given: the same inventory, texts and keys, each in its own form. */
export function writeInputs(folder: string, hosts: readonly FleetHost[], keyFile: string): void {
  mkdirSync(join(folder, 'scripts'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  copyFileSync(keyFile, join(folder, 'id'));
  write('known_hosts', hosts.map(({ at, hostKey }) => `${at} ssh-ed25519 ${hostKey}\n`).join(''));
  write('inventory.yaml', inventory(hosts));
  write('hosts.json', JSON.stringify(hosts));
  write('addresses', hosts.map(({ at }) => `${at}\n`).join(''));
  for (const host of hosts) write(`scripts/${host.at}`, wholeScript(host));
  write('ansible.cfg', '');
  write('playbook.yml', JSON.stringify([{ hosts: 'all', tasks: ansibleTasks() }]));
  write('hosts.py', PYINFRA_HOSTS);
  write('deploy.py', PYINFRA);
  for (const { path, body } of TEMPLATES) write(templateOf(path), body);
}

/** For rota and for Ansible. */
function inventory(hosts: readonly FleetHost[]): string {
  const lines = hosts.map(
    ({ name, at, address, priority }) =>
      `    ${name}: { ansible_host: ${at}, bench_address: ${address}, bench_priority: "${priority}" }\n`,
  );
  return `all:
  vars:
    ansible_user: root
    ansible_ssh_private_key_file: id
    ansible_ssh_common_args: -o UserKnownHostsFile=known_hosts
  hosts:
${lines.join('')}`;
}

/** Jinja’s, which is what both Ansible and pyinfra render. */
const TEMPLATES = renderedFiles({
  name: '{{ inventory_hostname }}',
  address: '{{ bench_address }}',
  priority: '{{ bench_priority }}',
});

function templateOf(path: string): string {
  return `${path.split('/').at(-1)}.j2`;
}

function ansibleTasks(): readonly object[] {
  const root = { owner: 'root', group: 'root' };
  return [
    ...WORK_SYSCTLS.map((name) => ({
      'ansible.posix.sysctl': {
        ...{ name, value: '1', sysctl_set: true, reload: false },
        sysctl_file: persistedSysctl(name).path,
      },
    })),
    ...WORK_FOLDERS.map((path) => ({
      'ansible.builtin.file': { path, state: 'directory', mode: '0755', ...root },
    })),
    ...TEMPLATES.map(({ path, mode }) => ({
      'ansible.builtin.template': { src: templateOf(path), dest: path, mode, ...root },
    })),
    {
      'ansible.builtin.command': { argv: ['ip', '-j', 'addr', 'show', 'dev', INTERFACE] },
      register: 'addresses',
      changed_when: false,
    },
    { 'ansible.builtin.assert': { that: `('"' + bench_address + '"') in addresses.stdout` } },
  ];
}

const PYINFRA_HOSTS = `import json

ssh = {"ssh_user": "root", "ssh_key": "id", "ssh_known_hosts_file": "known_hosts"}
hosts = [(host["name"], {**ssh, "ssh_hostname": host["at"], "bench_address": host["address"],
    "bench_priority": host["priority"]}) for host in json.load(open("hosts.json"))]
`;

const PYINFRA = `from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import files, server

${WORK_SYSCTLS.map((name) => `server.sysctl(key="${name}", value=1, persist=True, persist_file="${persistedSysctl(name).path}")\n`).join('')}
for path in ${JSON.stringify(WORK_FOLDERS)}:
    files.directory(path=path, mode="755", user="root", group="root")
for path, mode, template in ${JSON.stringify(TEMPLATES.map(({ path, mode }) => [path, mode, templateOf(path)]))}:
    files.template(src=template, dest=path, mode=mode, user="root", group="root",
        inventory_hostname=host.name, bench_address=host.data.bench_address,
        bench_priority=host.data.bench_priority)
addresses = host.get_fact(Command, "ip -j addr show dev ${INTERFACE}")
assert '"%s"' % host.data.bench_address in addresses
`;
