import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';

const LOOK_MS = 1000;
/** Other programs may keep the cores busy for ever; then labs begin that far apart. */
const MOST_MS = 120_000;

/**
 * Does what begins a lab when no other is begun and no process waits for a core, so that what runs
 * already is not held up. Says so where that takes long.
 */
export async function inTurn<T>(begin: () => Promise<T>): Promise<T> {
  return await alone('turn', async () => {
    const untilMs = performance.now() + MOST_MS;
    while (labsUp() > 0 && performance.now() < untilMs && (await isBusy()));
    if (performance.now() >= untilMs)
      process.stderr.write(
        `e2e: the cores were busy for ${MOST_MS / 1000} s; a lab begins all the same\n`,
      );
    markUp();
    return await begin();
  });
}

/** Does something that only one file of this run of the tests may do at a time. */
export async function alone<T>(what: string, work: () => Promise<T>): Promise<T> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  // An abstract socket goes with its process, however that ends: unix(7).
  const path = `\0${basename(inject('shared'))}-${what}`;
  for (;;) {
    const server = createServer().unref();
    const isOurs = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen({ path }, () => resolve(true));
    });
    if (!isOurs) {
      await delay(200);
      continue;
    }
    try {
      return await work();
    } finally {
      server.close(() => release());
      await released;
    }
  }
}

/** Says that the lab of this process has ended. */
export function markDown(): void {
  rmSync(join(folder(), String(process.pid)), { force: true });
}

function markUp(): void {
  writeFileSync(join(folder(), String(process.pid)), '');
}

/** Labs that are up, but for those of processes that have died: their labs go with them. */
function labsUp(): number {
  return readdirSync(folder()).filter((pid) => isAlive(Number(pid))).length;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function folder(): string {
  const path = join(inject('shared'), 'up');
  mkdirSync(path, { recursive: true });
  return path;
}

/** Whether for half of a second or more some process that could run had no core. */
async function isBusy(): Promise<boolean> {
  const before = waitedMs();
  await delay(LOOK_MS);
  return waitedMs() - before > LOOK_MS / 2;
}

/** For how long that was so since boot: Documentation/accounting/psi.rst of the kernel. */
function waitedMs(): number {
  const [, total = '0'] = /^some .*total=(\d+)/m.exec(pressure()) ?? [];
  return Number(total) / 1000;
}

/** Of a kernel that does not tell, nothing is known, and labs are begun one by one all the same. */
function pressure(): string {
  try {
    return readFileSync('/proc/pressure/cpu', 'utf8');
  } catch {
    return '';
  }
}
