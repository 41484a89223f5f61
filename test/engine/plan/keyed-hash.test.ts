import { expect, test } from 'vitest';
import { Secret } from '#engine/model/secret.ts';
import { inventoryHash, keyedHash } from '#engine/plan/hashes.ts';
import { load } from '../../lib/ansible-inventory/inventory-folder.ts';

const KEY = Buffer.from('key');

test('equal data has equal hashes, in whatever order it is; a secret counts as what it is', () => {
  const hash = (data: unknown) => keyedHash(KEY, ['test'], data);
  expect(hash({ a: 1, b: [2n ** 70n] })).toBe(hash({ b: [2n ** 70n], a: 1 }));
  expect(hash({ a: new Secret('x') })).not.toBe(hash({ a: new Secret('y') }));
  expect(hash({ a: 2n ** 70n })).not.toBe(hash({ a: 2n ** 71n }));
});

test('a secret that a run does not use is not fetched for the hash of an inventory', async () => {
  const { hosts } = await load(
    'all: {hosts: {n1: {a: !env ROTA_TEST_UNSET, b: [!env ROTA_TEST_UNSET], c: 99999999999999999999}}}',
  );
  const members = hosts.map((host) => ({ host, vars: {} }));
  expect(inventoryHash(members, KEY)).toMatch(/^[0-9a-f]{64}$/);
});
