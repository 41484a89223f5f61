import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { Checkouts, type Trusted } from '#queue/checkout.ts';
import { connectQueue } from '#queue/connect.ts';
import { work } from '#queue/work.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { versionOfPackage } from '../package.ts';
import { print } from '../print.ts';
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
    await using queue = await connectQueue(url);
    const name = `${machineName()}:${process.pid}`;
    print(`${name} waits for slices`);
    await work({
      queue,
      name,
      checkouts: new Checkouts(join(stateFolder(), 'queue'), trust, print),
      rota: versionOfPackage(),
      stop: stopOnInterrupt(),
      say: print,
    });
    return 0;
  };
}

function trusted(text: string, before: readonly Trusted[] = []): readonly Trusted[] {
  const [, url = '', branch = ''] = /^(.+)#([\w./-]+)$/.exec(text) ?? [];
  if (url !== '' && !branch.startsWith('-')) return [...before, { url, branch }];
  throw new InvalidArgumentError('Expected a repository and a branch: URL#BRANCH.');
}
