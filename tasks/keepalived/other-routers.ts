import type { TaskContext } from '#engine/model/playbook.ts';
import { type Task, task } from '#engine/model/task.ts';
import { routersOn } from '#keepalived/reads/routers.ts';
import { surroundings } from '#keepalived/reads/surroundings.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';

/** Changes nothing, and asks only where rota has not been before: the ring as a whole judges what is heard. */
export function otherRouters({ facts, vars }: TaskContext<KeepalivedVars>): readonly Task[] {
  if (facts.find(surroundings(vars.keepalived_manifest_dir))?.isOurs !== false) return [];
  return [
    task({
      title: 'other routers are listened for',
      desired: {},
      reads: { routers: routersOn(vars.vrrp_interface) },
      inspect: () => ({}),
      note: ({ routers: { deaf } }) => deaf && `nobody listened for other routers: ${deaf}`,
      apply: () => [],
    }),
  ];
}
