import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { Failure, failuresOf } from '#engine/model/failure.ts';
import { formatFailures } from '#engine/report/failure.ts';
import type { Lab } from './lab.ts';
import { labStatus } from './lab.ts';
import { addFlavour, FLAVOURS, type Flavours } from './roster.ts';
import { findLab, removeLab, startLab } from './start-lab.ts';

const INTERRUPTED = new Failure('Interrupted');

interface UpOptions {
  readonly waits: number;
  readonly uplink: boolean;
  readonly flavour?: Flavours;
}

const program = new Command('npm run lab --')
  .description(
    'Three real nodes on this machine, for inventory/lab.yaml: sshd, podman, a kubelet stand-in, and a fabric between them.',
  )
  .option('--dir <folder>', 'where the lab keeps its keys', '.lab')
  .enablePositionalOptions()
  .showHelpAfterError();

program
  .command('up')
  .description('start it')
  .option(
    '--waits <factor>',
    "multiply the kubelet stand-in's waits; 1 is a real kubelet's",
    Number,
    1,
  )
  .option('--flavour <node=flavour>', `what a node is: ${FLAVOURS.join(', ')}`, addFlavour)
  .option('--no-uplink', 'leave the network of this machine alone: its own shell reaches no node')
  .action(async ({ waits, uplink, flavour = {} }: UpOptions) => {
    const { dir } = program.opts<{ dir: string }>();
    if (findLab(dir) !== undefined) return console.log('The lab is up already.');
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => stop.abort(INTERRUPTED));
    await startLab({ dir, waits, flavours: flavour, uplink, keep: true, signal: stop.signal });
    const next = uplink ? ' Try: npm run deploy -- inventory/lab.yaml' : '';
    console.log(`The lab is up.${next}`);
  });

program
  .command('down')
  .description('end it, and leave nothing behind')
  .action(async () => {
    await removeLab(program.opts<{ dir: string }>().dir);
    console.log('The lab is down.');
  });

program
  .command('status')
  .description('who is up, and who holds what on the fabric')
  .action(async () => console.log(await labStatus(lab())));

program
  .command('exec')
  .description('run a command on a node, or on the client of the fabric')
  .argument('<node>')
  .argument('<command...>')
  .passThroughOptions()
  .action((node: string, command: readonly string[]) => {
    const words = command[0] === '--' ? command.slice(1) : command;
    const [nsenter = '', ...rest] = [...lab().prefix(node), ...words];
    process.exitCode = spawnSync(nsenter, rest, { stdio: 'inherit' }).status ?? 1;
  });

const ACTIONS = {
  cut: ["pull a node's cable to the fabric", (one: Lab, node: string) => one.cut(node)],
  mend: ['plug it in again', (one: Lab, node: string) => one.mend(node)],
  kill: ["cut a node's power", (one: Lab, node: string) => one.kill(node)],
  boot: ['power it on', (one: Lab, node: string) => one.boot(node)],
} as const;

for (const [name, [description, action]] of Object.entries(ACTIONS)) {
  program
    .command(name)
    .description(description)
    .argument('<node>')
    .action((node: string) => action(lab(), node));
}

function lab(): Lab {
  const { dir } = program.opts<{ dir: string }>();
  const found = findLab(dir);
  if (found === undefined) throw new Failure('The lab is down', { fix: 'npm run lab -- up' });
  return found;
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(formatFailures(failuresOf(error)));
  process.exitCode = error === INTERRUPTED ? 130 : 1;
}
