import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '#engine/run/events.ts';
import { blocks } from '../task-pages.ts';
import { describeInLab } from './support/lab.ts';
import { labPlace } from './support/lab-place.ts';
import { TaskTrial } from './support/task-trial.ts';

/** The example's hosts, as nodes of the lab. */
const HOSTS = ['lb1', 'web1', 'web2', 'web3', 'web4', 'web5', 'web6'];

describeInLab('web servers behind a balancer', { light: true, nodes: 7 }, (testLab) => {
  let inventory: string;
  beforeAll(() => {
    inventory = join(testLab.folder, 'inventory.yaml');
    const example = readFileSync('examples/web/inventory.yaml', 'utf8');
    const here = HOSTS.reduce(
      (before, _, at) =>
        before.replace(`192.0.2.${11 + at}`, testLab.lab.node(`node${at + 1}`).address),
      example,
    );
    const keys = `    ansible_ssh_private_key_file: ${testLab.lab.dir}/id
    ansible_ssh_common_args: -o UserKnownHostsFile=${testLab.lab.dir}/known_hosts\n`;
    writeFileSync(inventory, `${here}${keys}`);
  });

  const run = (playbook: string, version: string) =>
    testLab.rota(
      'run',
      `examples/web/${playbook}.ts`,
      inventory,
      '--json',
      '-e',
      `web_version=${version}`,
    );

  /** What was changed on which host, and when a gate was passed; what a batch does at once by name. */
  function stepsIn(output: string): readonly string[] {
    const events = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
    const steps = events.flatMap((event) => {
      if (event.type === 'checkPassed') return ['gate'];
      if (event.type !== 'taskChanged') return [];
      if (event.task.startsWith('requests to')) return [event.task];
      return event.task === 'web runs' ? [`restart ${event.host}`] : [];
    });
    const inOrder = (batch: string) => batch.match(/.*\n/g)?.toSorted().join('') ?? '';
    return steps
      .join('\n')
      .replace(/(restart.*\n)+/g, inOrder)
      .split('\n');
  }

  test('a role does for one host alone what it does for all', async () => {
    const { status, stdout, stderr } = await run('alone', '1');
    expect([status, stderr]).toEqual([0, '']);
    expect(stepsIn(stdout)).toEqual(['restart web6', 'gate']);
  });

  test('the playbooks of the page about playbooks do what they say once', async () => {
    const trial = new TaskTrial(labPlace(testLab.lab, 'node2', testLab.folder));
    const examples = blocks(readFileSync('docs/playbooks.md', 'utf8'), 'ts');
    const ends: string[] = [];
    for (const [at, example] of examples.entries()) {
      const playbook = await trial.playbook(`example-${at}`, example);
      const [first, second] = [await trial.run(playbook), await trial.run(playbook)];
      ends.push(`${playbook.name}: ${first.changed} changed, then ${second.changed}`);
      expect([playbook.name, first.exit, second.exit]).toEqual([playbook.name, 0, 0]);
    }
    await trial.end();
    expect(ends).toMatchInlineSnapshot(`
      [
        "notes: 2 changed, then 0",
        "stages: 4 changed, then 0",
        "about: 1 changed, then 0",
        "shells: 1 changed, then 0",
        "contents: 2 changed, then 0",
        "made later: 5 changed, then 0",
        "routers: 3 changed, then 0",
        "taken away: 2 changed, then 0",
        "versions: 0 changed, then 0",
        "rolling notes: 1 changed, then 0",
        "behind a list: 1 changed, then 0",
        "uptimes: 0 changed, then 0",
      ]
    `);
  });

  test('come to be with it', async () => {
    const { status, stdout, stderr } = await run('rolling', '1');
    expect([status, stderr]).toEqual([0, '']);
    expect(stepsIn(stdout).filter((step) => step !== 'gate')).toHaveLength(5);
    expect((await run('rolling', '1')).status).toBe(0);
  });

  test('are changed two at a time, and no request fails', async () => {
    const words = [
      ...testLab.lab.prefix('control'),
      process.execPath,
      'test/e2e/support/web-client.ts',
    ];
    const [program = '', ...args] = words;
    const client = spawn(program, [...args, `http://${testLab.lab.node('node1').address}/`]);
    await once(client.stdout, 'data');
    const { status, stdout, stderr } = await run('rolling', '2');
    client.stdin.end();
    const answers = JSON.parse(await text(client.stdout));
    expect([status, stderr]).toEqual([0, '']);
    expect(Object.keys(answers)).toEqual(['200 version 1', '200 version 2']);
    expect(Object.values(answers)).toSatisfy((counts: number[]) =>
      counts.every((count) => count > 10),
    );
    expect(stepsIn(stdout)).toMatchInlineSnapshot(`
      [
        "requests to web1",
        "restart web1",
        "gate",
        "requests to web1",
        "requests to web2",
        "requests to web3",
        "restart web2",
        "restart web3",
        "gate",
        "requests to web2",
        "requests to web3",
        "requests to web4",
        "requests to web5",
        "restart web4",
        "restart web5",
        "gate",
        "requests to web4",
        "requests to web5",
        "requests to web6",
        "restart web6",
        "gate",
        "requests to web6",
        "gate",
      ]
    `);
  });
});
