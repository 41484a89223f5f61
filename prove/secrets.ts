import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { holdsSecret } from '#engine/model/redaction.ts';
import type { Course } from './desk.ts';
import type { Ground } from './ground.ts';
import type { Breach } from './promises.ts';
import { TaskPaths } from './told.ts';

/** Programs of sh and Node live longer than that. */
const LOOK_MS = 10;

/** The arguments of processes with a secret among them, seen while some work goes on. */
export async function argumentsDuring<T>(
  ground: Ground,
  work: () => Promise<T>,
): Promise<readonly [T, readonly Breach[]]> {
  const seen = new Map<string, Breach>();
  const over = new AbortController();
  const watch = (async () => {
    while (!over.signal.aborted) {
      for (const [host, proc] of ground.processes()) lookAt(host, proc, seen);
      await delay(LOOK_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  try {
    return [await work(), [...seen.values()]];
  } finally {
    over.abort();
    await watch;
  }
}

function lookAt(host: string, proc: string, seen: Map<string, Breach>): void {
  for (const pid of readdirSync(proc).filter((name) => /^\d+$/.test(name))) {
    const words = textOf(join(proc, pid, 'cmdline'));
    const [program = ''] = words.split('\0');
    const key = `${host} ${program}`;
    if (seen.has(key) || !holdsSecret(words.replaceAll('\0', ' '))) continue;
    seen.set(key, { host, what: `a secret is an argument of ${program}`, tasks: [] });
  }
}

/** Where secrets are after a run, beside the files that tasks with a secret are about. */
export function secretsLeft(ground: Ground, courses: readonly Course[]): readonly Breach[] {
  const paths = new TaskPaths(courses);
  const inFiles = ground.folders().flatMap(({ host, folder, path }) =>
    filesWithSecrets(folder)
      .map((name) => join(path, name))
      .filter((file) => !paths.isMeant(host, file))
      .map((file) => {
        const tasks = paths.tasksAt(host, file);
        const behind = tasks.length > 0 ? tasks : paths.secretTasks(host);
        return { host, what: `a secret is in ${file}`, tasks: behind };
      }),
  );
  return [...inFiles, ...logsWithSecrets(ground, courses)];
}

function logsWithSecrets(ground: Ground, courses: readonly Course[]): readonly Breach[] {
  const said = courses.flatMap(({ lines }) => lines.map(({ text }) => text));
  const logs = ground.hosts.map((host) => [host, ground.console(host)] as const);
  return [
    ...logs.filter(([, text]) => holdsSecret(text)).map(([host]) => leak(host, 'the log of sshd')),
    ...[...said, ground.errors]
      .filter(holdsSecret)
      .slice(0, 1)
      .map(() => leak('localhost', 'the events of the run')),
  ];
}

function leak(host: string, where: string): Breach {
  return { host, what: `a secret is in ${where}`, tasks: [] };
}

function filesWithSecrets(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => holdsSecret(textOf(path)))
    .map((path) => path.slice(folder.length));
}

/** One character per byte; nothing of what goes meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
