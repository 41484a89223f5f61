import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $ } from 'zx';
import { done } from './done.ts';

const SOURCE = fileURLToPath(new URL('image', import.meta.url));
const WHEN = '2026-01-01T00:00:00Z';

/** Puts the image's sources at `keepalived/`, as a git repository whose commit id is always the same. */
export async function makeRepository(dir: string): Promise<void> {
  const folder = join(dir, 'keepalived');
  cpSync(SOURCE, folder, { recursive: true });
  const git = $({ cwd: folder, env: gitEnvironment() });
  const what = "The image's repository could not be made";
  await done(what, git`git init -q -b main . && git add . && git commit -q -m 'Build keepalived'`);
}

/** Nothing of the user's own configuration: it could sign the commit, or run hooks. */
function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'lab',
    GIT_AUTHOR_EMAIL: 'lab@localhost',
    GIT_AUTHOR_DATE: WHEN,
    GIT_COMMITTER_NAME: 'lab',
    GIT_COMMITTER_EMAIL: 'lab@localhost',
    GIT_COMMITTER_DATE: WHEN,
  };
}
