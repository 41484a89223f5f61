import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { markPlaceless } from './tree-values.ts';
import { type Dict, Lookup, type Value } from './value.ts';
import type { HostFacts, Work, World } from './work.ts';

export const MAGIC_NAMES = [
  'inventory_hostname',
  'inventory_hostname_short',
  'inventory_file',
  'inventory_dir',
  'group_names',
  'groups',
  'hostvars',
];

/** The value of a variable that Ansible sets itself, and no inventory can; undefined for others. */
export function magicOf(
  name: string,
  host: HostFacts,
  world: World,
  work: Work,
): Value | undefined {
  switch (name) {
    case 'inventory_hostname':
      return host.name;
    case 'inventory_hostname_short':
      return isIP(host.name) === 0 ? (host.name.split('.')[0] ?? '') : host.name;
    case 'inventory_file':
      return resolve(host.origin.file);
    case 'inventory_dir':
      return dirname(resolve(host.origin.file));
    case 'group_names':
      return markPlaceless(host.groups);
    case 'groups':
      return groupsOf(world);
    case 'hostvars':
      return hostvars(world, work);
    default:
      return undefined;
  }
}

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
