import { Command } from 'commander';
import { Failure, Failures } from '#engine/model/failure.ts';
import { type Contestant, QUICK } from './contestants.ts';

/** What is measured. */
export interface BenchOptions {
  /** How many hosts, one after the other. */
  readonly counts: readonly number[];
  /** Each way. */
  readonly delayMs: number;
  readonly rounds: number;
  readonly contestants: readonly Contestant[];
  /** Where the results go as JSON. */
  readonly json: string | undefined;
  /** Whether docs/performance.md gets them: a quick look has no place there. */
  readonly written: boolean;
}

interface Flags {
  readonly hosts: string;
  readonly delay: string;
  readonly only?: string;
  readonly quick?: true;
  readonly json?: string;
}

/** Reads the command line, and says all that is wrong with it at once. */
export function parseOptions(words: readonly string[], all: readonly Contestant[]): BenchOptions {
  const program = new Command('npm run bench --')
    .description('How long rota takes, beside others and beside the floor: docs/performance.md.')
    .option('--hosts <numbers>', 'how many, one after the other', '3,30,100')
    .option('--delay <time>', 'on the wire, each way, such as 25ms', '0ms')
    .option('--only <names>', `some of ${namesOf(all).join(', ')}`)
    .option('--quick', `three rounds instead of five, of ${QUICK.join(', ')}; nothing for the docs`)
    .option('--json <file>', 'where to write the figures, too')
    .showHelpAfterError()
    .parse(words, { from: 'user' });
  const { hosts, delay, only, quick, json } = program.opts<Flags>();
  const names = only?.split(',') ?? (quick ? QUICK : namesOf(all));
  const refused = [
    ...(/^[1-9]\d*(,[1-9]\d*)*$/.test(hosts) ? [] : [refusal(`--hosts ${hosts}`, '3,30,100')]),
    ...(/^\d+ms$/.test(delay) ? [] : [refusal(`--delay ${delay}`, '25ms')]),
    ...names
      .filter((name) => !all.some((one) => one.name === name))
      .map((name) => refusal(`--only ${name}`, namesOf(all).join(','))),
  ];
  if (refused.length > 0) throw new Failures(refused);
  return {
    counts: hosts.split(',').map(Number),
    delayMs: Number.parseInt(delay, 10),
    rounds: quick === undefined ? 5 : 3,
    contestants: all.filter(({ name }) => names.includes(name)),
    json,
    written: quick === undefined,
  };
}

function namesOf(all: readonly Contestant[]): readonly string[] {
  return all.map(({ name }) => name);
}

function refusal(where: string, example: string): Failure {
  return new Failure('The bench does not know this', { where, fix: `Write it as in ${example}.` });
}
