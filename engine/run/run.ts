import { randomBytes } from 'node:crypto';
import { HostRun } from '#engine/host/host-run.ts';
import { keepLast } from '#engine/host/host-tasks.ts';
import { Answers } from '#engine/model/answers.ts';
import type { Check } from '#engine/model/check.ts';
import { type Choice, choiceAfter, EVERYTHING } from '#engine/model/choice.ts';
import { Failure } from '#engine/model/failure.ts';
import { CONTROL_MACHINE, type Host } from '#engine/model/host.ts';
import { type Member, type Playbook, stagesIn } from '#engine/model/playbook.ts';
import type { Meanwhile, RolloutOptions } from '#engine/model/rollout.ts';
import type { About } from '#engine/model/run-record.ts';
import type { Connect } from '#engine/model/session.ts';
import { type PlannedTask, requiring, type Task } from '#engine/model/task.ts';
import { checkRollout } from '#engine/rollout/batches.ts';
import { type AskLeave, isInFront, type RolloutInput } from '#engine/rollout/rings.ts';
import type { Emit, Mode } from './events.ts';
import type { HostPlan } from './plan.ts';

export interface RunInput<V> {
  readonly playbook: Playbook<V>;
  /**
   * All hosts of the playbook. Observed are the rings of those that may be changed; where there are no
   * rings, they themselves and those in front of them.
   */
  readonly members: readonly Member<V>[];
  /** The names of those that may be changed (--limit). */
  readonly targets: ReadonlySet<string>;
  /** Does the local work instead of the control machine. */
  readonly localHost?: Host | undefined;
  readonly mode: Mode;
  readonly runId: string;
  readonly about: About;
  readonly connect: Connect;
  readonly emit: Emit;
  readonly rollout: RolloutOptions;
  /** Which tasks are done; all, when left out. */
  readonly choice?: Choice | undefined;
  /** How many hosts are worked on at once; all, when left out. */
  readonly forks?: number | undefined;
  /** Is told of each task that was changed, with what there was to change. */
  readonly onChanged?: ((host: string, task: PlannedTask) => void) | undefined;
  /**
   * Is asked once all is planned, before anything is changed, and again where that has changed
   * meanwhile; in a dry run too. Nothing is changed when it finds a reason.
   */
  approve?(plans: readonly HostPlan[]): Promise<readonly Failure[]>;
  /** Is asked before each ring of a rollout; left out: there is leave. */
  readonly leave?: AskLeave | undefined;
  /** Ctrl-C: what runs is finished, nothing new starts. */
  readonly stop: AbortSignal;
}

/** What the parts of one run share. */
export interface Run<V> {
  readonly input: RunInput<V>;
  readonly local: HostRun | undefined;
  readonly nodes: readonly HostRun[];
  /** The nodes, after the control machine where it takes part. */
  readonly all: readonly HostRun[];
  readonly checks: readonly Check[];
}

/** Names a run: its start in UTC, which sorts, and four random digits: `20261123T235959Z-3fa9`. */
export function newRunId(now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${randomBytes(2).toString('hex')}`;
}

/** A run before anything of it has happened. Throws the Failure of a playbook that cannot be run. */
export function prepareRun<V>(input: RunInput<V>): Run<V> {
  checkRollout(input.playbook, input.members);
  const local = controlMachineOf(input);
  const nodes = nodesOf(input, local);
  const run = { input, local, nodes, all: [...(local ? [local] : []), ...nodes] };
  return { ...run, checks: checksOf(run) };
}

/** What must hold at the end; where hosts form rings, nothing that is about others than those that are observed. */
export function checksOf<V>(
  { input, nodes }: Pick<Run<V>, 'input' | 'nodes'>,
  partly: ReadonlySet<string> = new Set(),
): readonly Check[] {
  const { playbook, members, targets, rollout: options } = input;
  const checks = playbook.verify?.(members, { targets, partly, options }) ?? [];
  if (!hasRings(playbook) || nodes.length === members.length) return checks;
  const isNear = aboutSome(nodes.map(({ name }) => name));
  const isAboutAny = aboutSome(members.map(({ host }) => host.name));
  return checks.filter((check) => isNear(check) || !isAboutAny(check));
}

/** Whether checks are about some of these hosts. */
function aboutSome(names: readonly string[]): (check: Check) => boolean {
  // Checks come in the order of their rings: what the next is about is near what the last one was about.
  let at = 0;
  return (check) => {
    for (let tried = 0; tried < names.length; tried += 1) {
      if (Object.keys(check.readsFor(names[at] ?? '')).length > 0) return true;
      at = (at + 1) % names.length;
    }
    return false;
  };
}

/** What a rollout is made of; undefined where the playbook has none. */
export function rolloutOf<V>({ input, nodes, local }: Run<V>): RolloutInput<V> | undefined {
  const { playbook, rollout: options, members, targets, emit, leave, stop } = input;
  const { rollout } = playbook;
  const common = { options, members, targets, emit, leave, stop };
  return rollout && { ...common, rollout, hosts: nodes, local: local?.answers };
}

/** Whether hosts of a playbook depend on one another. */
export function hasRings<V>({ rollout }: Playbook<V>): boolean {
  return rollout?.rings !== undefined;
}

function controlMachineOf<V>(input: RunInput<V>): HostRun | undefined {
  const { playbook, members, mode, connect, localHost = CONTROL_MACHINE } = input;
  const { local } = playbook;
  if (local === undefined || mode === 'verify') return undefined;
  return new HostRun({
    ...commonOf(input),
    armedFrom: NEVER,
    choice: input.choice ?? EVERYTHING,
    host: CONTROL_MACHINE,
    connect: () => connect(localHost),
    stagesFor: keepLast((facts) => stagesIn(local({ members, facts })).map(notBooting)),
  });
}

function nodesOf<V>(input: RunInput<V>, local: HostRun | undefined): readonly HostRun[] {
  const { playbook, choice = EVERYTHING } = input;
  const hasNodes = playbook.tasks ?? playbook.prepare ?? playbook.verify ?? playbook.script;
  const observed = observedOf(input);
  const chosen = choiceAfter(localTitles(input), choice);
  return (hasNodes ? observed : []).map((member) => {
    const stagesOf = keepLast(stagesOn(input, member));
    return new HostRun({
      ...commonOf(input),
      armedFrom: playbook.rollout === undefined ? NEVER : FIRST_GATED,
      choice: chosen,
      host: member.host,
      stagesFor: (facts, meanwhile) => stagesOf(facts, meanwhile, local?.answers ?? facts),
    });
  });
}

/** A ring has to be looked at as a whole; and what is in front leaves out those that are changed. */
function observedOf<V>({ playbook, members, targets }: RunInput<V>): readonly Member<V>[] {
  const { rollout } = playbook;
  const rings = rollout?.rings?.(members);
  const near = rings?.filter((ring) => ring.some((name) => targets.has(name))).flat();
  const names = new Set(near ?? targets);
  return members.filter(
    (member) => names.has(member.host.name) || (rings === undefined && isInFront(rollout, member)),
  );
}

/** What is done on a host, by what it and the control machine have answered. */
function stagesOn<V>({ playbook, members, mode, rollout }: RunInput<V>, member: Member<V>) {
  return (facts: Answers, meanwhile: Meanwhile, local: Answers) => {
    if (mode === 'verify') return [];
    const context = { ...member, members, facts, local, meanwhile, takeOver: rollout.takeOver };
    const stages = stagesIn(playbook.tasks?.(context) ?? []);
    const isHere = member.host.connection.transport === 'local';
    const prepare = notBooting(playbook.prepare?.(context) ?? []);
    return [prepare, ...(isHere ? stages.map(notBooting) : stages)];
  };
}

/** Tasks where no host is booted: one that would do so cannot be planned, needed or not. */
function notBooting(tasks: readonly Task[]): readonly Task[] {
  return tasks.map((task) => (task.boots ? requiring(task, {}, refuse) : task));
}

function refuse(): never {
  throw new Failure('No host is booted here', {
    fix: 'Have it in the tasks of a playbook: not in prepare, which is done on all hosts at once, nor on the machine that rota runs on.',
  });
}

function commonOf<V>({ runId, about, connect, emit, stop, onChanged }: RunInput<V>) {
  return { runId, about, connect, emit, stop, onChanged };
}

/** As far as they are known at first. */
function localTitles<V>({ playbook, members }: RunInput<V>): readonly string[] {
  const stages = stagesIn(playbook.local?.({ members, facts: new Answers() }) ?? []);
  return stages.flat().map(({ title }) => title);
}

const NEVER = Number.POSITIVE_INFINITY;

/** What comes before it disturbs nothing that runs. */
const FIRST_GATED = 1;
