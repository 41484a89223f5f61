import { type ChildProcess, spawn } from 'node:child_process';
import type { Lab } from '#lab/lab.ts';

/** Longer than any run takes that ends at all. */
const RUN_MS = 900_000;

/** Those of the README. */
const EXIT_CODES = [0, 1, 2, 3, 4, 5, 6, 7, 130];

export interface RunEnd {
  /** null: killed. */
  readonly status: number | null;
  /** The last of it. */
  readonly output: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly end: Promise<RunEnd>;
}

/** Whether rota may end so. */
export function isExit(status: number | null, { mayBeKilled }: { readonly mayBeKilled?: true }) {
  return status === null ? mayBeKilled === true : EXIT_CODES.includes(status);
}

/** Starts rota beside the nodes of a lab. One that comes to no end is killed. */
export function startRota(
  lab: Lab,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Running {
  const [program = '', ...args] = [...lab.prefix('control'), process.execPath, 'bin/rota.cjs'];
  const child = spawn(program, [...args, ...words], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-4000);
    });
  const timer = setTimeout(() => child.kill('SIGKILL'), RUN_MS);
  const end = new Promise<RunEnd>((resolve) =>
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, output });
    }),
  );
  return { child, end };
}
