import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { limitTo } from '../../cli/open-inventory.ts';

const inventory = await loadInventory(['test/fixtures/patterns/inventory.yaml']);

async function limited(limit: string, lines = ''): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rota-limit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'hosts');
  writeFileSync(file, lines);
  const { hosts } = await limitTo(inventory, inventory.hosts, limit.replace('FILE', file));
  return hosts.map(({ name }) => name).join(' ');
}

test('a file stands for its lines, anywhere in a pattern', async () => {
  expect(await limited('@FILE', 'n01\r\n\n# spare\nstorage[0] # first\n')).toBe('n01 osd-a');
  expect(await limited('bastion:@FILE', 'rack1\n!n02\n')).toBe('bastion n01 n03 10.1.0.4');
  expect(await limited('racks,!n11,@FILE', '&rack2\n')).toBe('n02 n12 edge.example.org');
  expect(await limited('@FILE', '~(n0{1,2}|osd).$\n')).toBe('n01 n02 n03 n99'.replace(' n99', ''));
});

test('a limit that leaves no host is refused', async () => {
  await expect(limited('rack1:&storage')).rejects.toThrow('--limit leaves no host');
  await expect(limited('@FILE', 'n01:n02\n')).rejects.toThrow('Nothing is called n01:n02');
});
