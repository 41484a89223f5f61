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
  ansible_ssh_host: insteadOf('ansible_host'),
  ansible_ssh_port: insteadOf('ansible_port'),
  ansible_ssh_user: insteadOf('ansible_user'),
  ansible_ssh_pass: insteadOf('ansible_password'),
  ansible_ssh_password: insteadOf('ansible_password'),
  ansible_ssh_timeout: insteadOf('ansible_timeout'),
  ansible_ssh_host_key_checking: insteadOf('ansible_host_key_checking'),
  ansible_group_priority: {
    description: 'Of groups that are equally deep, the one with the larger number wins. In vars.',
    type: 'integer',
    default: 1,
  },
};
