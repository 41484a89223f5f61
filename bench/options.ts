import { parseArgs } from 'node:util';
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

/** `[--hosts 3,30,100] [--delay 25ms] [--only NAME,…] [--quick] [--json FILE]`. */
export function parseOptions(words: readonly string[], all: readonly Contestant[]): BenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      hosts: { type: 'string', default: '3,30,100' },
      delay: { type: 'string', default: '0ms' },
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const { hosts, delay, only, quick, json } = values;
  const names = only?.split(',') ?? (quick ? QUICK : all.map(({ name }) => name));
  const refused = [
    ...(/^[1-9]\d*(,[1-9]\d*)*$/.test(hosts) ? [] : [refusal(`--hosts ${hosts}`, '3,30,100')]),
    ...(/^\d+ms$/.test(delay) ? [] : [refusal(`--delay ${delay}`, '25ms')]),
    ...names
      .filter((name) => !all.some((one) => one.name === name))
      .map((name) => refusal(`--only ${name}`, all.map((one) => one.name).join(','))),
  ];
  if (refused.length > 0) throw new Failures(refused);
  return {
    counts: hosts.split(',').map(Number),
    delayMs: Number.parseInt(delay, 10),
    rounds: quick ? 3 : 5,
    contestants: all.filter(({ name }) => names.includes(name)),
    json,
    written: !quick,
  };
}

function refusal(where: string, example: string): Failure {
  return new Failure('The bench does not know this', { where, fix: `Write it as in ${example}.` });
}
