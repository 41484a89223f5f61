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
