import { z } from 'zod';
import { Failure } from '#engine/model/failure.ts';

const Word = z.string().max(10_000);
const Words = z.array(Word);
const Share = z.union([
  z.strictObject({ hosts: z.int() }),
  z.strictObject({ percent: z.number() }),
]);

/** The flags of a run that go to its workers, as commander gives them. None of them has a secret. */
export const CarriedFlags = z.strictObject({
  limit: Word.refine((text) => !/(?:^|[,:\s&!])@/.test(text)).exactOptional(),
  tags: Words.exactOptional(),
  skipTags: Words.exactOptional(),
  startAtTask: Word.exactOptional(),
  forks: z.int().exactOptional(),
  repair: z.boolean().exactOptional(),
  allowOutage: z.boolean().exactOptional(),
  bootstrap: z.boolean().exactOptional(),
  carryOn: z.boolean().exactOptional(),
  watch: z.boolean().exactOptional(),
  maxGap: z.number().exactOptional(),
  ringsAtOnce: z.int().exactOptional(),
  maxFail: Share.exactOptional(),
  adopt: Words.exactOptional(),
  replace: Words.exactOptional(),
  atMost: Words.exactOptional(),
});
export type CarriedFlags = z.infer<typeof CarriedFlags>;

/** What is for the machine that a run is started on. */
const OWN = [
  'dryRun',
  'summary',
  'verbose',
  'verify',
  'check',
  'via',
  'sliceSize',
  'inventory',
  'json',
  'report',
  'runDir',
];
const OF_VAULT = ['vaultPasswordFile', 'vaultId', 'askVaultPass'];

/** Those of the flags of a command that go to workers. Throws a Failure for those that cannot. */
export function carriedOf(flags: Readonly<Record<string, unknown>>): CarriedFlags {
  const given = Object.entries(flags).filter(
    ([name, value]) => value !== undefined && !(name === 'diff' && value === false),
  );
  const own = new Set([...OWN, ...OF_VAULT]);
  const others = given.filter(([name]) => !own.has(name));
  const wrong = others
    .filter(([name]) => !(name in CarriedFlags.shape))
    .map(([name]) => flagOf(name));
  if (typeof flags['limit'] === 'string' && flags['limit'].includes('@'))
    wrong.push('--limit @FILE');
  if (wrong.length > 0)
    throw new Failure('These flags do not go to workers', {
      where: wrong.join(', '),
      fix: 'Put what they say into the inventory of the repository, or into the environment of the workers.',
    });
  return CarriedFlags.parse(Object.fromEntries(others));
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The same as words of a command line. */
export function wordsOf(carried: CarriedFlags): readonly string[] {
  const { tags, skipTags, adopt, replace, atMost, maxFail, maxGap, watch, ...plain } = carried;
  const { limit, startAtTask, forks, ringsAtOnce, ...switches } = plain;
  const given = Object.entries(switches).filter(([, isOn]) => isOn);
  return [
    ...given.map(([name]) => flagOf(name)),
    ...valued({ limit, startAtTask, forks, ringsAtOnce }),
    ...valued({ tags: tags?.join(','), skipTags: skipTags?.join(',') }),
    ...(adopt ?? []).map((unit) => `--adopt=${unit}`),
    ...(replace ?? []).map((path) => `--replace=${path}`),
    ...(atMost ?? []).map((limit) => `--at-most=${limit}`),
    ...valued({ maxFail: maxFail && shareText(maxFail), maxGap: maxGap && `${maxGap}ms` }),
    ...(watch === false ? ['--no-watch'] : []),
  ];
}

/** With its value in one word, which is no flag then whatever it begins with. */
function valued(values: Readonly<Record<string, string | number | undefined>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${flagOf(name)}=${value}`],
  );
}

function shareText(share: NonNullable<CarriedFlags['maxFail']>): string {
  return 'hosts' in share ? String(share.hosts) : `${share.percent}%`;
}
