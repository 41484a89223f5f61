import { escapeControl } from './escape.ts';
import { foldNames } from './fold-names.ts';
import { noPaint, type Paint } from './paint.ts';
import { padEnd, widest } from './words.ts';

interface ListedTask {
  readonly title: string;
  readonly tags?: readonly string[];
}

/** What is known of a host's tasks; `engine/run/list-tasks.ts` makes it. */
export interface ListedTasks {
  readonly host: string;
  readonly stages: readonly (readonly ListedTask[])[];
  readonly depends: boolean;
}

/** Tasks with their tags, stage by stage, once for hosts that have the same. */
export function formatTaskLists(lists: readonly ListedTasks[], paint: Paint = noPaint): string {
  const groups = Map.groupBy(lists, ({ stages, depends }) =>
    JSON.stringify([stages.map(keysOf), depends]),
  );
  const width = widest(
    lists.flatMap(({ stages }) => stages.flat().map(({ title }) => escapeControl(title))),
  );
  const blocks = [...groups.values()].map((group) => {
    const names = foldNames(group.map(({ host }) => host));
    const [first] = group;
    const lines = first?.stages.flatMap((tasks, index) => stageLines(tasks, index, width)) ?? [];
    const more = first?.depends ? [`  others may be known once ${names} has answered`] : [];
    return [paint('bold', escapeControl(names)), ...lines, ...more.map(escapeControl)].join('\n');
  });
  return blocks.join('\n\n');
}

function keysOf(tasks: readonly ListedTask[]) {
  return tasks.map(({ title, tags = [] }) => [title, tags]);
}

function stageLines(tasks: readonly ListedTask[], index: number, width: number): readonly string[] {
  if (tasks.length === 0) return [];
  const lines = tasks.map(({ title, tags = [] }) => {
    const line = `    ${padEnd(escapeControl(title), width)}  [${tags.join(', ')}]`;
    return escapeControl(line);
  });
  return [`  stage ${index}`, ...lines];
}

/** Every tag of these tasks, sorted. */
export function tagsIn(lists: readonly ListedTasks[]): readonly string[] {
  const tags = lists.flatMap(({ stages }) => stages.flat().flatMap((task) => task.tags ?? []));
  return [...new Set(tags)].toSorted();
}
