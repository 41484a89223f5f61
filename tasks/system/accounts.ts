import type { Output, Read } from '#engine/model/read.ts';
import { sh } from '#engine/shell/quote.ts';
import { isLike, type OptionRule } from '../refusals.ts';

/** A user, as the host's own files have it; undefined is what is not there. */
export interface AccountFact {
  readonly uid: number | undefined;
  readonly comment: string | undefined;
  readonly home: string | undefined;
  readonly shell: string | undefined;
  /** The primary one. */
  readonly group: string | undefined;
  /** The others, in their order, with commas. */
  readonly groups: string;
  /** The number of the group that has the user's name. */
  readonly ownGroup: string | undefined;
}

/** What passwd(5) and group(5) have of a user, and nothing of others, whose changes are no drift. */
export function accountOf(name: string): Read<AccountFact> {
  return {
    key: `user ${name}`,
    script: `${sh`name=${name} gid= primary= own= in=`}
while IFS=: read -r user _ uid group comment home shell; do
  [ "$user" = "$name" ] || continue
  gid=$group
  printf '%s\\n' "uid $uid" "comment $comment" "home $home" "shell $shell"
done </etc/passwd
while IFS=: read -r group _ number members; do
  [ "$number" != "$gid" ] || primary=$group
  [ "$group" != "$name" ] || own=$number
  case ,$members, in *,"$name",*) in="$in $group" ;; esac
done </etc/group
printf '%s\\n' "group $primary" "ownGroup $own" "in$in"`,
    parse: accountIn,
  };
}

function accountIn({ stdout }: Output): AccountFact {
  const lines = stdout.split('\n').map((line) => line.split(/ (.*)/s));
  const { uid, comment, home, shell, group, ownGroup, in: groups = '' } = Object.fromEntries(lines);
  return {
    ...{ uid: uid === undefined ? undefined : Number(uid), comment, home, shell },
    group: group === '' ? undefined : group,
    groups: groups.split(' ').toSorted().join(','),
    ownGroup: ownGroup === '' ? undefined : ownGroup,
  };
}

/** The number of a group; undefined: there is none of that name. */
export function groupNumber(name: string): Read<number | undefined> {
  return {
    key: `group ${name}`,
    script: `while IFS=: read -r name _ gid _; do ${sh`[ "$name" != ${name} ]`} || echo "$gid"; done </etc/group`,
    parse: ({ stdout }) => (stdout === '' ? undefined : Number.parseInt(stdout, 10)),
  };
}

/** A name that useradd(8) and groupadd(8) take. */
export function nameRule(name: string, option = 'name'): OptionRule {
  const must = `letters, digits and _.-, up to 32, not ${JSON.stringify(name)}`;
  return [option, isLike(name, /^[a-z_][a-z0-9_.-]{0,31}$/i), must];
}

/** The number of a user or group. */
export function idRule(option: string, id: number | undefined): OptionRule {
  return [
    option,
    id === undefined || (Number.isInteger(id) && id >= 0 && id < 2 ** 32 - 1),
    'a whole number',
  ];
}

/** Sh that succeeds where a file of accounts has this name. */
export function hasName(file: '/etc/passwd' | '/etc/group', name: string): string {
  return sh`cut -d: -f1 ${file} | grep -qxF -e ${name}`;
}
