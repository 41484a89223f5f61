import type { Answers } from './answers.ts';
import type { Check } from './check.ts';
import type { Failure } from './failure.ts';
import type { Host } from './host.ts';
import type { Meanwhile, Phase, RingPlan, RolloutOptions, Watch } from './rollout.ts';
import type { Task } from './task.ts';

/** What a zod schema is to the engine. */
export interface Schema<V> {
  safeParse(
    input: unknown,
  ):
    | { readonly success: true; readonly data: V }
    | { readonly success: false; readonly error: { readonly issues: readonly SchemaIssue[] } };
}

export interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A host with its variables, checked and typed by the playbook's schema. */
export interface Member<V> {
  readonly host: Host;
  readonly vars: V;
}

/** What tasks are made from. `local` has the answers of the control machine, `facts` the host's own. */
export interface TaskContext<V> extends Member<V> {
  /** All hosts of the playbook, this one included, in inventory order, also under --limit. */
  readonly members: readonly Member<V>[];
  readonly local: Answers;
  readonly facts: Answers;
  /**
   * What a rollout has otherwise here for now: on a host in front, each host that is being changed, as 0;
   * else what the phase has, which is nothing but for a change that takes more than one.
   */
  readonly meanwhile: Meanwhile;
  /** What is somebody else's on the hosts and may be taken over, as `RolloutOptions` has it. */
  readonly takeOver: readonly string[];
}

/** A host of a ring; one that failed has answered nothing. */
export interface RingNode<V> extends Omit<TaskContext<V>, 'meanwhile' | 'takeOver'> {
  /** Whether it may be changed (--limit). */
  readonly target: boolean;
}

/** Where a rollout stands when a gate is asked for. */
export interface GateStep<V> {
  readonly ring: readonly Member<V>[];
  /** The hosts of the ring that are as the phase wants them, those in front aside. */
  readonly done: readonly string[];
  readonly phase: Phase;
  readonly options: RolloutOptions;
}

export interface LocalContext<V> {
  readonly members: readonly Member<V>[];
  /** What the control machine has answered in earlier stages. */
  readonly facts: Answers;
}

/**
 * Tasks in one stage, or a list of stages. A task whose questions or desired state depend on what an
 * earlier task brings about belongs in a later stage: the function that returned it is called again
 * before each stage, with the facts of the stages before.
 */
export type Stages = readonly Task[] | readonly (readonly Task[])[];

/** The stages that a playbook gave, as a list of lists. */
export function stagesIn(stages: Stages): readonly (readonly Task[])[] {
  return stages.every((entry) => Array.isArray(entry))
    ? (stages as readonly (readonly Task[])[])
    : [stages as readonly Task[]];
}

/** How changes go from host to host: rings in parallel; in a ring so many hosts at once, each step gated. */
export interface Rollout<V> {
  /**
   * How many, or a share of them such as `25%`, rounded down, and one at least. The hosts of rings
   * share something, so there it is 1.
   */
  readonly serial: number | `${number}%`;
  /** The first batch: so many of the hosts that change, or these. Left out: as large as the others. */
  readonly canary?: number | readonly string[];
  /**
   * Whether a host is in front of the others, such as a load balancer. It leaves out, by its `tasks`,
   * the hosts of a batch before they are changed (`meanwhile` has them), and takes them in again once
   * they have passed; one that has not passed stays left out. Its own changes come last.
   */
  isInFront?(member: Member<V>): boolean;
  /** The rings, as host names; every host is in exactly one. Left out: all hosts are one. */
  rings?(members: readonly Member<V>[]): readonly (readonly string[])[];
  /** How a ring is to be changed. Left out: in its order, in one phase. */
  plan?(ring: readonly RingNode<V>[], options: RolloutOptions): RingPlan;
  /** Must hold before the first change of a ring that is not empty, judged by what runs there now. */
  ready?(ring: readonly Member<V>[], options: RolloutOptions): Check;
  /** Must pass after each host or batch, before the next one. */
  gate?(step: GateStep<V>): Check;
  /** What is observed while a ring that is not empty is changed. */
  watch?(ring: readonly Member<V>[]): Watch;
}

/** How a command of a script ended. */
export interface ShellOutput {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of a script that runs: awaited, it rejects when the command fails. */
export interface ShellCommand extends Promise<ShellOutput> {
  /** Its stdout as text. */
  text(): Promise<string>;
  /** Its stdout as JSON. */
  json<T>(): Promise<T>;
  /** Its stdout, line by line. */
  lines(): Promise<string[]>;
  /** Does not reject for an exit code. */
  nothrow(): ShellCommand;
}

/** zx's `$` on a host: each value in the template is one quoted word there. */
export type HostShell = (pieces: TemplateStringsArray, ...values: unknown[]) => ShellCommand;

/** What a script gets: `await on('node1').$`uptime`.text()` runs there, and comes back as text. */
export interface ScriptContext<V> {
  readonly members: readonly Member<V>[];
  on(host: string): { readonly $: HostShell };
}

/** What a run was to change, and how far it was allowed to go. */
export interface VerifyScope {
  /** All hosts, unless --limit leaves some out. */
  readonly targets: ReadonlySet<string>;
  /** Hosts of which tasks were left out that would have changed something; none, unless given. */
  readonly partly?: ReadonlySet<string>;
  readonly options: RolloutOptions;
}

/** What runs where, in which order. */
export interface Playbook<V> {
  readonly name: string;
  /** A pattern of host and group names. */
  readonly hosts: string;
  /** The variables that it needs; left out: none. */
  readonly vars?: Schema<V>;
  /** Prefixes under which a variable that the schema does not name is an error: a typo. */
  readonly prefixes?: readonly string[];
  /** Tags of tasks that are only known once hosts have answered, beside those of the others. */
  readonly tags?: readonly string[];
  /** What can be found wrong without connecting, over all hosts. */
  lint?(members: readonly Member<V>[]): readonly Failure[];
  /** Warnings of the same kind: said, and gone on with. */
  advise?(members: readonly Member<V>[]): readonly Failure[];
  /** Work on the control machine, before all else. */
  local?(context: LocalContext<V>): Stages;
  /** The name of a host of the inventory that does this work instead of the control machine. */
  localHost?(members: readonly Member<V>[]): string | undefined;
  /** Work that disturbs nothing that runs: on all hosts at once, before the rollout. */
  prepare?(context: TaskContext<V>): readonly Task[];
  tasks?(context: TaskContext<V>): Stages;
  /** Work that is best written as a script, after the tasks. A dry run does not run it. */
  script?(context: ScriptContext<V>): Promise<void>;
  readonly rollout?: Rollout<V>;
  /** Must hold at the end. */
  verify?(members: readonly Member<V>[], scope: VerifyScope): readonly Check[];
}

/** Gives a playbook its types. */
export function playbook<V>(definition: Playbook<V>): Playbook<V> {
  return definition;
}
