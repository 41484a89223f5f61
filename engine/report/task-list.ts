import { Answers } from '#engine/model/answers.ts';
import { type Choice, choiceAfter, chosen } from '#engine/model/choice.ts';
import type { Write } from '#engine/model/command.ts';
import { CONTROL_MACHINE } from '#engine/model/host.ts';
import { type Member, type Playbook, stagesIn, type TaskContext } from '#engine/model/playbook.ts';
import type { Read } from '#engine/model/read.ts';
import type { Task } from '#engine/model/task.ts';
import { escapeControl } from './escape.ts';
import { foldNames } from './fold-names.ts';
import { noPaint, type Paint } from './paint.ts';
import { padEnd, widest } from './words.ts';

/** The tasks of a host, as far as they are known before it was asked anything. */
export interface TaskList {
  readonly host: string;
  readonly stages: readonly (readonly Task[])[];
  /** Its tasks depend on what it answers: there may be others. */
  readonly depends: boolean;
}

/** The tasks of a playbook, the control machine's first. Connects nowhere. */
export function listTasks<V>(
  playbook: Playbook<V>,
  members: readonly Member<V>[],
): readonly TaskList[] {
  const { local, prepare, tasks } = playbook;
  const ofControlMachine = local && [
    listed(CONTROL_MACHINE.name, (facts) => stagesIn(local({ members, facts }))),
  ];
  const ofHosts = ((prepare ?? tasks) ? members : []).map((member) =>
    listed(member.host.name, (facts) => {
      const context = {
        ...member,
        members,
        facts,
        local: new Answers(),
        meanwhile: new Map(),
        takeOver: [],
      };
      return [prepare?.(context) ?? [], ...stagesIn(tasks?.(context) ?? [])];
    }),
  );
  return [...(ofControlMachine ?? []), ...ofHosts];
}

/** Those that a choice leaves. */
export function listChosen(lists: readonly TaskList[], choice: Choice): readonly TaskList[] {
  const own = lists.find(({ host }) => host === CONTROL_MACHINE.name);
  const titles = own?.stages.flat().map(({ title }) => title) ?? [];
  return lists.map((list) => ({
    ...list,
    stages: chosen(list.stages, list === own ? choice : choiceAfter(titles, choice)),
  }));
}

/** The files that a playbook's tasks would put on a host on which there is nothing yet. */
export function desiredFiles<V>(playbook: Playbook<V>, context: TaskContext<V>): readonly Write[] {
  return stagesIn(playbook.tasks?.(context) ?? [])
    .flat()
    .flatMap((task) => task.fresh())
    .filter((command) => command.kind === 'write');
}

/** Tasks with their tags, stage by stage, once for hosts that have the same. */
export function formatTaskLists(lists: readonly TaskList[], paint: Paint = noPaint): string {
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

/** Every tag of these tasks, sorted. */
export function tagsIn(lists: readonly TaskList[]): readonly string[] {
  const tags = lists.flatMap(({ stages }) => stages.flat().flatMap((task) => task.tags ?? []));
  return [...new Set(tags)].toSorted();
}

function listed(
  host: string,
  stagesFor: (facts: Answers) => readonly (readonly Task[])[],
): TaskList {
  const facts = new NoAnswers();
  try {
    return { host, stages: stagesFor(facts), depends: facts.missed };
  } catch (error) {
    // A playbook that counts on an answer has no tasks without it.
    if (facts.missed) return { host, stages: [], depends: true };
    throw error;
  }
}

/** None, and notes that one was missed. */
class NoAnswers extends Answers {
  missed = false;

  override has(key: string): boolean {
    this.missed = true;
    return super.has(key);
  }

  override result<T>(read: Read<T>) {
    this.missed = true;
    return super.result(read);
  }
}

function keysOf(tasks: readonly Task[]) {
  return tasks.map(({ title, tags = [] }) => [title, tags]);
}

function stageLines(tasks: readonly Task[], index: number, width: number): readonly string[] {
  if (tasks.length === 0) return [];
  const lines = tasks.map(({ title, tags = [] }) => {
    const line = `    ${padEnd(escapeControl(title), width)}  [${tags.join(', ')}]`;
    return escapeControl(line);
  });
  return [`  stage ${index}`, ...lines];
}
