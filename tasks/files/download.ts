import {
  HASH,
  MODE,
  OWNER,
  optional,
  PATH,
  requireOptions,
  URL_OF_HTTP,
} from '#engine/model/options.ts';
import { HostContent } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { hashedFileAt, inTheWay } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { sha256Of } from './file.ts';

export interface DownloadOptions {
  /** https, or http: the hash says what it is, not where it comes from. */
  readonly url: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly path: string;
  /** Four octal digits. */
  readonly mode?: string;
  readonly owner?: string;
}

/** A file that the host itself gets from a URL, put in place by rename once its hash is seen. */
export function download(options: DownloadOptions): Task {
  const { url, sha256, path, mode = '0644', owner = 'root:root' } = options;
  requireOptions(`download ${path}`, options, {
    url: URL_OF_HTTP,
    ...{ sha256: HASH, path: PATH, mode: optional(MODE), owner: optional(OWNER) },
  });
  return task({
    title: path,
    desired: { type: 'file', mode, owner, sha256 },
    reads: { there: hashedFileAt(path) },
    inspect: ({ there }) => {
      if (there.type === 'folder' || there.type === 'other')
        throw inTheWay(path, 'file', there.type);
      if (there.type === 'absent') return undefined;
      return there.type === 'link'
        ? { type: 'link' }
        : { ...there, sha256: sha256Of(there.content) };
    },
    apply: () => [{ kind: 'write', path, mode, owner, body: new HostContent(get(url), sha256) }],
  });
}

/**
 * What hangs is given up after 30 s, two or three times. busybox's wget, as Debian has it, crashes where it is
 * given a limit, which its help does not name; others know no tries.
 */
function get(url: string): string {
  return sh`if command -v curl >/dev/null; then curl -fsSL --retry 2 --connect-timeout 30 --speed-limit 1 --speed-time 30 -- ${url}
elif command -v wget >/dev/null; then
  help=$(wget --help 2>&1)
  case $help in *[[[:space:]]-T[[:space:],]*) set -- -T 30 ;; *) set -- ;; esac
  case $help in *[[[:space:]]-t[[:space:],]*) set -- "$@" -t 2 ;; esac
  wget -q "$@" -O - -- ${url}
else echo 'The host has neither curl nor wget.' >&2; exit 1; fi`;
}
