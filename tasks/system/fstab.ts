import { joinLines, splitLines } from '../files/edited.ts';

export const FSTAB = '/etc/fstab';

/** A line of fstab(5). */
export interface FstabEntry {
  readonly source: string;
  readonly path: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** A word as fstab(5), and /proc/mounts, have it. */
export function fstabWord(word: string): string {
  return word.replaceAll(
    /[ \t\n\\]/g,
    (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}

/** The text of an fstab with this entry as the one of its path; a line that says the same stays as it is. */
export function withEntry(text: string, wanted: FstabEntry): string {
  const lines = splitLines(text);
  const at = lines.findLastIndex((line) => entryIn(line)?.path === fstabWord(wanted.path));
  const old = lines[at];
  if (old !== undefined && meaning(entryIn(old)) === meaning(escaped(wanted))) return text;
  const { source, path, type, options } = escaped(wanted);
  const line = `${source} ${path} ${type} ${options.join(',')} 0 0`;
  return joinLines(old === undefined ? [...lines, line] : lines.with(at, line));
}

/** The text of an fstab with each entry of a type as a comment. */
export function withoutType(text: string, unwanted: string): string {
  const isOf = (line: string) => entryIn(line)?.type === unwanted;
  if (!splitLines(text).some(isOf)) return text;
  return joinLines(splitLines(text).map((line) => (isOf(line) ? `#${line}` : line)));
}

/** With its words as they are there. */
function entryIn(line: string): FstabEntry | undefined {
  const [source = '', path, type, options = 'defaults'] = line.trim().split(/\s+/);
  if (source.startsWith('#') || path === undefined || type === undefined) return undefined;
  return { source, path, type, options: options.split(',') };
}

function escaped({ source, path, type, options }: FstabEntry): FstabEntry {
  return {
    source: fstabWord(source),
    path: fstabWord(path),
    type,
    options: options.map(fstabWord),
  };
}

/** The order of options that are not about the same does not count. */
function meaning(entry: FstabEntry | undefined): string {
  return JSON.stringify(entry && { ...entry, options: entry.options.toSorted() });
}
