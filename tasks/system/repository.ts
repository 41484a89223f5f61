import type { Command } from '#engine/model/command.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { requireOptions } from '../options.ts';
import {
  aptPlace,
  dnfPlace,
  KEYRINGS,
  type RepositoryOptions,
  type RepositoryPlace,
} from './repository-places.ts';

/** Where packages come from, with its key, for apt or dnf; and the host knows what is in it. */
export function repository(options: RepositoryOptions): Task {
  const { name } = options;
  requireRepositoryOptions(options);
  const places = { apt: aptPlace(options), dnf: dnfPlace(options) };
  const key = `${options.key.trim()}\n`;
  return task({
    title: `repository ${name}`,
    reads: {
      now: indexIn(places),
      aptSource: fileAt(places.apt.source),
      aptKey: fileAt(places.apt.key),
      dnfSource: fileAt(places.dnf.source),
      dnfKey: fileAt(places.dnf.key),
      keyrings: fileAt(KEYRINGS),
    },
    desired: ({ now: { manager } }) => ({ key, source: places[manager].text, index: FRESH }),
    inspect: ({ now: { manager, isFresh }, ...files }) => ({
      key: textIn(files[`${manager}Key`]),
      source: textIn(files[`${manager}Source`]),
      index: isFresh ? FRESH : 'older than its source',
    }),
    apply: ({ fields, desired, facts: { now, keyrings } }) => {
      const place = places[now.manager];
      const differing = fields.map((field) => field.name);
      const files = (['key', 'source'] as const).filter((file) => differing.includes(file));
      return [
        ...(now.manager === 'apt' && keyrings.type === 'absent' ? [KEYRINGS_FOLDER] : []),
        ...files.map((file) => write(place[file], String(desired[file]))),
        { kind: 'run', title: 'ask what is in it', script: place.refresh, undo: place.undo },
      ];
    },
  });
}

const FRESH = 'as its source';

function requireRepositoryOptions({
  name,
  uri,
  key,
  suite = './',
  components = [],
}: RepositoryOptions) {
  const word = /^[\w./+~-]+$/;
  requireOptions(`repository ${JSON.stringify(name)}`, [
    [
      /^[A-Za-z0-9][\w-]*$/.test(name),
      'A repository cannot have this name',
      'Use letters, digits, _ and - alone.',
    ],
    [
      /^(?:https?|file|ftp):\/[\w/.:@%~+-]+$/.test(uri),
      'This is no address of a repository',
      'Give one such as https://deb.example.org/debian.',
    ],
    [
      /^\s*-----BEGIN PGP PUBLIC KEY BLOCK-----\n[^\0]+-----END PGP PUBLIC KEY BLOCK-----\s*$/.test(
        key,
      ),
      'This is no key of a repository in text',
      'Turn one in bytes into text with: gpg --enarmor, or gpg --armor --export.',
    ],
    [
      word.test(suite) && components.every((part) => word.test(part)),
      'A suite or component cannot have this name',
      'Write it as the sources.list of the repository does.',
    ],
    [
      suite.endsWith('/') === (components.length === 0),
      'A suite has components, and a path that ends in / has none',
      'Give both suite and components, or none of them.',
    ],
  ]);
}

const KEYRINGS_FOLDER = {
  kind: 'folder',
  path: KEYRINGS,
  mode: '0755',
  owner: 'root:root',
} as const;

function write(path: string, body: string): Command {
  return { kind: 'write', path, body, mode: '0644', owner: 'root:root' };
}

interface IndexFact {
  readonly manager: 'apt' | 'dnf';
  readonly isFresh: boolean;
}

function indexIn({ apt, dnf }: Readonly<Record<'apt' | 'dnf', RepositoryPlace>>): Read<IndexFact> {
  const isFresh = ({ source, key, index, stamp }: RepositoryPlace) => `for index in ${index}; do
  for stamp in ${stamp}; do
    [ ! -e "$index" ] || ${sh`[ ${source} -nt "$stamp" ]`} || ${sh`[ ${key} -nt "$stamp" ]`} || { echo fresh; exit; }
  done
done`;
  return {
    key: `index of ${apt.source} ${apt.text}`,
    script: `if command -v dpkg-query >/dev/null; then
echo apt
${isFresh(apt)}
else
echo dnf
${isFresh(dnf)}
fi`,
    parse: ({ stdout }) => ({
      manager: stdout.startsWith('apt') ? 'apt' : 'dnf',
      isFresh: stdout.endsWith('fresh\n'),
    }),
  };
}
