import type { Failure } from '../model/failure.ts';
import { escapeControl, escapeJson, escapeLines } from './escape.ts';
import { foldNames } from './fold-names.ts';
import { noPaint, type Paint } from './paint.ts';
import { formatElapsed } from './words.ts';

/** How output is to be written: escaped and coloured for a terminal, byte for byte elsewhere. */
export interface Shown {
  readonly forTerminal: boolean;
  readonly paint: Paint;
}

const LINE_END = Buffer.of(10);

/** What hosts printed on a stream, once for all that printed the same and ended alike. */
export function groupedOutput(
  exits: readonly HostExit[],
  stream: 'stdout' | 'stderr',
  { forTerminal, paint }: Shown = { forTerminal: false, paint: noPaint },
): Buffer {
  const told = stream === 'stdout' ? exits : exits.filter(({ stderr }) => stderr.length > 0);
  const groups = Map.groupBy(told, (exit) => `${endOf(exit)} ${exit[stream].toString('latin1')}`);
  const blocks = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = paint('bold', escapeControl(foldNames(group.map(({ host }) => host))));
    const colour = first.status === 0 ? 'green' : 'red';
    const head = `${names}  ${paint(colour, endOf(first))}\n`;
    return [Buffer.from(head), bodyOf(first[stream], forTerminal), LINE_END];
  });
  return Buffer.concat(blocks.slice(0, -1));
}

/** Whoever reads it next begins on a line of its own. */
function bodyOf(output: Buffer, forTerminal: boolean): Buffer {
  if (output.length === 0) return output;
  if (forTerminal) return Buffer.from(`${escapeLines(output.toString()).join('\n')}\n`);
  return output.at(-1) === 10 ? output : Buffer.concat([output, LINE_END]);
}

/** How a command ended, in a few words. */
function endOf({ status, failure, givenUp }: HostExit): string {
  if (givenUp === 'timeout') return 'ended by --timeout';
  if (givenUp === 'interrupted') return 'interrupted';
  if (failure?.kind === 'unreachable') return 'unreachable';
  if (failure === undefined) return `exit ${status}`;
  return status === undefined ? 'failed' : (failure.ran ?? `exit ${status}`);
}

/** The same as a line of JSON; bytes that are no UTF-8 are replaced. */
export function exitAsJson(exit: HostExit): string {
  const { host, stdout, stderr, status = null, failure, givenUp, elapsedMs } = exit;
  const why = failure && { what: failure.message, kind: failure.kind, output: failure.output };
  const data = {
    ...{ host, status, givenUp, failure: why, elapsedMs: Math.round(elapsedMs) },
    ...{ stdout: stdout.toString(), stderr: stderr.toString() },
  };
  return escapeJson(JSON.stringify(data));
}

/** While commands run: how many have ended, and what is waited for. */
export function formatExecProgress(
  hosts: readonly string[],
  ended: ReadonlySet<string>,
  elapsedMs: number,
): string {
  const left = foldNames(hosts.filter((name) => !ended.has(name)));
  const count = `${ended.size} of ${hosts.length} ended`;
  return escapeControl(`${formatElapsed(elapsedMs)}: ${count}, waiting for ${left}`);
}

/**
 * 130 when interrupted, else 4 when a host is out of reach, else the largest exit code of the hosts, as
 * clush -S and pdsh -S have it; 124 for a command that --timeout ended, as timeout(1) has it.
 */
export function exitCodeOfExits(exits: readonly HostExit[]): number {
  if (exits.some(({ givenUp }) => givenUp === 'interrupted')) return 130;
  if (exits.some(({ failure }) => failure?.kind === 'unreachable')) return 4;
  return Math.max(0, ...exits.map(codeOf));
}

function codeOf({ status, givenUp }: HostExit): number {
  return givenUp === 'timeout' ? 124 : (status ?? 1);
}

/** How a command ended on a host, or why it is not known. */
export interface HostExit {
  readonly host: string;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** The exit code; 128 + n where signal n killed it, as a shell has it; undefined: it did not end. */
  readonly status: number | undefined;
  /** What kept it from ending by itself, or from being run. */
  readonly failure?: Failure;
  /** That it was given up because it took too long, or was interrupted. */
  readonly givenUp?: 'timeout' | 'interrupted';
  readonly elapsedMs: number;
}
