import { commandLine, tellError } from './program.ts';
import { redactStream } from './streams.ts';

const outputs = [process.stdout, process.stderr];
const disarmed = process.env['GITHUB_ACTIONS'] === 'true' ? await disarm() : [];
const streams = outputs.map(redactStream);
// Whoever reads the output may stop reading; a rollout still ends as it should.
for (const stream of outputs) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
// Node itself would write the error to the terminal past the streams, secrets and all.
process.on('uncaughtException', (error) => {
  void tellError(error).then(end);
});

end(await commandLine(process.argv.slice(2)));

/** Loaded where it is needed: a runner obeys what it finds in the output. */
async function disarm(): Promise<readonly (() => void)[]> {
  const { disarmStream } = await import('./runner-commands.ts');
  return outputs.map(disarmStream);
}

/** Sockets of hosts that hang would keep the process: all that is to be said has been said. */
function end(exitCode: number): void {
  for (const stream of streams) stream.flush();
  for (const flush of disarmed) flush();
  process.stdout.write('', () => process.exit(exitCode));
}
