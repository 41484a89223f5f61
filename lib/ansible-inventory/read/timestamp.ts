const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const TIME =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?$/;

export function isTimestamp(text: string): boolean {
  return DATE.test(text) || TIME.test(text);
}

/** A date or time as its ISO text, which is what Ansible's JSON shows; an error for no such day. */
export function timestampOf(text: string): { readonly value: string } | { readonly error: string } {
  const value = DATE.test(text) ? dateOf(text) : timeOf(TIME.exec(text) ?? []);
  if (value !== undefined) return { value };
  return { error: `There is no such date. Quote it if it is a text: "${text}".` };
}

function dateOf(text: string): string | undefined {
  return isDay(text.split('-').map(Number)) ? text : undefined;
}

function timeOf([, ...parts]: readonly (string | undefined)[]): string | undefined {
  const numbers = parts.slice(0, 6).map(Number);
  const zone = zoneOf(parts[7]);
  if (!isDay(numbers) || !isTime(numbers.slice(3)) || zone === undefined) return undefined;
  const [year, month, day, hour, minute, second] = parts.map((part) =>
    (part ?? '').padStart(2, '0'),
  );
  const micros = (parts[6] ?? '').slice(0, 6).padEnd(6, '0');
  const fraction = micros === '000000' ? '' : `.${micros}`;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${zone}`;
}

/** Undefined: a day or more away from UTC. */
function zoneOf(text: string | undefined): string | undefined {
  if (text === undefined) return '';
  const [hours = 0, minutes = 0] = text
    .replace(/^[-+Z]/, '')
    .split(':')
    .map(Number);
  const away = hours * 60 + minutes;
  if (away >= 24 * 60) return undefined;
  const two = (number: number) => String(Math.trunc(number)).padStart(2, '0');
  return `${text.startsWith('-') && away > 0 ? '-' : '+'}${two(away / 60)}:${two(away % 60)}`;
}

function isDay([year = 0, month = 0, day = 0]: readonly number[]): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function isTime([hour = 0, minute = 0, second = 0]: readonly number[]): boolean {
  return hour < 24 && minute < 60 && second < 60;
}
