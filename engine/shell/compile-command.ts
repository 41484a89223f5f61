import { normalize } from 'node:path/posix';
import type { Command, Write } from '#engine/model/command.ts';
import { reveal } from '#engine/model/secret.ts';
import { HostContent, LocalFile } from '#engine/model/state.ts';
import { BOOT, PUT_LINK, STREAM_BODY } from './program-functions.ts';
import { quote, sh } from './quote.ts';

/** What does a command, in the program of which it is, and says how it went. `ms`: how long it may take. */
export function compileCommand(command: Command, index: number, ms: number): string {
  return `next_command ${index}
${body(command, index, ms)} </dev/null 2>&1; command_ended ${index} "$?"`;
}

function body(command: Command, index: number, ms: number): string {
  switch (command.kind) {
    case 'run':
      return `( umask 022; set -eu; eval ${quote(reveal(command.script))} )`;
    case 'write':
      return put(command, index, ms);
    case 'remove':
      return sh`drop ${absolute(command.path)}`;
    case 'link':
      return sh`put_link ${absolute(command.path)} ${command.target}`;
    // What it does is done on the control machine.
    case 'save':
      return ':';
    case 'boot':
      return sh`boot ${command.seconds} ${command.when}`;
    case 'folder': {
      const { path, mode, owner } = command;
      return sh`make_folder ${absolute(path)} ${mode} ${owner}`;
    }
    case 'feed':
      return `( umask 022; set -eu; fifo="$run/feed-${index}"; rm -f "$fifo"; mkfifo "$fifo"; frame feed ${index}
run=$run timeout ${seconds(ms)} sh -c ${quote(`exec <"$0"; ${command.script}`)} "$fifo"; rm -f "$fifo" )`;
  }
}

/** What only some programs need. */
export function rareFunctions(commands: readonly Command[]): string {
  const has = (kind: Command['kind']) => commands.some((command) => command.kind === kind);
  const isElsewhere = (command: Command) =>
    command.kind === 'write' &&
    (command.body instanceof LocalFile || command.body instanceof HostContent);
  return [
    commands.some(isElsewhere) ? STREAM_BODY : '',
    has('link') ? PUT_LINK : '',
    has('boot') ? BOOT : '',
  ].join('\n');
}

function put({ path, mode, owner, check, body }: Write, index: number, ms: number): string {
  const start = sh`put ${absolute(path)} ${mode} ${owner} ${check ?? ''}`;
  if (body instanceof HostContent)
    return `${sh`printer=${body.script} sha256=${body.sha256}`} ${start} ''`;
  if (!(body instanceof LocalFile)) return `${start} ${quote(reveal(body))}`;
  return `${sh`feed=${index} seconds=${seconds(ms)} sha256=${body.sha256}`} ${start} ''`;
}

/** As the host's working directory reads when it is there: no `//`, no `.`, no slash at the end. */
export function absolute(path: string): string {
  return normalize(path).replace(/(.)\/$/, '$1');
}

/** What takes a command back, of those that are not undone by what is kept of files. */
export function undoOf(command: Command): readonly string[] {
  if (command.kind === 'run') return command.undo === undefined ? [] : [reveal(command.undo)];
  if (command.kind !== 'folder') return [];
  const { path, before } = command;
  return [
    before === undefined
      ? sh`drop_folder ${absolute(path)}`
      : sh`own_folder ${absolute(path)} ${before.mode} ${before.owner}`,
  ];
}

/** Whole ones, as timeout(1) takes them. */
export function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
