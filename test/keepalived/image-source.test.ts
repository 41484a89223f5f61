import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { imageSourceOf } from '#keepalived/image-source.ts';
import { KeepalivedVars } from '#keepalived/vars.ts';

const NODE = { vrrp_mac: '02:00:00:00:00:01', vrrp_fabric_id: 666, vrrp_virt: 1 };

function repositoryOf(vars: Readonly<Record<string, string>>): string | undefined {
  return imageSourceOf(KeepalivedVars.parse({ ...NODE, ...vars })).repository;
}

test('a repository in a folder is one of its own for every folder that rota is called in', () => {
  expect(repositoryOf({ image_repository: '.lab/keepalived' })).toBe(resolve('.lab/keepalived'));
  expect(repositoryOf({ image_repository: '/srv/keepalived' })).toBe('/srv/keepalived');
});

test('what is no path of this machine is left as it is', () => {
  for (const repository of ['https://git.example/k.git', 'git@git.example:k.git'])
    expect(repositoryOf({ image_repository: repository })).toBe(repository);
  const elsewhere = { image_repository: 'src/k', image_build_host: 'builder' };
  expect(repositoryOf(elsewhere)).toBe('src/k');
});
