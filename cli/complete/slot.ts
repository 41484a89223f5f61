import type { Argument, Command, Option } from 'commander';

/** A word that fits, and what it is. */
export interface Candidate {
  readonly word: string;
  readonly text?: string;
}

/** What the last word of a command line is for, as far as it is written. */
export interface Slot {
  /** The command that it belongs to. */
  readonly command: Command;
  /** What it is a value of; undefined for the name of a flag or of a command. */
  readonly value?: Option | Argument | undefined;
  /** Whether a flag can stand there. */
  readonly flags: boolean;
  /** The part of the word that stays: `--limit=`. */
  readonly before: string;
  readonly written: string;
  /** The values given so far, by the names that commander has for them. */
  readonly given: ReadonlyMap<string, readonly string[]>;
}

/** Finds it. `define` gives a command its arguments and flags, once it is known to be the one. */
export async function slotOf(
  program: Command,
  words: readonly string[],
  define: (command: Command) => Promise<void>,
): Promise<Slot> {
  const place = new Place(program);
  for (const word of words.slice(0, -1)) {
    const subcommand = place.read(word);
    if (subcommand?.parent === program) await define(subcommand);
  }
  return place.slot(words.at(-1) ?? '');
}

/** Where a command line has come to. */
class Place {
  #command: Command;
  #waiting: Option | undefined;
  #operands = 0;
  #flagsEnded = false;
  readonly #given = new Map<string, readonly string[]>();

  constructor(program: Command) {
    this.#command = program;
  }

  /** Takes the next word; gives the command that it names. */
  read(word: string): Command | undefined {
    if (this.#waiting !== undefined) this.#give(this.#waiting.attributeName(), word);
    else if (word === '--') this.#flagsEnded = true;
    else if (!this.#flagsEnded && word.startsWith('-')) return this.#readFlag(word);
    else return this.#readOperand(word);
    this.#waiting = undefined;
    return undefined;
  }

  slot(word: string): Slot {
    const common = { command: this.#command, given: this.#given, flags: false, before: '' };
    if (this.#waiting !== undefined) return { ...common, written: word, value: this.#waiting };
    const flags = !this.#flagsEnded && word.startsWith('-');
    const [name = '', ...value] = word.split('=');
    const option = flags && value.length > 0 ? this.#option(name) : undefined;
    if (option !== undefined)
      return { ...common, before: `${name}=`, written: value.join('='), value: option };
    return { ...common, flags, written: word, value: flags ? undefined : this.#argument() };
  }

  #readFlag(word: string): undefined {
    const [name = '', ...value] = word.split('=');
    const option = this.#option(name);
    if (option === undefined) return;
    if (value.length > 0) this.#give(option.attributeName(), value.join('='));
    else if (option.required) this.#waiting = option;
  }

  #readOperand(word: string): Command | undefined {
    const named = this.#command.commands.find((command) => command.name() === word);
    if (named !== undefined) {
      this.#command = named;
      return named;
    }
    this.#give(this.#argument()?.name() ?? '', word);
    this.#operands += 1;
    return undefined;
  }

  #option(name: string): Option | undefined {
    return this.#command.options.find(({ short, long }) => short === name || long === name);
  }

  #argument(): Argument | undefined {
    const { registeredArguments: all } = this.#command;
    const last = all.at(-1);
    return all[this.#operands] ?? (last?.variadic ? last : undefined);
  }

  #give(name: string, word: string): void {
    this.#given.set(name, [...(this.#given.get(name) ?? []), word]);
  }
}
