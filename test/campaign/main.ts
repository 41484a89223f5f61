import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLab } from '#lab/start-lab.ts';
import { tryOnHost, type Verdict } from './host-trial.ts';
import { INPUTS, readMutants } from './readers.ts';
import { bringUp, tryOnRing } from './ring-trial.ts';

/**
 * `npm run campaign -- [--minutes N] [--seed S] [--hosts N] [--rings N] [--readers N]`: run after run
 * on disposable hosts and rings, each with something that goes wrong, and inputs that are broken. Says
 * what broke a promise, with the words that show it again alone, and ends with 1 then.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6) * 1000) },
    hosts: { type: 'string', default: '4' },
    rings: { type: 'string', default: '1' },
    readers: { type: 'string', default: '1' },
  },
});
const { minutes } = values;
const [hosts, rings, readers] = [values.hosts, values.rings, values.readers].map(Number);
const folder = mkdtempSync(join(tmpdir(), 'rota-campaign-'));
const stop = new AbortController();
const counts = new Map<string, number>();
let seed = Number(values.seed);
let breaches = 0;
const untilMs = performance.now() + Number(minutes) * 60_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const newFolder = (name: string) => mkdtempSync(join(folder, `${name}-`));

/** One trial after the other, until the time is over: one at least. What cannot be tried ends it. */
async function work(kind: string, trial: (seed: number) => Promise<Verdict>): Promise<void> {
  let isOver = false;
  do {
    const own = seed++;
    const { what, breaches: found } = await trial(own).catch((error: unknown) => {
      isOver = true;
      return { what: 'not tried', breaches: [String(error)] };
    });
    counts.set(`${kind}: ${what}`, (counts.get(`${kind}: ${what}`) ?? 0) + 1);
    breaches += found.length;
    for (const breach of found) say(`${what}, --minutes 0 --seed ${own} ${only(kind)}: ${breach}`);
  } while (!isOver && performance.now() < untilMs && !stop.signal.aborted);
}

function only(kind: string): string {
  const all = ['hosts', 'rings', 'readers'];
  return all.map((one) => `--${one} ${one === kind ? 1 : 0}`).join(' ');
}

async function tryHosts(nodes: number): Promise<void> {
  if (nodes === 0) return;
  const dir = join(folder, 'hosts');
  await using lab = await startLab({ dir, light: true, nodes, signal: stop.signal });
  const on = (node: string) =>
    work('hosts', (own) => tryOnHost({ lab, seed: own, folder: newFolder(node) }, node));
  await Promise.all(lab.nodes.map(({ name }) => on(name)));
}

async function tryRing(_: unknown, index: number): Promise<void> {
  const dir = join(folder, `ring${index}`);
  await using lab = await startLab({ dir, waits: 0.1, signal: stop.signal });
  await bringUp({ lab, folder: newFolder('ring') });
  await work('rings', (own) => tryOnRing({ lab, seed: own, folder: newFolder('ring') }));
}

async function read(): Promise<void> {
  await work('readers', (own) => readMutants(own, newFolder('reader')));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
say(
  `campaign: ${minutes} minutes from seed ${values.seed}: ${hosts} hosts, ${rings} rings, ${readers} readers`,
);
try {
  await Promise.all([
    tryHosts(hosts ?? 0),
    ...Array.from({ length: rings ?? 0 }, tryRing),
    ...Array.from({ length: readers ?? 0 }, read),
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const lines = [...counts].toSorted();
const sum = (isWanted: (kind: string) => boolean) =>
  lines.reduce((total, [kind, count]) => total + (isWanted(kind) ? count : 0), 0);
for (const [kind, count] of lines) say(`${count}\t${kind}`);
const isReader = (kind: string) => kind.startsWith('readers');
const trials = sum((kind) => !isReader(kind));
say(`campaign: ${trials} trials, ${INPUTS * sum(isReader)} inputs, ${breaches} breaches`);
process.exitCode = breaches > 0 ? 1 : 0;
