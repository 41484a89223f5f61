import type { Command } from '#engine/model/command.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { CLOCK, shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { requireOptions } from '../options.ts';

export interface RepositoryOptions {
  /** Of its files on the host. */
  readonly name: string;
  readonly uri: string;
  /** The key that signs it, as text: what begins with BEGIN PGP PUBLIC KEY BLOCK. */
  readonly key: string;
  /** For apt; `./` is a repository without suites. */
  readonly suite?: string;
  /** For apt: of a suite. */
  readonly components?: readonly string[];
}

/** Where packages come from, with its key, for apt or dnf; and the host knows what is in it. */
export function repository(options: RepositoryOptions): Task {
  const { name } = options;
  requireRepositoryOptions(options);
  const places = { apt: aptPlaces(options), dnf: dnfPlaces(options) };
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

interface Place {
  readonly source: string;
  readonly text: string;
  readonly key: string;
  /** A file that is there, by a glob of sh, once the host knows what is in the repository. */
  readonly index: string;
  /** What is newer than source and key then. */
  readonly stamp: string;
  readonly refresh: string;
  readonly undo: string;
}

const APT = `${CLOCK}\n${shellFile(new URL('./apt.sh', import.meta.url))}`;
/** Older releases come without it. */
const KEYRINGS = '/etc/apt/keyrings';
const KEYRINGS_FOLDER = {
  kind: 'folder',
  path: KEYRINGS,
  mode: '0755',
  owner: 'root:root',
} as const;
const LISTS = '/var/lib/apt/lists';

/** In the format of sources.list(5) that has a field a line. */
function aptPlaces({ name, uri, suite = './', components = [] }: RepositoryOptions): Place {
  const source = `/etc/apt/sources.list.d/${name}.sources`;
  const key = `${KEYRINGS}/${name}.asc`;
  const fields = [
    'Types: deb',
    `URIs: ${uri}`,
    `Suites: ${suite}`,
    ...(components.length > 0 ? [`Components: ${components.join(' ')}`] : []),
    `Signed-By: ${key}`,
  ];
  const index = `${LISTS}/${indexName(uri, suite)}`;
  const only = [
    `Dir::Etc::sourcelist=${source}`,
    'Dir::Etc::sourceparts=-',
    'APT::Get::List-Cleanup=0',
    'APT::Update::Error-Mode=any',
  ];
  const refresh = `${APT}\n${sh`apt ${only.flatMap((option) => ['-o', option])} update`}`;
  return {
    ...{ source, key, refresh, text: `${fields.join('\n')}\n` },
    index: `${sh`${index}`}*Release`,
    stamp: `${LISTS}/partial`,
    undo: `${sh`[ ! -e ${source} ]`} && ${sh`rm -f ${index}`}* || {\n${refresh}\n}`,
  };
}

/** What apt calls its files of a suite: all but letters, digits and a few signs as in addresses, / as _. */
function indexName(uri: string, suite: string): string {
  const path = suite.endsWith('/') ? `/${suite}` : `/dists/${suite}/`;
  const address = uri.replace(/^\w+:(?:\/\/(?:[^/@]*@)?)?/, '').replace(/\/$/, '');
  return `${address}${path}`
    .replaceAll(/[_~^]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
    .replaceAll('/', '_');
}

function dnfPlaces({ name, uri }: RepositoryOptions): Place {
  const key = `/etc/pki/rpm-gpg/RPM-GPG-KEY-${name}`;
  const source = `/etc/yum.repos.d/${name}.repo`;
  const refresh = sh`dnf -q -y makecache --refresh --repo ${name}`;
  const fields = [
    `[${name}]`,
    `name=${name}`,
    `baseurl=${uri}`,
    'enabled=1',
    'gpgcheck=1',
    `gpgkey=file://${key}`,
  ];
  const index = `${sh`/var/cache/dnf/${name}`}-*/repodata/repomd.xml`;
  return {
    ...{ source, key, refresh, index, text: `${fields.join('\n')}\n` },
    stamp: index,
    undo: `${sh`[ ! -e ${source} ]`} || ${refresh}`,
  };
}

function write(path: string, body: string): Command {
  return { kind: 'write', path, body, mode: '0644', owner: 'root:root' };
}

interface IndexFact {
  readonly manager: 'apt' | 'dnf';
  readonly isFresh: boolean;
}

function indexIn({ apt, dnf }: Readonly<Record<'apt' | 'dnf', Place>>): Read<IndexFact> {
  const isFresh = ({ source, key, index, stamp }: Place) => `for index in ${index}; do
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
