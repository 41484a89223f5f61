import type { Failure } from '#engine/model/failure.ts';
import { redact } from '#engine/model/redaction.ts';
import { escapeControl } from './escape.ts';

const MOST = 10;

/** Failures as GitHub Actions puts them on a pull request: those in a file at their line, ten at most. */
export function githubAnnotations(failures: readonly Failure[]): string {
  return failures.slice(0, MOST).map(annotation).join('');
}

function annotation({ message, where = '', ran, fix }: Failure): string {
  const [, file, line, column] = /^([^\s:]+):(\d+)(?::(\d+))?/.exec(where) ?? [];
  const place = file === undefined ? {} : { file, line, ...(column ? { col: column } : {}) };
  const properties = Object.entries({ ...place, title: message })
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  const text = [where, ran, fix].filter((part) => part !== undefined && part !== '').join('\n');
  return `::error ${properties}::${escapeData(text)}\n`;
}

/** As the toolkit's own command.ts does. */
function escapeData(text: string): string {
  return redact(text)
    .split(/\r?\n/)
    .map((line) => escapeControl(line).replaceAll('%', '%25'))
    .join('%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
