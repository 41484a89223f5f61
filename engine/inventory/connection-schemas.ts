import type { JsonSchema } from './json-schema.ts';

const yesOrNo = (description: string): JsonSchema => ({
  description,
  anyOf: [{ type: 'boolean' }, { type: 'string' }],
});

const text = (description: string): JsonSchema => ({ description, type: ['string', 'number'] });

const insteadOf = (name: string): JsonSchema => ({
  ...(text(`The same as ${name}, and wins over it.`) as object),
  deprecationMessage: `Use ${name}.`,
});

/** The connection variables of Ansible that rota reads, for editors. */
export const CONNECTION_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  ansible_host: text('The address to connect to. Left out: the name of the host.'),
  ansible_port: {
    description: 'The port of its SSH server. Left out: 22.',
    anyOf: [{ type: 'integer', minimum: 1, maximum: 65_535 }, { type: 'string' }],
  },
  ansible_user: text('The user to log in as.'),
  ansible_connection: {
    description: 'How the host is reached: over SSH, or not at all, as it is this machine.',
    anyOf: [{ enum: ['ssh', 'local', 'smart'] }, { $ref: '#/definitions/elsewhere' }],
  },
  ansible_ssh_private_key_file: text('The private key to log in with: a path on this machine.'),
  ansible_private_key_file: insteadOf('ansible_ssh_private_key_file'),
  ansible_ssh_common_args: text('Arguments for ssh, such as -o ConnectTimeout=5.'),
  ansible_ssh_extra_args: text('Arguments for ssh; they win over ansible_ssh_common_args.'),
  ansible_ssh_args: text('Arguments for ssh; they come last.'),
  ansible_become: yesOrNo('Whether to become another user after the login, such as with sudo.'),
  ansible_become_user: text('The user to become. Left out: root.'),
  ansible_ssh_host: insteadOf('ansible_host'),
  ansible_ssh_port: insteadOf('ansible_port'),
  ansible_ssh_user: insteadOf('ansible_user'),
  ansible_group_priority: {
    description: 'Of groups that are equally deep, the one with the larger number wins. In vars.',
    type: 'integer',
    default: 1,
  },
};
