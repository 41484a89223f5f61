import type { ProcessOutput, ProcessPromise } from 'zx/core';
import { Failure } from '#engine/model/failure.ts';

/** The output of a command that must succeed; `what` is what failed when it does not. */
export async function done(what: string, command: ProcessPromise): Promise<ProcessOutput> {
  const output = await command.nothrow().quiet();
  if (output.exitCode === 0) return output;
  const printed = `${output.stdout}${output.stderr}`.trim().split('\n').slice(-20).join('\n');
  throw new Failure(what, {
    where: 'lab',
    ran: `${command.cmd} → ${output.signal ?? `exit ${output.exitCode}`}`,
    output: printed,
  });
}
