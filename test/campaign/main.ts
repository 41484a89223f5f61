import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLab } from '#lab/start-lab.ts';
import { tryOnce } from './trial.ts';

/**
 * `npm run campaign -- [--minutes N] [--seed S] [--hosts N]`: run after run on disposable hosts, each with
 * something that goes wrong. Says what broke a promise, with the seed that shows it again alone
 * (`--seed S --minutes 0`), and ends with 1 then.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6) * 1000) },
    hosts: { type: 'string', default: '4' },
  },
});

const say = (line: string) => void process.stdout.write(`${line}\n`);
const hosts = Number(values.hosts);
const untilMs = performance.now() + Number(values.minutes) * 60_000;
const folder = mkdtempSync(join(tmpdir(), 'rota-campaign-'));
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
say(`campaign: ${values.minutes} minutes from seed ${values.seed}, ${hosts} hosts at once`);

const counts = new Map<string, number>();
let seed = Number(values.seed);
let breaches = 0;

async function work(lab: Awaited<ReturnType<typeof startLab>>, node: string): Promise<void> {
  do {
    const own = seed++;
    const { fault, breaches: found } = await tryOnce({
      lab,
      node,
      seed: own,
      folder: mkdtempSync(join(folder, `${node}-`)),
    });
    counts.set(fault, (counts.get(fault) ?? 0) + 1);
    breaches += found.length;
    for (const what of found) say(`seed ${own}, ${fault}: ${what}`);
  } while (performance.now() < untilMs && !stop.signal.aborted);
}

try {
  const dir = join(folder, 'lab');
  const one = Number(values.minutes) === 0 ? 1 : hosts;
  await using lab = await startLab({ dir, light: true, nodes: one, signal: stop.signal });
  await Promise.all(lab.nodes.map(({ name }) => work(lab, name)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
for (const [fault, count] of [...counts].toSorted()) say(`${count}\t${fault}`);
say(`campaign: ${total} trials, ${breaches} breaches`);
process.exitCode = breaches > 0 ? 1 : 0;
