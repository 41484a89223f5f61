import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { shellFile } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { NOTIFY_LOGS, NOTIFY_SCRIPT, notifies, SYSLOG } from '#keepalived/files.ts';
import { ALL_PROCESSES } from '#keepalived/reads/process.ts';
import type { Node } from '#keepalived/vars.ts';
import { file } from '../files/file.ts';
import { inTheWay } from '../refusals.ts';

/** What keepalived runs at each change of an instance's state, and where that writes; nothing unless it is asked for. */
export function notifyScript(node: Node): readonly Task[] {
  if (!notifies(node.vars)) return [];
  return [logFolder(), file({ path: NOTIFY_SCRIPT, body: SCRIPT, mode: '0755' })];
}

/** Made where it is absent; what keepalived has written meanwhile goes with it when that is taken back. */
function logFolder(): Task {
  return task({
    title: NOTIFY_LOGS,
    desired: { type: 'folder' },
    reads: { there: fileAt(NOTIFY_LOGS) },
    inspect: ({ there }) => {
      if (there.type === 'absent') return undefined;
      if (there.type !== 'folder') throw inTheWay(NOTIFY_LOGS, 'folder', there.type);
      return { type: there.type };
    },
    apply: () => [
      {
        kind: 'run',
        title: `make ${NOTIFY_LOGS}`,
        script: sh`umask 022; mkdir -p ${NOTIFY_LOGS}`,
        undo: sh`rm -rf ${NOTIFY_LOGS}`,
      },
    ],
  });
}

const SCRIPT = `#!/bin/sh
# Written by rota. What it needs is in the image of keepalived: date, logger, mv, tail and wc.
${shellFile(new URL('./notify.sh', import.meta.url))}
`;

/** That the pod would find the host's syslog: it does not start without. */
export function notifyRequirements(node: Node): readonly Task[] {
  if (!notifies(node.vars)) return [];
  return [
    task({
      title: 'state changes can be told',
      desired: {},
      reads: { way: wayToTell },
      inspect: ({ way }) => {
        if (way.hasSyslog) return {};
        throw new Failure('The host has no syslog', {
          ran: `${SYSLOG} is no socket`,
          fix: 'Start journald, rsyslog or the like, or leave keepalived_notify out.',
        });
      },
      note: ({ way: { absent } }) =>
        absent.length === 0
          ? undefined
          : `the image that runs lacks what tells of state changes: ${absent.join(', ')}`,
      apply: () => [],
    }),
  ];
}

interface WayToTell {
  readonly hasSyslog: boolean;
  /** Programs that the script needs, and the image that runs has not. */
  readonly absent: readonly string[];
}

const wayToTell: Read<WayToTell> = {
  key: 'way to tell of state changes',
  volatile: true,
  shared: [ALL_PROCESSES],
  script: `[ ! -S ${SYSLOG} ] || echo syslog
for main in $mains; do
  chroot "/proc/$main/root" /bin/sh -c 'for program in date logger mv tail wc; do
    command -v "$program" >/dev/null || echo "absent $program"
  done' 2>/dev/null || echo 'absent /bin/sh'
done`,
  parse: ({ stdout }) => {
    const lines = stdout.split('\n');
    return {
      hasSyslog: lines.includes('syslog'),
      absent: [
        ...new Set(lines.flatMap((line) => /^absent ([/a-z]{1,20})$/.exec(line)?.[1] ?? [])),
      ],
    };
  },
};
