const WORDS = /^@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)$/;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = 'sun mon tue wed thu fri sat'.split(' ');

/** By crontab(5): the least and the greatest number, and names for them from the least on. */
const FIELDS: readonly (readonly [least: number, most: number, names: readonly string[]])[] = [
  [0, 59, []],
  [0, 23, []],
  [1, 31, []],
  [1, 12, MONTHS],
  [0, 7, DAYS],
];

/** Whether cron takes it. */
export function isSchedule(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  if (WORDS.test(text)) return true;
  const fields = text.trim().split(/[ \t]+/);
  return fields.length === FIELDS.length && fields.every(isField);
}

function isField(field: string, at: number): boolean {
  const [least, most, names] = FIELDS[at] ?? [0, 0, []];
  const numberOf = (word: string) =>
    names.includes(word.toLowerCase()) ? names.indexOf(word.toLowerCase()) + least : Number(word);
  return field.split(',').every((part) => {
    const [, from = '', to = from, step = '1'] =
      /^(\*|\d+|[a-z]{3})(?:-(\d+|[a-z]{3}))?(?:\/(\d+))?$/i.exec(part) ?? [];
    if (from === '*') return to === from && Number(step) > 0;
    const [low, high] = [numberOf(from), numberOf(to)];
    return from !== '' && low >= least && high <= most && low <= high && Number(step) > 0;
  });
}
