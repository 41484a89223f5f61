import { ownFile, ownFolder } from '#engine/model/command.ts';
import { all, each, like, must, optional, requireOptions } from '#engine/model/options.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
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
        ...(now.manager === 'apt' && keyrings.type === 'absent' ? [ownFolder(KEYRINGS)] : []),
        ...files.map((file) => ownFile(place[file], String(desired[file]))),
        { kind: 'run', title: 'ask what is in it', script: place.refresh, undo: place.undo },
      ];
    },
  });
}

const FRESH = 'as its source';

const WORD = /^[\w./+~-]+$/;

function requireRepositoryOptions(options: RepositoryOptions): void {
  const { name, suite = './', components = [] } = options;
  const areWanted = !`${suite}`.endsWith('/');
  requireOptions(`repository ${name}`, options, {
    name: like(/^[A-Za-z0-9][\w-]*$/, 'letters, digits, _ and -'),
    uri: like(/^(?:https?|file|ftp):\/[\w/.:@%~+-]+$/, 'one with http, https, ftp or file'),
    key: like(
      /^\s*-----BEGIN PGP PUBLIC KEY BLOCK-----\n[^\0]+-----END PGP PUBLIC KEY BLOCK-----\s*$/,
      'text from BEGIN PGP PUBLIC KEY BLOCK on: gpg --armor --export makes it',
    ),
    suite: optional(like(WORD, 'one word, such as bookworm')),
    components: all(
      optional(each(like(WORD, 'words, such as main'))),
      must(
        () => components.length > 0 === areWanted,
        'given for a suite, and for no path that ends in /',
      ),
    ),
  });
}

interface IndexFact {
  readonly manager: 'apt' | 'dnf';
  readonly isFresh: boolean;
}

/** Volatile: others refresh it, too. */
function indexIn({ apt, dnf }: Readonly<Record<'apt' | 'dnf', RepositoryPlace>>): Read<IndexFact> {
  const isFresh = ({ source, key, index, stamp }: RepositoryPlace) => `for index in ${index}; do
  for stamp in ${stamp}; do
    [ ! -e "$index" ] || ${sh`[ ${source} -nt "$stamp" ]`} || ${sh`[ ${key} -nt "$stamp" ]`} || { echo fresh; exit; }
  done
done`;
  return {
    key: `index of ${apt.source} ${apt.text}`,
    volatile: true,
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
