import { LocalFile } from '#engine/model/command.ts';
import type { Text } from '#engine/model/secret.ts';
import { isLarge, Pending } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, hashedFileAt } from '#engine/reads/file.ts';
import { inTheWay, modeRule, ownerRule, requireOptions } from '../refusals.ts';
import { localContent } from './local-content.ts';

/** `source` is a file of the control machine, whatever its bytes and its size. */
export type FileContent =
  | { readonly body: Text | Pending; readonly source?: never }
  | { readonly source: string; readonly body?: never };

export type FileOptions = FileContent & {
  readonly path: string;
  /** Four octal digits. */
  readonly mode?: string;
  readonly owner?: string;
  /** An sh script that gets the staged file as `$1`, and must exit 0 and print nothing. */
  readonly check?: string;
};

/** A file with its content, mode and owner, replaced by rename after its check. */
export function file(options: FileOptions): Task {
  const { path, mode = '0644', owner = 'root:root', check } = options;
  requireOptions(`file ${path}`, [modeRule(mode), ownerRule(owner)]);
  const content = options.body ?? localContent(options.source);
  const body = content instanceof Pending ? content.preview : content;
  return task({
    title: path,
    desired: {
      type: 'file',
      mode,
      owner,
      content: content instanceof LocalFile ? content.digest : content,
    },
    reads: { there: isHashed(body) ? hashedFileAt(path) : fileAt(path) },
    inspect: ({ there }) => {
      if (there.type === 'folder' || there.type === 'other')
        throw inTheWay(path, 'file', there.type);
      return there.type === 'absent' ? undefined : { ...there };
    },
    apply: () => [
      { kind: 'write', path, body, mode, owner, ...(check === undefined ? {} : { check }) },
    ],
  });
}

/** A secret is not read before it is needed. */
function isHashed(body: Text | LocalFile): boolean {
  return body instanceof LocalFile || (typeof body === 'string' && isLarge(body));
}
