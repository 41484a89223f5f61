import { Failure } from '#engine/model/failure.ts';
import type { Output } from '#engine/model/output.ts';
import type { Read } from '#engine/model/read.ts';

/** What every script and program starts with. sbin: sysctl and keepalived are not on every PATH. */
export const PREAMBLE = 'export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"\n';

/**
 * Joins reads into one sh script. Each runs in a subshell of its own with an empty stdin, so that
 * one can neither swallow nor change what comes after it. `mark` must be unguessable.
 */
export function joinReads(reads: readonly Read<unknown>[], mark: string): string {
  const parts = reads.map(
    ({ script }) =>
      `(\n${script}\n) </dev/null; printf '\\n%s %s\\n' ${mark} "$?"; printf '\\n%s\\n' ${mark} >&2\n`,
  );
  return `{\n${PREAMBLE}${parts.join('')}}\n`;
}

/** The answers of a joined script, in the order of its reads; a wrong number of them is a Failure. */
export function splitAnswers(
  streams: { readonly stdout: Buffer; readonly stderr: Buffer },
  mark: string,
  count: number,
): readonly Output[] {
  const answers = cut(streams.stdout, mark);
  const errors = cut(streams.stderr, mark);
  if (answers.length !== count || errors.length !== count) {
    throw new Failure('The host answered fewer questions than it was asked', {
      ran: `${count} questions, ${answers.length} answers`,
      output: streams.stderr.toString().slice(-2000),
      fix: 'Look for a login script on the host that ends the shell or prints into it.',
    });
  }
  return answers.map(({ body, tail }, index) => ({
    status: Number(tail),
    bytes: body,
    stdout: body.toString(),
    stderr: errors[index]?.body.toString() ?? '',
  }));
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
