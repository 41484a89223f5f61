import type { Member } from '#engine/model/playbook.ts';
import type { Task } from '#engine/model/task.ts';
import { vipsOf } from '#keepalived/node-address.ts';
import { ringOf } from '#keepalived/ring.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { noPod } from '#tasks/no-pod.ts';
import { MANIFEST } from './paths.ts';

/** A node of the ring that holds no VIP, and will not. */
export function offDuty(
  node: Member<KeepalivedVars> & { readonly members: readonly Member<KeepalivedVars>[] },
): Task {
  return noPod(manifestOf(node), vipsOf(node.vars, ringOf(node, node.members).length));
}

export function manifestOf({ vars }: Member<KeepalivedVars>): string {
  return `${vars.keepalived_manifest_dir}/${MANIFEST}`;
}
