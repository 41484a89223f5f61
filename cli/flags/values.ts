import { type Command, InvalidArgumentError, Option } from 'commander';

/** Reads a flag that counts something; commander shows the error. */
export function count(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1 on.');
}

/** Collects the values of a flag that may be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** What `duration` reads. */
export const DURATION = /^(\d{1,6}(?:\.\d+)?)(ms|[smhd])$/;

/** What --json is to a command that prints one object: what goes wrong is in one, too. */
export const ONE_OBJECT = 'one object';

/** Gives a command such a --json. */
export function addJson(command: Command, text: string): Command {
  return command.addOption(new Option('--json', text).preset(ONE_OBJECT));
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `500ms`, `1.5s`, `30m`, `2h` or `1d`, in milliseconds. */
export function duration(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? [];
  if (count === undefined)
    throw new InvalidArgumentError('Expected a time such as 500ms, 2s or 1d.');
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** The same, done when it is first called, and not again. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return async () => {
    done ??= work();
    return await done;
  };
}
