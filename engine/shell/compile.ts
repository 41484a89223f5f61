import { createHash } from 'node:crypto';
import type { Command, Write } from '#engine/model/command.ts';
import type { Read } from '#engine/model/read.ts';
import { reveal } from '#engine/model/secret.ts';
import { hashAnswers, hashAnswersScript, type RawAnswer } from './answer-hash.ts';
import { PREAMBLE } from './batch.ts';
import { FUNCTIONS, RUNS } from './program-functions.ts';
import { quote, sh } from './quote.ts';

export interface ProgramInput {
  readonly runId: string;
  /** Unguessable; starts every frame. */
  readonly mark: string;
  readonly commands: readonly Command[];
  /** What the plan was made from: the program stops with drift when the host answers differently. */
  readonly reads: readonly { readonly read: Read<unknown>; readonly answer: RawAnswer }[];
}

/** How many runs' pre-images a host keeps. */
const KEPT_RUNS = 5;

/** A feed that never comes, or never ends, must not wait on the host for ever. */
const FEED_SECONDS = 1800;

/**
 * One POSIX sh program that makes all changes of a stage. It is a single `{ …; }`: cut off on its
 * way it is a syntax error, and nothing of it runs. Frames on stdout (read-frames.ts) tell how far
 * it is. It goes over stdin to `sh -s`: it may hold secrets, which have no place in an argv.
 */
export function compileProgram({ runId, mark, commands, reads }: ProgramInput): string {
  return `{
${PREAMBLE}trap '' PIPE HUP
umask 022
id=${quote(runId)} mark=${quote(mark)}
${RUNS}
run=$runs/$id stop=$runs/$id/stop
${FUNCTIONS}
(umask 077; mkdir -p "$run" && : >>"$run/paths") || { frame broken; exit 0; }
${precondition(reads)}
ls -1 "$runs" | grep -vxF "$id" | sort -r | tail -n +${KEPT_RUNS} | while read -r old; do rm -rf "\${runs:?}/$old"; done
${commands.map(compileCommand).join('\n')}
frame done
}
`;
}

/** Tells a running program to stop before its next command. */
export function stopScript(runId: string): string {
  return `${RUNS}\n${sh`umask 077; mkdir -p "$runs"/${runId} && : >"$runs"/${runId}/stop`}`;
}

/** Takes a feed in: runs on a channel of its own, with the file on its stdin. */
export function feedScript(runId: string, index: number): string {
  return `${RUNS}\n${sh`exec timeout ${FEED_SECONDS} sh -c 'cat >"$0"' "$runs"/${runId}/feed-${index}`}`;
}

function precondition(reads: ProgramInput['reads']): string {
  if (reads.length === 0) return '';
  const hash = hashAnswers(reads.map(({ answer }) => answer));
  return `seen=$(${hashAnswersScript(reads.map(({ read }) => read))})
[ "$seen" = "${hash}  -" ] || { frame drift; exit 0; }`;
}

function compileCommand(command: Command, index: number): string {
  return `next_command ${index}
( ${body(command, index)} ) </dev/null 2>&1; command_ended ${index} "$?"`;
}

function body(command: Command, index: number): string {
  switch (command.kind) {
    case 'run':
      return `set -eu; eval ${quote(reveal(command.script))}`;
    case 'write':
      return put(command);
    case 'remove':
      return sh`drop ${command.path}`;
    case 'feed':
      return `set -eu; fifo="$run/feed-${index}"; rm -f "$fifo"; mkfifo "$fifo"; frame feed ${index}
timeout ${FEED_SECONDS} sh -c ${quote(`exec <"$0"; ${command.script}`)} "$fifo"; rm -f "$fifo"`;
  }
}

function put({ path, mode, owner, check, body }: Write): string {
  const text = reveal(body);
  const sum = createHash('sha256').update(text).digest('hex');
  return sh`put ${path} ${mode} ${owner} ${sum} ${check ?? ''} ${text}`;
}
