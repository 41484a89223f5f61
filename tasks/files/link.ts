import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { inTheWay, isLike, type OptionRule, pathRule, requireOptions } from '../refusals.ts';

export interface LinkOptions {
  readonly path: string;
  /** Where it leads, as it is to be written in the link: from the root, or from the link's own folder. */
  readonly target: string;
}

/** A symbolic link, which takes the place of a file or of another link by rename. */
export function link({ path, target }: LinkOptions): Task {
  requireOptions(`link ${path}`, [pathRule(path), targetRule(target)]);
  return task({
    title: path,
    desired: { type: 'link', target },
    reads: { there: fileAt(path) },
    inspect: ({ there }) => {
      if (there.type === 'absent') return undefined;
      if (there.type === 'folder' || there.type === 'other')
        throw inTheWay(path, 'link', there.type);
      return { type: there.type, target: there.type === 'link' ? there.target : undefined };
    },
    apply: () => [{ kind: 'link', path, target }],
  });
}

/** Where a link leads to, as a host can tell it: readlink(1) ends what it prints with a line feed. */
export function targetRule(target: string, name = 'target'): OptionRule {
  return [name, isLike(target, /^[^\n\0]*[^\s\0]$/), 'one line of text'];
}
