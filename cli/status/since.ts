const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** For how long something has been so: `12 s`, `5 min 03 s`, `3 h 05 min`, `12 d 4 h`; `?` where it is no time. */
export function formatSince(since: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 1000));
  if (Number.isNaN(seconds)) return '?';
  const first = UNITS.findIndex(([, most]) => seconds >= most);
  const [unit, size] = UNITS[first] ?? ['s', 1];
  const [smaller, of] = UNITS[first + 1] ?? ['', 1];
  const whole = `${Math.floor(seconds / size)} ${unit}`;
  const rest = Math.floor((seconds % size) / of);
  if (smaller === '' || first < 0) return whole;
  return `${whole} ${smaller === 'h' ? rest : String(rest).padStart(2, '0')} ${smaller}`;
}
