import { normalize } from 'node:path/posix';
import type { Command, Write } from '#engine/model/command.ts';
import type { About } from '#engine/model/run-record.ts';
import { reveal } from '#engine/model/secret.ts';
import { PREAMBLE } from './batch.ts';
import {
  FOLDERS,
  FUNCTIONS,
  HOLDER,
  PLACES,
  PROCESS_START,
  WRITE_FORMAT,
} from './program-functions.ts';
import { quote, sh } from './quote.ts';
import { type AnsweredRead, sameAnswers } from './same-answers.ts';
import { END_PROGRAM, keptPlaces, SILENCE_SECONDS, undoProgram, WATCHDOG } from './undo.ts';

export interface ProgramInput {
  readonly runId: string;
  /** Unguessable; starts every frame. */
  readonly mark: string;
  readonly commands: readonly Command[];
  /** What the plan was made from: the program stops with drift when the host answers differently. */
  readonly reads: readonly AnsweredRead[];
  readonly about: About;
  /** The host undoes the run by itself when the heartbeat of its lease stops, until it is disarmed. */
  readonly armed: boolean;
  /** Whether the host must be leased by this run: one that was taken over is left alone. */
  readonly leased: boolean;
  /** How long a command may take, so that a feed that never comes, or ends, is not waited for for ever. */
  readonly commandMs: number;
}

/** How many runs' pre-images a host keeps. */
const KEPT_RUNS = 5;

/** Before the lease is looked at: whoever takes it over ends what has registered (take-lease.sh). */
const REGISTER = ` && { printf '%s ' "$$"; started "$$" || :; } >"$run/program"`;

const STILL_LEASED = `${HOLDER}
find_holder
[ "$holder" = "$id" ] || { frame lost; exit 0; }`;

/**
 * One POSIX sh program that makes all changes of a stage. It is a single `{ …; }`: cut off on its
 * way it is a syntax error, and nothing of it runs. Frames on stdout (read-frames.ts) tell how far
 * it is. It goes over stdin to `sh -s`: it may hold secrets, which have no place in an argv.
 * What it will write over is kept before its first command.
 */
export function compileProgram(input: ProgramInput): string {
  const { runId, mark, commands, reads, leased, armed } = input;
  return `{
${PREAMBLE}trap '' PIPE HUP
umask 077
id=${quote(runId)} mark=${quote(mark)} at=$PWD
${FOLDERS}
${PROCESS_START}
run=$runs/$id stop=$runs/$id/stop
${sh`places=${PLACES}`}
eval "$places"
${FUNCTIONS}
mkdir -p "$run" && printf '' >>"$run/paths" && printf %s "$places" >"$run/places" && echo "$mark" >>"$run/staged" && ${WRITE_FORMAT}${leased || armed ? REGISTER : ''} || { frame broken; exit 0; }
${reads.length === 0 ? '' : `${sameAnswers(reads, mark)} || { frame drift; exit 0; }`}
${leased ? STILL_LEASED : ''}
set -- "$runs"/*
for old do
  [ "$#" -gt ${KEPT_RUNS} ] || break
  shift
  [ "$old" = "$run" ] || [ -e "$old/armed" ] || [ -e "$old/undoing" ] || rm -rf "$old"
done
set --
keep_all() {
${keepAll(input)}
}
keep_all || { frame broken; exit 0; }
come_back
${commands.map((command, index) => compileCommand(command, index, input.commandMs)).join('\n')}
printf '' >"$run/staged"
frame done
}
`;
}

/** What tells the history, the pre-images, and the way back: all on the disk before any change. */
function keepAll({ about, armed, commands, runId }: ProgramInput): string {
  const lines = Object.entries(about).map(([name, value]) => `${name}=${value}`);
  const paths = commands.flatMap((command) =>
    command.kind === 'write' || command.kind === 'remove' ? [absolute(command.path)] : [],
  );
  return [
    sh`printf '%s\n' ${lines} >"$run/about"`,
    'let_stay',
    ...paths.map((path) => sh`keep ${path}`),
    ...(armed ? [tellUndo(runId, commands)] : []),
    'sync_kept',
    ...(armed ? [sh`arm ${SILENCE_SECONDS} ${WATCHDOG}`] : []),
  ].join(' &&\n');
}

/** `settle-N` is what the N-th program of the run says about taking its commands back. */
function tellUndo(runId: string, commands: readonly Command[]): string {
  const settle = commands
    .toReversed()
    .flatMap(undoOf)
    .map((undo) => `( ${undo}\n) || failed=yes\n`)
    .join('');
  const text = `${PREAMBLE}${keptPlaces(runId)}\nfailed=\n${settle}[ -z "$failed" ]\n`;
  return sh`tell_undo ${text} ${undoProgram(runId)}`;
}

function undoOf(command: Command): readonly string[] {
  if (command.kind === 'run') return command.undo === undefined ? [] : [reveal(command.undo)];
  if (command.kind !== 'folder') return [];
  const { path, before } = command;
  return [
    before === undefined
      ? sh`drop_folder ${absolute(path)}`
      : sh`own_folder ${absolute(path)} ${before.mode} ${before.owner}`,
  ];
}

/** Tells a running program to stop before its next command. */
export function stopScript(runId: string): string {
  return `${FOLDERS}\n${sh`umask 077; mkdir -p "$runs"/${runId} && : >"$runs"/${runId}/stop`}`;
}

/** Ends a running program at once, with all that it has started. */
export function endScript(runId: string): string {
  return `${FOLDERS}\n${PROCESS_START}\n${END_PROGRAM}\n${sh`end_program "$runs"/${runId}`}`;
}

/** Takes a feed in: runs on a channel of its own, with the file on its stdin. */
export function feedScript(runId: string, index: number, commandMs: number): string {
  return `${FOLDERS}\n${sh`exec timeout ${seconds(commandMs)} sh -c 'cat >"$0"' "$runs"/${runId}/feed-${index}`}`;
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

function compileCommand(command: Command, index: number, ms: number): string {
  return `next_command ${index}
${body(command, index, ms)} </dev/null 2>&1; command_ended ${index} "$?"`;
}

function body(command: Command, index: number, ms: number): string {
  switch (command.kind) {
    case 'run':
      return `( umask 022; set -eu; eval ${quote(reveal(command.script))} )`;
    case 'write':
      return put(command);
    case 'remove':
      return sh`drop ${absolute(command.path)}`;
    case 'folder': {
      const { path, mode, owner } = command;
      return sh`make_folder ${absolute(path)} ${mode} ${owner}`;
    }
    case 'feed':
      return `( umask 022; set -eu; fifo="$run/feed-${index}"; rm -f "$fifo"; mkfifo "$fifo"; frame feed ${index}
timeout ${seconds(ms)} sh -c ${quote(`exec <"$0"; ${command.script}`)} "$fifo"; rm -f "$fifo" )`;
  }
}

function put({ path, mode, owner, check, body }: Write): string {
  return sh`put ${absolute(path)} ${mode} ${owner} ${check ?? ''} ${reveal(body)}`;
}

/** As the host's working directory reads when it is there: no `//`, no `.`, no slash at the end. */
function absolute(path: string): string {
  return normalize(path).replace(/(.)\/$/, '$1');
}
