import { readFileSync } from 'node:fs';
import { type Command, CommanderError } from 'commander';
import type { Page } from './docs-pages.ts';

/** A command line that a page names. */
export interface Line {
  readonly page: string;
  readonly text: string;
  /** What follows `rota`; undefined for a script of npm that does not exist. */
  readonly words: readonly string[] | undefined;
  /** A mention in a sentence may leave arguments out. */
  readonly isWhole: boolean;
}

const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);

/** What begins a command line, behind what runs it. */
const START =
  /^(?:── |(?:- )?run: )?(?:sudo )?(?:timeout \S+ )?(?:npx )?(?=rota [a-z-]|npm run [a-z-])/;

/** The command lines of rota and of npm's scripts in a page. What stands two spaces behind one explains it. */
export function commandsIn({ path, lines, mentions }: Page): readonly Line[] {
  const found = (texts: readonly string[], isWhole: boolean) =>
    texts
      .flatMap((line) => line.trim().split(/ (?:&&|\|\|?|;) /))
      .filter((line) => START.test(line))
      .map((line) => {
        const [text = ''] = line.replace(START, '').split(/ {2,}| [#>] /);
        return { page: path, text, words: wordsOf(text), isWhole };
      });
  return [...found(lines, true), ...found(mentions, false)];
}

function wordsOf(text: string): readonly string[] | undefined {
  const words = [...text.matchAll(/'[^']*'|"[^"]*"|\S+/g)].map(([word]) =>
    word.replace(/^(['"])(.*)\1$/, '$2'),
  );
  if (words[0] === 'rota') return words.slice(1);
  const [, , script = '', ...rest] = words;
  const command = scripts[script];
  if (command === undefined) return undefined;
  const own = /^node bin\/rota\.cjs ?(.*)$/.exec(command)?.[1];
  const given = rest[0] === '--' ? rest.slice(1) : rest;
  return own === undefined ? ['--version'] : [...own.split(' ').filter(Boolean), ...given];
}

/** What rota's own parser has against a command line, which is not run; undefined: nothing. */
export function refusalOf(rota: Command, { words, isWhole }: Line): string | undefined {
  if (words === undefined) return 'no script of package.json';
  const [command, rest] = commandNamed(rota, words);
  // COMMAND stands for any.
  if (command.commands.length > 0)
    return /^[a-z]/.test(rest[0] ?? '') ? 'no such command' : undefined;
  for (const option of command.options) {
    // What stands for a value in a page is often a name.
    delete option.parseArg;
  }
  try {
    const { operands, unknown } = command.exitOverride().parseOptions([...rest]);
    if (unknown.length > 0 && unknown[0] !== '--help') return `unknown ${unknown[0]}`;
    const [least, most] = countsOf(command);
    return (isWhole && operands.length < least) || operands.length > most
      ? `${operands.length} arguments`
      : undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.message;
  }
}

function commandNamed(
  command: Command,
  words: readonly string[],
): readonly [Command, readonly string[]] {
  const [name, ...rest] = words;
  const found = command.commands.find((one) => one.name() === name);
  return found === undefined ? [command, words] : commandNamed(found, rest);
}

/** How many arguments a command takes. */
function countsOf({ registeredArguments: all }: Command): readonly [number, number] {
  const most = all.some(({ variadic }) => variadic) ? Infinity : all.length;
  return [all.filter(({ required }) => required).length, most];
}
