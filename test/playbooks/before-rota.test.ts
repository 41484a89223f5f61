import { expect, test } from 'vitest';
import type { PreImage } from '#engine/reads/runs.ts';
import { DRAINED_PATH } from '#keepalived/reads/drained.ts';
import { leavingWith } from '#playbooks/before-rota.ts';
import { guideNodes } from '../keepalived/members.ts';

const absent = (path: string): PreImage => ({ path, type: 'absent' });
const there = (path: string): PreImage => ({
  path,
  type: 'file',
  mode: '0644',
  owner: 'root:root',
  content: '',
});
const MANIFEST = '/etc/kubernetes/manifests/keepalived.yaml';
const TAKEN = absent('/var/lib/rota/adopted-keepalived.service');

/** The nodes of the guide's ring that leave it, by what the run wrote over on each. */
const leaving = (...images: readonly (readonly PreImage[])[]) => [
  ...leavingWith(new Map(images.map((ones, index) => [`node${index + 1}`, ones])), guideNodes()),
];

test('where a service was taken over, all nodes leave to which keepalived first came', () => {
  const first = [absent(MANIFEST)];
  expect(leaving(first, [...first, TAKEN], first)).toEqual(['node1', 'node2', 'node3']);
  expect(leaving(first, first, first)).toEqual([]);
});

test('a node that had a pod, was drained, or is not of the run, stays', () => {
  const drained = [absent(MANIFEST), there(DRAINED_PATH)];
  expect(leaving([there(MANIFEST)], [absent(MANIFEST), TAKEN], drained)).toEqual(['node2']);
  expect(leaving([], [there(MANIFEST), TAKEN])).toEqual([]);
});
