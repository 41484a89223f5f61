import type { Origin } from '#engine/model/host.ts';
import type { Variables } from '../groups/group-table.ts';
import type { Kept } from './budget.ts';
import { Budget } from './budget.ts';
import type { Render } from './templates.ts';
import type { Value } from './value.ts';

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
