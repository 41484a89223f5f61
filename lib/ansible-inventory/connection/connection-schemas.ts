import { suggest } from '#engine/model/suggest.ts';
import type { Variables } from '../groups/group-table.ts';
import type { Problems } from '../problems.ts';

/** A JSON Schema, or a part of one; draft 7, which yaml-language-server knows best. */
export type JsonSchema = boolean | Keywords;

export type Keywords = Readonly<Record<string, unknown>>;

const yesOrNo = (description: string): JsonSchema => ({
  description,
  anyOf: [{ type: 'boolean' }, { type: 'string' }],
});

const text = (description: string): JsonSchema => ({ description, type: ['string', 'number'] });

const insteadOf = (name: string): JsonSchema => ({
  ...(text(`The same as ${name}, and wins over it.`) as object),
  deprecationMessage: `Use ${name}.`,
});

const becomeAliases = (method: string): Readonly<Record<string, JsonSchema>> => ({
  [`ansible_${method}_user`]: insteadOf('ansible_become_user'),
  [`ansible_${method}_pass`]: insteadOf('ansible_become_password'),
  [`ansible_${method}_exe`]: insteadOf('ansible_become_exe'),
  [`ansible_${method}_flags`]: insteadOf('ansible_become_flags'),
});

/** The connection variables of Ansible that rota reads, for editors. */
export const CONNECTION_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  ansible_host: text('The address to connect to. Left out: the name of the host.'),
  ansible_port: {
    description: 'The port of its SSH server. Left out: as ssh_config has it.',
    anyOf: [{ type: 'integer', minimum: 1, maximum: 65_535 }, { type: 'string' }],
  },
  ansible_user: text('The user to log in as. Left out: as ssh_config has it.'),
  ansible_connection: {
    description: 'How the host is reached: over SSH, or not at all, as it is this machine.',
    anyOf: [{ enum: ['ssh', 'local', 'smart'] }, { $ref: '#/definitions/elsewhere' }],
  },
  ansible_ssh_private_key_file: text('The private key to log in with: a path on this machine.'),
  ansible_private_key_file: insteadOf('ansible_ssh_private_key_file'),
  ansible_password: text('The password to log in with. Better a secret: !vault, SOPS, !env.'),
  ansible_ssh_args: text('Options for ssh, such as -o ConnectTimeout=5; they win over ssh_config.'),
  ansible_ssh_common_args: text('Options for ssh, after ansible_ssh_args: the first one wins.'),
  ansible_ssh_extra_args: text('Options for ssh, after ansible_ssh_common_args.'),
  ansible_timeout: text(
    'The seconds to wait for a connection. Left out: as ssh_config has it, or 10.',
  ),
  ansible_ssh_retries: text('How often to try again to connect.'),
  ansible_host_key_checking: yesOrNo('No: hosts are taken for what they say they are.'),
  ansible_become: yesOrNo('Whether to become another user after the login, such as with sudo.'),
  ansible_become_user: text('The user to become. Left out: root.'),
  ansible_become_method: {
    description: 'How to become that user. Left out: sudo.',
    anyOf: [{ enum: ['sudo', 'doas', 'su'] }, { $ref: '#/definitions/elsewhere' }],
  },
  ansible_become_password: text(
    'The password that sudo or su asks for. Better a secret: !vault, SOPS, !env.',
  ),
  ansible_become_pass: insteadOf('ansible_become_password'),
  ansible_become_exe: text('The program, where it is not just the method’s name.'),
  ansible_become_flags: text('Options for sudo, doas or su. Left out, for sudo: -H.'),
  ansible_ssh_host: insteadOf('ansible_host'),
  ansible_ssh_port: insteadOf('ansible_port'),
  ansible_ssh_user: insteadOf('ansible_user'),
  ansible_ssh_pass: insteadOf('ansible_password'),
  ansible_ssh_password: insteadOf('ansible_password'),
  ansible_ssh_timeout: insteadOf('ansible_timeout'),
  ansible_ssh_host_key_checking: insteadOf('ansible_host_key_checking'),
  ...becomeAliases('sudo'),
  ...becomeAliases('doas'),
  ...becomeAliases('su'),
  ansible_group_priority: {
    description: 'Of groups that are equally deep, the one with the larger number wins. In vars.',
    type: 'integer',
    default: 1,
  },
};

const PREFIX = 'ansible_';
const READ = Object.keys(CONNECTION_SCHEMAS).map((name) => name.slice(PREFIX.length));
/** What begins names of Ansible's other plugins, which are near to some of these, and a fact that is. */
const OTHERS = /^(?:scp|sftp|runas|dzdo|ksu|sesu|psrp|lx[cd]|oc|libssh)_|^user_id$/;

/** Warns of variables, where they are written, that are nearly called what a connection is made from. */
export function warnOfNearNames(variables: readonly Variables[], warnings: Problems): void {
  const meant = new Map<string, string | undefined>();
  for (const [name, { origin }] of variables.flatMap((each) => [...each])) {
    if (!/^ans[a-z]*_/i.test(name)) continue;
    if (!meant.has(name)) meant.set(name, nameMeant(name));
    const near = meant.get(name);
    if (near === undefined) continue;
    const fix = `Did you mean ${near}? As it is, it has no effect on the connection.`;
    warnings.add(`The variable ${name} is none that rota reads`, origin, fix);
  }
}

/** Undefined for a name that is right, or that is no slip of one. */
function nameMeant(name: string): string | undefined {
  const at = name.indexOf('_') + 1;
  const [prefix, rest] = [name.slice(0, at), name.slice(at)];
  const isRight = prefix === PREFIX;
  if (isRight && (READ.includes(rest) || OTHERS.test(rest))) return undefined;
  const near = READ.includes(rest) ? rest : suggest(rest, READ);
  if (near === undefined || suggest(prefix, [PREFIX]) === undefined) return undefined;
  return PREFIX + near;
}
