import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { INTERRUPTED_EXIT_CODE } from '#engine/report/exit-code.ts';
import { countOf } from '#engine/report/words.ts';
import { type Lab, labStatus } from '#lab/lab.ts';
import { addFlavour, FLAVOURS, type Flavours, nodeCount } from '#lab/roster.ts';
import { findLab, removeLab, startLab } from '#lab/start-lab.ts';
import { ROOT } from '../package.ts';
import { print, printFailures } from '../print.ts';
import type { OnExitCode } from '../program.ts';
import { endMeanwhile, tellMeanwhile } from '../streams.ts';

interface UpOptions {
  readonly nodes: number;
  readonly waits: number;
  readonly uplink: boolean;
  readonly flavour?: Flavours;
}

export function define(command: Command, done: OnExitCode): undefined {
  // What follows the name of a node is a command's own.
  command.parent?.enablePositionalOptions();
  command
    .enablePositionalOptions()
    .option('--dir <folder>', 'where the lab keeps its keys', '.lab');
  const dir = () => command.opts<{ dir: string }>().dir;
  addUp(command.command('up').description('start it')).action(async (options: UpOptions) =>
    done(await up(dir(), options)),
  );
  command
    .command('down')
    .description('end it, and leave nothing behind')
    .action(async () => {
      tellMeanwhile('taking the nodes down');
      await removeLab(dir());
      print('The lab is down.');
    });
  command
    .command('status')
    .description('who is up, and who holds what on the fabric')
    .action(async () => print(await labStatus(labIn(dir()))));
  addExec(command.command('exec')).action((node: string, words: readonly string[]) =>
    done(exec(labIn(dir()), node, words)),
  );
  for (const [name, [description, action]] of Object.entries(ACTIONS))
    command
      .command(name)
      .description(description)
      .argument('<node>')
      .action((node: string) => action(labIn(dir()), node));
}

function addUp(command: Command): Command {
  return command
    .option('--nodes <n>', 'how many', nodeCount, 3)
    .option(
      '--waits <factor>',
      "multiply the kubelet stand-in's waits; 1 is a real kubelet's",
      Number,
      1,
    )
    .option('--flavour <node=flavour>', `what a node is: ${FLAVOURS.join(', ')}`, addFlavour)
    .option(
      '--no-uplink',
      'leave the network of this machine alone: its own shell reaches no node',
    );
}

function addExec(command: Command): Command {
  return command
    .description('run a command on a node, or on the client of the fabric')
    .argument('<node>')
    .argument('<command...>')
    .passThroughOptions();
}

const ACTIONS = {
  cut: ["pull a node's cable to the fabric", (lab: Lab, node: string) => lab.cut(node)],
  mend: ['plug it in again', (lab: Lab, node: string) => lab.mend(node)],
  kill: ["cut a node's power", (lab: Lab, node: string) => lab.kill(node)],
  boot: ['power it on', (lab: Lab, node: string) => lab.boot(node)],
} as const;

const INTERRUPTED = new Failure('Interrupted');

async function up(dir: string, options: UpOptions): Promise<number> {
  const { nodes, waits, uplink, flavour: flavours = {} } = options;
  if (findLab(dir) !== undefined) {
    print('The lab is up already.');
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(INTERRUPTED));
  try {
    tellMeanwhile(`starting ${countOf(nodes, 'node')}`);
    await startLab({ dir, nodes, waits, flavours, uplink, keep: true, signal: stop.signal });
  } catch (error) {
    if (error !== INTERRUPTED) throw error;
    printFailures([INTERRUPTED]);
    return INTERRUPTED_EXIT_CODE;
  }
  const inventory = relative('', join(ROOT, 'inventory/lab.yaml'));
  const next = uplink && nodes >= 3 ? ` Try: npm run deploy -- ${inventory}` : '';
  print(`The lab is up.${next}`);
  return 0;
}

function exec(lab: Lab, node: string, [first = '', ...more]: readonly string[]): number {
  const words = first === '--' ? more : [first, ...more];
  endMeanwhile();
  const [nsenter = '', ...rest] = [...lab.prefix(node), ...words];
  return spawnSync(nsenter, rest, { stdio: 'inherit' }).status ?? 1;
}

function labIn(dir: string): Lab {
  const found = findLab(dir);
  if (found === undefined) throw new Failure('The lab is down', { fix: 'npm run lab -- up' });
  return found;
}
