import { failuresOf } from '#engine/model/failure.ts';
import { BUG_EXIT_CODE, exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { program } from './program.ts';
import { redactStream } from './redact-stream.ts';

const streams = [process.stdout, process.stderr].map(redactStream);
// Whoever reads the output may stop reading; a rollout still ends as it should.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
// Node itself would write the error to the terminal past the streams, secrets and all.
process.on('uncaughtException', (error) => {
  void explain(error).then(end);
});

try {
  process.exitCode = await program(process.argv.slice(2));
} catch (error) {
  await explain(error);
}
end();

/** Sockets of hosts that hang would keep the process: all that is to be said has been said. */
function end(): void {
  for (const stream of streams) stream.flush();
  process.stdout.write('', () => process.exit());
}

/** What prints failures is loaded with the first; a bug is told at once. */
async function explain(error: unknown): Promise<void> {
  try {
    const failures = failuresOf(error);
    process.exitCode = exitCodeOfFailures(failures);
    const { printFailures } = await import('./print.ts');
    printFailures(failures);
  } catch {
    const stack = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${stack}\n\nThis is a bug in rota, not in what you did.\n`);
    process.exitCode = BUG_EXIT_CODE;
  }
}
