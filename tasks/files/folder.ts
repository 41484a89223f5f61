import type { Scalar } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { inTheWay, modeRule, ownerRule, requireOptions } from '../refusals.ts';
import { changeInside, type Inside, insideRead, insideRules, nothingInside } from './inside.ts';

export interface FolderOptions {
  readonly path: string;
  /** Four octal digits. */
  readonly mode?: string;
  readonly owner?: string;
  /** How all that is in it is to be, at any depth, links and other file systems aside. */
  readonly inside?: Inside;
}

/** A folder with its mode and owner. Missing parents are made with the usual mode, 0755. */
export function folder({ path, mode = '0755', owner = 'root:root', inside }: FolderOptions): Task {
  requireOptions(`folder ${path}`, [
    modeRule(mode),
    ownerRule(owner),
    ...(inside === undefined ? [] : insideRules(inside, path)),
  ]);
  return task({
    title: path,
    desired: { type: 'folder', mode, owner, ...(inside === undefined ? {} : { inside: ALL }) },
    reads: {
      there: fileAt(path),
      others: inside === undefined ? nothingInside(path) : insideRead(path, inside),
    },
    inspect: ({ there, others }) => {
      if (there.type === 'absent') return undefined;
      if (there.type !== 'folder') throw inTheWay(path, 'folder', there.type);
      return { ...there, inside: others ?? ALL };
    },
    apply: ({ observed, fields }) => [
      {
        kind: 'folder',
        path,
        mode,
        owner,
        ...(observed === undefined ? {} : { before: asItWas(observed) }),
      },
      ...(inside !== undefined &&
      observed !== undefined &&
      fields.some(({ name }) => name === 'inside')
        ? [changeInside(path, inside)]
        : []),
    ],
  });
}

const ALL = 'all as it should be';

function asItWas({
  mode,
  owner,
}: {
  readonly mode?: Scalar | undefined;
  readonly owner?: Scalar | undefined;
}) {
  return { mode: String(mode), owner: String(owner) };
}
