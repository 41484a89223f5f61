import { commandLine, tellError } from './program.ts';
import { redactStream } from './streams.ts';

const streams = [process.stdout, process.stderr].map(redactStream);
// Whoever reads the output may stop reading; a rollout still ends as it should.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
// Node itself would write the error to the terminal past the streams, secrets and all.
process.on('uncaughtException', (error) => {
  void tellError(error).then(end);
});

end(await commandLine(process.argv.slice(2)));

/** Sockets of hosts that hang would keep the process: all that is to be said has been said. */
function end(exitCode: number): void {
  for (const stream of streams) stream.flush();
  process.stdout.write('', () => process.exit(exitCode));
}
