import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Playbook } from '#engine/model/playbook.ts';

/** Between hosts is what a rollout does. */
const OF_ROLLOUTS = 2;

/** Writes an inventory of hosts without variables that fit the pattern of a playbook, and gives its path. */
export async function inventoryFor<V>(playbook: Playbook<V>, folder: string): Promise<string> {
  const count = playbook.rollout === undefined ? 1 : OF_ROLLOUTS;
  const names = Array.from({ length: count }, (_, index) => `host${index + 1}`);
  const hosts = Object.fromEntries(names.map((name) => [name, {}]));
  const groups = groupsIn(playbook.hosts).map((group) => [group, { hosts }]);
  const path = join(folder, 'inventory.json');
  await writeFile(path, JSON.stringify({ all: { hosts, children: Object.fromEntries(groups) } }));
  return path;
}

/** The names in `web:&new:!old[0]` that a host has to be in. */
function groupsIn(pattern: string): readonly string[] {
  return pattern
    .split(/[:,]/)
    .filter((atom) => !atom.startsWith('!'))
    .map((atom) => atom.replace(/^&/, '').replace(/\[.*$/, ''))
    .filter((name) => /^\w[\w-]*$/.test(name) && name !== 'all');
}
