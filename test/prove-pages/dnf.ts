import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from '#lab/lab.ts';
import { startLab } from '#lab/start-lab.ts';
import { labPlace } from '../e2e/support/lab-place.ts';
import { TaskTrial } from '../e2e/support/task-trial.ts';
import { taskPages } from '../task-pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'rota-dnf-'));
let lab: Lab;
let trial: TaskTrial;

/** A node with dnf in the place of apt, from Debian's packages, and a signed repository that it does not know yet. */
beforeAll(async () => {
  const cache = join(folder, 'cache');
  execFileSync('mkdir', ['-p', join(cache, 'archives/partial')]);
  const options = [
    '-qq',
    '--no-install-recommends',
    '--download-only',
    '-o',
    `Dir::Cache=${cache}`,
  ];
  execFileSync('apt-get', [...options, 'install', 'dnf', 'rpm', 'createrepo-c']);
  lab = await startLab({ dir: join(folder, 'lab'), light: true, nodes: 1 });
  const root = join(lab.proc('node1'), 'root');
  execFileSync('cp', ['-r', join(cache, 'archives'), join(root, 'srv/debs')]);
  trial = new TaskTrial(labPlace(lab, 'node1', folder));
  const key = await trial.sh(readFileSync('test/prove-pages/make-dnf.sh', 'utf8'));
  writeFileSync(join(folder, 'example.asc'), key);
});
afterAll(async () => {
  await trial?.end();
  await lab?.down();
  rmSync(folder, { recursive: true, force: true });
});

const state = () => trial.sh('rpm -qa "example*" | sort; ls -A /etc/yum.repos.d /etc/pki/rpm-gpg');
const CHANGED = { exit: 0, changed: expect.toSatisfy((count: number) => count > 0), failures: [] };

/** As `tryChange` has it; that nothing else is on the disk cannot be seen, since rpm has a database there. */
async function tryChange(name: string, example: string, drift: string): Promise<void> {
  const before = await state();
  const playbook = await trial.playbook(name, example);
  expect(await trial.run(playbook, 'dry-run')).toEqual({ ...CHANGED, exit: 2 });
  expect(await state()).toBe(before);
  expect(await trial.runAndUndo(playbook)).toMatchObject({
    exit: 6,
    failures: [{ kind: 'check' }],
  });
  expect(await state()).toBe(before);
  expect(await trial.run(playbook)).toEqual(CHANGED);
  const done = await state();
  expect(await trial.run(playbook)).toEqual({ exit: 0, changed: 0, failures: [] });
  await trial.sh(drift);
  expect(await trial.run(playbook)).toEqual(CHANGED);
  expect(await state()).toBe(done);
}

/** What the page of a task has, as dnf takes it: it holds nothing, and a version has its release. */
function exampleOf(page: string): string {
  const { example = '' } = taskPages().find(({ name }) => name === page) ?? {};
  return example.replace(', { held: true }', '').replace('tool=1.2', 'tool=1.2-1');
}

test('a repository is known, and one of its packages installed', async () => {
  await tryChange('repository', exampleOf('repository'), 'rm -r /var/cache/dnf/example-*');
});

test('packages come, in another version too, and an undo takes away what has come', async () => {
  const drift = 'dnf -q -y downgrade example-tool-1.1-1; dnf -q -y remove example-lint';
  await tryChange('packages', exampleOf('packages'), drift);
});

test('another version, which an undo brings back, and what goes is said, with what needs it', async () => {
  const example = `import { playbook } from 'rota';
import { noPackages, packages } from 'rota/tasks';

export default playbook({
  name: 'older',
  hosts: 'all',
  tasks: () => [packages(['example-tool=1.1-1']), noPackages(['example-lib'])],
});
`;
  const playbook = await trial.playbook('older', example);
  await trial.run(playbook, 'dry-run');
  const notes = trial.events.flatMap((event) =>
    event.type === 'hostPlanned' ? event.stages.flat().map(({ note }) => note) : [],
  );
  expect(notes).toEqual([
    'example-tool 1.2-1 → 1.1-1 comes',
    'example-lib 1-1 goes; example-lint 1-1 goes',
  ]);
  await tryChange('older-again', example, 'dnf -q -y install example-tool-1.2-1 example-lint');
});
