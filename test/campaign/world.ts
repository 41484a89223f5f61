import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from '#lab/random.ts';

/** One managed file: what is there before a run, and after it. */
export interface Managed {
  readonly path: string;
  /** undefined: it is not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export const NOBODY = 65_534;
export const EVES = '/srv/eve/conf';
export const VICTIMS = '/srv/victims';
export const MANIFESTS = '/etc/kubernetes/manifests';

/** What lies in the way of a trial's paths, and what has to stay as it is. */
export interface World {
  readonly files: readonly Managed[];
  /** Whether the hosts are changed in a rollout, so that a run that dies is undone as a whole. */
  readonly armed: boolean;
}

const PATHS = [
  '/srv/campaign/a.conf',
  '/srv/campaign/with space/b',
  "/srv/campaign/it's",
  `${MANIFESTS}/pod.yaml`,
  `${EVES}/good`,
  `${EVES}/gone`,
];

export function newWorld(random: Random): World {
  const files = PATHS.map((path) => ({ path, before: body(random), after: body(random) }));
  return { files, armed: random.next() < 0.5 };
}

function body(random: Random): string | undefined {
  if (random.next() < 0.2) return undefined;
  const line = () =>
    `${random.next()} $HOME 'q' "d" \`x\` \\n é 漢 ${'x'.repeat(random.below(80))}`;
  const lines = Array.from({ length: random.below(random.of([3, 300])) }, line);
  return lines.join('\n') + random.of(['', '\n']);
}

/** Puts a node's disk into the state before: what trials of before have left is gone. */
export function begin(root: string, { files }: World): void {
  for (const folder of ['/srv', MANIFESTS, '/var/lib/rota', '/run/rota']) {
    rmSync(join(root, folder), { recursive: true, force: true });
  }
  for (const folder of ['/srv/campaign/with space', MANIFESTS, EVES, VICTIMS, `${VICTIMS}/sub`]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const name of ['secret', 'good', 'gone']) {
    writeFileSync(join(root, VICTIMS, name), `${name} of root`, { mode: 0o600 });
  }
  for (const path of [dirname(EVES), EVES]) chownSync(join(root, path), NOBODY, NOBODY);
  for (const { path, before } of files) {
    if (before !== undefined) writeFileSync(join(root, path), before, { mode: 0o640 });
  }
}

/** What runs write, and the places of others. */
export function managedIn({ files }: World): readonly string[] {
  return ['/srv/campaign/new', dirname(EVES), ...files.map(({ path }) => path)];
}

/** Which of both a file is now; else what is there instead, in words. */
export function stateOf(root: string, { path, before, after }: Managed): 'old' | 'new' | string {
  const there = join(root, path);
  const now = existsSync(there) ? readFileSync(there, 'utf8') : undefined;
  if (now === after) return 'new';
  return now === before ? 'old' : `${now?.length ?? 'no'} bytes that are neither`;
}
