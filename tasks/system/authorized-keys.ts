import type { Command, Folder } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { BOOLEAN, each, must, optional, type Rule, requireOptions } from '#engine/model/options.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { PLACES, shellFile, USER } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { hasName, NAME } from './accounts.ts';

export interface AuthorizedKeysOptions {
  readonly user: string;
  /** A line each, as ssh-keygen(1) writes it into a `.pub`; options of sshd(8) may stand before it. */
  readonly keys: readonly string[];
  /** All others go. */
  readonly exclusive?: boolean;
}

/**
 * Keys that open a user's account, in ~/.ssh/authorized_keys, with the modes that sshd wants. A user who is
 * to be made in the same stage is expected to get a home in /home.
 */
export function authorizedKeys(options: AuthorizedKeysOptions): Task {
  const { user, keys, exclusive = false } = options;
  requireOptions(`keys of ${user}`, options, {
    user: NAME,
    keys: each(IS_KEY),
    exclusive: optional(BOOLEAN),
  });
  return task({
    title: `keys of ${user}`,
    reads: { there: keysOf(user) },
    desired: ({ there }) => ({
      home: SAFE,
      folder: `0700 ${user}`,
      file: `0600 ${user}`,
      keys: withKeys(exclusive ? '' : (there.keys ?? ''), keys),
    }),
    inspect: ({ there: { home, folder, file, keys: text } }) => ({
      home: home === undefined || isSafe(home.mode) ? SAFE : `${home.mode}: others may write`,
      folder: folder && modeAndUser(folder),
      file: file === 'link' ? 'a link' : file && modeAndUser(file),
      keys: text,
    }),
    apply: ({ desired, facts: { there } }) => writeKeys(user, String(desired.keys), there),
  });
}

const SAFE = 'written by its owner alone';

interface Place {
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
}

interface KeysFact {
  /** Undefined: there is no such user. */
  readonly path: string | undefined;
  readonly home: Place | undefined;
  readonly folder: Place | undefined;
  readonly file: Place | 'link' | undefined;
  readonly keys: string | undefined;
}

const KEY =
  /^(?:[^\s#].*?\s)?((?:ssh-(?:rsa|ed25519)|ecdsa-sha2-nistp\d+|sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) ([A-Za-z0-9+/]{20,}={0,2}))(?: .*)?$/;

/** What is in base64 begins with its type, and how long that is. */
const IS_KEY: Rule = (line, name) => {
  const [type = '', blob = ''] = keyIn(`${line}`)?.split(' ') ?? [];
  const head = `\0\0\0${String.fromCharCode(type.length)}${type}`;
  const isRight = type !== '' && Buffer.from(blob, 'base64').toString('latin1').startsWith(head);
  const be = `the line of a .pub each, not ${JSON.stringify(line)}`;
  return must(() => isRight && !`${line}`.includes('\n'), be)(line, name);
};

/** What of a line is the key itself, whatever its options and comment. */
function keyIn(line: string): string | undefined {
  return KEY.exec(line.trim())?.[1];
}

/** A key that is wanted stands there once: of two lines of one key the first counts. */
function withKeys(text: string, keys: readonly string[]): string {
  const wanted = new Map(keys.map((key) => [keyIn(key), key.trim()]));
  const missing = new Map(wanted);
  const kept = text.split('\n').flatMap((line) => {
    const own = wanted.get(keyIn(line));
    if (own === undefined) return line === '' ? [] : [line];
    return missing.delete(keyIn(line)) ? [own] : [];
  });
  return [...kept, ...missing.values(), ''].join('\n');
}

function isSafe(mode: string): boolean {
  return (Number.parseInt(mode, 8) & 0o022) === 0;
}

function modeAndUser({ mode, owner }: Place): string {
  return `${mode} ${owner.split(':')[0]}`;
}

function writeKeys(user: string, body: string, there: KeysFact): readonly Command[] {
  const { path: home = user === 'root' ? '/root' : `/home/${user}` } = there;
  // With the user's own group, whatever it is called: chown(1) finds it.
  const owner = `${user}:`;
  const folder = { kind: 'folder', path: `${home}/.ssh`, mode: '0700', owner } as const;
  return [
    ...(there.path === undefined ? [userIsThere(user)] : []),
    ...(there.home === undefined || isSafe(there.home.mode) ? [] : [shut(home, there.home)]),
    there.folder === undefined ? folder : { ...folder, before: there.folder },
    { kind: 'write', path: `${home}/.ssh/authorized_keys`, body, mode: '0600', owner },
  ];
}

/** No folder is made for a user whom nobody makes. */
function userIsThere(user: string): Command {
  const script = `${hasName('/etc/passwd', user)} || ${sh`{ echo there is no user ${user}; exit 1; }`}`;
  return { kind: 'run', title: `look for ${user}`, script };
}

function shut(path: string, before: Place): Folder {
  const mode = (Number.parseInt(before.mode, 8) & ~0o022).toString(8).padStart(4, '0');
  return { kind: 'folder', path, mode, owner: before.owner, before };
}

const READ_KEYS = `${USER}
${PLACES}
${shellFile(new URL('./read-keys.sh', import.meta.url))}`;

function keysOf(user: string): Read<KeysFact> {
  return {
    key: `keys of ${user}`,
    shared: [READ_KEYS],
    script: sh`read_keys ${user}`,
    parse: ({ stdout }) => {
      const [path = '', home = '', folder = '', file = '', ...keys] = stdout.split('\n');
      if (folder === 'link') throw linked(`${path}/.ssh`);
      return {
        path: path === '' ? undefined : path,
        home: placeIn(home),
        folder: placeIn(folder),
        file: file === 'link' ? file : placeIn(file),
        keys: placeIn(file) && keys.join('\n'),
      };
    },
  };
}

function placeIn(line: string): Place | undefined {
  const [, mode = '', owner] = /^(\d+) (.+:.+)$/.exec(line) ?? [];
  return owner === undefined ? undefined : { mode: mode.padStart(4, '0'), owner };
}

function linked(where: string): Failure {
  return new Failure('Keys are not kept behind a link that their user can lead elsewhere', {
    where,
    fix: 'Make it a folder on the host.',
  });
}
