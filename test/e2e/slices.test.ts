import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { describeInLab } from './support/lab.ts';
import { ended, type RotaOutput } from './support/test-lab.ts';

const PLAYBOOK = 'test/e2e/playbooks/held.ts';

describeInLab('an Indexed Job', { light: true }, (testLab) => {
  const onNodes = async (script: string) =>
    await Promise.all(
      ['node1', 'node2', 'node3'].map(async (node) =>
        (await testLab.lab.run(node, script)).stdout.trim(),
      ),
    );

  /** Keeps what a pod has printed as the folder of a run. */
  function kept({ stdout }: RotaOutput, pod: number): string {
    const folder = join(testLab.folder, `pod-${pod}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'events.ndjson'), stdout);
    return folder;
  }

  test('does each slice once, one that was killed again, and its runs are one result', async () => {
    const cut = await testLab.rota(
      ...['slices', testLab.inventory(), '--playbook', PLAYBOOK, '--size', '1', '--job', 'site:1'],
    );
    const { completions, template } = parse(cut.stdout).spec;
    const [{ args }] = template.spec.containers;
    const pod = (index: number) => {
      vi.stubEnv('JOB_COMPLETION_INDEX', String(index));
      return testLab.start(...args);
    };
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(completions).toBe(3);

    await testLab.lab.run('node2', ': >/srv/hold');
    const held = pod(1);
    held.stdout?.on('data', (text) => {
      if (`${text}`.includes('"taskStarted"')) held.kill('SIGKILL');
    });
    const runs = await Promise.all([pod(0), held, pod(2)].map(ended));
    expect(runs.map(({ status }) => status)).toEqual([0, null, 0]);
    await testLab.lab.run('node2', 'rm /srv/hold; until [ -e /srv/done ]; do sleep 0.05; done');
    const again = await ended(pod(1));
    expect(again.status).toBe(0);

    expect(await onNodes('cat /srv/times | wc -l; ls /run/rota')).toEqual(['1', '1', '1']);
    const folders = [...runs, again].map(kept);
    const merged = await testLab.rota('report', '--merge', ...folders);
    expect(merged.status).toBe(0);
    // Which of the pods was first is left to the machine.
    const lines = merged.stdout
      .trim()
      .replaceAll(/ +\d+(\.\d+)? m?s(?: {2}.*)?/g, ' TIME')
      .split('\n');
    expect(lines.toSorted()).toMatchInlineSnapshot(`
      [
        "",
        "Done in TIME: 2 tasks changed on 2 of 3 hosts",
        "node1   0        1 TIME",
        "node2   1        0 TIME",
        "node3   0        1 TIME",
        "ok  changed  elapsed  spent on",
      ]
    `);
    const halves = await testLab.rota('report', '--merge', ...folders.slice(0, 3));
    expect([halves.status, halves.stdout.includes('A run died')]).toEqual([1, true]);
  });
});
