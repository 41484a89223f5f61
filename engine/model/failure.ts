/**
 * Why a run ends as it does; `engine/report/exit-code.ts` has the numbers. `check`: a gate or verify
 * does not hold, or could not.
 */
export type FailureKind = 'failed' | 'drift' | 'unreachable' | 'locked' | 'check' | 'undo';

export interface FailureDetails {
  readonly kind?: FailureKind;
  /** `inventory/prod.yaml:14:7`, or playbook › task › host. */
  readonly where?: string | undefined;
  /** The command as it ran on the host, with how it ended. */
  readonly ran?: string | undefined;
  /** The last lines of what it printed. */
  readonly output?: string | undefined;
  /** A sentence, or a command to copy. */
  readonly fix?: string | undefined;
  readonly cause?: unknown;
}

/** Something that the user can mend. `what` is a constant sentence; anything else thrown is a bug. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly where: string | undefined;
  readonly ran: string | undefined;
  readonly output: string | undefined;
  readonly fix: string | undefined;

  constructor(what: string, details: FailureDetails = {}) {
    super(what, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Failure';
    this.kind = details.kind ?? 'failed';
    this.where = details.where;
    this.ran = details.ran;
    this.output = details.output;
    this.fix = details.fix;
  }

  /** The same failure, with a place for one that has none yet. */
  at(where: string): Failure {
    if (this.where !== undefined) return this;
    const { kind, ran, output, fix, cause, message } = this;
    return new Failure(message, { kind, where, ran, output, fix, cause });
  }
}

/** All problems of an input at once. */
export class Failures extends Error {
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super(failures.map((failure) => failure.message).join('\n'));
    this.name = 'Failures';
    this.failures = failures;
  }
}

/** The failures in whatever was thrown; anything that is not one is thrown on, as a bug. */
export function failuresOf(error: unknown): readonly Failure[] {
  if (error instanceof Failures) return error.failures;
  if (error instanceof Failure) return [error];
  throw error;
}

/** What some work gives, or its Failure, at this place; anything else that it throws is a bug. */
export async function orFailure<T>(where: string, work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return error.at(where);
    throw error;
  }
}
