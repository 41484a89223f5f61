import type { Choice } from '#engine/model/choice.ts';
import type { RolloutOptions } from '#engine/model/rollout.ts';
import type { SavedChoice, SavedRollout } from './saved-plan.ts';

/** The options as JSON has room for them: without what stands for no limit. */
export function saveRollout({ ringsAtOnce, maxGapMs, ...rest }: RolloutOptions): SavedRollout {
  return {
    ...rest,
    ...(Number.isFinite(ringsAtOnce) ? { ringsAtOnce } : {}),
    ...(maxGapMs === undefined ? {} : { maxGapMs }),
  };
}

export function readRollout({ ringsAtOnce, maxGapMs, ...rest }: SavedRollout): RolloutOptions {
  return { ...rest, ringsAtOnce: ringsAtOnce ?? Number.POSITIVE_INFINITY, maxGapMs };
}

/** What was asked for that is out of the ordinary, in the words of the flags. */
export function flagsOf(saved: SavedRollout): readonly string[] {
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
  ];
  return flags.filter(([given]) => given).map(([, flag]) => flag);
}

export function saveChoice({ tags, skipTags, startAt }: Choice): SavedChoice {
  return {
    tags: [...tags],
    skipTags: [...skipTags],
    ...(startAt === undefined ? {} : { startAt: [...startAt] }),
  };
}

/** The choice in the words of the flags. */
export function choiceFlags({ tags, skipTags, startAt = [] }: SavedChoice): readonly string[] {
  return [
    ...(tags.includes('all') ? [] : [`--tags ${tags.join(',')}`]),
    ...(skipTags.length === 0 ? [] : [`--skip-tags ${skipTags.join(',')}`]),
    ...startAt.map((title) => `--start-at ${title}`),
  ];
}
