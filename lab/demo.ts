import { spawnSync } from 'node:child_process';
import { failuresOf } from '#engine/model/failure.ts';
import { formatFailures } from '#engine/report/failure.ts';
import { labStatus } from './lab.ts';
import { findLab, startLab } from './start-lab.ts';

/** The main job on three real nodes, from nothing to three VIPs. `--keep` leaves the lab up. */
const INVENTORY = 'inventory/lab.yaml';
const keep = process.argv.includes('--keep');

try {
  process.exitCode = await demonstrate();
} catch (error) {
  console.error(formatFailures(failuresOf(error)));
  process.exitCode = 1;
}

async function demonstrate(): Promise<number> {
  if (findLab('.lab') !== undefined) {
    console.log('The lab is up already. Take it down first: npm run lab -- down');
    return 1;
  }
  const stop = new AbortController();
  // While rota runs it has the terminal's Ctrl-C too; this process only has to outlive it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stop.abort());
  }
  console.log('── npm run lab -- up');
  const lab = await startLab({ dir: '.lab', uplink: true, keep, signal: stop.signal });
  console.log(await labStatus(lab));
  const status = ['deploy', 'verify'].reduce((before, verb) => before || rota(verb), 0);
  console.log(`\n── who holds what\n${await labStatus(lab)}`);
  if (keep) console.log(NEXT);
  else await lab.down();
  return status;
}

function rota(verb: string): number {
  console.log(`\n── npm run ${verb} -- ${INVENTORY}`);
  const words = ['bin/rota.cjs', verb, INVENTORY];
  return spawnSync(process.execPath, words, { stdio: 'inherit' }).status ?? 1;
}

const NEXT = `
The lab stays up. Try:
  npm run deploy -- ${INVENTORY} --dry-run
  npm run lab -- cut node1
  npm run verify -- ${INVENTORY}
  npm run lab -- mend node1
  npm run lab -- down`;
