import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { noStrace } from '../engine/shell/count-processes.ts';
import { doCommand, gettingStarted } from './support/getting-started.ts';
import { describeInLab } from './support/lab.ts';
import { CONF, HOLDERS, holders, loadEdited, MANIFEST, NODES, wholeRing } from './support/ring.ts';
import { stateOf } from './support/state-of.ts';
import { ended, summaryOf } from './support/test-lab.ts';
import { processesOf } from './support/trace.ts';
import { until } from './support/until.ts';

describeInLab('deploying', { beginsWith: 'ring' }, (testLab) => {
  let inventory = '';
  const deploy = (...more: readonly string[]) => testLab.rota('deploy', inventory, ...more);
  const on = (node: string, script: string) => testLab.lab.run(node, script);

  /** What a dry run would change, by host; hosts without a change are left out. */
  async function changes(): Promise<Record<string, readonly string[]>> {
    const { stdout } = await deploy('--dry-run', '--json');
    const planned = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((event) => event.type === 'hostPlanned');
    expect(planned.map(({ host }) => host).toSorted()).toEqual(['localhost', ...NODES]);
    const entries = planned.map(({ host, stages }) => [
      host,
      stages
        .flat()
        .flatMap(({ title, fields }: { title: string; fields: { name: string }[] }) =>
          fields.map(({ name }) => `${title}: ${name}`),
        ),
    ]);
    return Object.fromEntries(entries.filter(([, titles]) => titles.length > 0));
  }

  beforeAll(() => {
    inventory = testLab.inventory();
  });

  test('to a ring that is as it should be changes nothing, and says so', async () => {
    const run = await deploy();
    expect(summaryOf(run)).toBe('Nothing to do: all 3 hosts are as they should be');
    expect(run.status).toBe(0);
  });

  test('the commands for new users do what their page says, on a ring that is as it should be', async () => {
    const exits: string[] = [];
    for (const words of gettingStarted()) {
      exits.push(`${words.join(' ')}: ${await doCommand(testLab, inventory, words)}`);
      if (words.includes('mend')) await expect.poll(() => holders(testLab)).toEqual(HOLDERS);
    }
    expect(exits).toMatchInlineSnapshot(`
      [
        "lab up: 0",
        "lint inventory/lab.yaml: 0",
        "deploy inventory/lab.yaml --dry-run: 0",
        "deploy inventory/lab.yaml: 0",
        "status inventory/lab.yaml: 0",
        "verify inventory/lab.yaml: 0",
        "runs: 0",
        "lab cut node1: 0",
        "status inventory/lab.yaml: 6",
        "lab mend node1: 0",
        "verify inventory/lab.yaml: 0",
        "lab down: 0",
      ]
    `);
  });

  test.skipIf(noStrace)(
    'a node that is as it should be starts 28 processes at most, for one command',
    async () => {
      const startsOf = async () =>
        await processesOf(testLab, 'node2', async () => {
          expect((await deploy()).status).toBe(0);
        });
      let starts = await startsOf();
      // Where the machine had no time to answer a ping, it is looked at once more who answers.
      for (let again = 0; again < 3 && starts.flat().length > 28; again++)
        starts = await startsOf();
      expect(starts).toHaveLength(1);
      expect(starts.flat().length, starts.join()).toBeLessThanOrEqual(28);
    },
  );

  test('a part of the tasks is gated and verified by what runs, while the rest waits', async () => {
    await on('node1', 'sysctl -qw net.ipv4.ip_nonlocal_bind=0');
    const other = testLab.inventory(['vrrp_vips: 3', 'vrrp_vips: 2']);
    const run = await testLab.rota('deploy', other, '--tags', 'sysctl', '--limit', 'node1');
    expect(run.stdout).toMatch(/^node1 +passed +every VIP is held once/m);
    expect(summaryOf(run)).toMatch(/^Done in .*: 1 task changed on 1 of 3 hosts$/);
    expect(run.status).toBe(0);
    expect(await holders(testLab)).toEqual(HOLDERS);
  });

  test('what render prints is what is on the node', async () => {
    const { stdout } = await testLab.rota('render', inventory, '--host', 'node2', '--path', CONF);
    expect((await on('node2', `cat ${CONF}`)).stdout).toBe(stdout);
  });

  /** By node: what drifts there, what makes it, and what a dry run then says. */
  type Drift = readonly [string, (node: string) => Promise<unknown>, readonly string[]];
  type Drifts = Readonly<Record<string, Drift>>;
  const by = (script: string) => (node: string) => on(node, script);

  const files: Drifts = {
    node1: [
      'a sysctl changed live',
      by('sysctl -qw net.ipv6.ip_nonlocal_bind=0'),
      ['sysctl net.ipv6.ip_nonlocal_bind: live'],
    ],
    node2: [
      'the file of a sysctl removed',
      by('rm /etc/sysctl.d/90-rota-net.ipv6.ip_nonlocal_bind.conf'),
      ['sysctl net.ipv6.ip_nonlocal_bind: /etc/sysctl.d/90-rota-net.ipv6.ip_nonlocal_bind.conf'],
    ],
    node3: [
      'a line edited in the configuration',
      by(`sed -i 's/priority  .*200/priority 201/' ${CONF}`),
      [`${CONF}: content`],
    ],
  };

  const loaded: Drifts = {
    node1: [
      'a file put back that is not loaded',
      async (node) => {
        await on(node, `cp ${CONF} /root/good`);
        await loadEdited(testLab, node, 's/fall     2/fall     4/');
        await on(node, `cat /root/good >${CONF}; rm /root/good`);
      },
      ['keepalived has loaded its configuration: configuration'],
    ],
    node2: ['a mode changed', by(`chmod 600 ${CONF}`), [`${CONF}: mode`]],
    node3: [
      'a configuration that was also loaded',
      (node) => loadEdited(testLab, node, 's/fall     2/fall     3/'),
      [`${CONF}: content`, 'keepalived has loaded its configuration: configuration'],
    ],
  };

  const titleOf = (drifts: Drifts) =>
    Object.values(drifts)
      .map(([what]) => what)
      .join('; ');

  test.for([
    [titleOf(files), files],
    [titleOf(loaded), loaded],
  ] as const)('drift is found and mended: %s', async ([, drifts]) => {
    const states = () => Promise.all(NODES.map((node) => stateOf(testLab, node)));
    await Promise.all(Object.entries(drifts).map(([node, [, make]]) => make(node)));
    const before = await states();
    const expected = Object.entries(drifts).map(([node, [, , titles]]) => [node, titles]);
    expect(await changes()).toEqual(Object.fromEntries(expected));
    expect(await states()).toEqual(before);
    const run = await deploy('--no-watch');
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(await changes()).toEqual({});
    expect(await holders(testLab)).toEqual(HOLDERS);
  });

  test('drift is found and mended: the manifest deleted, and with it the pod', async () => {
    await on('node2', `rm ${MANIFEST}; while pgrep keepalived >/dev/null; do sleep 0.1; done`);
    expect(await changes()).toEqual({
      node2: [
        ...['type', 'mode', 'owner', 'content'].map((field) => `${MANIFEST}: ${field}`),
        ...['running', 'pod'].map((field) => `keepalived runs: ${field}`),
        'keepalived has loaded its configuration: configuration',
      ],
    });
    expect((await deploy('--no-watch')).status).toBe(0);
    expect(await holders(testLab)).toEqual(HOLDERS);
  });

  test.for([
    ['the pod killed', 'node1', 'kill -KILL $(pgrep keepalived)'],
    ['the image removed, and with it the pod', 'node3', 'podman image rm --all --force'],
  ] as const)('drift is found and mended: %s', async ([, node, script]) => {
    await on(node, script);
    let run = await deploy('--no-watch');
    // One that comes while kubelet starts the pod by itself finds a ring that is not whole, and leaves it alone.
    if (run.status === 6 && run.stdout.includes('so nothing of it was changed')) {
      await wholeRing(testLab);
      run = await deploy('--no-watch');
    }
    expect([run.status, run.stderr], run.stdout).toEqual([0, '']);
    expect((await on(node, 'podman image ls --quiet | wc -l')).stdout.trim()).toBe('1');
    expect(await holders(testLab)).toEqual(HOLDERS);
  });

  test('a run killed between rename and reload is finished by the next one', async () => {
    inventory = testLab.inventory(['fall: 2', 'fall: 3']);
    const configured = () => readFileSync(`${testLab.lab.proc('node1')}/root${CONF}`, 'utf8');
    const old = configured();
    // A kubelet's keepalived that cannot be reloaded for a while: the run is killed while it waits.
    // It does not tell its state either, so that the ring is not whole before.
    await on('node1', 'kill -STOP $(pgrep -o keepalived)');
    const child = testLab.start('deploy', inventory, '--repair');
    const end = ended(child);
    await until(() => configured() !== old);
    child.kill('SIGKILL');
    await end;
    await on('node1', 'kill -CONT $(pgrep -o keepalived)');
    const run = await deploy('--no-watch');
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(await changes()).toEqual({});
    expect(await holders(testLab)).toEqual(HOLDERS);
  });

  test('Ctrl-C ends a run after the command that runs, and says what was not done', async () => {
    inventory = testLab.inventory(['fall: 2', 'fall: 4']);
    const child = testLab.start('deploy', inventory);
    // Once: a second one ends rota at once.
    let isStopped = false;
    child.stdout?.on('data', (text) => {
      if (!`${text}`.includes('applying') || isStopped) return;
      isStopped = child.kill('SIGINT');
    });
    const run = await ended(child);
    expect(run.status).toBe(130);
    expect(run.stdout).toContain('not done');
    expect((await deploy('--no-watch')).status).toBe(0);
  });
});
