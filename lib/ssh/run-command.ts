import type { ExecOptions } from '#engine/model/session.ts';
import type { TransportOptions } from './invocation.ts';
import type { KeptOutput } from './kept.ts';
import type { ChannelMaker, CommandChannel } from './open-login.ts';
import type { Stop } from './stop.ts';

/** What is said of the end of a command; nothing where the connection ended first. */
export interface ChannelEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface CommandInput {
  readonly options: TransportOptions;
  readonly stop: Stop;
  readonly kept: KeptOutput;
  onOpen(): void;
}

/**
 * Runs a command on a channel of its own, until that is closed. node-ssh would do the same, but
 * keeps all that a host prints. Rejects where there is no channel.
 */
export async function runCommand(
  client: ChannelMaker,
  command: string,
  input: CommandInput,
): Promise<ChannelEnd> {
  const { promise, resolve, reject } = Promise.withResolvers<ChannelEnd>();
  client.exec(command, (error, channel) => {
    if (error) return reject(error);
    // All at once: what the host says may be here already.
    input.onOpen();
    onEnd(channel, resolve);
    listen(channel, input);
    closeOnStop(channel, input.stop.signal);
    feed(channel, input.options.stdin);
    return undefined;
  });
  return await promise;
}

function onEnd(channel: CommandChannel, tell: (ended: ChannelEnd) => void): void {
  let ended: ChannelEnd = { code: null, signal: null };
  channel.on('exit', (code: number | null, signal?: string) => {
    ended = { code: code ?? null, signal: signal ?? null };
  });
  channel.on('close', () => tell(ended));
}

function listen(channel: CommandChannel, { options, stop, kept }: CommandInput): void {
  // A command may end before it has read all of its input.
  channel.on('error', () => {});
  const read = stop.guard(options.onStdout?.bind(undefined));
  channel.on('data', (chunk: Buffer) => {
    read(chunk);
    kept.stdout.push(chunk);
  });
  const readErrors = stop.guard(options.onStderr?.bind(undefined));
  channel.stderr.on('data', (chunk: Buffer) => {
    readErrors(chunk);
    kept.stderr.push(chunk);
  });
}

function closeOnStop(channel: CommandChannel, signal: AbortSignal): void {
  const close = () => channel.close();
  if (signal.aborted) close();
  signal.addEventListener('abort', close, { once: true });
  channel.on('close', () => signal.removeEventListener('abort', close));
}

/** Not before the channel is open: one that is refused would have taken of it already. */
function feed(channel: CommandChannel, stdin: ExecOptions['stdin']): void {
  if (stdin === undefined || typeof stdin === 'string') channel.end(stdin);
  else stdin.pipe(channel);
}
