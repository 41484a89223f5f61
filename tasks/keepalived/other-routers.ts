import type { TaskContext } from '#engine/model/playbook.ts';
import { requirement, type Task } from '#engine/model/task.ts';
import { routersOn } from '#keepalived/reads/adverts.ts';
import { surroundings } from '#keepalived/reads/surroundings.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';

/** Changes nothing, and asks only where rota has not been before: the ring as a whole judges what is heard. */
export function otherRouters({ facts, vars }: TaskContext<KeepalivedVars>): readonly Task[] {
  if (facts.find(surroundings(vars.keepalived_manifest_dir))?.isOurs !== false) return [];
  return [
    requirement({
      title: 'other routers are listened for',
      reads: { routers: routersOn(vars.vrrp_interface) },
      note: ({ routers: { deaf } }) => deaf && `nobody listened for other routers: ${deaf}`,
    }),
  ];
}
