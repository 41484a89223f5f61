import { Failure } from '#engine/model/failure.ts';

/** A command that did not end by itself; `signal` as in SIGKILL. */
export class Killed extends Failure {
  readonly signal: string;

  constructor(signal: string, where: string, stderr: Buffer) {
    super('The command was killed by a signal', {
      where,
      ran: `killed by ${signal}`,
      ...outputOf(stderr),
      fix:
        signal === 'SIGKILL'
          ? 'If nobody killed it, the host ran out of memory:\n  journalctl -k --grep oom'
          : `Find out what on the host sends ${signal}, and run again.`,
    });
    this.signal = signal;
  }
}

/** How the command ended is not known: it may have done its work, or a part of it. */
export function lost(where: string, cause: Error | undefined): Failure {
  return new Failure('The connection was lost', {
    kind: 'unreachable',
    where,
    ...(cause === undefined ? {} : { output: cause.message, cause }),
    fix: 'Run again once the host answers: what it has done by then is seen, and the rest is done.',
  });
}

/** What a command was to read from cannot be read. */
export function unreadableInput(where: string, cause: Error): Failure {
  const fix = 'Make the file readable on the control machine, and run again.';
  return new Failure('The input for the command cannot be read', {
    where,
    output: cause.message,
    fix,
    cause,
  });
}

function outputOf(stderr: Buffer): { readonly output?: string } {
  const lines = stderr.toString().trimEnd().split('\n').slice(-20).join('\n');
  return lines === '' ? {} : { output: lines };
}
