import type { Answer, Answers } from '#engine/model/answers.ts';
import { sourceOf, withDots } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { formatLimit, type Limit } from '#engine/model/limits.ts';
import type { Read } from '#engine/model/read.ts';
import type { Session } from '#engine/model/session.ts';
import { newMark } from '#engine/shell/batch.ts';
import {
  compileProgram,
  endScript,
  feedScript,
  type ProgramInput,
  stopScript,
} from '#engine/shell/compile.ts';
import { type Frame, frameReader } from '#engine/shell/read-frames.ts';
import { question } from './ask.ts';
import { localStream, saveLocal } from './local-files.ts';
import { type ProgramEnd, ProgramWatch } from './program-end.ts';

export interface ProgramRun extends Omit<ProgramInput, 'mark' | 'reads' | 'commandMs'> {
  readonly session: Session;
  /** What the commands were made from: where it is answered otherwise now, nothing is done. */
  readonly reads: readonly Read<unknown>[];
  readonly answers: Answers;
  /** What is asked in the same exchange, once all commands are done. */
  readonly after: readonly Read<unknown>[];
  /** When it aborts, the command that runs is finished, and no further one starts. */
  readonly stop: AbortSignal;
  onFrame(frame: Frame): void;
}

/** How a program ended, and what the host answers by then; undefined: it was not asked, or said too much. */
export interface ProgramResult {
  readonly end: ProgramEnd;
  readonly answers?: ReadonlyMap<string, Answer>;
}

/** What a program is sent to: it may hold secrets, which have no place in an argv. */
export const PROGRAM_SHELL = 'exec sh -s';

/** Runs one program on a host, feeding it and stopping it as asked. */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const { session, runId, commands, stop } = run;
  if (stop.aborted) return { end: { kind: 'stopped' } };
  const mark = newMark();
  const { script, answersIn } = question(run.after, session.limits.answer);
  const watch = new ProgramWatch(commands);
  const clock = new CommandClock(run);
  const notFed = (error: unknown) => watch.fail(whyNotFed(error));
  const onFrame = (frame: Frame) => {
    if (!watch.see(frame)) return;
    if (frame.kind === 'begin') {
      clock.restart(session.limits.command);
      const command = commands[frame.index];
      const failure = command?.kind === 'save' ? saveLocal(command) : undefined;
      if (failure !== undefined) watch.fail(failure);
    }
    if (frame.kind === 'done') clock.restart(session.limits.reads);
    if (frame.kind === 'feed') feed(run, frame, notFed).catch(notFed);
    run.onFrame(frame);
  };
  const commandMs = session.limits.command.most;
  const input = { ...run, mark, commandMs, reads: precondition(run) };
  const askToStop = () => tell(session, stopScript(runId));
  stop.addEventListener('abort', askToStop, { once: true });
  try {
    const exit = await session.exec(PROGRAM_SHELL, {
      stdin: compileProgram(input) + script,
      readable: () => compileProgram({ ...input, commands: commands.map(withDots) }) + script,
      onStdout: frameReader(mark, session.limits, onFrame),
      signal: clock.signal,
    });
    const end = watch.endBy(exit);
    return end.kind === 'done' && exit.cut === undefined
      ? { end, answers: answersIn(exit) }
      : { end };
  } finally {
    clock.stop();
    stop.removeEventListener('abort', askToStop);
  }
}

/** Says a word to a running program over a channel of its own. A host that takes none will be seen. */
function tell(session: Session, script: string): void {
  session.exec(script, { limit: session.limits.message }).catch(() => undefined);
}

/** Ends a program, on its host too, that stays at one command, or at its answers, for too long. */
class CommandClock {
  readonly #late = new AbortController();
  readonly #run: ProgramRun;
  #timer: NodeJS.Timeout | undefined;

  constructor(run: ProgramRun) {
    this.#run = run;
    this.restart(run.session.limits.command);
  }

  get signal(): AbortSignal {
    return this.#late.signal;
  }

  restart(limit: Limit): void {
    this.stop();
    const { session, runId } = this.#run;
    this.#timer = setTimeout(() => {
      tell(session, endScript(runId));
      this.#late.abort(tooLong(session.host.name, limit));
    }, limit.most);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function tooLong(where: string, limit: Limit): Failure {
  return new Failure('A command took too long, and was ended', {
    where,
    ran: formatLimit(limit),
    fix: 'Look on the host for what it waits for, and run again: each file is the old one or the new one.',
  });
}

function precondition({ reads, answers }: ProgramRun): ProgramInput['reads'] {
  const unique = [...new Map(reads.map((read) => [read.key, read])).values()];
  return unique.flatMap((read) => {
    const answer = read.volatile ? undefined : answers.raw(read.key);
    return answer === undefined ? [] : [{ read, answer }];
  });
}

/** A feed that breaks off ends the command that it feeds, which may take half of it for all. */
async function feed(
  { session, runId, commands }: ProgramRun,
  { index, unpacks }: Extract<Frame, { readonly kind: 'feed' }>,
  onBroken: (error: unknown) => void,
): Promise<void> {
  const source = sourceOf(commands[index]);
  if (source === undefined) return;
  const stdin = localStream(source, { isPacked: unpacks === true, onBroken });
  const limit = session.limits.command;
  await session.exec(feedScript(runId, index, limit.most), { stdin, limit });
}

function whyNotFed(error: unknown): Failure {
  return new Failure('A file could not be streamed to the host', {
    output: error instanceof Error ? error.message : String(error),
    fix: 'Run again: what was half there is not used.',
  });
}
