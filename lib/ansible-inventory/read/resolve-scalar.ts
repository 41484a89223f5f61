import type { Plain } from './tree.ts';

/** A reading of an unquoted scalar, or why there is none. */
export type Reading = Meaning | { readonly error: string };

export interface Meaning {
  readonly value: Plain;
  /** To Python a float: a number that a text gives with its point, 1.0 and not 1. */
  readonly float?: true;
}

const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const INT =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const MOST_DIGITS = 4300;
const NULL = /^(?:~|null|Null|NULL|)$/;
const TRUE = /^(?:yes|true|on)$/i;

/** What PyYAML, and so Ansible, makes of an unquoted scalar (YAML 1.1, its implicit resolvers). */
export function resolveYaml11(text: string): Reading {
  if (NULL.test(text)) return { value: null };
  if (BOOL.test(text)) return { value: TRUE.test(text) };
  if (FLOAT.test(text)) return { value: floatOf(text), float: true };
  if (INT.test(text)) return intOf(text);
  if (isTimestamp(text)) return timestampOf(text);
  if (text === '=' || text === '<<') {
    return { error: `A lone ${text} has a meaning of its own in YAML 1.1. Quote it: "${text}".` };
  }
  return { value: text };
}

/** What YAML 1.2's core schema makes of it: what most other tools read. */
export function resolveYaml12(text: string): Plain {
  if (text.length > MOST_DIGITS) return text;
  if (NULL.test(text)) return null;
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(text)) return TRUE.test(text);
  if (/^[-+]?[0-9]+$/.test(text)) return exact(BigInt(text.replace(/^\+/, '')));
  if (/^0o[0-7]+$/.test(text) || /^0x[0-9a-fA-F]+$/.test(text)) return exact(BigInt(text));
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  return text;
}

/** A scalar of a JSON file: its numbers are JSON's. */
export function resolveJson(text: string): Reading {
  if (text.length > MOST_DIGITS) return { error: 'The number has too many digits. Quote it.' };
  if (/^-?[0-9]+$/.test(text)) return { value: exact(BigInt(text)) };
  const value = JSON.parse(text) as Plain;
  return typeof value === 'number' ? { value, float: true } : { value };
}

/** What an explicit tag such as `!!int` makes of a text; undefined for a tag that is not known. */
export function resolveTagged(tag: string, text: string): Reading | undefined {
  const error = `The text does not fit its tag. Remove the tag, or mend the value.`;
  switch (tag) {
    case 'tag:yaml.org,2002:str':
      return { value: text };
    case 'tag:yaml.org,2002:null':
      return { value: null };
    case 'tag:yaml.org,2002:bool':
      return BOOL.test(text) ? { value: TRUE.test(text) } : { error };
    case 'tag:yaml.org,2002:int':
      return INT.test(text) ? intOf(text) : { error };
    case 'tag:yaml.org,2002:float':
      if (!FLOAT.test(text) && !INT.test(text)) return { error };
      return { value: floatOf(text), float: true };
    default:
      return undefined;
  }
}

function floatOf(text: string): number {
  const digits = text.replaceAll('_', '').toLowerCase();
  const sign = digits.startsWith('-') ? -1 : 1;
  const unsigned = digits.replace(/^[-+]/, '');
  if (unsigned === '.inf') return sign * Infinity;
  if (unsigned === '.nan') return Number.NaN;
  return sign * unsigned.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function intOf(text: string): Reading {
  const digits = text.replaceAll('_', '');
  const sign = digits.startsWith('-') ? -1n : 1n;
  const unsigned = digits.replace(/^[-+]/, '');
  if (/^0[bx]?$/.test(unsigned) && unsigned !== '0') {
    return { error: `A number without digits cannot be read. Quote it: "${text}".` };
  }
  // Python refuses more digits, and so many would take long.
  if (unsigned.length > MOST_DIGITS) return { error: 'The number has too many digits. Quote it.' };
  return { value: exact(sign * magnitudeOf(unsigned)) };
}

function magnitudeOf(text: string): bigint {
  if (/^0[bx]/.test(text)) return BigInt(text);
  if (/^0./.test(text)) return BigInt(`0o${text.slice(1)}`);
  return text.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const TIME =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?$/;

function isTimestamp(text: string): boolean {
  return DATE.test(text) || TIME.test(text);
}

/** A date or time as its ISO text, which is what Ansible's JSON shows; an error for no such day. */
function timestampOf(text: string): { readonly value: string } | { readonly error: string } {
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
