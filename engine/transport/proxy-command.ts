import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';

/** A way for bytes to a host. */
export interface Carried {
  readonly stream: Duplex;
  /** What the command that carries them says on stderr, its last lines. */
  words?(): string;
}

const MOST_WORDS = 2000;

/** Runs a ProxyCommand as ssh does: by the user's own shell. It ends with the stream. */
export function runProxy(command: string): Carried {
  const shell = process.env['SHELL'] || '/bin/sh';
  const child = spawn(shell, ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-MOST_WORDS);
  });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.on('error', (error) => stream.destroy(error));
  stream.on('close', () => child.kill());
  return { stream, words: () => words.trim() };
}
