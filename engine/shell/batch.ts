import { randomBytes } from 'node:crypto';
import { Failure } from '#engine/model/failure.ts';
import type { Output, PathLook, Read } from '#engine/model/read.ts';
import { hashScript, joinHashes, splitHashes } from './hashes.ts';
import { splitBytes } from './lines.ts';
import { joinLook, lookScript, splitLook } from './look.ts';
import { quote } from './quote.ts';

/** What every script and program starts with. sbin: sysctl and ip are not on every PATH. */
export const PREAMBLE = 'export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"\n';

/** Words that start a line of ours among output of any kind. */
export function newMark(): string {
  return `rota-${randomBytes(12).toString('hex')}`;
}

/** One script for all paths of which the content is asked, and one for those of which the hash is. */
const LOOKS = [
  { isHashed: false, ask: lookScript, split: splitLook, join: joinLook },
  {
    isHashed: true,
    ask: (paths: readonly string[], mark: string) => apart(hashScript(paths, mark)),
    split: splitHashes,
    join: joinHashes,
  },
] as const;

/** The commands that ask reads, the looks at their paths last, and what is run once before them. */
export function questionsOf(reads: readonly Read<unknown>[], mark: string) {
  const scripts = reads.flatMap((read) => ('path' in read ? [] : [apart(read.script)]));
  const looks = LOOKS.map((look) => ({ ...look, paths: pathsOf(reads, look) })).filter(
    ({ paths }) => paths.length > 0,
  );
  const shared = new Set(reads.flatMap((read) => ('path' in read ? [] : (read.shared ?? []))));
  return {
    shared: [...shared]
      .map((script) => `eval ${quote(script)} </dev/null >/dev/null 2>&1\n`)
      .join(''),
    questions: [...scripts, ...looks.map(({ ask, paths }) => ask(paths, mark))],
    looks,
  };
}

function pathsOf(
  reads: readonly Read<unknown>[],
  look: { readonly isHashed: boolean },
): readonly string[] {
  const asked = reads.flatMap((read) => (isOf(look, read) ? [read.path] : []));
  return [...new Set(asked)];
}

/** Whether a read is answered by that look. */
export function isOf(
  { isHashed }: { readonly isHashed: boolean },
  read: Read<unknown>,
): read is Read<unknown> & PathLook {
  return 'path' in read && (read.isHashed ?? false) === isHashed;
}

/** A script, in a subshell that it can neither leave nor spoil. */
function apart(script: string): string {
  return `( eval ${quote(script)} ) </dev/null`;
}

/**
 * Joins reads into one sh script. Each script runs in a subshell of its own with an empty stdin, and
 * through `eval`, so that one can neither swallow, change nor, by a syntax error, spoil another; what
 * they share, before them, and all looks at paths as one, behind them. `mark` must be unguessable. What a
 * login script prints comes before the first mark.
 */
export function joinReads(reads: readonly Read<unknown>[], mark: string): string {
  const border = (tail: string) =>
    `printf '\\n%s %s\\n' ${mark} ${tail}; printf '\\n%s\\n' ${mark} >&2\n`;
  const { shared, questions } = questionsOf(reads, mark);
  const parts = questions.map((question) => `${question}; ${border('"$?"')}`);
  return `{\n${PREAMBLE}${shared}${border('start')}${parts.join('')}}\n`;
}

/** The answers of a joined script, in the order of its reads; a wrong number of them is a Failure. */
export function splitAnswers(
  streams: { readonly stdout: Buffer; readonly stderr: Buffer },
  mark: string,
  reads: readonly Read<unknown>[],
): readonly Output[] {
  const answers = cut(streams.stdout, mark).slice(1);
  const errors = cut(streams.stderr, mark).slice(1);
  const { questions, looks } = questionsOf(reads, mark);
  const count = questions.length;
  if (answers.length !== count || errors.length !== count) {
    throw wrongNumber(streams, count, answers.length);
  }
  const outputs = answers.map(({ body, tail }, index) => ({
    status: Number(tail),
    bytes: body,
    stdout: body.toString(),
    stderr: errors[index]?.body.toString() ?? '',
  }));
  const own = outputs.slice(0, count - looks.length).values();
  const told = looks.map((look, index) => {
    const output = outputs[count - looks.length + index] as Output;
    return { ...look, answers: look.split(output, look.paths, mark) };
  });
  const answerTo = (read: Read<unknown>) =>
    'path' in read
      ? told.find((look) => isOf(look, read))?.answers.get(read.path)
      : own.next().value;
  return reads.map((read) => answerTo(read) as Output);
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
  let [body = Buffer.of(), ...rest] = splitBytes(stream, `\n${mark}`);
  return rest.flatMap((part) => {
    const end = part.indexOf('\n');
    if (end < 0) return [];
    const piece = { body, tail: part.subarray(0, end).toString().trim() };
    body = part.subarray(end + 1);
    return [piece];
  });
}
