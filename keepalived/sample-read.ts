import type { Read } from '#engine/model/read.ts';
import { ownAddresses, vipsOf } from './node-address.ts';
import { trackedChecks } from './profile.ts';
import { type VipSample, vipSample } from './reads/vip-sample.ts';
import { ringOf } from './ring.ts';
import type { Node } from './vars.ts';

/** The cheap look at a node's part in its ring. */
export function sampleRead(member: Node, members: readonly Node[]): Read<VipSample> {
  const { vars } = member;
  return vipSample({
    interface: vars.vrrp_interface,
    sources: ownAddresses(vars),
    vips: vipsOf(vars, ringOf(member, members).length),
    checks: trackedChecks(vars),
  });
}
