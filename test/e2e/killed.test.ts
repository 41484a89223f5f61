import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { Random } from '#lab/random.ts';
import { describeInLab } from './support/lab.ts';
import { HOLDERS, holders, NODES, nodeStates, openRuns, wholeRing } from './support/ring.ts';
import { ended } from './support/test-lab.ts';

/** About as long as a rollout over three nodes takes here. */
const ROLLOUT_MS = 16_000;

describeInLab('a rollout that is disturbed', { beginsWith: 'ring' }, (testLab) => {
  const deploy = async (inventory: string) => await testLab.rota('deploy', inventory, '--no-watch');
  let inventory = '';

  beforeAll(async () => {
    inventory = testLab.inventory();
  });

  /** Another configuration, or another pod: the one is reloaded, the other recreated. */
  function changed(trial: number): string {
    return trial % 2 === 1
      ? testLab.inventory(['fall: 2', `fall: ${trial + 2}`])
      : testLab.inventory([
          'vrrp_vips: 3',
          `vrrp_vips: 3\n        keepalived_namespace: n${trial}`,
        ]);
  }

  const open = () => NODES.flatMap((node) => openRuns(testLab, node));

  type States = Awaited<ReturnType<typeof nodeStates>>;

  /** Waits until no run is open on any node; then each is whole, and so is the ring. */
  async function healed(): Promise<States> {
    await expect.poll(open).toEqual([]);
    await wholeRing(testLab);
    const states = await nodeStates(testLab);
    expect(states.map(({ loaded }) => loaded)).toEqual(states.map(({ configured }) => configured));
    expect(states.flatMap(({ manifests }) => manifests)).toEqual(
      states.map(() => 'keepalived.yaml'),
    );
    return states;
  }

  /** Every node was as before the run or as after it, and nothing between. */
  function expectOldOrNew(states: States, before: States, after: States): void {
    const files = (all: States) => all.map(({ configured, manifest }) => [configured, manifest]);
    for (const [index, node] of files(states).entries())
      expect([files(before)[index], files(after)[index]]).toContainEqual(node);
  }

  test.for([1, 2])(
    'with SIGKILL, at a moment that trial %i chooses, heals itself, and the next deploy converges',
    async (trial) => {
      inventory = changed(trial);
      const before = await nodeStates(testLab);
      const child = testLab.start('deploy', inventory);
      const end = ended(child);
      await delay(new Random(trial).next() * ROLLOUT_MS);
      child.kill('SIGKILL');
      await end;
      const states = await healed();
      const next = await testLab.rota('deploy', inventory, '--no-watch');
      expect(next.stderr).toBe('');
      expect(next.status).toBe(0);
      expectOldOrNew(states, before, await nodeStates(testLab));
      expect((await testLab.rota('deploy', inventory, '--dry-run')).status).toBe(0);
      expect(await holders(testLab)).toEqual(HOLDERS);
    },
  );

  test('by the loss of the network to a node in the middle of its change, heals itself', async () => {
    inventory = changed(41);
    const before = await nodeStates(testLab);
    const child = testLab.start('deploy', inventory);
    let cut: string | undefined;
    child.stdout?.on('data', (text) => {
      const [, node] = /^(node\d) +applying .*keepalived.conf$/m.exec(`${text}`) ?? [];
      if (node === undefined || cut !== undefined) return;
      cut = node;
      void testLab.lab.run('control', `ip link set ${node}-m down`);
    });
    const end = ended(child);
    await expect.poll(() => cut).toBeDefined();
    await expect.poll(open).toEqual([]);
    await testLab.lab.run('control', `ip link set ${cut}-m up`);
    const { status } = await end;
    // By when the network is back: lost, or its program gone, or its undo seen only later.
    expect([1, 4, 6, 7]).toContain(status);
    const states = await healed();
    expect((await deploy(inventory)).status).toBe(0);
    expectOldOrNew(states, before, await nodeStates(testLab));
  });

  test('by another one beside it, is done by one of both, and the other says who has the nodes', async () => {
    inventory = changed(43);
    const both = await Promise.all([deploy(inventory), deploy(inventory)]);
    const [won, lost] = both.toSorted((one, other) => (one.status ?? 0) - (other.status ?? 0));
    expect([won?.status, lost?.status]).toEqual([0, 5]);
    const [, winner] = /, run (\S+)$/m.exec(won?.stdout ?? '') ?? [];
    expect(lost?.stdout).toContain('✖ The host is locked by another run');
    expect(lost?.stdout).toMatch(new RegExp(`ran +deploy by .* since .*, run ${winner}$`, 'm'));
    expect(lost?.stdout).toContain('nothing was changed');
    expect(await holders(testLab)).toEqual(HOLDERS);
  });
});
