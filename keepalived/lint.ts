import type { Failure } from '#engine/model/failure.ts';
import type { Member } from '#engine/model/playbook.ts';
import type { KeepalivedVars } from './vars.ts';

/** What is wrong with the inventory, as far as it can be seen without a host. */
export function lint(_members: readonly Member<KeepalivedVars>[]): readonly Failure[] {
  return [];
}
