/** The hosts that a key under `hosts:` names, with the port that it sets for them. */
interface HostNames {
  readonly names: readonly string[];
  readonly port?: number;
}

/** Reads `node1`, `n[1:3]:2222`, `"[2001:db8::1]:2200"` as Ansible does; at most `limit` hosts. */
export function expandHostPattern(pattern: string, limit: number): HostNames | { error: string } {
  const { address, port } = splitPort(pattern);
  if (!/[[\]]/.test(address)) return named([address], port);
  const names = expandRanges(address, limit);
  return 'error' in names ? names : named(names.names, port);
}

function named(names: readonly string[], port: number | undefined): HostNames {
  return port === undefined ? { names } : { names, port };
}

interface Address {
  readonly address: string;
  readonly port?: number;
}

/** What is not an address with a port is a name as a whole, colons and all. */
function splitPort(pattern: string): Address {
  const [, inner, innerPort] = /^\[(.+)\]:([0-9]+)$/.exec(pattern) ?? [];
  const outer = inner ?? pattern;
  const [, address = outer, port = innerPort] = HOST_PORT.exec(outer) ?? [];
  if (port === undefined || !isAddress(address)) return { address: pattern };
  return { address, port: Number(port) };
}

const HOST_PORT = /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/;
const RANGE = String.raw`\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]`;
const WORD = String.raw`[\p{L}\p{N}_]`;
const LABEL = `(?:${WORD}|${RANGE})(?:${WORD}|-|${RANGE})*(?<![_-])`;
const HOST_NAME = new RegExp(String.raw`^${LABEL}(?:\.${LABEL})*$`, 'iu');
const IPV6 = /^(?=.*:.*:)(?:[0-9a-f:.]|\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\])+$/i;

function isAddress(text: string): boolean {
  return HOST_NAME.test(text) || IPV6.test(text);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** All names of a pattern together: none is longer than the pattern. */
const MOST_CHARACTERS = 2 ** 24;

/** Names, or a sentence that says why there are none. */
type Expansion = { readonly names: readonly string[] } | { readonly error: string };

/** Writes out `n[01:03]`, `n[a:c]`, `n[1:9:2]-[1:2]`: the leftmost range turns slowest. */
function expandRanges(pattern: string, limit: number): Expansion {
  let names: readonly string[] = [''];
  let rest = pattern;
  for (let at = rest.indexOf('['); at >= 0; at = rest.indexOf('[')) {
    const end = rest.indexOf(']', at);
    if (end < 0) return { error: 'A range has no end: write it as [1:3].' };
    const range = rangeOf(rest.slice(at + 1, end));
    if ('error' in range) return range;
    const count = names.length * range.count;
    if (count > limit) {
      return { error: 'The ranges are too large: an inventory may name 50000 hosts.' };
    }
    if (count * pattern.length > MOST_CHARACTERS) return { error: 'Its names are too long.' };
    const head = rest.slice(0, at);
    const parts = Array.from({ length: range.count }, (_, index) => head + range.nameOf(index));
    names = names.flatMap((name) => parts.map((part) => name + part));
    rest = rest.slice(end + 1);
  }
  if (rest.includes(']')) return { error: 'A range has no beginning: write it as [1:3].' };
  return { names: names.map((name) => name + rest) };
}

interface Range {
  readonly count: number;
  nameOf(index: number): string;
}

function rangeOf(text: string): Range | { error: string } {
  const bounds = text.split(':');
  if (bounds.length < 2 || bounds.length > 3) {
    return { error: `Write the range as [1:3], or [1:9:2] with a step; this is [${text}].` };
  }
  const [begin = '', end = '', step = '1'] = bounds;
  if (end === '') return { error: `Give the range an end: [${text}].` };
  if (!/^0*[1-9][0-9]*$/.test(step))
    return { error: `Give the range a step of 1 or more: [${text}].` };
  const width = /^0./.test(begin) ? begin.length : 0;
  if (width > 0 && width !== end.length) {
    return { error: `Write both ends of the range with as many digits: [${text}].` };
  }
  return span({ begin: begin || '0', end, step: Number(step), width });
}

interface RangeEnds {
  readonly begin: string;
  readonly end: string;
  readonly step: number;
  readonly width: number;
}

function span({ begin, end, step, width }: RangeEnds): Range | { error: string } {
  const letters = LETTERS.includes(begin) && LETTERS.includes(end);
  const toNumber = letters ? (bound: string) => LETTERS.indexOf(bound) : wholeNumber;
  const first = toNumber(begin);
  const last = toNumber(end);
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) {
    return { error: `Both ends of a range are numbers, or both are letters: [${begin}:${end}].` };
  }
  if (first > last) return { error: `The range ends before it begins: [${begin}:${end}].` };
  return {
    count: Math.floor((last - first) / step) + 1,
    nameOf: (index) => {
      const value = first + index * step;
      return letters ? (LETTERS[value] ?? '') : String(value).padStart(width, '0');
    },
  };
}

function wholeNumber(text: string): number {
  return /^-?[0-9]+$/.test(text) ? Number(text) : Number.NaN;
}
