import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { markPlaceless } from './tree-values.ts';
import { type Dict, Lookup, type Value } from './value.ts';
import type { HostFacts, Work, World } from './work.ts';

type Magic = (host: HostFacts, world: World, work: Work) => Value;

/** The variables that Ansible sets itself, and no inventory can. */
export const MAGIC: ReadonlyMap<string, Magic> = new Map<string, Magic>([
  ['inventory_hostname', ({ name }) => name],
  ['inventory_hostname_short', ({ name }) => (isIP(name) ? name : (name.split('.')[0] ?? ''))],
  ['inventory_file', ({ origin }) => resolve(origin.file)],
  ['inventory_dir', ({ origin }) => dirname(resolve(origin.file))],
  ['group_names', ({ groups }) => markPlaceless(groups)],
  ['groups', (_, world) => groupsOf(world)],
  ['hostvars', (_, world, work) => hostvars(world, work)],
]);

const dicts = new WeakMap<World, Dict>();

function groupsOf(world: World): Dict {
  const groups = dicts.get(world) ?? placelessDict(world.groups());
  dicts.set(world, groups);
  return groups;
}

function placelessDict(groups: ReadonlyMap<string, readonly string[]>): Dict {
  return markPlaceless(new Map([...groups].map(([name, hosts]) => [name, markPlaceless(hosts)])));
}

function hostvars({ hosts }: World, work: Work): Lookup {
  return new Lookup(
    'hostvars',
    (name) => {
      const host = hosts.get(name);
      if (host === undefined) return undefined;
      return new Lookup(
        `hostvars['${name}']`,
        (variable) => host.find(variable, work),
        () => host.names(),
      );
    },
    () => hosts.keys(),
  );
}
