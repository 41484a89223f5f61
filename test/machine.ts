import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What the machine of this run bears, and what follows from it. */
export interface Machine {
  /** Processes that it starts and ends in a second, with all of its cores. */
  readonly processesPerSecond: number;
  /** How many labs are up at once. */
  readonly labs: number;
  /** What limits are multiplied with: 1 on an ordinary machine and on a faster one. */
  readonly slowness: number;
}

/** Two cores on which a thousand runs of /bin/true take 2.5 s of processor. */
const ORDINARY = 800;
const MOST_LABS = 8;
/** With each this many more, another lab: an ordinary machine has five at once, a slow one two. */
const FOR_A_LAB = 200;

/** Takes a second. A machine that does other things meanwhile, or may not do all it could, is slow. */
export function measureMachine(): Machine {
  const processesPerSecond = process.platform === 'linux' ? countProcesses() : ORDINARY;
  return {
    processesPerSecond,
    labs: Math.min(MOST_LABS, 1 + Math.floor(processesPerSecond / FOR_A_LAB)),
    slowness: Math.max(1, ORDINARY / processesPerSecond),
  };
}

function countProcesses(): number {
  const loop = `timeout 1 sh -c 'while /bin/true; do echo; done' &`;
  const script = `${loop.repeat(availableParallelism())} wait`;
  return Math.max(1, execFileSync('sh', ['-c', script], { maxBuffer: 1e8 }).length);
}
