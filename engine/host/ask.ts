import type { Answer } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { senseless } from '#engine/model/host-answers.ts';
import { formatBytes, formatLimit, type Limit } from '#engine/model/limits.ts';
import type { Output, Read } from '#engine/model/read.ts';
import { holdsSecret } from '#engine/model/redaction.ts';
import type { Exit, Session } from '#engine/model/session.ts';
import { joinReads, newMark, splitAnswers } from '#engine/shell/batch.ts';
import { FORMAT, NEWER_FORMAT } from '#engine/shell/program-functions.ts';

/** Asks all reads in one exchange; those with one key once. A read that fails spoils only its own answer. */
export async function ask(
  session: Session,
  reads: readonly Read<unknown>[],
): Promise<ReadonlyMap<string, Answer>> {
  if (reads.length === 0) return new Map();
  const { script, answersIn } = question(reads, session.limits.answer);
  const exit = await session.exec('sh -s', {
    stdin: script,
    inWords: !reads.some(isSecret),
    limit: session.limits.reads,
    whole: true,
  });
  return answersIn(exit);
}

/** All users of a host see the words of a command. */
function isSecret(read: Read<unknown>): boolean {
  const texts = 'path' in read ? [read.path] : [read.script, ...(read.shared ?? [])];
  return texts.some(holdsSecret);
}

/** The script that asks all reads, and what a host that ran it has answered, so much at most to each. */
export function question(reads: readonly Read<unknown>[], most: Limit) {
  const unique = [...new Map(reads.map((read) => [read.key, read])).values()];
  const mark = newMark();
  return {
    script: joinReads(unique, mark),
    answersIn: (exit: Exit): ReadonlyMap<string, Answer> => {
      const outputs = splitAnswers(exit, mark, unique);
      return new Map(
        unique.map((read, index) => [read.key, parse(read, outputs[index] as Output, most)]),
      );
    },
  };
}

function parse(read: Read<unknown>, output: Output, most: Limit): Answer {
  if (output.bytes.length > most.most) return tooLong(read, output, most);
  if (output.status !== 0) return readFailure(read, output);
  try {
    return { fact: read.parse(output), status: output.status, bytes: output.bytes };
  } catch (error) {
    // Whatever a parser comes to was brought about by the host.
    return error instanceof Failure ? error : senseless(output.stdout, error);
  }
}

function tooLong({ key }: Read<unknown>, { bytes }: Output, most: Limit): Failure {
  return new Failure('The host answered too much to a question', {
    ran: `read ${key} → ${formatBytes(bytes.length)}; ${formatLimit(most)}`,
    fix: 'See what has grown so long on the host. Nothing was changed by asking.',
  });
}

function readFailure(read: Read<unknown>, output: Output): Failure {
  const { status, stderr, stdout } = output;
  const newer = newerFormat(output);
  if (newer !== undefined) return newer;
  return new Failure('A question to the host failed', {
    ran: `read ${read.key} → exit ${status}`,
    output: stderr.trim() || stdout.trim(),
    fix: 'Mend what the host says, and run again. Nothing was changed by asking.',
  });
}

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
