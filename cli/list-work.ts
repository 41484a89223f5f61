import type { Choice } from '#engine/model/choice.ts';
import { paintFor } from '#engine/report/paint.ts';
import { formatTaskLists, tagsIn } from '#engine/report/task-list.ts';
import { listChosen, listTasks } from '#engine/run/list-tasks.ts';
import type { ChoiceFlags } from './flags/choice.ts';
import type { Loaded } from './load.ts';
import { print } from './print.ts';

/** Whether the flags ask to see what would be done, rather than to do it. */
export function isList({ listHosts, listTasks: tasks, listTags }: ChoiceFlags): boolean {
  return [listHosts, tasks, listTags].includes(true);
}

/** Prints the hosts, the tasks, the tags, or several of them, of what a choice leaves of a playbook. */
export function listWork<V>(loaded: Loaded<V>, choice: Choice, flags: ChoiceFlags): void {
  const { playbook, members, targets } = loaded;
  const hosts = members.map(({ host }) => host.name).filter((name) => targets.has(name));
  const lists = listChosen(listTasks(playbook, members), choice).filter(
    ({ host }) => targets.has(host) || !members.some((member) => member.host.name === host),
  );
  const parts = [
    ...(flags.listHosts ? [hosts.join('\n')] : []),
    ...(flags.listTasks ? [formatTaskLists(lists, paintFor(process.stdout))] : []),
    ...(flags.listTags ? [tagsIn(lists).join('\n')] : []),
  ];
  print(parts.join('\n\n'));
}
