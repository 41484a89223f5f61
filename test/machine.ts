import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What the machine of this run bears, and what follows from it. */
export interface Machine {
  /** How often in a second it starts Node once and small programs twenty times, with all of its cores. */
  readonly roundsPerSecond: number;
  /** How many labs are up at once. */
  readonly labs: number;
  /** What limits are multiplied with: 1 on an ordinary machine and on a faster one. */
  readonly slowness: number;
}

/** Two cores on which a thousand runs of /bin/true take 2.5 s of processor. */
const ORDINARY = 24;
/** What a lab takes on average: a fifth of a core of a fast machine, and its nodes' disks and programs. */
const ROUNDS_OF_A_LAB = 5;
const BYTES_OF_A_LAB = 1e9;
const MOST_LABS = 10;
const SECONDS = 2;

/** Takes two seconds. A machine that does other things meanwhile, or may not do all it could, is slow. */
export function measureMachine(): Machine {
  const roundsPerSecond = process.platform === 'linux' ? countRounds() / SECONDS : ORDINARY;
  const labs = [roundsPerSecond / ROUNDS_OF_A_LAB, process.availableMemory() / BYTES_OF_A_LAB];
  return {
    roundsPerSecond,
    labs: Math.max(1, Math.min(MOST_LABS, ...labs.map(Math.round))),
    slowness: Math.max(1, ORDINARY / roundsPerSecond),
  };
}

/** Of what the tests' time goes to, about as much of each. */
function countRounds(): number {
  const round = `"$0" -e 0 && ${'/bin/true && '.repeat(20)} echo`;
  const loop = `timeout ${SECONDS} sh -c 'while ${round}; do :; done' "$0" & `;
  const script = `${loop.repeat(availableParallelism())} wait`;
  return Math.max(1, execFileSync('sh', ['-c', script, process.execPath]).length);
}
