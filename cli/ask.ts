import { openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ReadStream, WriteStream } from 'node:tty';
import { Failure } from '#engine/model/failure.ts';
import { remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { endMeanwhile } from './streams.ts';

/**
 * Asks for a secret on the terminal, without an echo; also when stdin and stdout are something else.
 * Throws a Failure with `otherwise`, how to give it without a terminal, where there is none.
 */
export async function askSecret(question: string, otherwise: string): Promise<Secret> {
  endMeanwhile();
  const terminal = openTerminal(question, otherwise);
  const { input, output } = terminal;
  // First of all: what is typed as soon as the question shows is not to be seen either.
  input.setRawMode(true);
  output.write(`${question}: `);
  try {
    return new Secret(remember(await readLine(input, question, otherwise)));
  } finally {
    input.setRawMode(false);
    output.write('\n');
    input.destroy();
    output.destroy();
  }
}

function openTerminal(question: string, otherwise: string) {
  try {
    return {
      input: new ReadStream(openSync('/dev/tty', 'r')),
      output: new WriteStream(openSync('/dev/tty', 'w')),
    };
  } catch (cause) {
    throw new Failure('There is no terminal to ask on', { ran: question, fix: otherwise, cause });
  }
}

const ENTER = /[\r\n\u0004]/;
const BACKSPACE = /[\b\u007f]/;
const CLEAR_LINE = '\u0015';
const INTERRUPT = '\u0003';

async function readLine(input: ReadStream, question: string, fix: string): Promise<string> {
  const typed: string[] = [];
  input.setEncoding('utf8');
  for await (const chunk of input) {
    for (const key of chunk as string) {
      if (ENTER.test(key)) return typed.join('');
      if (key === INTERRUPT)
        throw new Failure('The question was not answered', { ran: question, fix });
      if (BACKSPACE.test(key)) typed.pop();
      else if (key === CLEAR_LINE) typed.length = 0;
      else typed.push(key);
    }
  }
  throw new Failure('The question was not answered', { ran: question, fix });
}

/** Asks on `output`; a no is what is no yes, the end of stdin, or that it is stopped. */
export async function askYes(
  question: string,
  output: NodeJS.WritableStream,
  stop?: AbortSignal,
): Promise<boolean> {
  // As no terminal of its own: Ctrl-C stays a signal, for the one who listens to it.
  const lines = createInterface({ input: process.stdin, output, terminal: false });
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once('close', () => resolve(''));
      stop?.addEventListener('abort', () => resolve(''), { once: true });
      lines.question(question, resolve);
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
