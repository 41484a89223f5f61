import { isUtf8 } from 'node:buffer';
import type { Output, Read } from '#engine/model/read.ts';
import type { RunOutcome, RunRecord } from '#engine/model/run-record.ts';
import { FOLDERS } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';

/** The runs that a host keeps, the newest first. Volatile: any run adds to them. */
export const runs: Read<readonly RunRecord[]> = {
  key: 'runs',
  volatile: true,
  script: `${FOLDERS}
[ -d "$runs" ] || exit 0
ls -1 "$runs" | sort -r | while read -r id; do
  run=$runs/$id
  echo "run $id"
  for state in armed undoing undo-failed stays undone done; do [ ! -e "$run/$state" ] || echo "state $state"; done
  [ ! -e "$run/about" ] || sed 's/^/about /' "$run/about"
  [ ! -e "$run/paths" ] || sed 's/^[^ ]* [^ ]* /path /' "$run/paths"
done`,
  parse: parseRuns,
};

/**
 * Whether a run on a host is `open`, neither kept nor undone yet: it still goes on, or the power went. `leased`:
 * none is, but one has the host, or its program has not come to its end since it died.
 */
export const openRun: Read<'open' | 'leased' | 'none'> = {
  key: 'open run',
  volatile: true,
  script: `${FOLDERS}
for state in "$runs"/*/armed "$runs"/*/undoing; do [ ! -e "$state" ] || { echo open; exit; }; done
[ ! -e "$here/lease" ] || echo leased`,
  parse: ({ stdout }) => (stdout === 'open\n' ? 'open' : stdout === 'leased\n' ? 'leased' : 'none'),
};

/** Who changes a host at the moment. */
export interface LeaseFact {
  readonly owner: string;
  readonly run: string;
  readonly since: string;
  /** The playbook. */
  readonly what: string;
}

/** The lease on a host as it stands there, run out or not; undefined: none. */
export const lease: Read<LeaseFact | undefined> = {
  key: 'lease',
  volatile: true,
  script: `${FOLDERS}
[ ! -e "$here/lease" ] || cat "$here/lease"`,
  parse: ({ stdout }) => {
    if (stdout.trim() === '') return undefined;
    const field = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
    return {
      owner: field('owner'),
      run: field('run'),
      since: field('since'),
      what: field('what'),
    };
  },
};

const OUTCOMES: Readonly<Record<string, RunOutcome>> = {
  armed: 'open',
  undoing: 'open',
  undone: 'undone',
  'undo-failed': 'undo failed',
  // What a phase has done stays, whether that of the next was undone or not.
  stays: 'done',
  done: 'done',
};

function parseRuns({ stdout }: Output): readonly RunRecord[] {
  return stdout
    .split(/^run /m)
    .slice(1)
    .map((block) => {
      const [run = '', ...lines] = block.split('\n');
      const of = (word: string) =>
        lines
          .filter((line) => line.startsWith(`${word} `))
          .map((line) => line.slice(word.length + 1));
      const about = new Map(of('about').map((line) => line.split(/=(.*)/s) as [string, string]));
      return {
        run,
        owner: about.get('owner') ?? '',
        since: about.get('since') ?? '',
        what: about.get('what') ?? '',
        plan: about.get('plan'),
        outcome: OUTCOMES[of('state')[0] ?? ''] ?? 'ended',
        paths: [...new Set(of('path'))],
      };
    })
    .filter(({ since }) => since !== '');
}

/** What was at a path before a run wrote over it. */
export type PreImage =
  | { readonly path: string; readonly type: 'absent' }
  /** A link, or a file that is no text, which no task writes. */
  | { readonly path: string; readonly type: 'other' }
  | {
      readonly path: string;
      readonly type: 'file';
      /** Four octal digits. */
      readonly mode: string;
      readonly owner: string;
      readonly content: string;
    };

/** What a host has kept of what a run wrote over first; nothing where it knows no such run. */
export function preImages(run: string): Read<readonly PreImage[]> {
  return {
    key: `pre-images ${run}`,
    script: `${FOLDERS}
${sh`run=$runs/${run}`}
[ -e "$run/paths" ] || exit 0
while read -r number kind path; do
  echo "path $path"
  [ "$kind" = file ] || { echo absent; continue; }
  [ ! -L "$run/$number" ] || { echo other; continue; }
  stat -c 'file %a %U:%G' "$run/$number" && base64 "$run/$number" || exit 1
done <"$run/paths"`,
    parse: parsePreImages,
  };
}

function parsePreImages({ stdout }: Output): readonly PreImage[] {
  const images = stdout
    .split(/^path /m)
    .slice(1)
    .map((block): PreImage => {
      const [path = '', head = '', ...body] = block.split('\n');
      const [, mode, owner = ''] = /^file (\d+) (.+)$/.exec(head) ?? [];
      if (mode === undefined) return { path, type: head === 'other' ? head : 'absent' };
      const bytes = Buffer.from(body.join(''), 'base64');
      if (!isUtf8(bytes) || bytes.includes(0)) return { path, type: 'other' };
      return { path, type: 'file', mode: mode.padStart(4, '0'), owner, content: `${bytes}` };
    });
  return [
    ...new Map(images.toReversed().map((image) => [image.path, image])).values(),
  ].toReversed();
}
