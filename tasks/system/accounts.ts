import { type FileFact, fileAt, textIn } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';

/** The users of passwd(5): name, password, uid, gid, comment, home, shell. */
export const ACCOUNTS = fileAt('/etc/passwd');

/** The groups of group(5): name, password, gid, members. */
export const GROUPS = fileAt('/etc/group');

export function rowsOf(file: FileFact): readonly (readonly string[])[] {
  return (textIn(file) ?? '').split('\n').map((line) => line.split(':'));
}

export function rowNamed(file: FileFact, name: string): readonly string[] | undefined {
  return rowsOf(file).find(([other]) => other === name);
}

/** The rule of tasks with a name that useradd(8) and groupadd(8) take. */
export function nameRule(name: string) {
  const fix =
    'Give it a name of letters, digits and _.-, up to 32, that begins with a letter or _.';
  return [
    /^[a-z_][a-z0-9_.-]{0,31}$/i.test(name),
    'A user or group cannot have this name',
    fix,
  ] as const;
}

/** The rule of tasks with a number for a user or group. */
export function idRule(id: number | undefined) {
  const isRight = id === undefined || (Number.isInteger(id) && id >= 0 && id < 2 ** 32 - 1);
  return [
    isRight,
    'A user or group cannot have this number',
    `Give a whole number in place of ${id}.`,
  ] as const;
}

/** Sh that succeeds where a file of accounts has this name. */
export function hasName(file: '/etc/passwd' | '/etc/group', name: string): string {
  return sh`cut -d: -f1 ${file} | grep -qxF -e ${name}`;
}
