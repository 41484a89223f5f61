import { Answers } from '#engine/model/answers.ts';
import { type Choice, choiceAfter, chosen } from '#engine/model/choice.ts';
import type { Write } from '#engine/model/command.ts';
import { type Failure, Failures, failuresOf } from '#engine/model/failure.ts';
import { CONTROL_MACHINE } from '#engine/model/host.ts';
import { type Member, type Playbook, stagesIn } from '#engine/model/playbook.ts';
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

/** The tasks of a playbook, the control machine's first. Connects nowhere. Throws all that is wrong. */
export function listTasks<V>(
  playbook: Playbook<V>,
  members: readonly Member<V>[],
): readonly TaskList[] {
  const { local, prepare, tasks } = playbook;
  const ofLocal = (own: NonNullable<typeof local>) => () =>
    listed(CONTROL_MACHINE.name, (facts) => stagesIn(own({ members, facts })));
  return allOf([
    ...(local ? [ofLocal(local)] : []),
    ...((prepare ?? tasks) ? members : []).map(
      (member) => () => listTasksOf(playbook, member, members),
    ),
  ]);
}

/** Those of one host alone. */
export function listTasksOf<V>(
  { prepare, tasks }: Playbook<V>,
  member: Member<V>,
  members: readonly Member<V>[],
): TaskList {
  const common = { ...member, members, local: new Answers(), meanwhile: new Map(), takeOver: [] };
  return listed(member.host.name, (facts) => {
    const context = { ...common, facts };
    return [...(prepare ? [prepare(context)] : []), ...stagesIn(tasks?.(context) ?? [])];
  });
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

/** The files that these tasks would put on a host on which there is nothing yet. */
export function filesIn({ stages }: TaskList): readonly Write[] {
  return stages
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

/** What is wrong in the same way for several hosts is said once. */
function allOf<T>(makers: readonly (() => T)[]): readonly T[] {
  const wrong = new Map<string, Failure>();
  const made = makers.flatMap((make) => {
    try {
      return [make()];
    } catch (error) {
      for (const failure of failuresOf(error)) {
        const { message, where, ran } = failure;
        wrong.set(JSON.stringify([message, where, ran]), failure);
      }
      return [];
    }
  });
  if (wrong.size > 0) throw new Failures([...wrong.values()]);
  return made;
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
    if (tags.length === 0) return `    ${escapeControl(title)}`;
    const line = `    ${padEnd(escapeControl(title), width)}  [${tags.join(', ')}]`;
    return escapeControl(line);
  });
  return [`  stage ${index + 1}`, ...lines];
}
