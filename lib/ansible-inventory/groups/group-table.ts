import { type Origin, startOf } from '#engine/model/host.ts';
import type { Entry } from '../read/tree.ts';

/** Variables as they were written, by name; not to be changed. */
export type Variables = ReadonlyMap<string, Entry>;

/** Sets a variable, whose earlier value it then hides. */
export function setVariable(variables: Map<string, Entry>, name: string, entry: Entry): void {
  const hides = variables.get(name);
  variables.set(name, hides === undefined ? entry : { ...entry, hides });
}

/** A group while the inventory is read. */
export interface Group {
  readonly name: string;
  readonly origin: Origin;
  priority: number;
  readonly variables: Map<string, Entry>;
  /** Where each child, and each host, was first named. */
  readonly children: Map<Group, Origin>;
  readonly hosts: Map<HostEntry, Origin>;
}

/** A host while the inventory is read. */
export interface HostEntry {
  readonly name: string;
  readonly origin: Origin;
  readonly variables: Map<string, Entry>;
}

/** Groups and hosts in the order in which the inventory names them; `all` and `ungrouped` first. */
export class GroupTable {
  readonly groups = new Map<string, Group>();
  readonly hosts = new Map<string, HostEntry>();
  readonly all: Group;
  readonly ungrouped: Group;

  constructor(file: string) {
    const start = startOf(file);
    this.all = this.group('all', start);
    this.ungrouped = this.group('ungrouped', start);
    this.all.children.set(this.ungrouped, start);
  }

  group(name: string, origin: Origin): Group {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    const group: Group = {
      name,
      origin,
      priority: 1,
      variables: new Map(),
      children: new Map(),
      hosts: new Map(),
    };
    this.groups.set(name, group);
    return group;
  }

  host(name: string, origin: Origin): HostEntry {
    const known = this.hosts.get(name);
    if (known !== undefined) return known;
    const host: HostEntry = { name, origin, variables: new Map() };
    this.hosts.set(name, host);
    return host;
  }

  /** Puts every group below `all`, and takes hosts that are in a real group out of `ungrouped`. */
  settle(): void {
    const children = new Set(
      [...this.groups.values()].flatMap((group) => [...group.children.keys()]),
    );
    for (const group of this.groups.values()) {
      if (group !== this.all && !children.has(group)) this.all.children.set(group, group.origin);
    }
    const grouped = new Set<HostEntry>();
    for (const group of this.groups.values()) {
      if (group !== this.all && group !== this.ungrouped) {
        for (const host of group.hosts.keys()) grouped.add(host);
      }
    }
    for (const host of this.hosts.values()) {
      if (grouped.has(host)) this.ungrouped.hosts.delete(host);
      else this.ungrouped.hosts.set(host, host.origin);
    }
  }
}
