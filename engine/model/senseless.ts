import { Failure } from './failure.ts';

/** The failure of a host whose answer is none to what it was asked. */
export function senseless(output: string, cause?: unknown): Failure {
  return new Failure('The host gave an answer that makes no sense', {
    output: output.slice(-2000),
    fix: 'See that nothing of the host writes to stdout when a shell starts, such as an rc file.',
    cause,
  });
}
