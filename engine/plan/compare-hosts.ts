import { isDeepStrictEqual } from 'node:util';
import type { Scalar } from '#engine/model/state.ts';
import { showSide } from './saved-host.ts';
import type { SavedField, SavedHost, SavedSide, SavedTask } from './saved-plan.ts';

/** What differs about one task: `before` as the plan saw it, `after` as it is now. */
export interface DriftedTask {
  readonly title: string;
  readonly fields: readonly {
    readonly name: string;
    readonly before: Scalar | undefined;
    readonly after: Scalar | undefined;
  }[];
}

/** What differs between the plan of a host and the same made anew, both with one seal. */
export function compareHosts(saved: SavedHost, now: SavedHost): readonly DriftedTask[] {
  const stages = Array.from({ length: Math.max(saved.stages.length, now.stages.length) });
  const drifted = stages.flatMap((_, index) =>
    compareStages(saved.stages[index] ?? [], now.stages[index] ?? []),
  );
  const moved = [...drifted, ...impacts(saved, now)];
  if (moved.length > 0 || saved.state === now.state) return moved;
  return [{ title: 'the same changes, from another state', fields: [states(saved, now)] }];
}

/** What a change does to what runs was agreed to as well. */
function impacts({ impact: saved }: SavedHost, { impact: now }: SavedHost): readonly DriftedTask[] {
  if (saved?.text === now?.text) return [];
  return [{ title: 'impact', fields: [{ name: 'impact', before: saved?.text, after: now?.text }] }];
}

function states(saved: SavedHost, now: SavedHost) {
  return { name: 'state', before: saved.state.slice(0, 12), after: now.state.slice(0, 12) };
}

function compareStages(
  saved: readonly SavedTask[],
  now: readonly SavedTask[],
): readonly DriftedTask[] {
  const titles = [...new Set([...saved, ...now].map(({ title }) => title))];
  return titles
    .map((title) => {
      const same = (task: SavedTask) => task.title === title;
      return { title, fields: compareTasks(saved.find(same), now.find(same)) };
    })
    .filter(({ fields }) => fields.length > 0);
}

function compareTasks(saved: SavedTask | undefined, now: SavedTask | undefined) {
  if (saved === undefined || now === undefined) {
    const planned = (task: SavedTask | undefined) => (task === undefined ? undefined : 'planned');
    return [{ name: 'task', before: planned(saved), after: planned(now) }];
  }
  const names = [...new Set([...saved.fields, ...now.fields].map(({ name }) => name))];
  const fields = names.flatMap((name) => {
    const same = (field: SavedField) => field.name === name;
    return compareFields(name, saved.fields.find(same), now.fields.find(same));
  });
  if (fields.length > 0 || saved.commands === now.commands) return fields;
  return [{ name: 'commands', before: 'those of the plan', after: 'others' }];
}

/** A field that did not differ was as it is wanted, which the other of the two says. */
function compareFields(
  name: string,
  saved: SavedField | undefined,
  now: SavedField | undefined,
): DriftedTask['fields'] {
  const then = saved === undefined ? now?.after : saved.before;
  const here = now === undefined ? saved?.after : now.before;
  const wanted = [saved?.after ?? now?.after, now?.after ?? saved?.after] as const;
  return [...difference(name, then, here), ...difference(`${name}, wanted`, ...wanted)];
}

function difference(
  name: string,
  before: SavedSide | undefined,
  after: SavedSide | undefined,
): DriftedTask['fields'] {
  if (isDeepStrictEqual(before, after)) return [];
  return [{ name, before: before && showSide(before), after: after && showSide(after) }];
}
