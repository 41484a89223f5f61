import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { Checkouts, type Trusted } from '#queue/checkout.ts';
import { connectQueue, type Queue } from '#queue/connect.ts';
import type { QueueWorker } from '#queue/run-slice.ts';
import { work } from '#queue/work.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { versionOfPackage } from '../package.ts';
import { print, printWarnings } from '../print.ts';
import { stateFolder } from '../run-folder.ts';
import { machineName } from '../run-loaded.ts';

interface WorkFlags {
  readonly queue: string;
  readonly trust: readonly Trusted[];
}

export function define(command: Command) {
  command
    .requiredOption('--queue <url>', 'the server of NATS, such as nats://queue:4222')
    .requiredOption(
      '--trust <repository#branch>',
      'run commits of this branch alone, such as https://git.example.com/site.git#main; may be repeated',
      trusted,
    );
  return async ({ queue: url, trust }: WorkFlags) => {
    const stop = stopOnInterrupt();
    // What others write into a queue, and what git passes on, is hostile.
    const say = (text: string) => print(escapeControl(text));
    await using queue = await connected(url, { stop, say });
    if (queue === undefined) return 0;
    const name = `${machineName()}:${process.pid}`;
    print(`${name} waits for slices`);
    const checkouts = new Checkouts(join(stateFolder(), 'queue'), trust, say);
    await work({ queue, name, checkouts, rota: versionOfPackage(), stop, say });
    return 0;
  };
}

/** Waits for a server that is not there yet: it may start together with its workers. */
async function connected(
  url: string,
  { stop, say }: Pick<QueueWorker, 'stop' | 'say'>,
): Promise<Queue | undefined> {
  let isTold = false;
  while (!stop.aborted) {
    try {
      return await connectQueue(url, say);
    } catch (error) {
      if (!(error instanceof Failure && error.kind === 'unreachable')) throw error;
      if (!isTold) printWarnings([error]);
      if (!isTold) print('waiting for it');
      isTold = true;
      await delay(RETRY_MS, undefined, { signal: stop }).catch(() => {});
    }
  }
  return undefined;
}

const RETRY_MS = 1000;

function trusted(text: string, before: readonly Trusted[] = []): readonly Trusted[] {
  const [, url = '', branch = ''] = /^(.+)#([\w./-]+)$/.exec(text) ?? [];
  if (url !== '' && !branch.startsWith('-')) return [...before, { url, branch }];
  throw new InvalidArgumentError('Expected a repository and a branch: URL#BRANCH.');
}
