import { dirname, isAbsolute, join } from 'node:path';
import type { Command, Option } from 'commander';
import { escapeControl } from '#engine/report/escape.ts';
import { REPORT_KINDS, type ReportFile } from '../flags/record.ts';
import { duration } from '../flags/values.ts';
import { readDefaults } from './read-defaults.ts';
import type { Defaults } from './schema.ts';

/** Takes what the flags of a command do not say from a file, and says what that is. Throws Failures. */
export async function takeDefaults(command: Command, path: string): Promise<void> {
  const values = asFlags(await readDefaults(path), dirname(path));
  const taken = command.options.filter((option) => take(command, option, values));
  if (taken.length === 0) return;
  const names = taken.map(({ long }) => long?.slice(2)).join(', ');
  command.configureOutput().writeErr?.(`Defaults of ${escapeControl(path)}: ${names}\n`);
}

/** By commander's names for the flags, as those would have been read. */
function asFlags(defaults: Defaults, folder: string): Readonly<Record<string, unknown>> {
  const { forks, diff, report, 'rings-at-once': ringsAtOnce } = defaults;
  const { 'max-gap': maxGap, 'at-most': atMost } = defaults;
  return {
    ...{ forks, diff, ringsAtOnce },
    maxGap: maxGap && duration(maxGap),
    atMost: atMost && Object.entries(atMost).map(([name, most]) => `${name}=${most}`),
    report: report && reportsIn(report, folder),
  };
}

function reportsIn(report: Defaults['report'] & {}, folder: string): readonly ReportFile[] {
  return REPORT_KINDS.flatMap((kind) => {
    const path = report[kind];
    if (path === undefined) return [];
    return [{ kind, path: isAbsolute(path) ? path : join(folder, path) }];
  });
}

/** What a flag says wins; of what is said by name, name by name. Gives whether anything was taken. */
function take(
  command: Command,
  option: Option,
  values: Readonly<Record<string, unknown>>,
): boolean {
  const name = option.attributeName();
  const value = values[name];
  if (value === undefined || option.negate) return false;
  // Workers show no diffs: who asks them for one is told so, and a file asks each run.
  if (name === 'diff' && command.getOptionValue('via') !== undefined) return false;
  const isGiven = command.getOptionValueSource(name) === 'cli';
  const isList = Array.isArray(value);
  if (isGiven && !isList) return false;
  const given: readonly unknown[] = isGiven ? command.getOptionValue(name) : [];
  command.setOptionValueWithSource(name, isList ? joined(value, given) : value, 'config');
  return true;
}

function joined(value: readonly unknown[], given: readonly unknown[]): readonly unknown[] {
  const isGiven = (one: unknown) => {
    const kind = kindOf(one);
    return kind !== undefined && given.some((other) => kindOf(other) === kind);
  };
  return [...value.filter((one) => !isGiven(one)), ...given];
}

/** Of a report: a limit that comes later wins by itself. */
function kindOf(one: unknown): unknown {
  return typeof one === 'object' && one !== null && 'kind' in one ? one.kind : undefined;
}
