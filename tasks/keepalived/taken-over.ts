import type { TaskContext } from '#engine/model/playbook.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { MARK_PATH, surroundings } from '#keepalived/reads/surroundings.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { noFile } from '../no-file.ts';
import { replacedManifests, replacedSysctls } from './first-contact.ts';

/**
 * What is others', and the user has named (--adopt, --replace), goes before ours comes; and the mark
 * says from then on that the host's keepalived is rota's.
 */
export function takenOver(node: TaskContext<KeepalivedVars>): readonly Task[] {
  const units = node.takeOver.filter((name) => name.endsWith('.service') && !name.startsWith('/'));
  return [
    ...units.map(adopted),
    ...replacedManifests(node).map(noFile),
    ...replacedSysctls(node).map(({ path, name }) =>
      noLine({ path, matching: new RegExp(`^\\s*-?${name.replaceAll('.', '[./]')}\\s*=`) }),
    ),
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
    apply: () => [{ kind: 'write', path: MARK_PATH, body, mode: '0644', owner: 'root:root' }],
  });
}

/** A service of the host that is stopped and does not start with it; one that it does not know is. */
function adopted(unit: string): Task {
  return task({
    title: `service ${unit} is taken over`,
    desired: { isActive: false, isEnabled: false },
    reads: { now: serviceAt(unit) },
    inspect: ({ now }) => now,
    apply: ({ observed }) => [
      {
        kind: 'run',
        title: `stop and disable ${unit}`,
        script: sh`systemctl disable --now ${unit}`,
        undo: [
          ...(observed?.isEnabled === true ? [sh`systemctl enable ${unit}`] : []),
          ...(observed?.isActive === true ? [sh`systemctl start ${unit}`] : []),
        ].join(' && '),
      },
    ],
  });
}

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

interface NoLineOptions {
  readonly path: string;
  readonly matching: RegExp;
}

/** No such line in a file of others; all else of it stays as it is. */
function noLine({ path, matching }: NoLineOptions): Task {
  const reads = { there: fileAt(path) };
  return task({
    title: `no line ${matching.source} in ${path}`,
    reads,
    desired: ({ there }) => ({ content: there.type === 'file' ? without(there.content) : '' }),
    inspect: ({ there }) => ({ content: there.type === 'file' ? there.content : '' }),
    apply: ({ desired: { content: body }, facts: { there } }) =>
      there.type === 'file'
        ? [{ kind: 'write', path, body, mode: there.mode, owner: there.owner }]
        : [],
  });

  function without(text: string): string {
    return text
      .split('\n')
      .filter((line) => !matching.test(line))
      .join('\n');
  }
}
