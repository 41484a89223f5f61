import type { Output, Read } from '#engine/model/read.ts';
import type { RunOutcome, RunRecord } from '#engine/model/run-record.ts';
import { FOLDERS } from '#engine/shell/program-functions.ts';

/** The runs that a host keeps, the newest first. Volatile: any run adds to them. */
export const runs: Read<readonly RunRecord[]> = {
  key: 'runs',
  volatile: true,
  script: `${FOLDERS}
[ -d "$runs" ] || exit 0
ls -1 "$runs" | sort -r | while read -r id; do
  run=$runs/$id
  echo "run $id"
  for state in armed undoing undone undo-failed done; do [ ! -e "$run/$state" ] || echo "state $state"; done
  [ ! -e "$run/about" ] || sed 's/^/about /' "$run/about"
  [ ! -e "$run/paths" ] || sed 's/^[^ ]* [^ ]* /path /' "$run/paths"
done`,
  parse: parseRuns,
};

/** Whether a run on a host was neither kept nor undone yet: it still goes on, or the power went. */
export const openRun: Read<boolean> = {
  key: 'open run',
  volatile: true,
  script: `${FOLDERS}
for state in "$runs"/*/armed "$runs"/*/undoing; do [ ! -e "$state" ] || { echo open; break; }; done`,
  parse: ({ stdout }) => stdout !== '',
};

const OUTCOMES: Readonly<Record<string, RunOutcome>> = {
  armed: 'open',
  undoing: 'open',
  undone: 'undone',
  'undo-failed': 'undo failed',
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
        paths: of('path'),
      };
    })
    .filter(({ since }) => since !== '');
}
