import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex, PassThrough, type Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** A way for bytes to a host. */
export interface Carried {
  readonly stream: Duplex;
  /** What the command that carries them says on stderr, its last lines. */
  words?(): string;
}

const MOST_WORDS = 2000;
/** What a command has started may hold its stderr open for longer. */
const LAST_WORDS_MS = 500;

/** Runs a ProxyCommand as ssh does: by the user's own shell. It ends with the stream. */
export function runProxy(command: string): Carried {
  const shell = process.env['SHELL'] || '/bin/sh';
  const child = spawn(shell, ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-MOST_WORDS);
  });
  const stream = Duplex.from({ readable: outputOf(child), writable: inputOf(child.stdin) });
  child.on('error', (error) => stream.destroy(error));
  stream.on('close', () => child.kill());
  return { stream, words: () => words.trim() };
}

/** Ends when what the command has said last has come, too. */
function outputOf(child: ChildProcessWithoutNullStreams): Readable {
  const output = child.stdout.pipe(new PassThrough(), { end: false });
  const closed = once(child, 'close').catch(() => {});
  const end = () => void output.end();
  child.stdout.once('end', () => void Promise.race([closed, delay(LAST_WORDS_MS)]).then(end));
  return output;
}

/** What is written to a command that reads no more is dropped: its own words say more than EPIPE. */
function inputOf(stdin: Writable): Writable {
  stdin.on('error', () => {});
  return new Writable({
    write: (chunk, _encoding, done) => void stdin.write(chunk, () => done()),
    final: (done) => void stdin.end(() => done()),
    destroy: (error, done) => {
      stdin.destroy();
      done(error);
    },
  });
}
