import { expect, test } from 'vitest';
import { advise } from '#keepalived/advise.ts';
import { ringInstances } from '#keepalived/instances.ts';
import { lint } from '#keepalived/lint.ts';
import type { Node } from '#keepalived/vars.ts';
import { someNodes } from './members.ts';
import { shown } from './shown.ts';

/** How often a variable of a node is read by some work on that many nodes, in rings of three. */
function readsPerNode(count: number, work: (nodes: readonly Node[]) => void): number {
  let reads = 0;
  const nodes = someNodes(count).map((node, index): Node => {
    const vars = { ...node.vars, vrrp_fabric_id: Math.floor(index / 3) + 1 };
    const get = (target: Node['vars'], name: PropertyKey): unknown => {
      reads += 1;
      return Reflect.get(target, name);
    };
    return { ...node, vars: new Proxy(vars, { get }) };
  });
  work(nodes);
  return reads / count;
}

test.for<[string, (nodes: readonly Node[]) => void]>([
  ['lint', (nodes) => expect(lint(nodes)).toEqual([])],
  ['advice', (nodes) => expect(advise(nodes)).toEqual([])],
  ['instances', (nodes) => nodes.forEach((node) => void ringInstances(node, nodes))],
])('the work for a node does not grow with the number of nodes: %s', ([, work]) => {
  expect(readsPerNode(300, work)).toBeLessThan(1.1 * readsPerNode(30, work));
});

test('a ring of more nodes than VRRP has priorities is told of once', () => {
  const nodes = someNodes(255);
  expect(shown(lint(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:11:7 A ring has more than 254 nodes | 255 share VIPs, and VRRP has 254 priorities: give each ring VIPs of its own.",
    ]
  `);
});
