import type { Task } from '#engine/model/task.ts';
import { familiesOf } from '#keepalived/families.ts';
import type { Node } from '#keepalived/vars.ts';
import { sysctl } from '../system/sysctl.ts';

/** Lets keepalived send from an address that the kernel does not have yet. */
export function nonlocalBind(node: Node): readonly Task[] {
  return nonlocalBinds(node).map((name) => sysctl(name, '1'));
}

/** The kernel parameters of it. */
export function nonlocalBinds({ vars }: Node): readonly string[] {
  const families = [...new Set([4, ...familiesOf(vars)])];
  return families.map((family) => `net.ipv${family}.ip_nonlocal_bind`);
}
