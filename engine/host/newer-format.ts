import { Failure } from '#engine/model/failure.ts';
import { FORMAT, NEWER_FORMAT } from '#engine/shell/program-functions.ts';

/** The failure of a script that found what a newer rota has kept on the host; undefined: it did not. */
export function newerFormat(exit: {
  readonly status: number;
  readonly stderr: Buffer | string;
}): Failure | undefined {
  const [, format] =
    /^the state of rota on this host is of format (.*)$/m.exec(`${exit.stderr}`) ?? [];
  if (exit.status !== NEWER_FORMAT || format === undefined) return undefined;
  return new Failure('A newer rota has changed this host, in ways that this one does not know', {
    ran: `format ${format}; this rota knows ${FORMAT}`,
    fix: 'Use that rota, or a newer one. Nothing was changed.',
  });
}
