import { CLOCK, shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';

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

/** Where a package manager has a repository on a host. */
export interface RepositoryPlace {
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
/** Where apt has keys of other repositories than its own. Older releases come without it. */
export const KEYRINGS = '/etc/apt/keyrings';
const LISTS = '/var/lib/apt/lists';

/** In the format of sources.list(5) that has a field a line. */
export function aptPlace({
  name,
  uri,
  suite = './',
  components = [],
}: RepositoryOptions): RepositoryPlace {
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

/** As dnf.conf(5) has it. */
export function dnfPlace({ name, uri }: RepositoryOptions): RepositoryPlace {
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
  // Behind its name is a hash.
  const cache = `/var/cache/dnf/${name}-${'?'.repeat(16)}`;
  const index = `${cache}/repodata/*-primary.xml.*`;
  return {
    ...{ source, key, refresh, index, text: `${fields.join('\n')}\n` },
    // It is this one that dnf touches when it has asked whether there is another.
    stamp: index,
    undo: `${sh`[ ! -e ${source} ]`} && rm -rf ${cache} || ${refresh}`,
  };
}
