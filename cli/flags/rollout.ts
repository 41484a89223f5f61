import { type Command, InvalidArgumentError } from 'commander';
import { CAREFUL, type HostShare, type RolloutOptions } from '#engine/model/rollout.ts';
import { addInventory } from './inventory.ts';
import { addRecordFlags } from './record.ts';
import { count, duration } from './values.ts';

/** The flags of a rollout, as commander gives them. */
export interface RolloutFlags {
  readonly repair?: boolean;
  readonly allowOutage?: boolean;
  readonly bootstrap?: boolean;
  readonly ringsAtOnce?: number;
  readonly maxFail?: HostShare;
  readonly carryOn?: boolean;
  readonly maxGap?: number;
  readonly watch?: boolean;
  readonly adopt?: readonly string[];
  readonly replace?: readonly string[];
}

/** The options of a rollout; what no flag says is as careful as can be. */
export function rolloutOptions(flags: RolloutFlags): RolloutOptions {
  return {
    repair: flags.repair ?? CAREFUL.repair,
    allowOutage: flags.allowOutage ?? CAREFUL.allowOutage,
    bootstrap: flags.bootstrap ?? CAREFUL.bootstrap,
    ringsAtOnce: flags.ringsAtOnce,
    maxFail: flags.maxFail ?? CAREFUL.maxFail,
    carryOn: flags.carryOn ?? CAREFUL.carryOn,
    maxGapMs: flags.maxGap,
    watch: flags.watch ?? CAREFUL.watch,
    takeOver: [...(flags.adopt ?? []), ...(flags.replace ?? [])],
  };
}

/** Gives a command that changes rings the flags of a rollout. */
export function addRolloutFlags(command: Command): Command {
  return command
    .optionsGroup('Rollout:')
    .option('--rings-at-once <n>', 'how many rings are changed at once; all, when left out', count)
    .option('--repair', 'start on a ring that is not whole')
    .option('--bootstrap', 'accept checks that fail on every node, since they need the VIP first')
    .option('--allow-outage', 'let a VIP go away for seconds where the change cannot do without')
    .option('--max-fail <n>', 'hosts that may fail, or N%, before nothing new is started', limit)
    .option('--carry-on', 'go on in a ring after a host that failed and was undone')
    .option('--max-gap <time>', 'undo a host whose change takes a VIP away for longer', duration)
    .option('--no-watch', 'do not probe the VIPs while a ring is changed')
    .optionsGroup('Options:');
}

/** Gives a command that may find a host in other hands the flags by which it takes things over. */
export function addTakeOverFlags(command: Command): Command {
  return command
    .optionsGroup('Rollout:')
    .option('--adopt <unit>', 'stop and disable this service of the hosts; may be repeated', unit)
    .option('--replace <path>', 'write over or remove this file of others; may be repeated', path)
    .optionsGroup('Options:');
}

/** Gives a command that puts nodes on duty or off it the nodes, and its flags. */
export function addDutyFlags(command: Command): Command {
  return addRecordFlags(addInventory(command))
    .argument('<hosts...>', 'hosts or groups of it, such as node2')
    .option('--dry-run', 'show every change, make none; exit code 2 if there are any')
    .option('--repair', 'also where a ring is not whole')
    .option('--allow-outage', 'also where no node would be left to hold the VIPs');
}

function unit(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[\w:.@\\-]+\.service$/.test(text))
    throw new InvalidArgumentError('Expected the unit of a service, such as keepalived.service.');
  return [...before, text];
}

function path(text: string, before: readonly string[] = []): readonly string[] {
  if (!text.startsWith('/'))
    throw new InvalidArgumentError(
      'Expected a path on the hosts, such as /etc/keepalived/keepalived.conf.',
    );
  return [...before, text];
}

function limit(text: string): HostShare {
  const [, digits = '', sign] = /^(\d+)(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === '' || (sign === '%' && number > 100))
    throw new InvalidArgumentError(
      'Expected a number of hosts, such as 1, or a share, such as 10%.',
    );
  return sign === '%' ? { percent: number } : { hosts: number };
}
