import type { Choice } from '#engine/model/choice.ts';
import type { RolloutOptions } from '#engine/model/rollout.ts';

/** What was asked for that is out of the ordinary, in the words of the flags. */
export function flagsOf(saved: RolloutOptions): readonly string[] {
  const { repair, allowOutage, bootstrap, carryOn, watch, ringsAtOnce, maxFail, maxGapMs } = saved;
  const most = 'hosts' in maxFail ? `${maxFail.hosts}` : `${maxFail.percent}%`;
  const flags: readonly (readonly [boolean, string])[] = [
    [repair, '--repair'],
    [allowOutage, '--allow-outage'],
    [bootstrap, '--bootstrap'],
    [ringsAtOnce !== undefined, `--rings-at-once ${ringsAtOnce}`],
    [most !== '0', `--max-fail ${most}`],
    [carryOn, '--carry-on'],
    [maxGapMs !== undefined, `--max-gap ${maxGapMs}ms`],
    [!watch, '--no-watch'],
    ...saved.takeOver.map((name) => [true, `${takingOver(name)} ${name}`] as const),
  ];
  return flags.filter(([given]) => given).map(([, flag]) => flag);
}

function takingOver(name: string): string {
  return name.startsWith('/') ? '--replace' : '--adopt';
}

/** The choice in the words of the flags. */
export function choiceFlags({ tags, skipTags, startAt = [] }: Choice): readonly string[] {
  return [
    ...(tags.includes('all') ? [] : [`--tags ${tags.join(',')}`]),
    ...(skipTags.length === 0 ? [] : [`--skip-tags ${skipTags.join(',')}`]),
    ...startAt.map((title) => `--start-at ${title}`),
  ];
}
