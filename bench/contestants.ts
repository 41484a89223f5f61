import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPORT_KINDS } from '../cli/flags/record.ts';

/** Who does the work. */
export interface Contestant {
  readonly name: string;
  /** Its command, for the folder that `writeInputs` has filled. */
  readonly words: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Whether its no-op is to find the connections of its first run. */
  readonly keeps?: true;
  /** What it needs and this machine lacks. */
  readonly missing?: string;
}

/** Those of `--quick`, which measures no other by itself. */
export const QUICK: readonly string[] = ['rota', 'floor', 'ssh', 'ssh-25519'];

/** All, in the order in which they take turns; those that are missing too. */
export function contestants(): readonly Contestant[] {
  const [node, ansible] = [process.execPath, which('ansible-playbook')];
  const playbook = ['ansible-playbook', '-i', 'inventory.yaml', 'playbook.yml'];
  const rota = [node, path('../bin/rota.cjs'), 'run', path('playbook.ts'), 'inventory.yaml'];
  return [
    { name: 'rota', words: rota },
    { name: 'rota-views', words: [...rota, ...views()] },
    { name: 'rota-kept', words: [...rota, '-e', KEEPING], keeps: true },
    {
      name: 'floor',
      words: [node, path('floor.ts')],
      env: { NODE_COMPILE_CACHE: 'compiled' },
    },
    { name: 'ssh', words: ssh() },
    { name: 'ssh-25519', words: ssh('-o', 'KexAlgorithms=curve25519-sha256') },
    {
      name: 'pyinfra',
      words: ['pyinfra', '-y', 'hosts.py', 'deploy.py'],
      ...needs(which('pyinfra'), 'pyinfra'),
    },
    { name: 'mitogen', words: playbook, ...mitogen(ansible) },
    { name: 'ansible', words: playbook, env: TUNED, ...needs(ansible, 'ansible-playbook') },
    { name: 'ansible-default', words: playbook, ...needs(ansible, 'ansible-playbook') },
  ];
}

/** Of all kinds, beside the inventory. */
function views(): readonly string[] {
  return REPORT_KINDS.flatMap((kind) => ['--report', `${kind}=report.${kind}`]);
}

function path(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function which(program: string): string | undefined {
  return outputOf('sh', '-c', 'command -v "$0"', program);
}

function outputOf(program: string, ...words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, words, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function needs(found: string | undefined, what: string): { readonly missing?: string } {
  return found === undefined ? { missing: what } : {};
}

/** One ssh a host, all at once. */
function ssh(...options: readonly string[]): readonly string[] {
  const each = 'at=$0; exec ssh "$@" root@"$at" sh -s <"scripts/$at"';
  const usual = ['-i', 'id', '-o', 'UserKnownHostsFile=known_hosts'];
  return ['xargs', '-a', 'addresses', '-P0', '-I{}', 'sh', '-c', each, '{}', ...usual, ...options];
}

const KEEPING = JSON.stringify({
  ansible_ssh_common_args:
    '-o UserKnownHostsFile=known_hosts -o ControlMaster=auto -o ControlPath=%C -o ControlPersist=60',
});

/** Ansible as whoever cares for speed has it. */
export const TUNED = {
  ANSIBLE_FORKS: '50',
  ANSIBLE_GATHERING: 'explicit',
  ANSIBLE_PIPELINING: 'True',
  ANSIBLE_SSH_ARGS:
    '-o ControlMaster=auto -o ControlPersist=60s -o PreferredAuthentications=publickey',
};

/** By the Python that runs Ansible. */
function mitogen(ansible: string | undefined): Pick<Contestant, 'env' | 'missing'> {
  const script = ansible === undefined ? '' : readFileSync(realpathSync(ansible), 'utf8');
  const [, python = 'false'] = /^#!\s*(.+)\n/.exec(script) ?? [];
  const [program = '', ...words] = python.split(' ');
  const ask = 'import ansible_mitogen; print(ansible_mitogen.__path__[0])';
  const folder = outputOf(program, ...words, '-c', ask);
  if (folder === undefined) return { missing: 'ansible_mitogen' };
  const plugins = join(folder, 'plugins', 'strategy');
  const env = { ANSIBLE_STRATEGY: 'mitogen_linear', ANSIBLE_STRATEGY_PLUGINS: plugins };
  return { env: { ...TUNED, ...env } };
}
