import { randomUUID } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import type { Become } from '#engine/model/host.ts';
import type { ExecOptions } from '#engine/model/session.ts';
import { becomeCommand, linesBefore } from './become-command.ts';
import { becomeFailure } from './become-failure.ts';

/** A command with what it reads, as a transport is to run it. */
export interface Invocation {
  readonly command: string;
  readonly options: ExecOptions;
  /** What the command itself wrote there. Throws a Failure if it was not even started. */
  errorsOf(stderr: Buffer, status: number | null): Buffer;
}

/** Who types a command where, and whom it is to run as. */
export interface Typist {
  readonly where: string;
  readonly user: string;
  readonly become?: Become | undefined;
}

/** The command as the login user has to type it, to run as the user to become. */
export function asUser(command: string, options: ExecOptions, typist: Typist): Invocation {
  const { user, become } = typist;
  if (become === undefined || become.user === user) {
    return { command, options, errorsOf: (stderr) => stderr };
  }
  const mark = `rota-${randomUUID()}`;
  const lines = linesBefore(become, mark, typist.where);
  return {
    command: becomeCommand(become, mark, command),
    options: lines === '' ? options : { ...options, stdin: after(lines, options.stdin) },
    errorsOf: (stderr, status) => {
      const line = `\n${mark}\n`;
      const at = stderr.indexOf(line);
      if (at >= 0) return stderr.subarray(at + line.length);
      throw becomeFailure({ ...typist, become, status, stderr: stderr.toString() });
    },
  };
}

function after(lines: string, stdin: ExecOptions['stdin']): string | Readable {
  if (stdin === undefined || typeof stdin === 'string') return lines + (stdin ?? '');
  const input = new PassThrough();
  input.write(lines);
  return stdin.pipe(input);
}
