import { createHash } from 'node:crypto';
import { Failure } from '../model/failure.ts';
import { formatBytes, formatLimit, LIMITS, type Limit } from '../model/limits.ts';
import { redact } from '../model/redaction.ts';
import { escapeControl, escapeJson, escapeLines } from './escape.ts';
import { foldNames } from './fold-names.ts';
import { noPaint, type Paint } from './paint.ts';
import { formatElapsed, wrapText } from './words.ts';

/** How output is to be written: escaped and coloured for a terminal, byte for byte elsewhere. */
export interface Shown {
  /** Of the terminal; undefined elsewhere. */
  readonly columns: number | undefined;
  readonly paint: Paint;
}

const LINE_END = Buffer.of(10);

/**
 * What hosts printed on a stream, as it comes in: in whole the first time, and at the end a line for
 * all that printed the same and ended alike. Of what was shown it keeps a hash alone.
 */
export class ExecOutput {
  readonly #stream: 'stdout' | 'stderr';
  readonly #shown: Shown;
  readonly #groups = new Map<string, HostsAlike>();
  #isBegun = false;

  constructor(stream: 'stdout' | 'stderr', shown: Shown = { columns: undefined, paint: noPaint }) {
    this.#stream = stream;
    this.#shown = shown;
  }

  /** What there is to show of a host now. */
  tell(exit: HostExit): Buffer {
    const output = exit[this.#stream];
    if (output.length === 0 && this.#stream === 'stderr') return Buffer.of();
    const end = endOf(exit);
    const key = createHash('sha256').update(`${end}\n`).update(output).digest('hex');
    const group = this.#groups.get(key);
    group?.others.push(exit.host);
    if (group !== undefined) return Buffer.of();
    const isShown = output.length > 0;
    this.#groups.set(key, { exit: { ...exit, stdout: NONE, stderr: NONE }, isShown, others: [] });
    return isShown ? this.#block([exit.host], exit, [bodyOf(output, this.#shown)]) : NONE;
  }

  /** The hosts that were not named yet, in the order in which all are. */
  rest(hosts: readonly string[]): Buffer {
    const inOrder = (names: readonly string[]) => hosts.filter((name) => names.includes(name));
    const blocks = [...this.#groups.values()].map(({ exit, isShown, others }) => {
      const names = isShown ? others : [exit.host, ...others];
      if (names.length === 0) return NONE;
      return this.#block(inOrder(names), exit, [], isShown ? `, the same as ${exit.host}` : '');
    });
    return Buffer.concat(blocks);
  }

  #block(names: readonly string[], exit: HostExit, body: readonly Buffer[], more = ''): Buffer {
    const { paint, columns = Number.POSITIVE_INFINITY } = this.#shown;
    const folded = paint('bold', escapeControl(foldNames(names)));
    const end = paint(exit.status === 0 ? 'green' : 'red', endOf(exit));
    const gap = this.#isBegun ? '\n' : '';
    this.#isBegun = true;
    const isShort = foldNames(names).length + endOf(exit).length + 2 <= columns;
    const head = `${folded}${isShort ? '  ' : '\n    '}${end}${escapeControl(more)}`;
    return Buffer.concat([Buffer.from(`${gap}${wrapText(redact(head), columns)}\n`), ...body]);
  }
}

/** Hosts that printed the same and ended alike, by the first of them. */
interface HostsAlike {
  readonly exit: HostExit;
  readonly isShown: boolean;
  readonly others: string[];
}

const NONE = Buffer.of();

/** Whoever reads it next begins on a line of its own. */
function bodyOf(output: Buffer, { columns }: Shown): Buffer {
  if (output.length === 0) return output;
  if (columns !== undefined) return Buffer.from(`${escapeLines(output.toString()).join('\n')}\n`);
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

/** What has to be said of a host beside its output. */
export function failuresIn({
  host,
  failure,
  status,
  cut,
  most = LIMITS.output,
}: HostExit): readonly Failure[] {
  return [
    ...(failure === undefined || status !== undefined ? [] : [failure]),
    ...(cut === undefined ? [] : [tooMuch(host, cut, most)]),
  ];
}

function tooMuch(where: string, cut: number, most: Limit): Failure {
  return new Failure('The host answered too much', {
    where,
    ran: `${formatBytes(cut)} more were cut off; ${formatLimit(most)}`,
    fix: 'Let the command write into a file on the host, and fetch what is wanted of it.',
  });
}

/** The same as a line of JSON; bytes that are no UTF-8 are replaced. */
export function exitAsJson(exit: HostExit): string {
  const { host, stdout, stderr, status = null, failure, givenUp, cut, elapsedMs } = exit;
  const why = failure && { what: failure.message, kind: failure.kind, output: failure.output };
  const data = {
    ...{ host, status, givenUp, failure: why, cut, elapsedMs: Math.round(elapsedMs) },
    ...{ stdout: stdout.toString(), stderr: stderr.toString() },
  };
  return escapeJson(JSON.stringify(data));
}

/** While commands run: how many have ended, and what is waited for; so much of it as fits in one line. */
export function formatExecProgress(
  hosts: readonly string[],
  ended: ReadonlySet<string>,
  { elapsedMs, columns }: { readonly elapsedMs: number; readonly columns: number },
): string {
  const left = foldNames(hosts.filter((name) => !ended.has(name)));
  const count = `${ended.size} of ${hosts.length} ended`;
  const text = escapeControl(`${formatElapsed(elapsedMs)}: ${count}, waiting for ${left}`);
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
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
  /** How many bytes it printed beyond what is kept. */
  readonly cut?: number;
  /** How much is kept; as much as usual, when left out. */
  readonly most?: Limit;
  readonly elapsedMs: number;
}
