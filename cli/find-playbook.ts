import { dirname } from 'node:path';
import type { Playbook } from '#engine/model/playbook.ts';
import { openPlaybook } from './open-playbook.ts';

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
