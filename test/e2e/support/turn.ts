import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';

const LOOK_MS = 1000;
/** So much of that time a process waits for a core on a machine whose cores are busy all but a little. */
const BUSY_MS = 750;
/** Other programs may keep the cores busy for ever; then labs begin that far apart. */
const MOST_MS = 15_000;

/**
 * Begins a lab when no other waits to begin before it and the cores have room for one, so that what runs
 * already is not held up.
 */
export async function inTurn<T>(begin: () => Promise<T>): Promise<T> {
  return await alone('turn', async () => {
    const untilMs = performance.now() + MOST_MS;
    while (labsUp() > 0 && performance.now() < untilMs && (await isBusy()));
    return await atOnce(begin);
  });
}

/** Begins a lab that others wait for, however busy the cores are. */
export async function atOnce<T>(begin: () => Promise<T>): Promise<T> {
  markUp();
  return await begin();
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

/** Whether for most of a second some process that could run had no core. */
async function isBusy(): Promise<boolean> {
  const before = waitedMs();
  await delay(LOOK_MS);
  return waitedMs() - before > BUSY_MS;
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
