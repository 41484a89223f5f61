import type { Command } from 'commander';
import { connectQueue } from '#queue/connect.ts';
import { endOf } from '#queue/ended-run.ts';
import { describedRun } from '#queue/offer.ts';
import { addRecordFlags, type RecordFlags } from '../flags/record.ts';
import { printWait } from '../print.ts';
import { forgetRun } from '../run-folder.ts';
import { showVia } from '../run-via.ts';

interface AttachFlags extends RecordFlags {
  readonly via: string;
}

export function define(command: Command) {
  addRecordFlags(
    command.argument('<run>', 'the id of a run that was begun with --via'),
  ).requiredOption('--via <url>', 'the server of NATS that it was begun with');
  return async (run: string, flags: AttachFlags) => {
    await using queue = await connectQueue(flags.via, printWait);
    const description = await describedRun(queue, run);
    const end = await endOf(queue, run);
    // The queue has all of what is kept here.
    if (flags.runDir === undefined) forgetRun(run);
    return await showVia(queue, description, { record: flags, isTakenUp: true, end });
  };
}
