import type { RunCommand } from '#engine/model/command.ts';
import { reveal, Secret } from '#engine/model/secret.ts';
import type { FieldChange, Scalar } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { type FileFact, fileAt } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { isLike, requireOptions } from '../refusals.ts';
import { type AccountFact, accountOf, hasName, idRule, nameRule } from './accounts.ts';
import { hashFor, hashOf, NO_HASH, setHash } from './password.ts';

export interface UserOptions {
  readonly name: string;
  readonly uid?: number;
  /** The primary group, by name. Left out, where the user is made: the group of the same name. */
  readonly group?: string;
  /** All other groups that the user is in. Left out: they stay as they are. */
  readonly groups?: readonly string[];
  readonly shell?: string;
  /** Made with the user, as is /home/NAME where this is left out; that of a system user is not. */
  readonly home?: string;
  readonly comment?: string;
  /** One below the numbers of people, where it is made. */
  readonly system?: boolean;
  /** The hash of crypt(5), as `openssl passwd -6` tells it. */
  readonly password?: Secret;
  /** No password is taken, whatever it is; keys are. */
  readonly locked?: boolean;
}

/** A user of the host's own files. What is left out stays as it is, or is what useradd(8) makes of it. */
export function user(options: UserOptions): Task {
  const { name, uid, group, shell, home, comment, password } = options;
  requireUserOptions(options);
  const { locked = password === undefined ? undefined : false } = options;
  const groups = options.groups && [...new Set(options.groups)].toSorted().join(',');
  const wanted = { name, uid, group, groups, shell, home, comment, password, locked };
  const hasPassword = locked !== undefined;
  return task({
    title: `user ${name}`,
    desired: given(wanted),
    reads: {
      account: accountOf(name),
      home: fileAt(homeOf(options)),
      hash: hasPassword ? hashOf(name) : NO_HASH,
    },
    inspect: (facts) => userIn(name, facts),
    apply: ({ observed, fields, facts }) => [
      ...(observed === undefined ? [added(options, fields, facts)] : changed(name, fields)),
      ...(hasPassword && fields.some(({ name: field }) => SECRET_FIELDS.has(field))
        ? [setHash(name, hashFor(password, locked, facts.hash), observed && facts.hash)]
        : []),
    ],
  });
}

function requireUserOptions(options: UserOptions): void {
  const { name, uid, group = name, groups = [], shell = '/', home = '/', comment = '' } = options;
  const isPath = (path: string) => isLike(path, /^\/[^:\n]*$/);
  requireOptions(`user ${name}`, [
    nameRule(name),
    ['password', options.password === undefined || options.password instanceof Secret, 'a Secret'],
    idRule('uid', uid),
    nameRule(group, 'group'),
    ...groups.map((one) => nameRule(one, 'groups')),
    ['shell', isPath(shell), 'an absolute path without colons'],
    ['home', isPath(home), 'an absolute path without colons'],
    ['comment', !/[:\n]/.test(comment), 'one line without colons'],
  ]);
}

function given<T extends object>(fields: T): { readonly [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]: Exclude<T[K], undefined>;
  };
}

interface UserFacts {
  readonly account: AccountFact;
  readonly hash: string;
}

function userIn(name: string, { account, hash }: UserFacts) {
  if (account.uid === undefined) return undefined;
  const password = new Secret(hash.replace(/^!+/, ''));
  return { ...account, name, password, locked: hash.startsWith('!') };
}

/** What useradd and usermod both call it. */
const FLAGS: Readonly<Record<string, string>> = {
  ...{ uid: '-u', group: '-g', groups: '-G', shell: '-s', home: '-d', comment: '-c' },
};
const SECRET_FIELDS = new Set(['password', 'locked']);

function flagsOf(fields: Readonly<Record<string, Scalar | undefined>>): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const flag = FLAGS[name];
    return flag === undefined ? [] : [flag, String(value ?? '')];
  });
}

function added(
  options: UserOptions,
  fields: readonly FieldChange[],
  { account, home: there }: UserFacts & { readonly home: FileFact },
): RunCommand {
  const { name, system = false, group, home } = options;
  const makesHome = !system || home !== undefined;
  const flags = [
    ...(system ? ['--system'] : []),
    makesHome ? '--create-home' : '--no-create-home',
    ...flagsOf({ home: homeOf(options), ...afterOf(fields) }),
  ];
  const own = `! ${hasName('/etc/group', name)} || ${sh`set -- "$@" -g ${name}`}`;
  const isOurs = makesHome && there.type === 'absent';
  return {
    kind: 'run',
    title: `add user ${name}`,
    script: `${sh`set -- ${flags}`}
${group === undefined ? own : ''}
useradd "$@" ${sh`${name}`}`,
    undo: `! ${hasName('/etc/passwd', name)} || ${sh`userdel ${[...(isOurs ? ['--remove'] : []), name]}`} || exit
${groupAgain(name, account)}`,
  };
}

/** With a user, userdel(8) takes away the group of the same name, whoever had made it. */
function groupAgain(name: string, { ownGroup }: AccountFact): string {
  if (ownGroup === undefined) return '';
  return `${hasName('/etc/group', name)} || ${sh`groupadd --gid ${ownGroup} ${name}`}`;
}

function homeOf({ name, home = name === 'root' ? '/root' : `/home/${name}` }: UserOptions): string {
  return home;
}

function afterOf(fields: readonly FieldChange[]) {
  return Object.fromEntries(fields.map(({ name, after }) => [name, after]));
}

function changed(name: string, fields: readonly FieldChange[]): readonly RunCommand[] {
  const flags = flagsOf(afterOf(fields));
  if (flags.length === 0) return [];
  const before = flagsOf(Object.fromEntries(fields.map((field) => [field.name, field.before])));
  const script = sh`usermod ${[...flags, name]}`;
  return [{ kind: 'run', title: `change ${name}`, script, undo: sh`usermod ${[...before, name]}` }];
}

/** No such user. The home stays. An undo makes the same user again, with the password. */
export function noUser(name: string): Task {
  requireOptions(`no user ${name}`, [nameRule(name)]);
  return task({
    title: `no user ${name}`,
    desired: { user: 'absent' },
    reads: { account: accountOf(name), hash: hashOf(name) },
    inspect: ({ account: { uid } }) => ({ user: uid ?? 'absent' }),
    apply: ({ facts }) => {
      const { name: _, ...was } = userIn(name, facts) ?? { name };
      const again = sh`useradd --no-create-home ${[...flagsOf(was), name]}`;
      const undo = `! ${hasName('/etc/passwd', name)} || exit 0
${groupAgain(name, facts.account)}
${again} && ${reveal(setHash(name, facts.hash, undefined).script)}`;
      return [
        {
          kind: 'run',
          title: `remove user ${name}`,
          script: sh`userdel ${name}`,
          undo: new Secret(undo),
        },
      ];
    },
  });
}
