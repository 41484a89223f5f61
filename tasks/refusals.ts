import { Failure } from '#engine/model/failure.ts';
import { Secret } from '#engine/model/secret.ts';

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

/** Whether it is a text that a pattern matches: nothing of another type is one, as `RegExp.test` would have it. */
export function isLike(text: unknown, pattern: RegExp): boolean {
  return typeof text === 'string' && pattern.test(text);
}

/** Whether it is a text, secret or not. */
export function isText(text: unknown): boolean {
  return typeof text === 'string' || text instanceof Secret;
}

/** A path on a host, as what it keeps for an undo can have it, and as it is compared with others. */
export function pathRule(path: string, name = 'path'): OptionRule {
  const isPath = isLike(path, /^(\/(?!\.{0,2}(\/|$))[^/\n\0]+)+$/) && /\S$/.test(path);
  return [
    name,
    isPath,
    'an absolute path on one line, without //, /./ and /../, that ends in a name',
  ];
}

/** A mode as hosts tell it. */
export function modeRule(mode: string, name = 'mode'): OptionRule {
  return [name, isLike(mode, /^[0-7]{4}$/), 'four octal digits, such as 0644'];
}

/** An owner as hosts tell it: a number is not what they say of one who has a name. */
export function ownerRule(owner: string, name = 'owner'): OptionRule {
  return [name, isLike(owner, /^[^:\s\d][^:\s]*:[^:\s\d][^:\s]*$/), 'user:group, by their names'];
}

/** A SHA-256 as sha256sum(1) prints it. */
export function hashRule(sha256: string): OptionRule {
  return [
    'sha256',
    isLike(sha256, /^[0-9a-f]{64}$/),
    '64 hex digits in lower case, of sha256sum FILE',
  ];
}

/** Nothing that is put aside for what is wanted, or that would wait for somebody to write into it. */
export function inTheWay(path: string, wanted: 'file' | 'folder' | 'link', type: string): Failure {
  return new Failure(`Something else is where a ${wanted} should be`, {
    where: path,
    ran: type === 'other' ? 'a FIFO, a socket or a device' : `a ${type}`,
    fix: `Move it away on the host, or give the ${wanted} another path.`,
  });
}
