import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '#engine/model/secret.ts';
import type { ConnectionDefaults } from '#lib/ansible-inventory/connection/connection.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { folderOf } from '../inventory-folder.ts';

async function becomeFrom(variables: string, defaults?: ConnectionDefaults) {
  const folder = await folderOf({ 'inventory.yaml': `all: {hosts: {n: {${variables}}}}` });
  const { hosts } = await loadInventory([join(folder, 'inventory.yaml')], { defaults });
  return hosts[0]?.connection.become;
}

test.for([
  'ansible_become_password: geheim',
  'ansible_become_pass: geheim',
  'ansible_sudo_pass: geheim',
  'ansible_become_method: su, ansible_su_pass: geheim',
])('a password is kept as a secret: %s', async (variables) => {
  const become = await becomeFrom(`ansible_become: true, ${variables}`);
  expect(become?.password?.reveal()).toBe('geheim');
  expect(JSON.stringify(become)).not.toContain('geheim');
});

test('flags hold where variables say nothing', async () => {
  const password = new Secret('asked for');
  const defaults = { become: true, method: 'doas', user: 'kube', password } as const;
  expect(await becomeFrom('', defaults)).toEqual({ method: 'doas', user: 'kube', password });
  expect(await becomeFrom('ansible_become: no', defaults)).toBeUndefined();
  const own = 'ansible_become_method: su, ansible_become_user: web, ansible_become_password: own';
  const become = await becomeFrom(own, defaults);
  expect([become?.method, become?.user, become?.password?.reveal()]).toEqual(['su', 'web', 'own']);
});

test('a transport is for hosts that are reached over SSH', async () => {
  const text = 'all: {hosts: {a: , b: {ansible_connection: local}}}';
  const folder = await folderOf({ 'inventory.yaml': text });
  const { hosts } = await loadInventory([join(folder, 'inventory.yaml')], {
    defaults: { transport: 'openssh' },
  });
  expect(hosts.map(({ connection }) => connection.transport)).toEqual(['openssh', 'local']);
});
