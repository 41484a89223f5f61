import { type Choice, EVERYTHING } from '#engine/model/choice.ts';
import { Failure, Failures } from '#engine/model/failure.ts';
import { globExpression } from '#engine/model/glob.ts';
import { didYouMean } from '#engine/model/suggest.ts';
import { paintFor } from '#engine/report/paint.ts';
import {
  formatTaskLists,
  listChosen,
  listTasks,
  type TaskList,
  tagsIn,
} from '#engine/report/task-list.ts';
import type { ChoiceFlags } from './flags/run.ts';
import type { Loaded } from './load.ts';
import { print } from './print.ts';

/** What the flags choose of a playbook. Throws Failures for tags and titles that it has not. */
export function choose<V>({ playbook, members }: Loaded<V>, flags: ChoiceFlags): Choice {
  const { tags = EVERYTHING.tags, skipTags = [], startAtTask: startAt } = flags;
  if (flags.tags === undefined && skipTags.length === 0 && startAt === undefined) return EVERYTHING;
  const lists = listTasks(playbook, members);
  const known = [...tagsIn(lists), ...(playbook.tags ?? [])];
  const failures = [
    ...unknownTags('--tags', tags, known),
    ...unknownTags('--skip-tags', skipTags, known),
  ];
  const titles = startAt === undefined ? undefined : titlesLike(startAt, lists);
  if (startAt !== undefined && titles?.length === 0) failures.push(noSuchTask(startAt, lists));
  // What is not known yet cannot be said to be wrong.
  if (failures.length > 0 && !lists.some(isUnknown)) throw new Failures(failures);
  const from = titles?.length === 0 && startAt !== undefined ? [startAt] : titles;
  return { tags, skipTags, startAt: from };
}

/** Whether the flags ask to see what would be done, rather than to do it. */
export function asksForList({ listHosts, listTasks: tasks, listTags }: ChoiceFlags): boolean {
  return [listHosts, tasks, listTags].includes(true);
}

/** Prints the hosts, the tasks, the tags, or several of them, of what a choice leaves of a playbook. */
export function listWork<V>(loaded: Loaded<V>, choice: Choice, flags: ChoiceFlags): void {
  const { members, targets } = loaded;
  const hosts = members.map(({ host }) => host.name).filter((name) => targets.has(name));
  const lists = flags.listTasks || flags.listTags ? listsOf(loaded, choice) : [];
  const parts = [
    ...(flags.listHosts ? [hosts.join('\n')] : []),
    ...(flags.listTasks ? [formatTaskLists(lists, paintFor(process.stdout))] : []),
    ...(flags.listTags ? [tagsIn(lists).join('\n')] : []),
  ];
  print(parts.join('\n\n'));
}

function listsOf<V>({ playbook, members, targets }: Loaded<V>, choice: Choice) {
  const names = new Set(members.map(({ host }) => host.name));
  return listChosen(listTasks(playbook, members), choice).filter(
    ({ host }) => targets.has(host) || !names.has(host),
  );
}

const SPECIAL = ['all', 'tagged', 'untagged', 'always', 'never'];

function unknownTags(
  flag: string,
  tags: readonly string[],
  known: readonly string[],
): readonly Failure[] {
  return tags
    .filter((tag) => !SPECIAL.includes(tag) && !known.includes(tag))
    .map((tag) => {
      const fix = didYouMean(tag, known, `Tags: ${known.join(', ') || 'none'}.`);
      return new Failure(`No task has the tag ${tag}`, { where: flag, fix });
    });
}

/** One that is called so goes before those that a * stands for. */
function titlesLike(title: string, lists: readonly TaskList[]): readonly string[] {
  const titles = titlesIn(lists);
  if (titles.includes(title)) return [title];
  const expression = globExpression(title);
  return titles.filter((each) => expression.test(each));
}

function noSuchTask(title: string, lists: readonly TaskList[]): Failure {
  const otherwise = 'See them with --list-tasks.';
  return new Failure(`No task is called ${title}`, {
    where: '--start-at',
    fix: didYouMean(title, titlesIn(lists), otherwise),
  });
}

function titlesIn(lists: readonly TaskList[]): readonly string[] {
  return [...new Set(lists.flatMap(({ stages }) => stages.flat().map(({ title }) => title)))];
}

function isUnknown({ stages, depends }: TaskList): boolean {
  return stages.length === 0 && depends;
}
