import { Failure } from '#engine/model/failure.ts';
import { each, optional, PLAIN, refuse, requireOptions } from '#engine/model/options.ts';
import { Secret } from '#engine/model/secret.ts';
import { requirement, type Task, task } from '#engine/model/task.ts';
import { fileAt, textToEdit } from '#engine/reads/file.ts';
import { rewrite } from './edited.ts';
import { EDIT, type Edit, edited, nameOfEdit, type OpenedEdit, openedEdit } from './edits.ts';

export interface InFileOptions {
  readonly path: string;
  /** One after the other: all that is to be in the file, as one change of it. */
  readonly what: Edit | readonly Edit[];
  /** An sh script that gets the staged file as `$1`, and must exit 0 and print nothing. */
  readonly check?: string;
}

/**
 * Parts of a file that others write, too: all else of it, its mode and its owner stay. The file as a
 * whole is what is wanted, so that a plan shows the change, and that what somebody else has written
 * meanwhile is drift. A file that is not there is made.
 */
export function inFile(options: InFileOptions): Task {
  const { path, what, check } = options;
  const edits = [what].flat();
  requireOptions(`inFile ${path}`, options, {
    path: PLAIN,
    what: () => each(EDIT)(edits, 'what'),
    check: optional(PLAIN),
  });
  if (edits.length === 0) return requirement({ title: `no edit of ${path}`, reads: {} });
  const isSecret = edits.some((edit) => Object.values(edit).some((one) => one instanceof Secret));
  return task({
    title: `${edits.map(nameOfEdit).join(', ')} in ${path}`,
    reads: { there: fileAt(path) },
    desired: ({ there }) => {
      const open = edits.map(openedEdit);
      refuse(`inFile ${path}`, each(EDIT)(open, 'what'));
      const content = withAll(textToEdit(there, path), open, path);
      return { content: isSecret ? new Secret(content) : content };
    },
    inspect: ({ there }) => ({ content: there.type === 'file' ? there.content : undefined }),
    apply: ({ desired: { content }, facts: { there } }) => [
      { ...rewrite(path, there, content), ...(check === undefined ? {} : { check }) },
    ],
  });
}

function withAll(text: string, edits: readonly OpenedEdit[], path: string): string {
  const all = (before: string) => edits.reduce(edited, before);
  const after = all(text);
  if (all(after) === after) return after;
  throw new Failure('An edit of a file finds something to do in what it has made itself', {
    where: path,
    fix: 'Have what it writes not be matched by it, or by an edit beside it.',
  });
}
