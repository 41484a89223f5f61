import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '#engine/model/failure.ts';
import type { Playbook } from '#engine/model/playbook.ts';

/** The default export of a playbook file. */
export async function openPlaybook(path: string): Promise<Playbook<unknown>> {
  if (!existsSync(path)) throw new Failure('The playbook is not there', { where: path });
  const module: { default?: Playbook<unknown> } = await import(pathToFileURL(resolve(path)).href);
  if (typeof module.default?.name !== 'string') {
    throw new Failure('The file is no playbook', {
      where: path,
      fix: 'End it with: export default playbook({ … })',
    });
  }
  return module.default;
}
