import { fstatSync } from 'node:fs';

type Done = (error?: Error | null) => void;

/** The event of a stream by which rota itself gives the runner a command. */
const COMMAND = 'runnerCommand';

/**
 * Has a runner of GitHub Actions take nothing for a command that is written to a stream from here on. Gives what
 * writes the line that is not complete; nothing is done to a stream that goes into a file.
 */
export function disarmStream(stream: NodeJS.WriteStream & { readonly fd: number }): () => void {
  if (fstatSync(stream.fd).isFile()) return () => {};
  const write = stream.write.bind(stream);
  let line = '';
  const flush = () => {
    if (line !== '') write(Buffer.from(disarmed(line), 'latin1'));
    line = '';
  };
  stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done) => {
    const text = line + Buffer.from(chunk as Uint8Array).toString('latin1');
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
    line = text.slice(end);
    const ended = typeof encoding === 'function' ? encoding : done;
    return write(Buffer.from(disarmed(text.slice(0, end)), 'latin1'), ended);
  };
  stream.on(COMMAND, (text: string) => {
    flush();
    write(text);
  });
  return flush;
}

/** Writes lines that a runner of GitHub Actions is to obey. */
export function commandRunner(stream: NodeJS.WriteStream, lines: string): void {
  if (!stream.emit(COMMAND, lines)) stream.write(lines);
}

/**
 * What ActionCommand.cs of the runner takes for a command: `::` behind white space alone, and `##[` anywhere. Its
 * first sign is escaped, so that JSON stays the same JSON.
 */
function disarmed(bytes: string): string {
  return bytes
    .replace(/^([^!-~\r\n]*):(?=:[a-z-]+(?: .*)?::)/gim, '$1\\u003a')
    .replace(/#(?=#\[[a-z])/gi, '\\u0023');
}
