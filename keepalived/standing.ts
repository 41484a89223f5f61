import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { RingNode } from '#engine/model/playbook.ts';
import type { Read } from '#engine/model/read.ts';
import type { Text } from '#engine/model/secret.ts';
import type { Pending } from '#engine/model/state.ts';
import { familiesOf } from './families.ts';
import { type ConfiguredInstance, parseConfig } from './parse-config.ts';
import { drainedBy } from './reads/drained.ts';
import { interfaces } from './reads/interfaces.ts';
import { keepalivedProcess } from './reads/process.ts';
import type { KeepalivedVars } from './vars.ts';

/** What a node is to have. */
export interface Wanted {
  readonly configuration: Text;
  /** Whether its manifest is another one than there is. */
  readonly isOtherPod: boolean;
  readonly mark: string | Pending;
  /** Whether a reload brings another configuration into force. */
  readonly reloadable: boolean;
}

export type WantedOf = (node: RingNode<KeepalivedVars>, without: ReadonlySet<string>) => Wanted;

/** Where a node of a ring stands before a change, and where it is to go. */
export interface Standing {
  readonly name: string;
  readonly node: RingNode<KeepalivedVars>;
  /** It runs keepalived, as far as is known: a host out of reach tells nothing. */
  readonly isRunning: boolean;
  /** Who took it off duty, and when. */
  readonly drained: string | undefined;
  /** The text that its keepalived has loaded; as it is wanted, where it keeps none. */
  readonly configuration: string;
  readonly loaded: readonly ConfiguredInstance[];
  readonly wanted: readonly ConfiguredInstance[];
  /** All addresses that it has. */
  readonly held: ReadonlySet<string>;
  /** The environment's mark of the pod that runs. */
  readonly pod: string | undefined;
}

/** What a node has said of itself. `wanted`: the configuration that it is to have in the end. */
export function standingOf(node: RingNode<KeepalivedVars>, wanted: string): Standing {
  const process = factOf(node.facts, keepalivedProcess);
  const isRunning = (process?.running ?? 0) > 0;
  const configuration = isRunning ? (process?.configuration ?? wanted) : '';
  const addresses = factOf(node.facts, interfaces(familiesOf(node.vars)))?.addresses ?? [];
  return {
    name: node.host.name,
    node,
    isRunning,
    drained: factOf(node.facts, drainedBy),
    configuration,
    loaded: parseConfig(configuration).instances,
    wanted: parseConfig(wanted).instances,
    held: new Set(addresses.map(({ address }) => address)),
    pod: process?.pod,
  };
}

/** The fact, or undefined where it was not asked for, or could not be had. */
export function factOf<T>(facts: Answers | Failure, read: Read<T>): T | undefined {
  if (facts instanceof Failure || facts.answer(read.key) instanceof Failure) return undefined;
  return facts.get(read);
}
