import { userInfo } from 'node:os';
import type { Connection } from '#engine/model/host.ts';
import { ConnectionVariables } from './connection-variables.ts';
import { expandPath } from './expand-path.ts';
import type { HostEntry, Variables } from './group-table.ts';
import type { Findings } from './parse-yaml.ts';
import { readSshArguments, type SshOptions } from './ssh-arguments.ts';

/** How Ansible would reach a host with these variables. */
export function connectionOf(host: HostEntry, merged: Variables, findings: Findings): Connection {
  const variables = new ConnectionVariables(merged, findings.problems);
  warnOfUnsupported(merged, findings);
  const user = variables.text('ansible_user', 'ansible_ssh_user') ?? ownName();
  const keyFile = variables.text('ansible_private_key_file', 'ansible_ssh_private_key_file');
  const become = variables.boolean('ansible_become') ?? false;
  const becomeUser = variables.text('ansible_become_user') ?? 'root';
  return {
    transport: transportOf(variables),
    address: variables.text('ansible_host', 'ansible_ssh_host') ?? host.name,
    port: portOf(variables),
    user,
    ...(keyFile === undefined ? {} : { keyFile: expandPath(keyFile) }),
    ...sshOptionsOf(variables),
    ...(become ? { become: { method: 'sudo', user: becomeUser } } : {}),
  };
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a user id that has no name; its login would be root's.
    return 'root';
  }
}

function transportOf(variables: ConnectionVariables): Connection['transport'] {
  const name = variables.text('ansible_connection') ?? 'ssh';
  if (name === 'local') return 'local';
  if (name !== 'ssh' && name !== 'smart') {
    variables.refuse('ansible_connection', 'Write ssh or local: rota has no other connections.');
  }
  return 'ssh';
}

function portOf(variables: ConnectionVariables): number {
  const text = variables.text('ansible_port', 'ansible_ssh_port') ?? '22';
  const port = /^\s*[0-9]{1,5}\s*$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    variables.refuse('ansible_port', 'Write a number from 1 to 65535.', 'ansible_ssh_port');
  }
  return port;
}

function sshOptionsOf(variables: ConnectionVariables): SshOptions {
  const options: SshOptions[] = [];
  // ssh takes the first value that it gets for an option.
  for (const name of ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args']) {
    const read = readSshArguments(variables.text(name) ?? '');
    if ('error' in read) variables.refuse(name, read.error);
    else options.unshift(read);
  }
  return Object.assign({}, ...options);
}

const UNSUPPORTED = [
  'ansible_password',
  'ansible_ssh_pass',
  'ansible_ssh_password',
  'ansible_become_method',
  'ansible_become_password',
  'ansible_become_pass',
  'ansible_become_exe',
  'ansible_become_flags',
  'ansible_timeout',
  'ansible_ssh_timeout',
  'ansible_ssh_retries',
  'ansible_host_key_checking',
  'ansible_ssh_host_key_checking',
  'ansible_ssh_executable',
  'ansible_ssh_pkcs11_provider',
];

function warnOfUnsupported(merged: Variables, { warnings }: Findings): void {
  for (const name of UNSUPPORTED) {
    const entry = merged.get(name);
    if (entry === undefined) continue;
    const fix = 'It has no effect on the connection; the host must be reachable without it.';
    warnings.add(`The variable ${name} is not supported yet`, entry.origin, fix);
  }
}
