import { type Command, sourceOf, titleOf } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { Secret } from '#engine/model/secret.ts';
import type { Exit } from '#engine/model/session.ts';
import type { PlannedTask } from '#engine/model/task.ts';
import { REJECTED } from '#engine/shell/program-functions.ts';
import type { Frame } from '#engine/shell/read-frames.ts';
import { newerFormat } from './ask.ts';

/** How a program ended. `failed` is the index of the command that did. */
export type ProgramEnd =
  | { readonly kind: 'done' | 'drift' | 'stopped' }
  | { readonly kind: 'failed'; readonly index: number; readonly failure: Failure };

const LAST_LINES = 20;

/**
 * What becomes of a program, by its frames. They are the host's words: one that does not fit what it
 * was given ends the watch with a failure, and what it says after that is not heeded.
 */
export class ProgramWatch {
  readonly #commands: readonly Command[];
  #end: ProgramEnd | undefined;
  #lines: readonly string[] = [];
  /** The command that was begun last, whether it is fed, and whether it has ended. */
  #at = { index: -1, isFed: false, isOver: true };

  constructor(commands: readonly Command[]) {
    this.#commands = commands;
  }

  /** Takes a frame in; false where it is not to be heeded. */
  see(frame: Frame): boolean {
    if (this.#end !== undefined) return false;
    if (!this.#fits(frame)) {
      this.fail(makesNoSense(frame));
      return false;
    }
    if (frame.kind === 'line') this.#lines = [...this.#lines, frame.text].slice(-LAST_LINES);
    if (frame.kind === 'begin') this.#lines = [];
    if (frame.kind === 'end' && frame.status !== 0) this.fail(this.#failed(frame.status));
    if (frame.kind === 'lost') this.fail(leaseLost());
    if (frame.kind === 'broken') this.fail(noRunFolder(this.#lines));
    if (frame.kind === 'done' || frame.kind === 'drift' || frame.kind === 'stopped')
      this.#end = frame;
    return true;
  }

  /** Ends it with a failure of the command that runs; the first one counts. */
  fail(failure: Failure): void {
    this.#end ??= { kind: 'failed', index: Math.max(0, this.#at.index), failure };
  }

  endBy(exit: Exit): ProgramEnd {
    return this.#end ?? { kind: 'failed', index: 0, failure: didNotRun(exit) };
  }

  /** Commands begin one after the other, are fed once at most, and end. */
  #fits(frame: Frame): boolean {
    const { index, isFed, isOver } = this.#at;
    switch (frame.kind) {
      case 'begin':
        this.#at = { index: frame.index, isFed: false, isOver: false };
        return isOver && frame.index === index + 1 && frame.index < this.#commands.length;
      case 'feed':
        this.#at = { index, isFed: true, isOver };
        return (
          !isOver &&
          !isFed &&
          frame.index === index &&
          sourceOf(this.#commands[index]) !== undefined
        );
      case 'end':
        this.#at = { index, isFed, isOver: true };
        return !isOver && frame.index === index;
      case 'done':
        return isOver && index === this.#commands.length - 1;
      case 'line':
      case 'drift':
      case 'broken':
      case 'stopped':
      case 'lost':
        return true;
      default:
        return false;
    }
  }

  #failed(status: number): Failure {
    const command = this.#commands[this.#at.index];
    return new Failure(whatFailed(command, status), {
      ran: `${command && titleOf(command)} → exit ${status}`,
      output: this.#lines.join('\n').trim(),
      ...(command?.kind === 'write'
        ? {
            fix: 'The file on the host is the old one, whole. Mend what is named above, and run again.',
          }
        : {}),
    });
  }
}

function whatFailed(command: Command | undefined, status: number): string {
  if (command?.kind !== 'write') return 'A command failed';
  return status === REJECTED
    ? 'The new content was rejected by its check'
    : 'The file could not be written';
}

function makesNoSense(frame: Frame): Failure {
  return new Failure('The host says of the program what cannot be', {
    output: JSON.stringify(frame),
    fix: 'Somebody on the host answers in the place of the program: look at its sh, and at who is root there.',
  });
}

/** Of a run that goes on where another has taken the host over. */
export function leaseLost(): Failure {
  return new Failure('The lease of the host was lost', {
    kind: 'locked',
    fix: 'Its heartbeat was silent for too long, or somebody ran unlock. npm run history -- INVENTORY tells who came after; then run again.',
  });
}

function noRunFolder(lines: readonly string[]): Failure {
  return new Failure('The host has no room or no right for the run folder', {
    output: lines.join('\n').trim(),
    fix: 'Make /var/lib/rota writable for the user that rota runs as. Nothing was changed.',
  });
}

function didNotRun(exit: Exit): Failure {
  const { status, stderr } = exit;
  const newer = newerFormat(exit);
  if (newer !== undefined) return newer;
  return new Failure('The program did not run to its end', {
    ran: `sh -s → exit ${status}`,
    output: stderr.toString().trim(),
    fix: 'Run again: each file is the old one or the new one.',
  });
}

/** What is said of a task that has been applied and is not as it should be. */
export function stillDiffers(planned: PlannedTask | undefined): Failure {
  const fields = (planned?.fields ?? []).map(({ name, before, after }) =>
    after instanceof Secret ? `${name}: secret` : `${name}: ${before ?? '(absent)'}, not ${after}`,
  );
  return new Failure('The task still differs after it was applied', {
    output: fields.join('\n'),
    fix: 'Look for another program on the host that sets it back.',
  });
}

/** What is said where a program has found the host otherwise: by what it answers now. */
export function drift(
  again: ReadonlyMap<string, PlannedTask>,
  changes: readonly PlannedTask[],
): Failure {
  const lines = changes.map(({ title }) => {
    const isGone = again.get(title)?.fields.length === 0;
    return `${title}: ${isGone ? 'no longer differs' : 'differs'}`;
  });
  return new Failure('The host no longer is what the plan saw', {
    kind: 'drift',
    output: lines.join('\n'),
    fix: 'Nothing was changed in this stage. Run again: the plan is then made from what is there now.',
  });
}
