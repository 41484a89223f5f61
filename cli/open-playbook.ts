import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '#engine/model/failure.ts';
import type { Playbook } from '#engine/model/playbook.ts';

/** The default export of a playbook file. */
export async function openPlaybook(path: string): Promise<Playbook<unknown>> {
  if (!existsSync(path))
    throw new Failure('The playbook is not there', { where: path, fix: 'Check its path.' });
  const url = pathToFileURL(resolve(path)).href;
  const module: { default?: Playbook<unknown> } = await import(url).catch((error: Error) => {
    throw new Failure('The playbook cannot be loaded', {
      where: path,
      output: error.message,
      fix: 'Mend what is named above: Node 24 runs the file as it is, and types alone are left out.',
    });
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
  return found;
}
