import { existsSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '#engine/model/failure.ts';
import type { Playbook } from '#engine/model/playbook.ts';

/** A playbook as a command line names it: rota's own, or one by its path. */
export type PlaybookName =
  | { readonly command: 'deploy' | 'image' }
  | { readonly command: 'run'; readonly path: string };

/** Where a playbook of the user's own is, for the variables that lie beside it. */
export function folderOfPlaybook(name: PlaybookName): string | undefined {
  return name.command === 'run' ? dirname(name.path) : undefined;
}

/** Loaded on use: a command that does not need it starts faster. */
export async function findPlaybook(name: PlaybookName): Promise<Playbook<unknown>> {
  switch (name.command) {
    case 'deploy':
      return (await import('#playbooks/deploy.ts')).default as Playbook<unknown>;
    case 'image':
      return (await import('#playbooks/image.ts')).default as Playbook<unknown>;
    case 'run':
      return await openPlaybook(name.path);
  }
}

/** The default export of a playbook file. */
async function openPlaybook(path: string): Promise<Playbook<unknown>> {
  if (!existsSync(path))
    throw new Failure('The playbook is not there', { where: path, fix: 'Check its path.' });
  const url = pathToFileURL(resolve(path)).href;
  const { faultOf, inPart, placeOfFault } = await import('./faults.ts');
  // The playbook has its part far up in a stack, before all that others have made of what it gave.
  Error.stackTraceLimit = 50;
  const part = [resolve(path)] as const;
  const loading: Promise<{ default?: Playbook<unknown> }> = inPart(part, () => import(url));
  const module = await loading.catch((error: unknown) => {
    if (!isOfNode(error) || placeOfFault(error, part) !== undefined) throw faultOf(error, part);
    const { message } = error;
    const fix = /import statement outside a module/.test(message)
      ? `Put this line into ${findPackageJSON(url)}: "type": "module"`
      : 'Mend what is named above: Node 24 runs the file as it is, and types alone are left out.';
    throw new Failure('The playbook cannot be loaded', { where: path, output: message, fix });
  });
  const found = module.default;
  if (
    typeof found?.name !== 'string' ||
    typeof found.hosts !== 'string' ||
    (found.vars !== undefined && typeof found.vars.safeParse !== 'function')
  ) {
    throw new Failure('The file is no playbook', {
      where: path,
      fix: 'End it with: export default playbook({ name, hosts, … })',
    });
  }
  const { guardPlaybook } = await import('./guard-playbook.ts');
  return guardPlaybook(found, resolve(path));
}

/** Whether it may be Node that does not take a file as it is. */
function isOfNode(error: unknown): error is Error {
  if (error instanceof SyntaxError) return true;
  return error instanceof Error && 'code' in error && /^ERR_/.test(`${error.code}`);
}
