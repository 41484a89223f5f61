import { expect, test } from 'vitest';
import { foldNames } from '#engine/report/fold-names.ts';

test.for([
  ['node1 node2 node3', 'node[1-3]'],
  ['node3 node1 node7', 'node[1,3,7]'],
  ['n08 n09 n10 n12', 'n[08-10,12]'],
  ['n1 n01 n2', 'n[1-2],n01'],
  ['web1.a.example web2.a.example web1.b.example', 'web[1-2].a.example,web1.b.example'],
  ['rack1-node4 rack1-node5 rack2-node4', 'rack1-node[4-5],rack2-node4'],
  ['10.0.0.9 10.0.0.10 10.0.1.1', '10.0.0.[9-10],10.0.1.1'],
  ['2001:db8::1 2001:db8::2', '2001:db8::1,2001:db8::2'],
  ['bastion node1 solo', 'bastion,node1,solo'],
  ['node node1 node2', 'node,node[1-2]'],
] as const)('%s', ([names, folded]) => {
  expect(foldNames(names.split(' '))).toBe(folded);
});
