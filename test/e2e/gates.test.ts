import { beforeAll, expect, test } from 'vitest';
import { startForeignRouter } from './support/foreign-router.ts';
import { describeInLab } from './support/lab.ts';

describeInLab('gates', { beginsWith: 'ring' }, (testLab) => {
  let inventory = '';
  const on = (place: string, script: string) => testLab.lab.run(place, script);
  const verify = () => testLab.rota('verify', inventory);
  const unwatched = (...words: readonly string[]) =>
    testLab.rota(...words, '--allow-outage', '--no-watch');

  beforeAll(async () => {
    inventory = testLab.inventory();
  });

  const foreignRouter =
    /VRID 10: expected used by the ring alone, seen adverts from fe80::\S+ with priority 77, heard on node1, node2, node3/;

  test('a whole ring passes, asked for keepalived’s own state and its adverts too', async () => {
    const { status, stdout } = await verify();
    expect(stdout).not.toContain('Nobody listened');
    expect(stdout).not.toContain('does not tell its state');
    expect(status).toBe(0);
  });

  test('a foreign router that appears on the fabric is named', async () => {
    const end = await startForeignRouter(testLab);
    const { status, stdout } = await verify();
    expect(stdout).toMatch(foreignRouter);
    expect(status).toBe(6);
    await end();
    expect((await verify()).status).toBe(0);
  });

  test('adverts of one node that do not reach another show', async () => {
    await on('node3', 'ip6tables -A OUTPUT -p 112 -d fd02:9a01::90b1:1c26:6aa2 -j DROP');
    const { status, stdout } = await verify();
    expect(stdout).toMatch(/VIP fd02:9a01::3: .* split brain|VI_3 on node1: expected/);
    expect(status).toBe(6);
    await on('node3', 'ip6tables -F OUTPUT');
    await expect.poll(async () => (await verify()).status).toBe(0);
  });

  test('a ring that has loaded other router ids is not changed without leave, and then is whole', async () => {
    const other = testLab.inventory([
      'vrrp_vips: 3',
      'vrrp_vips: 3\n        vrrp_router_ids: [11, 20, 30]',
    ]);
    const refused = await testLab.rota('deploy', other);
    expect(refused.stdout).toContain('A VIP would have to go away for a while');
    expect(refused.stdout).toContain('VI_1: router id 10, to be 11');
    expect(refused.status).toBe(6);
    expect((await unwatched('deploy', other)).status).toBe(0);
    expect((await testLab.rota('verify', other)).status).toBe(0);
  });

  test('a ring whose router ids are rolled back is whole again', async () => {
    const refused = await testLab.rota('rollback', testLab.inventory());
    expect(refused.stdout).toContain('VI_1: router id 11, to be 10');
    expect(refused.status).toBe(6);
    const run = await unwatched('rollback', testLab.inventory());
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect((await testLab.rota('verify', testLab.inventory())).status).toBe(0);
  });
});
