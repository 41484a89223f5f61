import { cpus, loadavg, release } from 'node:os';
import type { Contestant } from './contestants.ts';
import { CASES, medians, type Result } from './figures.ts';
import type { Fleet } from './fleet.ts';
import { writeInputs } from './inputs.ts';
import { type Measured, measure } from './measure.ts';
import type { BenchOptions } from './options.ts';

/** What is compared, where, and until when. */
export interface CompareInput {
  readonly options: BenchOptions;
  /** Where contestants run, and have their home. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** All contestants on the same hosts, in turn: a first run and a no-op each, round after round. */
export async function compareOn(
  fleet: Fleet,
  count: number,
  { options, folder, signal }: CompareInput,
): Promise<Result> {
  const { rounds, delayMs } = options;
  const all = options.contestants.filter(({ missing }) => missing === undefined);
  const hosts = fleet.hosts.slice(0, count);
  const taken = describeMachine();
  writeInputs(folder, hosts, fleet.keyFile);
  const samples = new Map<string, Measured[]>();
  for (let round = 1; round <= rounds; round += 1)
    for (const contestant of all) {
      fleet.reset(hosts);
      for (const which of CASES.toReversed()) {
        const command = commandOf(contestant, fleet, folder);
        const goesOn = contestant.keeps === true && which === 'first run';
        const measured = await measure({ ...command, goesOn }, fleet.sides, signal);
        fleet.compare(hosts, contestant.name);
        const key = `${which}: ${contestant.name}`;
        samples.set(key, [...(samples.get(key) ?? []), measured]);
        console.log(`${count} hosts, round ${round}, ${key} ${measured.wallSeconds.toFixed(3)} s`);
      }
    }
  console.log(`${count} hosts: equal states after each of ${rounds * all.length * 2} runs`);
  const figures = CASES.flatMap((which) =>
    all.map(({ name: contestant }) => {
      const median = medians(samples.get(`${which}: ${contestant}`) ?? []);
      return { contestant, case: which, median };
    }),
  );
  return { hosts: count, delayMs, rounds, taken, figures };
}

/** Nothing of the user’s own but PATH: what contestants keep at home goes with the bench. */
function commandOf({ words, env }: Contestant, { prefix }: Fleet, folder: string) {
  const { PATH } = process.env;
  const own = { PATH, HOME: folder, LANG: 'C.UTF-8', NO_COLOR: '1', ANSIBLE_CONFIG: 'ansible.cfg' };
  return { words: [...prefix, ...words], env: { ...own, ...env }, cwd: folder };
}

function describeMachine(): string {
  const date = new Date().toISOString().slice(0, 10);
  const cores = `${cpus().length} cores (${cpus()[0]?.model.trim()}), load ${loadavg()[0]?.toFixed(1)}`;
  return `${date}, ${cores}, Linux ${release().split('-')[0]}, Node ${process.version}`;
}
