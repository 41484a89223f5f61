import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { Origin } from '#engine/model/host.ts';
import type { Variables } from '../groups/group-table.ts';
import { Budget, type Kept } from './budget.ts';
import type { Render } from './templates.ts';
import { markPlaceless } from './tree-values.ts';
import { type Dict, Lookup, type Value } from './value.ts';

/** The work on one variable, with all others that it needs. */
export interface Work {
  readonly budget: Budget;
  /** The host that the work is for. */
  readonly home: string;
  /** Whether secrets are read, to make a new secret from them. */
  readonly revealing: boolean;
  /** The variables that wait for each other. */
  readonly waiting: readonly string[];
}

export function newWork(home: string, revealing: boolean): Work {
  return { budget: new Budget(), home, revealing, waiting: [] };
}

/** A host as expressions know it. */
export interface HostFacts {
  readonly name: string;
  /** Without `all`, sorted. */
  readonly groups: readonly string[];
  readonly variables: Variables;
  /** Where the inventory names it first. */
  readonly origin: Origin;
}

/** What expressions see of the whole inventory. */
export interface World {
  readonly groups: () => ReadonlyMap<string, readonly string[]>;
  readonly hosts: ReadonlyMap<string, Findable>;
  readonly kept: Kept;
  readonly render: Render;
}

interface Findable {
  find(name: string, work: Work): Value | undefined;
  names(): Iterable<string>;
}

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

/** One for all hosts of an inventory, with all of its names. */
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
