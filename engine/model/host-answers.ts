import { Failure } from './failure.ts';
import { formatLimit, type Limits } from './limits.ts';

/** The failure of a host whose answer is none to what it was asked. */
export function senseless(output: string, cause?: unknown): Failure {
  return new Failure('The host gave an answer that makes no sense', {
    output: output.slice(-2000),
    fix: 'See that nothing of the host writes to stdout when a shell starts, such as an rc file.',
    cause,
  });
}

/** The failure of a host that prints more than is kept, where a part of it is of no use. */
export function tooMuch(where: string, { output, host }: Limits): Failure {
  return new Failure('The host answered too much', {
    where,
    ran: `${formatLimit(output)}\n${formatLimit(host)}`,
    fix: 'Look on the host for a file, a log or a login script that is far longer than it should be.',
  });
}
