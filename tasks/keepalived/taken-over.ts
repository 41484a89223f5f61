import { ownFile } from '#engine/model/command.ts';
import type { TaskContext } from '#engine/model/playbook.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textToEdit } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { manifestPath } from '#keepalived/files.ts';
import { MARK_PATH, type SysctlLine, surroundings } from '#keepalived/reads/surroundings.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { absent } from '../files/absent.ts';
import { replacedManifests, replacedSysctls } from './first-contact.ts';
import { waitForNoPod } from './no-pod.ts';

/**
 * What is others', and the user has named (--adopt, --replace), goes before ours comes; and the mark
 * says from then on that the host's keepalived is rota's.
 */
export function takenOver(node: TaskContext<KeepalivedVars>): readonly Task[] {
  const units = node.takeOver.filter((name) => name.endsWith('.service') && !name.startsWith('/'));
  return [
    ...units.map((unit) => adopted(unit, manifestPath(node))),
    ...replacedManifests(node).map((path) => absent({ path })),
    ...replacedSysctls(node).map(noLine),
    ours(node),
  ];
}

function ours({ vars }: TaskContext<KeepalivedVars>): Task {
  const body = 'The keepalived of this host is managed by rota.\n';
  return task({
    title: 'the keepalived of the host is ours',
    desired: { marked: true },
    reads: { seen: surroundings(vars.keepalived_manifest_dir) },
    inspect: ({ seen }) => ({ marked: seen.isMarked }),
    apply: () => [ownFile(MARK_PATH, body)],
  });
}

const RECORDS = '/var/lib/rota/adopted-';

/** Where a host keeps how a service stood before it was taken over. */
function recordOf(unit: string): string {
  return `${RECORDS}${unit}`;
}

/** The service that a file of a host is the record of. */
export function unitOf(path: string): string | undefined {
  return path.startsWith(RECORDS) ? path.slice(RECORDS.length) : undefined;
}

/**
 * A service of the host that is stopped and does not start with it; one that it does not know is. How it
 * stood is a file, which tells a rollback of the run. `manifest` is that of the pod that comes instead.
 */
function adopted(unit: string, manifest: string): Task {
  return task({
    title: `service ${unit} is taken over`,
    desired: { isActive: false, isEnabled: false },
    reads: { now: serviceAt(unit) },
    inspect: ({ now }) => now,
    apply: ({ facts: { now } }) => [
      ownFile(recordOf(unit), `active=${now.isActive} enabled=${now.isEnabled}\n`),
      {
        kind: 'run',
        title: `stop and disable ${unit}`,
        script: sh`systemctl disable --now ${unit}`,
        undo: `${waitForNoPod(manifest)}\n${giveBack(unit, now)}`,
      },
    ],
  });
}

/** A service as it stood before it was taken over, by what its record says. */
export function givenBack(unit: string, record: string): Task {
  const was = { isActive: /\bactive=true/.test(record), isEnabled: /\benabled=true/.test(record) };
  return task({
    title: `service ${unit} is given back`,
    desired: was,
    reads: { now: serviceAt(unit) },
    inspect: ({ now }) => now,
    apply: () => [
      {
        kind: 'run',
        title: `enable and start ${unit}`,
        script: giveBack(unit, was),
        undo: sh`systemctl disable --now ${unit}`,
      },
    ],
  });
}

function giveBack(unit: string, { isActive, isEnabled }: ServiceFact): string {
  return [
    ...(isEnabled ? [sh`systemctl enable ${unit}`] : []),
    ...(isActive ? [sh`systemctl start ${unit}`] : []),
  ].join(' && ');
}

/** How a service of a host stands. */
interface ServiceFact {
  readonly isActive: boolean;
  readonly isEnabled: boolean;
}

/** Without systemctl there is no such service. */
function serviceAt(unit: string): Read<ServiceFact> {
  return {
    key: `service ${unit}`,
    script: `command -v systemctl >/dev/null || exit 0
${sh`systemctl is-active ${unit} || :; systemctl is-enabled ${unit} || :`}`,
    parse: ({ stdout }) => {
      const [active = '', enabled = ''] = stdout.split('\n');
      return {
        isActive: active === 'active' || active === 'activating',
        isEnabled: enabled.startsWith('enabled'),
      };
    },
  };
}

/** No line that sets it in a file of others; all else of that stays as it is. */
function noLine({ path, name }: SysctlLine): Task {
  const key = name.replaceAll('.', '[./]');
  // Lines as grep(1) has found them: `m` and `.` would heed other ends of lines, too.
  const line = new RegExp(`(?<![^\\n])[^\\S\\n]*-?${key}[^\\S\\n]*=[^\\n]*\\n?`, 'g');
  return task({
    title: `no ${name} in ${path}`,
    reads: { there: fileAt(path) },
    desired: ({ there }) => ({ content: textToEdit(there, path).replace(line, '') }),
    inspect: ({ there }) => ({ content: textToEdit(there, path) }),
    apply: ({ desired: { content }, facts: { there } }) =>
      there.type === 'file'
        ? [{ ...ownFile(path, content), mode: there.mode, owner: there.owner }]
        : [],
  });
}
