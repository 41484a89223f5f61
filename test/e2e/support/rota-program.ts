import { commandLine, tellError } from '../../../cli/program.ts';
import { redactStream } from '../../../cli/streams.ts';

// Does one command line after the other that it is sent, as cli/main.ts does one. Each stream says
// when it has all that a command prints.
const streams = [process.stdout, process.stderr].map(redactStream);
process.on('uncaughtException', (error) => {
  void tellError(error)
    .then(end)
    .then(() => process.exit());
});
process.on('disconnect', () => process.exit());
process.on('message', (argv: readonly string[]) => {
  void commandLine(argv).then(end);
});

function end(status: number): void {
  // As the end of a process would.
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  for (const stream of streams) stream.flush();
  for (const stream of [process.stdout, process.stderr]) stream.write(`\0${status}\0`);
}
