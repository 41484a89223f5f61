import { readFile } from 'node:fs/promises';

/** The lines of patterns after `Host`, of all files of an ssh_config. */
export type ConfigPatterns = readonly string[];

/** What `ssh -v` says that it has read. */
const READ = /^debug1: Reading configuration data (.*?)\r?$/gm;
/** `ssh -G` prints these with `%h` and the like expanded. */
const EXPANDED = /^(?:userknownhostsfile|globalknownhostsfile|hostname|identityagent)$/;

/**
 * What the answers of ssh depend on beside its command line, told from what it said while it read
 * its files; undefined where that is more than which patterns of `Host` a name fits.
 */
export async function configPatterns(stderr: string): Promise<ConfigPatterns | undefined> {
  const files = [...stderr.matchAll(READ)].map(([, file = '']) => file);
  try {
    const texts = await Promise.all(files.map(async (file) => await readFile(file, 'utf8')));
    return patternsIn(texts.flatMap((text) => text.split('\n')));
  } catch {
    return undefined;
  }
}

/** The same for two names that fit the same patterns. */
export function fits(patterns: ConfigPatterns, name: string): string {
  return patterns.map((line) => (fitsLine(line, name) ? '1' : '0')).join('');
}

function patternsIn(lines: readonly string[]): ConfigPatterns | undefined {
  const patterns: string[] = [];
  for (const line of lines) {
    const [, word = '', value = ''] = /^\s*([a-z]+)(?:\s*=\s*|\s+)(.*?)\s*$/i.exec(line) ?? [];
    const name = word.toLowerCase();
    if (name === 'host') patterns.push(value);
    if (name === 'match' && !/^(?:(?:final|canonical)\s+)*all$/i.test(value)) return undefined;
    if (name === 'canonicalizehostname' && value.toLowerCase() !== 'no') return undefined;
    if (EXPANDED.test(name) && value.includes('%')) return undefined;
  }
  return patterns;
}

function fitsLine(line: string, name: string): boolean {
  return fitsPatterns(name, line.replaceAll('"', '').split(/\s+/));
}

/** Whether a name fits one of the patterns and none of those after a `!`, as ssh_config(5) has them. */
export function fitsPatterns(name: string, patterns: readonly string[]): boolean {
  const refusing = patterns.filter((pattern) => pattern.startsWith('!'));
  if (refusing.some((pattern) => fitsPattern(name, pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && fitsPattern(name, pattern));
}

/** `*` and `?` are all that a pattern knows: a bracket stands for itself, as in `[host]:2222`. */
function fitsPattern(name: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(name);
}
