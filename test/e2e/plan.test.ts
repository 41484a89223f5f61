import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskOf } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';

const NODES = ['node1', 'node2', 'node3'];
const CONF = '/etc/keepalived/keepalived.conf';

describeInLab('a saved plan', { beginsWith: 'ring' }, (testLab) => {
  let inventory = '';
  let plan = '';
  const on = (node: string, script: string) => testLab.lab.run(node, script);
  const apply = (...more: readonly string[]) => testLab.rota('apply', plan, ...more);
  const summaryOf = (stdout: string) => stdout.trim().split('\n').at(-1);

  /** What is on the nodes' disks, and what their keepaliveds have loaded. */
  async function stateOfAll(): Promise<readonly string[]> {
    const loaded = NODES.map(async (node) => {
      const { stdout } = await on(
        node,
        `pid=$(pgrep -o keepalived); cut -d ' ' -f 1,22 /proc/$pid/stat
        for fd in /proc/$pid/fd/*; do
          case $(readlink $fd) in /memfd:*) stat -Lc %y $fd; sha256sum <$fd ;; esac
        done`,
      );
      return stdout;
    });
    return [...NODES.map((node) => diskOf(testLab, node)), ...(await Promise.all(loaded))];
  }

  async function save(fall: number) {
    inventory = testLab.inventory(['fall: 2', `fall: ${fall}`]);
    plan = join(testLab.folder, `plan-${fall}.json`);
    return await testLab.rota('deploy', inventory, '--plan-out', plan);
  }

  test('of a changed check is a dry run, with what it does to the VIPs; show prints it without the nodes', async () => {
    const before = await stateOfAll();
    const dry = await save(3);
    expect([dry.status, dry.stderr]).toEqual([2, '']);
    expect(await stateOfAll()).toEqual(before);
    const shown = await testLab.rota('show', plan);
    expect(shown.status).toBe(0);
    const changes = dry.stdout.slice(
      dry.stdout.indexOf('\nimpact\n'),
      dry.stdout.indexOf('\n      '),
    );
    expect(changes).toContain('\nimpact\n');
    expect(changes).toContain('-    fall     2');
    expect(changes).toContain('+    fall     3');
    expect(shown.stdout).toContain(changes);
    expect(shown.stdout).toMatch(
      /^ {2}made +\S+Z, (less than a minute|\d+ minutes?) ago, by \S+ on \S+$/m,
    );
  });

  test('is drift after one byte changed on one host: shown, and nothing changed on any', async () => {
    await on('node2', `sed -i 's/fall     2/fall     7/' ${CONF}`);
    const before = await stateOfAll();
    const run = await apply();
    expect(run.status).toBe(3);
    expect(run.stdout).toContain('node2  is no longer what the plan saw: - then, + now');
    expect(run.stdout).toMatch(/\n-\s+fall +2\n\+\s+fall +7\n/);
    expect(run.stdout).not.toMatch(/^node[13] {2}is no longer/m);
    expect(await stateOfAll()).toEqual(before);
    expect(summaryOf(run.stdout)).toContain('nothing was changed');
    await on('node2', `sed -i 's/fall     7/fall     2/' ${CONF}`);
  });

  test('is refused when it is too old, and when the inventory was changed since', async () => {
    const old = await apply('--max-age', '0s');
    expect(old.status).toBe(1);
    expect(old.stderr).toContain('✖ The plan is too old');
    const text = readFileSync(inventory, 'utf8');
    writeFileSync(inventory, text.replace('fall: 3', 'fall: 5'));
    const other = await apply();
    writeFileSync(inventory, text);
    expect(other.status).toBe(1);
    expect(other.stderr).toContain('✖ The inventory was changed after the plan was saved');
  });

  test('is put into effect as it is, once: a second time it says that it was done', async () => {
    const run = await apply();
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(summaryOf(run.stdout)).toMatch(/^Done in .*: 6 tasks changed on 3 hosts/);
    const before = await stateOfAll();
    const again = await apply();
    expect([again.status, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toContain('The plan was done: it was applied at 20');
    expect(summaryOf(again.stdout)).toBe('Nothing to do: all 3 hosts are as they should be');
    expect(await stateOfAll()).toEqual(before);
    const { stdout } = await testLab.rota('history', inventory, '--json');
    const { id } = JSON.parse(readFileSync(plan, 'utf8')).plan;
    expect(JSON.parse(stdout).runs[0]).toMatchObject({ plan: id });
  });

  test('is not used again after its changes were taken back: the nodes know of it', async () => {
    await testLab.bringUp(testLab.inventory());
    const before = await stateOfAll();
    rmSync(join(testLab.folder, 'state/rota/plans-used'), { recursive: true });
    const run = await apply();
    expect(run.status).toBe(3);
    expect(run.stdout).toContain('✖ The plan was used before');
    expect(await stateOfAll()).toEqual(before);
  });
});
