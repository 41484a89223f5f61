import { type Command, Option } from 'commander';
import { findPlaybook } from './find-playbook.ts';
import { type GivenHost, givenHost } from './given-answers.ts';

/** The flags of the questions of playbooks/new-ring.ts, with what their answers look like. */
const FLAGS = [
  ['--user <name>', 'the user to log in as (root)'],
  ['--vips <vips>', 'how many IPv6 VIPs, or addresses of IPv6 and IPv4 with commas (one per host)'],
  ['--fabric-id <number>', 'of which, with the number below, the nodes’ IPv6 addresses are made'],
  ['--virt <number>', 'the number of the virtual network in the fabric'],
  ['--prefix-length4 <number>', 'of the network of IPv4 VIPs (24)'],
  ['--interface <name>', 'the network interface that gets the VIPs (srvc0)'],
  ['--image-repository <url>', 'the git repository to build the image of'],
  ['--image-ref <ref>', 'the branch, tag or commit of it (main)'],
  [
    '--image-registry <host>',
    'where the image is pushed to; without one it is copied to each node',
  ],
] as const;

interface InitFlags extends Readonly<Record<string, unknown>> {
  readonly host?: readonly GivenHost[];
  readonly force?: boolean;
}

/** Adds `rota init`. */
export function addInitCommand(rota: Command, done: (exitCode: number) => void): void {
  const command = rota
    .command('init')
    .description('write a commented inventory for a new ring; asks what no flag answers')
    .argument('[file]', 'the file to write; - prints it', 'inventory/ring.yaml')
    .addOption(
      new Option('--host <host>', 'NAME=ADDRESS,MAC, in the order of the ring; repeated').argParser(
        (text: string, before: readonly GivenHost[] = []) => [...before, givenHost(text)],
      ),
    );
  const options = FLAGS.map(([flag, description]) => new Option(flag, description));
  for (const option of options) command.addOption(option);
  command
    .option('--force', 'write over a file that is there')
    .action(async (file: string, { host = [], force = false, ...rest }: InitFlags) => {
      const { init } = await import('./init.ts');
      const flags = Object.fromEntries(
        options.map((option) => [
          option.name(),
          rest[option.attributeName()] as string | undefined,
        ]),
      );
      done(
        await init(await findPlaybook({ command: 'deploy' }), file, { hosts: host, flags, force }),
      );
    });
}
