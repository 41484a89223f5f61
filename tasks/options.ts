import { Failure } from '#engine/model/failure.ts';

/** An option of a task: its name, whether it is as it must be, and how that is. */
export type OptionRule = readonly [name: string, holds: boolean, must: string];

/** Throws the Failure of a task, with all of its options that are not as they must be. */
export function requireOptions(task: string, rules: readonly OptionRule[]): void {
  const broken = rules.filter(([, holds]) => !holds);
  if (broken.length === 0) return;
  throw new Failure('A task has options that it cannot do its work with', {
    where: task,
    output: broken.map(([name, , must]) => `${name} must be ${must}`).join('\n'),
    fix: 'Mend them where the playbook makes the task.',
  });
}

/** A path on a host, as what it keeps for an undo can have it. */
export function pathRule(path: string, name = 'path'): OptionRule {
  return [name, /^\/(.*\S)?$/.test(path), 'an absolute path, one line that ends in no blank'];
}

/** A mode as hosts tell it. */
export function modeRule(mode: string, name = 'mode'): OptionRule {
  return [name, /^[0-7]{4}$/.test(mode), 'four octal digits, such as 0644'];
}

/** An owner as hosts tell it: a number is not what they say of one who has a name. */
export function ownerRule(owner: string, name = 'owner'): OptionRule {
  return [name, /^[^:\s\d][^:\s]*:[^:\s\d][^:\s]*$/.test(owner), 'user:group, by their names'];
}
