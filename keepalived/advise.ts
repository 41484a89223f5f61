import type { Failure } from '#engine/model/failure.ts';
import type { Member } from '#engine/model/playbook.ts';
import type { KeepalivedVars } from './vars.ts';

/** What works, and yet is worth a second thought. */
export function advise(_members: readonly Member<KeepalivedVars>[]): readonly Failure[] {
  return [];
}
