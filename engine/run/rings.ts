import type { Answers } from '#engine/model/answers.ts';
import type { Course, Limit, Phase } from '#engine/model/course.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Member, RingNode, Rollout } from '#engine/model/playbook.ts';
import type { HostRun } from './host-run.ts';
import { withLeftOut } from './left-out.ts';
import type { Run } from './run-playbook.ts';
import type { RunningWatch } from './watch-ring.ts';

/** A host that was changed, with its answers from before that. */
export interface Step {
  readonly host: HostRun;
  readonly before: Answers;
}

/** A ring of a run: its hosts, those of them that may be changed, and how. */
export interface Ring {
  readonly hosts: readonly HostRun[];
  /** In the order of the course. Those with nothing to change are among them. */
  readonly targets: readonly HostRun[];
  readonly course: Course;
  /** None before its first change. */
  phase: Phase | undefined;
  /** What was changed so far, and was not undone. */
  steps: readonly Step[];
  /** While it is changed. */
  watch: RunningWatch | undefined;
}

/** The rings of a playbook, with the course that each is to take. */
export function ringsOf<V>(run: Run<V>, rollout: Rollout<V>): readonly Ring[] {
  return rollout.rings(run.input.members).map((names) => {
    const hosts = run.nodes.filter(({ name }) => names.includes(name));
    const course = courseOf(run, rollout, hosts);
    const rank = ({ name }: HostRun) => course.order.indexOf(name);
    const targets = hosts
      .filter(({ name }) => run.input.targets.has(name))
      .toSorted((one, other) => rank(one) - rank(other));
    return { hosts, targets, course, phase: undefined, steps: [], watch: undefined };
  });
}

function courseOf<V>(run: Run<V>, rollout: Rollout<V>, hosts: readonly HostRun[]): Course {
  const { members, targets, rollout: options } = run.input;
  const plain: Course = {
    order: hosts.map(({ name }) => name),
    phases: [{ title: 'change', without: new Set() }],
    impacts: new Map(),
    isEmpty: false,
    refusals: [],
  };
  const nodes = hosts.flatMap(({ name, answers, failure }): readonly RingNode<V>[] => {
    const member = members.find(({ host }) => host.name === name);
    if (member === undefined) return [];
    const local = run.local?.answers ?? answers;
    return [{ ...member, members, local, facts: failure ?? answers, target: targets.has(name) }];
  });
  const course = rollout.course?.(nodes, options) ?? plain;
  return withLeftOut(course, hosts);
}

/** The hosts of a ring that are still to be changed, in the order of its course. */
export function waitingIn({ targets }: Ring): readonly HostRun[] {
  return targets.filter((host) => host.failure === undefined && host.hasChangesFrom(1));
}

/** All hosts of a ring but those that are down and left out with --limit. */
export function seenIn<V>({ input }: Run<V>, { hosts }: Ring): readonly HostRun[] {
  return hosts.filter(({ name, failure }) => input.targets.has(name) || failure === undefined);
}

export function membersOf<V>({ input }: Run<V>, { hosts }: Ring): readonly Member<V>[] {
  return input.members.filter(({ host }) => hosts.some(({ name }) => name === host.name));
}

/** Takes what is still to be changed of a ring out of the run. */
export function refuseRing(ring: Ring, failures: readonly Failure[]): void {
  for (const host of waitingIn(ring)) for (const failure of failures) host.failWith(failure);
}

/** Whether another host may be started: nobody has stopped the run, and not too many have failed. */
export function mayStart<V>({ input, nodes }: Run<V>): boolean {
  const failed = nodes.filter((node) => input.targets.has(node.name) && node.failure !== undefined);
  return !input.stop.aborted && failed.length <= mostFailed(input.rollout.maxFail, nodes.length);
}

function mostFailed(limit: Limit, hosts: number): number {
  return 'hosts' in limit ? limit.hosts : Math.floor((limit.percent * hosts) / 100);
}
