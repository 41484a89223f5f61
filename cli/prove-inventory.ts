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
  const children = Object.fromEntries(
    groupsIn(playbook.hosts).map(([name, isOurs]) => [name, isOurs ? { hosts } : {}]),
  );
  const path = join(folder, 'inventory.json');
  await writeFile(path, JSON.stringify({ all: { hosts, children } }));
  return path;
}

/** The groups in `web:&new:!old[0]`, each with whether a host has to be in it. */
function groupsIn(pattern: string): readonly (readonly [string, boolean])[] {
  return pattern.split(/[:,]/).flatMap((atom) => {
    const [, sign = '', name = ''] = /^([&!]?)(\w[\w-]*)(?:\[.*\])?$/.exec(atom) ?? [];
    return name === '' || name === 'all' ? [] : [[name, sign !== '!'] as const];
  });
}
