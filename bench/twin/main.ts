import { spawnSync } from 'node:child_process';
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, failuresOf } from '#engine/model/failure.ts';
import { formatFailures } from '#engine/report/failure.ts';
import type { Lab } from '#lab/lab.ts';
import { startLab } from '#lab/start-lab.ts';
import { TUNED } from '../contestants.ts';
import { stateOfHost } from './state-of-host.ts';

// The same 25 tasks by rota and by Ansible, on two fresh hosts: the hosts must be equal then, and the times
// are compared.

const ROUNDS = 3;
const KINDS = ['first run', 'no-op'];
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const ROTA = [process.execPath, path('../../bin/rota.cjs'), 'run', path('site.ts'), 'rota.yaml'];
const ANSIBLE = ['ansible-playbook', '-i', 'ansible.yaml', path('playbook.yml')];
const RUNS = [
  { name: 'rota', node: 'node1', words: ROTA, env: {} },
  { name: 'ansible', node: 'node2', words: ANSIBLE, env: TUNED },
] as const;

try {
  const rounds: Seconds[] = [];
  for (let at = 1; at <= ROUNDS; at += 1) rounds.push(await round());
  for (const kind of KINDS) tell(kind, rounds);
} catch (error) {
  console.error(formatFailures(failuresOf(error)));
  process.exitCode = 1;
}

/** What each run took, by its name. */
type Seconds = Readonly<Record<string, number>>;

async function round(): Promise<Seconds> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'rota-twin-'));
  await using lab = await startLab({ dir: join(folder.path, 'lab'), nodes: 2, light: true });
  const seconds: Record<string, number> = {};
  const changes: string[] = [];
  for (const { name, node, words, env } of RUNS) {
    const prepared = await lab.run(node, readFileSync(path('hosts.sh'), 'utf8'));
    if (prepared.status !== 0) throw failed('hosts.sh', prepared.stdout + prepared.stderr);
    const before = await stateOfHost(lab, node);
    writeFileSync(join(folder.path, `${name}.yaml`), inventory(lab, node));
    for (const kind of KINDS)
      seconds[`${kind} ${name}`] = timed([...lab.prefix('control'), ...words], env, folder.path);
    changes.push(changesIn(before, await stateOfHost(lab, node)).join('\n'));
  }
  const [ours = '', theirs = ''] = changes;
  if (ours !== theirs) throw failed('the comparison', `${ours}\ninstead of\n${theirs}`);
  console.log(`equal in ${ours.split('\n').length} changes: ${JSON.stringify(seconds)}`);
  return seconds;
}

/** The lines that came, and those that went. */
function changesIn(before: readonly string[], after: readonly string[]): readonly string[] {
  return [
    ...after.filter((line) => !before.includes(line)),
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line.split(' ')[0]}`),
  ];
}

function inventory(lab: Lab, node: string): string {
  const files = { key: join(lab.dir, 'id'), hosts: join(lab.dir, 'known_hosts') };
  return `all:
  hosts: { ${node}: { ansible_host: ${lab.node(node).address} } }
  vars:
    ansible_user: root
    ansible_python_interpreter: /usr/bin/python3
    ansible_ssh_private_key_file: ${files.key}
    ansible_ssh_common_args: -o UserKnownHostsFile=${files.hosts}
`;
}

/** In seconds, from its start to its end. */
function timed([program = '', ...words]: readonly string[], env: object, cwd: string): number {
  const begin = performance.now();
  const ran = spawnSync(program, words, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' });
  if (ran.status !== 0) throw failed(words.join(' '), ran.stdout + ran.stderr);
  return (performance.now() - begin) / 1000;
}

function failed(ran: string, output: string): Failure {
  return new Failure('The twin has failed', {
    ran,
    output,
    fix: 'It needs ansible-core and python3-apt.',
  });
}

function tell(kind: string, rounds: readonly Seconds[]): void {
  const [rota = 0, ansible = 0] = RUNS.map(({ name }) => {
    const all = rounds.map((seconds) => seconds[`${kind} ${name}`] ?? 0);
    return all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)];
  });
  const ratio = (ansible / rota).toFixed(1);
  console.log(
    `${kind}: rota ${rota.toFixed(2)} s, ansible ${ansible.toFixed(2)} s, ${ratio} times`,
  );
}
