import type { Rollout } from '#engine/model/playbook.ts';
import { rings } from '#keepalived/ring.ts';
import { KeepalivedVars, PREFIXES } from '#keepalived/vars.ts';
import { ringReady, ringStep } from '#tasks/keepalived/vips-held-once.ts';
import { watchVips } from '#tasks/keepalived/watch-vips.ts';

/** The hosts of keepalived's playbooks, and their variables. */
export const controllers = {
  hosts: 'controllers',
  vars: KeepalivedVars,
  prefixes: PREFIXES,
} as const;

/** One node of a ring at a time, each VIP held once before and after. */
export function inRings(
  plan: NonNullable<Rollout<KeepalivedVars>['plan']>,
): Rollout<KeepalivedVars> {
  return { serial: 1, rings, plan, ready: ringReady, gate: ringStep, watch: watchVips };
}
