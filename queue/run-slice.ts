import { setTimeout as delay } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';
import { wordsOf } from './carried.ts';
import { touch } from './checkout.ts';
import type { Queue } from './connect.ts';
import type { Leave } from './leave.ts';
import type { WaitingSlice } from './messages.ts';
import { SliceProcess } from './slice-process.ts';
import { trySubject } from './subjects.ts';
import { Telling } from './tell.ts';

export interface QueueWorker {
  readonly queue: Queue;
  /** `desk:123`. */
  readonly name: string;
  /** Ctrl-C: what runs is finished or undone, and nothing more is taken. */
  readonly stop: AbortSignal;
  say(text: string): void;
}

interface Running extends QueueWorker {
  readonly message: JsMsg;
  readonly slice: WaitingSlice;
  readonly leave: Leave;
  /** With the repository as the commit has it. */
  readonly folder: string;
}

/**
 * Runs a slice in a process of its own, tells what that prints, and keeps the slice for itself meanwhile.
 * Ends it where the coordinator says so, or is gone.
 */
export async function runSlice(input: Running): Promise<void> {
  const { queue, slice, leave, message, folder, say, stop } = input;
  const label = `${slice.run} slice ${slice.slice.index}/${slice.slice.count}`;
  const subject = trySubject(slice.run, slice.slice.index, leave.try);
  const telling = new Telling(queue, subject);
  say(`${label} begins`);
  const end = () => running.stop();
  const running: SliceProcess = new SliceProcess({
    words: commandOf(slice),
    folder,
    onOutput: (piece) => telling.add(piece),
    mayChange: () => mayChange(input, end),
    // What failed in it is told before another may begin.
    overWithRing: () => void telling.told().then(() => leave.overWithRing()),
  });
  stop.addEventListener('abort', end, { once: true });
  const [exit] = await Promise.all([running.ended, keep(running, input)]);
  stop.removeEventListener('abort', end);
  const isTold = await telling.end(exit);
  say(`${label} ends: ${exit}`);
  // How it ended is for the coordinator to judge, who offers it again where that may help.
  const answer = isTold ? await leave.ask('end') : undefined;
  if (answer === 'done') message.ack();
  else message.nak(queue.patienceMs);
}

function commandOf({ slice, playbook, inventory, mode, options }: WaitingSlice): readonly string[] {
  const [first = '', ...more] = inventory;
  const command = mode === 'verify' ? 'verify' : playbook === undefined ? 'deploy' : 'run';
  return [
    command,
    ...(playbook === undefined ? [] : [playbook]),
    first,
    ...more.map((path) => `--inventory=${path}`),
    `--slice=${slice.index}/${slice.count}`,
    '--json',
    ...(mode === 'dry-run' ? ['--dry-run'] : []),
    ...wordsOf(options),
  ];
}

/** The coordinator is asked whether the slice is still this worker's, and the server told while it is. */
async function keep(
  running: SliceProcess,
  { message, leave, queue, folder }: Running,
): Promise<void> {
  const isOver = running.ended.then(() => true);
  const wait = async () => await delay(queue.patienceMs / 6, false);
  while (!(await Promise.race([isOver, wait()]))) {
    const answer = await leave.ask('still');
    if (answer === 'go') message.working();
    await touch(folder);
    if (answer === 'stop' || leave.silentMs > queue.patienceMs) running.stop();
  }
}

async function mayChange({ leave, queue, stop }: Running, end: () => void): Promise<boolean> {
  while (!stop.aborted) {
    const answer = await leave.ask('ring');
    if (answer === 'go' || answer === 'stop') return answer === 'go';
    if (leave.silentMs > queue.patienceMs) {
      // First: a run that is only given no leave ends as one that is over.
      end();
      return false;
    }
    await delay(queue.patienceMs / 30);
  }
  return false;
}
