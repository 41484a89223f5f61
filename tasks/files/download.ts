import { Digest, HostContent } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { hashedFileAt } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import {
  hashRule,
  inTheWay,
  isLike,
  modeRule,
  ownerRule,
  pathRule,
  requireOptions,
} from '../refusals.ts';

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
  requireOptions(`download ${path}`, [
    ['url', isLike(url, /^https?:\/\/[^\s\\]+$/) && URL.canParse(url), 'a URL of http or https'],
    hashRule(sha256),
    ...[pathRule(path), modeRule(mode), ownerRule(owner)],
  ]);
  return task({
    title: path,
    desired: { type: 'file', mode, owner, sha256 },
    reads: { there: hashedFileAt(path) },
    inspect: ({ there }) => {
      if (there.type === 'folder' || there.type === 'other')
        throw inTheWay(path, 'file', there.type);
      if (there.type === 'absent') return undefined;
      return there.type === 'link' ? { type: 'link' } : { ...there, sha256: hashIn(there.content) };
    },
    apply: () => [{ kind: 'write', path, mode, owner, body: new HostContent(get(url), sha256) }],
  });
}

function hashIn(content: string | Digest): string {
  return content instanceof Digest ? content.sha256 : Digest.of(content).sha256;
}

function get(url: string): string {
  return sh`if command -v curl >/dev/null; then curl -fsSL --retry 2 --connect-timeout 30 -- ${url}
elif command -v wget >/dev/null; then wget -q -T 30 -O - -- ${url}
else echo 'The host has neither curl nor wget.' >&2; exit 1; fi`;
}
