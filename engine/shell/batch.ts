import { randomBytes } from 'node:crypto';
import { Failure } from '#engine/model/failure.ts';
import type { Output, Read } from '#engine/model/read.ts';
import { quote } from './quote.ts';

/** What every script and program starts with. sbin: sysctl and ip are not on every PATH. */
export const PREAMBLE = 'export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"\n';

/** Words that start a line of ours among output of any kind. */
export function newMark(): string {
  return `rota-${randomBytes(12).toString('hex')}`;
}

/**
 * Joins reads into one sh script. Each runs in a subshell of its own with an empty stdin, and
 * through `eval`, so that one can neither swallow, change nor, by a syntax error, spoil another.
 * `mark` must be unguessable. What a login script prints comes before the first mark.
 */
export function joinReads(reads: readonly Read<unknown>[], mark: string): string {
  const border = (tail: string) =>
    `printf '\\n%s %s\\n' ${mark} ${tail}; printf '\\n%s\\n' ${mark} >&2\n`;
  const parts = reads.map(
    ({ script }) => `( eval ${quote(script)} ) </dev/null; ${border('"$?"')}`,
  );
  return `{\n${PREAMBLE}${border('start')}${parts.join('')}}\n`;
}

/** The answers of a joined script, in the order of its reads; a wrong number of them is a Failure. */
export function splitAnswers(
  streams: { readonly stdout: Buffer; readonly stderr: Buffer },
  mark: string,
  count: number,
): readonly Output[] {
  const answers = cut(streams.stdout, mark).slice(1);
  const errors = cut(streams.stderr, mark).slice(1);
  if (answers.length !== count || errors.length !== count) {
    throw wrongNumber(streams, count, answers.length);
  }
  return answers.map(({ body, tail }, index) => ({
    status: Number(tail),
    bytes: body,
    stdout: body.toString(),
    stderr: errors[index]?.body.toString() ?? '',
  }));
}

function wrongNumber(
  { stdout, stderr }: { readonly stdout: Buffer; readonly stderr: Buffer },
  asked: number,
  answered: number,
): Failure {
  const said = [stdout, stderr].map((stream) => stream.toString().trim()).filter(Boolean);
  const what =
    answered > asked
      ? 'The host answered more questions than it was asked'
      : 'The host answered fewer questions than it was asked';
  return new Failure(what, {
    ran: `${asked} questions, ${answered} answers`,
    output: said.join('\n').slice(-2000),
    fix: 'See what sh is on the host, and whether something ends it or prints what it reads.',
  });
}

/** The pieces that end in a line `mark tail`, without the line feed that the mark brings with it. */
function cut(stream: Buffer, mark: string): readonly { body: Buffer; tail: string }[] {
  const pieces = [];
  let start = 0;
  for (;;) {
    const at = stream.indexOf(`\n${mark}`, start);
    const end = stream.indexOf('\n', at + 1);
    if (at < 0 || end < 0) return pieces;
    const tail = stream
      .subarray(at + 1 + mark.length, end)
      .toString()
      .trim();
    pieces.push({ body: stream.subarray(start, at), tail });
    start = end + 1;
  }
}
