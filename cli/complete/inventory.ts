import { readInventory } from '#lib/ansible-inventory/index.ts';
import type { PlaybookName } from '../find-playbook.ts';
import type { Candidate, Slot } from './slot.ts';

/** The hosts of the inventory on the command line; its groups as well. */
export async function hostsOf(slot: Slot, hostsAlone: boolean): Promise<readonly Candidate[]> {
  const sources = sourcesOf(slot);
  if (sources.length === 0) return [];
  const { _meta: _, ...groups }: Listed = JSON.parse((await readInventory(sources)).list());
  const hosts = new Set(Object.values(groups).flatMap((group) => group.hosts ?? []));
  return [
    ...[...hosts].map((word) => ({ word, text: 'host' })),
    ...(hostsAlone ? [] : Object.keys(groups).map((word) => ({ word, text: 'group' }))),
  ];
}

type Listed = Readonly<Record<string, { readonly hosts?: readonly string[] }>>;

/** The tags of the playbook that would run. */
export async function tagsOf(slot: Slot): Promise<readonly Candidate[]> {
  const { loadNamed } = await import('../load.ts');
  const { listTasks, tagsIn } = await import('#engine/report/task-list.ts');
  const { playbook, members } = await loadNamed(playbookOf(slot), { sources: sourcesOf(slot) });
  const tags = new Set([...tagsIn(listTasks(playbook, members)), ...(playbook.tags ?? [])]);
  return [...tags].map((word) => ({ word }));
}

function playbookOf({ command, given }: Slot): PlaybookName {
  const [path] = given.get('playbook') ?? [];
  if (path !== undefined) return { command: 'run', path };
  return { command: command.name() === 'image' ? 'image' : 'deploy' };
}

function sourcesOf({ given }: Slot): readonly string[] {
  return given.get('inventory') ?? [];
}
