import { ownFile } from '#engine/model/command.ts';
import { like, PLAIN, requireOptions } from '#engine/model/options.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';

export interface UnitOptions {
  /** With its ending: `backup.service`, `backup.timer`. */
  readonly name: string;
  readonly body: string;
}

/** A unit of systemd in /etc/systemd/system, as systemd has loaded it. Without one that runs, its file. */
export function unit(options: UnitOptions): Task {
  const { name, body } = options;
  requireOptions(`unit ${name}`, options, {
    name: like(NAME, 'that of a unit, with an ending such as .service or .timer'),
    body: PLAIN,
  });
  const path = `/etc/systemd/system/${name}`;
  return task({
    title: `unit ${name}`,
    desired: { content: body, loaded: LOADED },
    reads: { there: fileAt(path), needsReload: needsReload(name) },
    inspect: ({ there, needsReload }) => ({
      content: textIn(there),
      loaded: needsReload ? 'as the file was before' : LOADED,
    }),
    apply: ({ fields }) => [
      ...(fields.some(({ name: field }) => field === 'content')
        ? [{ ...ownFile(path, body), check: CHECK }]
        : []),
      { kind: 'run', title: 'have systemd load it', script: LOAD, undo: LOAD },
    ],
  });
}

const LOADED = 'as the file is';

/** By systemd.unit(5), an instance of a template among them. */
const NAME =
  /^[\w:.\\-]{1,200}(@[\w:.\\-]*)?\.(automount|mount|path|service|slice|socket|swap|target|timer)$/;

const LOAD = '[ ! -d /run/systemd/system ] || systemctl daemon-reload';

/** What is said about other units, which it depends on, is theirs. */
const CHECK = `command -v systemd-analyze >/dev/null || exit 0
! systemd-analyze verify --man=no "$1" 2>&1 </dev/null | grep -F -e "\${1##*/}"`;

function needsReload(name: string) {
  return {
    key: `reload of ${name}`,
    script: `[ ! -d /run/systemd/system ] || ${sh`systemctl show -p NeedDaemonReload --value -- ${name}`}`,
    parse: ({ stdout }: { readonly stdout: string }) => stdout.trim() === 'yes',
  };
}
