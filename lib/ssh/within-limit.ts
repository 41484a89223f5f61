import { Failure } from '#engine/model/failure.ts';
import { formatLimit, type Limit } from '#engine/model/limits.ts';
import type { ExecOptions, Exit } from '#engine/model/session.ts';

/** Runs a command for as long as its limit says; a Failure, kind `unreachable`, when that is over. */
export async function withinLimit(
  where: string,
  { limit, ...options }: ExecOptions,
  run: (options: ExecOptions) => Promise<Exit>,
): Promise<Exit> {
  if (limit === undefined) return await run(options);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooSlow(where, limit)), limit.most);
  const { signal } = options;
  try {
    return await run({
      ...options,
      signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
    });
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(where: string, limit: Limit): Failure {
  return new Failure('The host did not answer in time', {
    kind: 'unreachable',
    where,
    ran: formatLimit(limit),
    fix: 'Look on the host for a mount, a disk or a container runtime that hangs.',
  });
}
