import type { Check } from '#engine/model/check.ts';
import type { Reads } from '#engine/model/read.ts';

/** Several checks as one, asked in one exchange: it holds when all of them do at the same time. */
export function allHold(...checks: readonly Check[]): Check {
  const most = (of: (check: Check) => number) => Math.max(0, ...checks.map(of));
  const probing = checks.filter(({ probesFor }) => probesFor !== undefined);
  return {
    title: checks.map(({ title }) => title).join(', '),
    spacingMs: most(({ spacingMs }) => spacingMs),
    deadlineMs: most(({ deadlineMs }) => deadlineMs),
    patienceMs: most(({ patienceMs }) => patienceMs),
    readsFor: (host) => numbered(checks.map((check) => check.readsFor(host))),
    ...(probing.length > 0 && {
      probesFor: (host: string) => numbered(probing.map((check) => check.probesFor?.(host) ?? {})),
    }),
    judge: (...samples) => checks.flatMap((check) => check.judge(...samples)),
    notes: (...samples) => checks.flatMap((check) => check.notes?.(...samples) ?? []),
    explain: (...samples) => checks.flatMap((check) => check.explain?.(...samples) ?? []),
  };
}

/** What two checks call the same need not be the same. */
function numbered(all: readonly Reads[]): Reads {
  return Object.fromEntries(
    all.flatMap((reads, at) =>
      Object.entries(reads).map(([name, read]) => [`${at} ${name}`, read] as const),
    ),
  );
}
