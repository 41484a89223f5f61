import { globSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { describeInLab } from './support/lab.ts';
import { vipsOn, wholeRing } from './support/ring.ts';
import { until } from './support/until.ts';

/** Of a keepalived that does not take its configuration. */
const LAST_WORDS = /node2 log: .*(Non-existent interface|permanent error CONFIG)/;

describeInLab('verify', { beginsWith: 'ring' }, (testLab) => {
  let inventory = '';
  const on = (place: string, script: string) => testLab.lab.run(place, script);
  const verify = () => testLab.rota('verify', inventory);
  const everywhere = (script: string) =>
    Promise.all(['node1', 'node2', 'node3'].map((node) => on(node, script)));

  beforeAll(async () => {
    inventory = testLab.inventory();
  });

  /** What verify finds, a line each, sorted; the log's lines left out. */
  async function findings(): Promise<readonly string[]> {
    const { status, stdout } = await verify();
    expect(status).toBe(6);
    const [, failure = ''] = stdout.split(/✖ Not so: [^.]+\. /);
    const lines = failure
      .split('\n')
      .map((line) => line.trim().replace(/, and \d+ more$/, ''))
      .filter((line) => /: expected .*, seen /.test(line) && !line.includes(' log: '));
    return [...new Set(lines)].toSorted();
  }

  const whole = () => wholeRing(testLab);
  const vipsOf = (node: string) => vipsOn(testLab.lab, node);

  test('names a split brain: a node that is cut off holds what the others hold too', async () => {
    await on('control', 'ip link set node2-f nomaster');
    await expect.poll(() => vipsOf('node2')).toHaveLength(3);
    const found = await findings();
    expect(found).toContain(
      'VIP fd02:9a01::1: expected held by node1, seen split brain: held by node1 and node2',
    );
    expect(found).toContain(
      'VIP fd02:9a01::3: expected held by node3, seen split brain: held by node2 and node3',
    );
    await on('control', 'ip link set node2-f master fabric');
    await whole();
  });

  test('names a node whose cable is pulled, by its VIP on another node', async () => {
    await testLab.lab.cut('node1');
    await expect.poll(() => vipsOf('node3')).toContain('fd02:9a01::1');
    expect(await findings()).toContain(
      'VIP fd02:9a01::1: expected held by node1, seen held by node3',
    );
    await testLab.lab.mend('node1');
    await whole();
  });

  test('names a stale VIP: keepalived was killed and could not take it away', async () => {
    await on('node1', 'kill -STOP $(pgrep kubelet); kill -KILL $(pgrep keepalived)');
    expect(await findings()).toContain('keepalived on node1: expected to run, seen not running');
    const { stdout } = await verify();
    expect(stdout).toMatch(
      /VIP fd02:9a01::1: expected held by node3, seen (stale on node1, where no keepalived runs|split brain: held by node1 and node3)/,
    );
    await on('node1', 'kill -CONT $(pgrep kubelet)');
    await whole();
  });

  test('names a VIP on the wrong node', async () => {
    await on(
      'node3',
      "sed -i '/VI_1/,/VI_2/s/priority  .*150/priority 240/' /etc/keepalived/keepalived.conf; kill -HUP $(pgrep -o keepalived)",
    );
    await expect.poll(() => vipsOf('node1')).not.toContain('fd02:9a01::1');
    expect(await findings()).toEqual([
      'VIP fd02:9a01::1: expected held by node1, seen held by node3',
    ]);
    await testLab.bringUp(inventory);
  });

  test('names a VIP that no node holds', async () => {
    await everywhere('kill -STOP $(pgrep keepalived)');
    await on('node1', 'ip addr del fd02:9a01::1/64 dev srvc0');
    expect(await findings()).toEqual([
      'VIP fd02:9a01::1: expected held by node1, seen held by no node',
    ]);
    await everywhere('kill -CONT $(pgrep keepalived)');
    await whole();
  });

  test('names a check that fails everywhere, when nobody may hold a VIP', async () => {
    await Promise.all(
      testLab.lab.nodes.map(({ name }) => testLab.lab.setHealth(name, 'apiserver', 'failing')),
    );
    await expect.poll(() => vipsOf('node1')).not.toContain('fd02:9a01::1');
    await expect
      .poll(findings)
      .toEqual(
        ['node1', 'node2', 'node3'].map(
          (node) => `chk_api_service on ${node}: expected to pass, seen failing: HTTP 500`,
        ),
      );
    await Promise.all(
      testLab.lab.nodes.map(({ name }) => testLab.lab.setHealth(name, 'apiserver', 'healthy')),
    );
    await whole();
  });

  test('names a pod that restarts for ever, with the last lines of its log', async () => {
    await on(
      'node2',
      "sed -i 's/srvc0/nosuch0/' /etc/keepalived/keepalived.conf; kill -TERM $(pgrep -o keepalived)",
    );
    await expect
      .poll(() => globSync(`${testLab.lab.upper('node2')}/var/log/pods/*/keepalived/3.log`))
      .toHaveLength(1);
    // A look may meet a container that has told so far only that it starts.
    const { answer } = await until(async () => {
      const run = await verify();
      return LAST_WORDS.test(run.stdout) ? run : undefined;
    });
    expect(answer.status).toBe(6);
    expect(answer.stdout).toMatch(
      /keepalived on node2: expected to (run|keep running), seen (not running|started)/,
    );
    await testLab.bringUp(inventory);
    expect((await verify()).status).toBe(0);
  });
});
