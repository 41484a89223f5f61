import { createReadStream } from 'node:fs';
import type { Answers } from '#engine/model/answers.ts';
import { type Command, titleOf } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import type { About } from '#engine/model/run-record.ts';
import type { Exit, Session } from '#engine/model/session.ts';
import { newMark } from '#engine/shell/batch.ts';
import {
  compileProgram,
  feedScript,
  type ProgramInput,
  stopScript,
} from '#engine/shell/compile.ts';
import { REJECTED } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { type Frame, frameReader } from '#engine/shell/read-frames.ts';
import { newerFormat } from './ask.ts';

export interface ProgramRun {
  readonly session: Session;
  readonly runId: string;
  readonly about: About;
  readonly armed: boolean;
  /** Nothing is done where the lease was taken away meanwhile. */
  readonly leased: boolean;
  readonly commands: readonly Command[];
  /** What the commands were made from: where it is answered otherwise now, nothing is done. */
  readonly reads: readonly Read<unknown>[];
  readonly answers: Answers;
  /** When it aborts, the command that runs is finished, and no further one starts. */
  readonly stop: AbortSignal;
  onFrame(frame: Frame): void;
}

/** How a program ended. `failed` is the index of the command that did. */
export type ProgramEnd =
  | { readonly kind: 'done' | 'drift' | 'stopped' }
  | { readonly kind: 'failed'; readonly index: number; readonly failure: Failure };

const LAST_LINES = 20;

/** Runs one program on a host, feeding it and stopping it as asked. */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { session, runId, about, armed, leased, commands } = run;
  const reads = precondition(run);
  const mark = newMark();
  const watch = watchFrames(run);
  const askToStop = () => void session.exec(sh`sh -c ${stopScript(runId)}`).catch(() => undefined);
  if (run.stop.aborted) return { kind: 'stopped' };
  run.stop.addEventListener('abort', askToStop, { once: true });
  try {
    const exit = await session.exec('sh -s', {
      stdin: compileProgram({ runId, mark, about, armed, leased, commands, reads }),
      onStdout: frameReader(mark, watch.onFrame),
    });
    return watch.end(exit);
  } finally {
    run.stop.removeEventListener('abort', askToStop);
  }
}

function precondition({ reads, answers }: ProgramRun): ProgramInput['reads'] {
  const unique = [...new Map(reads.map((read) => [read.key, read])).values()];
  return unique.flatMap((read) => {
    const answer = read.volatile ? undefined : answers.raw(read.key);
    return answer === undefined ? [] : [{ read, answer }];
  });
}

function watchFrames({ session, runId, commands, onFrame }: ProgramRun) {
  let end: ProgramEnd | undefined;
  let broken: ProgramEnd | undefined;
  let lines: string[] = [];
  const see = (frame: Frame) => {
    if (frame.kind === 'line') lines = [...lines, frame.text].slice(-LAST_LINES);
    if (frame.kind === 'begin') lines = [];
    if (frame.kind === 'feed') {
      const { index } = frame;
      feed({ session, runId, index, command: commands[index] }).catch((error: unknown) => {
        broken = { kind: 'failed', index, failure: notFed(error) };
      });
    }
    if (frame.kind === 'end' && frame.status !== 0) {
      end = failedCommand(commands, frame, lines);
    }
    if (frame.kind === 'lost') end = { kind: 'failed', index: 0, failure: leaseLost() };
    if (frame.kind === 'broken') end = { kind: 'failed', index: 0, failure: noRunFolder(lines) };
    if (frame.kind === 'done' || frame.kind === 'drift' || frame.kind === 'stopped') end = frame;
    onFrame(frame);
  };
  return {
    onFrame: see,
    end: (exit: Exit) =>
      broken ?? end ?? { kind: 'failed' as const, index: 0, failure: didNotRun(exit) },
  };
}

/** A feed that breaks off ends the command that it feeds, which may take half of it for all. */
async function feed(input: {
  session: Session;
  runId: string;
  index: number;
  command: Command | undefined;
}): Promise<void> {
  if (input.command?.kind !== 'feed')
    throw new Error('A program asked for a file that it was not promised');
  const stdin = createReadStream(input.command.source);
  await input.session.exec(sh`sh -c ${feedScript(input.runId, input.index)}`, { stdin });
}

function notFed(error: unknown): Failure {
  return new Failure('A file could not be streamed to the host', {
    output: error instanceof Error ? error.message : String(error),
    fix: 'Run again: what was half there is not used.',
  });
}

function failedCommand(
  commands: readonly Command[],
  { index, status }: { index: number; status: number },
  lines: readonly string[],
): ProgramEnd {
  const command = commands[index];
  if (command === undefined) throw new Error(`A program ended command ${index}, which it has not`);
  const failure = new Failure(whatFailed(command, status), {
    ran: `${titleOf(command)} → exit ${status}`,
    output: lines.join('\n').trim(),
    ...(command.kind === 'write'
      ? {
          fix: 'The file on the host is the old one, whole. Mend what is named above, and run again.',
        }
      : {}),
  });
  return { kind: 'failed', index, failure };
}

function whatFailed({ kind }: Command, status: number): string {
  if (kind !== 'write') return 'A command failed';
  return status === REJECTED
    ? 'The new content was rejected by its check'
    : 'The file could not be written';
}

function leaseLost(): Failure {
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
