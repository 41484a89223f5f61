import { isIP } from 'node:net';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textIn, textToEdit } from '#engine/reads/file.ts';
import { joinLines, rewrite, splitLines } from '../files/edited.ts';
import { isLike, requireOptions } from '../refusals.ts';

export interface HostsEntryOptions {
  readonly address: string;
  /** The first one is what the address is called. */
  readonly names: readonly string[];
}

const PATH = '/etc/hosts';

/** Names of an address in /etc/hosts, and of no other address of its family. All else there stays. */
export function hostsEntry({ address, names }: HostsEntryOptions): Task {
  const areNames =
    names.length > 0 && names.every((name) => isLike(name, /^[a-z\d_]([-.\w]*\w)?$/i));
  requireOptions(`hostsEntry ${address}`, [
    ['address', isIP(address) !== 0, 'an IPv4 or IPv6 address'],
    ['names', areNames, 'names of hosts, one at least'],
  ]);
  return task({
    title: `${names.join(' ')} is ${address}`,
    reads: { there: fileAt(PATH) },
    desired: ({ there }) => ({ [PATH]: withEntry(textToEdit(there, PATH), address, names) }),
    inspect: ({ there }) => ({ [PATH]: textIn(there) }),
    apply: ({ desired, facts: { there } }) => [rewrite(PATH, there, desired[PATH] ?? '')],
  });
}

/** A line of hosts(5): its address, its names, and what follows them. */
interface Line {
  readonly text: string;
  readonly address: string;
  readonly names: readonly string[];
  readonly comment: string;
}

function withEntry(text: string, address: string, names: readonly string[]): string {
  const isOther = (line: Line) => isIP(line.address) === isIP(address) && line.address !== address;
  const lines = splitLines(text)
    .map(parseLine)
    .flatMap((line) => (isOther(line) ? without(line, names) : [line]));
  const own = lines.filter((line) => line.address === address);
  const first = own[0];
  if (first === undefined) lines.push(lineOf(address, names));
  const has = (line: Line) => `${line.names.filter((name) => names.includes(name))}` === `${names}`;
  const mended = own.some(has)
    ? lines
    : lines.map((line) => (line === first ? withNames(line, names) : line));
  return joinLines(mended.map((line) => line.text));
}

/** A host may tell millions of blanks: they are matched in one way alone. */
function parseLine(text: string): Line {
  const [, address = '', names = '', comment = ''] =
    /^\s*([^\s#]+)\s([^#]*)(#.*)?$/s.exec(text) ?? [];
  return { text, address, names: names.split(/\s+/).filter(Boolean), comment };
}

function lineOf(address: string, names: readonly string[], comment = ''): Line {
  const text = `${address}\t${names.join(' ')}${comment === '' ? '' : ` ${comment}`}`;
  return { text, address, names, comment };
}

function without(line: Line, names: readonly string[]): readonly Line[] {
  const left = line.names.filter((name) => !names.includes(name));
  if (left.length === line.names.length) return [line];
  return left.length === 0 ? [] : [lineOf(line.address, left, line.comment)];
}

/** In their order, where the first of them is already, or else behind what the address is called. */
function withNames({ address, names: old, comment }: Line, names: readonly string[]): Line {
  const kept = old.filter((name) => !names.includes(name));
  const at = old.findIndex((name) => names.includes(name));
  return lineOf(address, kept.toSpliced(at < 0 ? kept.length : at, 0, ...names), comment);
}
