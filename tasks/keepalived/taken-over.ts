import type { TaskContext } from '#engine/model/playbook.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { manifestPath } from '#keepalived/files.ts';
import { MARK_PATH, surroundings } from '#keepalived/reads/surroundings.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { noFile } from '../no-file.ts';
import { adopted } from './adopted.ts';
import { replacedManifests, replacedSysctls } from './first-contact.ts';

/**
 * What is others', and the user has named (--adopt, --replace), goes before ours comes; and the mark
 * says from then on that the host's keepalived is rota's.
 */
export function takenOver(node: TaskContext<KeepalivedVars>): readonly Task[] {
  const units = node.takeOver.filter((name) => name.endsWith('.service') && !name.startsWith('/'));
  return [
    ...units.map((unit) => adopted(unit, manifestPath(node))),
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
