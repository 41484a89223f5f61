import type { HostRun } from '#engine/host/host-run.ts';
import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Member, RingNode, Rollout } from '#engine/model/playbook.ts';
import type { HostShare, Impact, RingPlan, RolloutOptions } from '#engine/model/rollout.ts';
import { listOf } from '#engine/model/suggest.ts';
import type { RolloutEvent } from './events.ts';

/** Asks for leave to change one more ring; what is given is called once that is over. None: nothing new starts. */
export type AskLeave = () => Promise<(() => void) | undefined>;

/** A playbook's rollout over the hosts of a run. */
export interface RolloutInput<V> {
  readonly rollout: Rollout<V>;
  readonly options: RolloutOptions;
  readonly members: readonly Member<V>[];
  /** The names of those that may be changed (--limit). */
  readonly targets: ReadonlySet<string>;
  readonly hosts: readonly HostRun[];
  /** What the control machine has answered. */
  readonly local: Answers | undefined;
  emit(event: RolloutEvent): void;
  /** Left out: there is leave. */
  readonly leave?: AskLeave | undefined;
  readonly stop: AbortSignal;
}

/** A ring of a run: its hosts, those of them that may be changed, and how. */
export interface Ring {
  readonly hosts: readonly HostRun[];
  /** In the order of the plan. Those with nothing to change are among them. */
  readonly targets: readonly HostRun[];
  /** Those in front of the others, whether or not they may be changed by themselves. */
  readonly fronts: readonly HostRun[];
  /** Those that the hosts in front leave out now. */
  leftOut: readonly HostRun[];
  readonly plan: RingPlan;
}

/** A host that was changed, with its answers from before that. */
export interface Step {
  readonly host: HostRun;
  readonly before: Answers;
}

/** The rings of a playbook, with the plan that each is to take. */
export function ringsToChange<V>(input: RolloutInput<V>): readonly Ring[] {
  const { rollout, members } = input;
  const all = members.map(({ host }) => host.name);
  const rings = rollout.rings?.(members) ?? [all];
  const ringOf = new Map(rings.flatMap((names) => names.map((name) => [name, names] as const)));
  const byRing = Map.groupBy(input.hosts, ({ name }) => ringOf.get(name));
  const memberOf = new Map(members.map((member) => [member.host.name, member]));
  return rings.flatMap((names) => {
    const hosts = byRing.get(names);
    // No host of it may be changed, and none was looked at.
    if (hosts === undefined) return [];
    const fronts = hosts.filter(({ name }) => isInFront(rollout, memberOf.get(name)));
    const plan = planOf(input, { hosts, fronts }, memberOf);
    const rank = ({ name }: HostRun) => plan.order.indexOf(name);
    const targets = hosts
      .filter(({ name }) => input.targets.has(name))
      .toSorted((one, other) => rank(one) - rank(other));
    return [{ hosts, targets, fronts, leftOut: [], plan }];
  });
}

/** How many hosts a limit comes to. */
export function hostsIn(limit: HostShare, hosts: number): number {
  return 'hosts' in limit ? limit.hosts : Math.floor((limit.percent * hosts) / 100);
}

/** Whether a rollout has a host in front of others. */
export function isInFront<V>(rollout: Rollout<V> | undefined, member?: Member<V>): boolean {
  return member !== undefined && rollout?.isInFront?.(member) === true;
}

function planOf<V>(
  input: RolloutInput<V>,
  { hosts, fronts }: Pick<Ring, 'hosts' | 'fronts'>,
  memberOf: ReadonlyMap<string, Member<V>>,
): RingPlan {
  const plain: RingPlan = {
    order: hosts.map(({ name }) => name),
    phases: [{ title: 'change', meanwhile: new Map() }],
    isAllOrNothing: false,
    impacts: leftOutBy(fronts, hosts),
    isEmpty: false,
    refusals: [],
  };
  const nodes = hosts.flatMap((host) => ringNode(input, host, memberOf.get(host.name)));
  const plan = input.rollout.plan?.(nodes, input.options) ?? plain;
  return withBoots(withLeftOut(plan, hosts), hosts);
}

/** A host that is booted holds nothing meanwhile, whatever else is done there. */
function withBoots(plan: RingPlan, hosts: readonly HostRun[]): RingPlan {
  const booted = hosts.filter(({ failure, tasks }) => failure === undefined && tasks.areBooting());
  const impacts = booted.map(({ name }) => {
    const impact = plan.impacts.get(name) ?? { text: '', moves: [], gapMs: 0 };
    const text = ['booted: nothing runs on it meanwhile', impact.text].filter(Boolean).join('; ');
    return [name, { ...impact, text }] as const;
  });
  return { ...plan, impacts: new Map([...plan.impacts, ...impacts]) };
}

function leftOutBy(fronts: readonly HostRun[], hosts: readonly HostRun[]): RingPlan['impacts'] {
  if (fronts.length === 0) return new Map();
  const behind = hosts.filter((host) => !fronts.includes(host));
  const text = `left out by ${listOf(fronts.map(({ name }) => name))} meanwhile`;
  return new Map(behind.map(({ name }) => [name, { text, moves: [], gapMs: 0 }]));
}

function ringNode<V>(
  { members, targets, local }: RolloutInput<V>,
  { name, answers, failure }: HostRun,
  member: Member<V> | undefined,
): readonly RingNode<V>[] {
  if (member === undefined) return [];
  const facts = failure === undefined ? answers : new Answers();
  const target = targets.has(name);
  return [{ ...member, members, local: local ?? answers, facts, target }];
}

/** The hosts of a ring that are still to be changed, in the order of its plan. */
export function waitingIn({ targets }: Ring): readonly HostRun[] {
  return targets.filter((host) => host.failure === undefined && host.tasks.hasChangesFrom(1));
}

/** All hosts of a ring but those that are down and left out with --limit. */
export function seenIn<V>({ targets }: RolloutInput<V>, { hosts }: Ring): readonly HostRun[] {
  return hosts.filter(({ name, failure }) => targets.has(name) || failure === undefined);
}

export function membersOf<V>({ members }: RolloutInput<V>, { hosts }: Ring): readonly Member<V>[] {
  return members.filter(({ host }) => hosts.some(({ name }) => name === host.name));
}

/** Takes what is still to be changed of a ring out of the run. */
export function refuseRing(ring: Ring, failures: readonly Failure[]): void {
  for (const host of waitingIn(ring))
    for (const failure of failures) host.fail(failure, 'hostRefused');
}

/** Whether another host may be started: nobody has stopped the run, and not too many have failed. */
export function mayStart<V>({ hosts, targets, stop, options }: RolloutInput<V>): boolean {
  const failed = hosts.filter(({ name, failure }) => targets.has(name) && failure !== undefined);
  return !stop.aborted && failed.length <= hostsIn(options.maxFail, hosts.length);
}

/**
 * The plan of a ring of which tasks are left out (--tags, --start-at). What it says of a host is
 * said of all its tasks; and where nobody is on duty, no part of the tasks alone can pass a gate.
 */
function withLeftOut(plan: RingPlan, hosts: readonly HostRun[]): RingPlan {
  const names = hosts
    .filter(({ failure, tasks }) => failure === undefined && tasks.leaveOutChanges())
    .map(({ name }) => name);
  if (names.length === 0) return plan;
  const impacts = [...plan.impacts].map(
    ([name, impact]) => [name, names.includes(name) ? asWhole(impact) : impact] as const,
  );
  const refusals = plan.isEmpty ? [...plan.refusals, nothingToKeep(names)] : plan.refusals;
  return { ...plan, impacts: new Map(impacts), refusals };
}

function asWhole(impact: Impact): Impact {
  return { ...impact, text: `${impact.text}, if what is left out were done, too` };
}

function nothingToKeep(names: readonly string[]): Failure {
  return new Failure('A ring on which nothing runs yet cannot be changed in part', {
    where: names.join(', '),
    fix: 'Leave --tags, --skip-tags and --start-at out: what is done then is gated and verified as a whole.',
  });
}
