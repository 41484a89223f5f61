import { expect, test } from 'vitest';
import { changesBetween } from '../../../cli/status/changes.ts';
import { screenLines } from '../../../cli/status/screen.ts';
import { changeLine } from '../../../cli/status/text.ts';
import { brokenRing, NOW, wellRing } from './rings.ts';

const changes = changesBetween([wellRing()], [brokenRing()]);
const lines = changes.map((change) => changeLine(change, NOW).replace(/^\S+/, 'hh:mm:ss'));
const update = {
  at: NOW,
  lookedAt: new Date(NOW.getTime() - 3000),
  rings: [brokenRing()],
  changes,
};

function screen(columns: number, rows: number): readonly string[] {
  const shown = screenLines(update, lines, { now: NOW, columns, rows });
  return shown.map((line) => line.replace(/^\d\d:\d\d:\d\d/, 'hh:mm:ss'));
}

test('changes are told in words; what is new or grows by itself is none', () => {
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "hh:mm:ss  VIP fd02::1: node1 → node1 and node3
    hh:mm:ss  VIP fd02::2: node2 → none of those that answered
    hh:mm:ss  VIP fd02::3: node3 → none of those that answered
    hh:mm:ss  node2: keepalived runs → keepalived does not run
    hh:mm:ss  pod of node2: ok → none
    hh:mm:ss  duty of node2: on duty → drained by ada@desk at 2026-11-24T09:00:00Z
    hh:mm:ss  node3: keepalived runs → 2 keepaliveds run
    hh:mm:ss  chk_api_service on node3: passes → fails: HTTP 503
    hh:mm:ss  configuration of node3: ok → pending
    hh:mm:ss  net.ipv6.ip_nonlocal_bind on node3: 1 → 0
    hh:mm:ss  lease of node3: nobody → bob@hut: deploy"
  `);
  expect(changesBetween([wellRing()], [wellRing()])).toEqual([]);
  expect(changesBetween([], [wellRing()])).toEqual([]);
});

test('of a ring of which not all was seen nothing is told as if it had been', () => {
  const [well, gone] = [wellRing(), brokenRing().nodes.at(-1)];
  if (gone === undefined) throw new Error('one is gone');
  const silent = {
    ...well,
    nodes: [...well.nodes.slice(0, 2), { ...gone, node: 'node3' }],
    vips: well.vips.map((vip) => (vip.vip === 'fd02::3' ? { ...vip, holders: [] } : vip)),
  };
  const name = 'ring of node1, node2 and node3';
  expect(changesBetween([well], [silent])).toContainEqual({
    ...{ what: name, was: 'whole', is: 'no answer from 1 node' },
  });
  expect(changesBetween([well], [silent])).toContainEqual({
    ...{ what: 'VIP fd02::3', was: 'node3', is: 'none of those that answered' },
  });
});

test('the screen has what fits: the rings from above, and the last changes', () => {
  const shown = screen(100, 16);
  expect(shown.join('\n')).toMatchInlineSnapshot(`
    "hh:mm:ss, looked at 3 s ago. Ctrl-C ends it.

    ✖ ring of node1, node2, node3 and node4: no answer from 1 node, 1 finding
    VIP fd02::1: expected held by node1, seen split brain

    VIP      held by                      next    expected on
    fd02::1  node1 and node3              nobody  node1
    fd02::2  none of those that answered  nobody  no node: none is able to
    fd02::3  none of those that answered  nobody  no node: none is able to
    … 18 more lines

    What changed
    hh:mm:ss  chk_api_service on node3: passes → fails: HTTP 503
    hh:mm:ss  configuration of node3: ok → pending
    hh:mm:ss  net.ipv6.ip_nonlocal_bind on node3: 1 → 0
    hh:mm:ss  lease of node3: nobody → bob@hut: deploy"
  `);
  expect(screen(100, 60).join('\n')).not.toContain('more line');
});

test.each([24, 10, 3])('it takes no more than the %i lines that there are', (rows) => {
  expect(screen(100, rows).length).toBeLessThanOrEqual(rows);
});

test.each([24, 10])(
  'it takes no more than %i lines where changes are longer than a line',
  (rows) => {
    const long = lines.map((line) => `${line} ${'because of this '.repeat(20)}`);
    const columns = 60;
    const shown = screenLines(update, long, { now: NOW, columns, rows });
    const heights = shown.map((line) => Math.max(1, Math.ceil(line.length / columns)));
    expect(heights.reduce((sum, height) => sum + height, 0)).toBeLessThanOrEqual(rows);
  },
);
