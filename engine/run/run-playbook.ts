import type { About } from '#engine/model/about.ts';
import type { Check } from '#engine/model/check.ts';
import { type Choice, EVERYTHING, isTagged } from '#engine/model/choice.ts';
import type { RolloutOptions } from '#engine/model/course.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Member, Playbook } from '#engine/model/playbook.ts';
import type { Connect } from '#engine/model/session.ts';
import { openRun } from '#engine/shell/open-run.ts';
import { atOnce } from './at-once.ts';
import type { Emit, HostSummary, Mode, RunEvent, RunResult } from './events.ts';
import { isApproved, isStillApproved } from './host-plans.ts';
import type { HostRun } from './host-run.ts';
import type { HostPlan, PlannedTask } from './plan.ts';
import { prepareRun } from './prepare-run.ts';
import { type Ring, refuseRing, ringsOf, waitingIn } from './rings.ts';
import { rollOut } from './roll-out.ts';
import { planScript, runScript } from './run-script.ts';
import { takeLeases } from './take-leases.ts';
import { verifyAll } from './verify-all.ts';

export interface RunInput<V> {
  readonly playbook: Playbook<V>;
  /** All hosts of the playbook: each is observed. */
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
  onChanged?(host: string, task: PlannedTask): void;
  /**
   * Is asked once all is planned, before anything is changed, and again where that has changed
   * meanwhile; in a dry run too. Nothing is changed when it finds a reason.
   */
  approve?(plans: readonly HostPlan[]): Promise<readonly Failure[]>;
  /** Ctrl-C: what runs is finished, nothing new starts. */
  readonly stop: AbortSignal;
}

/** What the parts of one run share. */
export interface Run<V> {
  readonly input: RunInput<V>;
  readonly local: HostRun | undefined;
  readonly nodes: readonly HostRun[];
  readonly checks: readonly Check[];
  /** Known once all hosts have been looked at. */
  rings: readonly Ring[];
}

/** Puts a playbook into effect, or only plans or verifies it. Never rejects for a host's sake. */
export async function runPlaybook<V>(input: RunInput<V>): Promise<RunResult> {
  const startedAt = performance.now();
  const failures: Failure[] = [];
  const told: RunEvent[] = [];
  const emit = collecting(input.emit, failures, told);
  const run = prepareRun({ ...input, emit });
  const all = [...(run.local ? [run.local] : []), ...run.nodes];
  emit({
    type: 'runStarted',
    runId: input.runId,
    playbook: input.playbook.name,
    mode: input.mode,
    hosts: all.map(({ name }) => name),
  });
  const onStop = () => emit({ type: 'interrupted' });
  input.stop.addEventListener('abort', onStop, { once: true });
  let script: readonly HostSummary[] = [];
  try {
    await lookAtAll(run);
    planRings(run);
    const approved = input.mode === 'verify' || (await isApproved(run));
    const goesOn = approved && input.mode === 'apply';
    if (goesOn && (await isStillApproved(run, () => takeLeases(run)))) await applyAll(run);
    if (approved) script = await scriptOf(run);
    if (approved && input.mode !== 'dry-run') await verifyAll(run);
  } finally {
    input.stop.removeEventListener('abort', onStop);
    await Promise.all(all.map((host) => host.close()));
  }
  const hosts = [...all.map((host) => host.summary()), ...script];
  for (const summary of hosts) emit({ type: 'hostFinished', summary });
  const { runId, mode, stop } = input;
  const result = {
    runId,
    mode,
    hosts,
    failures,
    ...outcomesIn(told),
    interrupted: stop.aborted,
    elapsedMs: performance.now() - startedAt,
  };
  emit({ type: 'runFinished', result });
  return result;
}

/** Not after a failure: a script counts on what the tasks before it brought about. */
async function scriptOf<V>(run: Run<V>): Promise<readonly HostSummary[]> {
  const { playbook, mode, stop, choice = EVERYTHING } = run.input;
  if (playbook.script === undefined || mode === 'verify' || !isTagged([], choice)) return [];
  if (mode === 'dry-run') return [planScript(run)];
  const broken = [run.local, ...run.nodes].some((host) => host?.failure !== undefined);
  return broken || stop.aborted ? [] : [await runScript(run, performance.now())];
}

function collecting(emit: Emit, failures: Failure[], told: RunEvent[]): Emit {
  return (event: RunEvent) => {
    if ('failure' in event && event.failure && !failures.includes(event.failure))
      failures.push(event.failure);
    if (event.type === 'continuity' || event.type === 'undone') told.push(event);
    emit(event);
  };
}

/** What there is to say of the watch and of undone hosts, where there is something. */
function outcomesIn(told: readonly RunEvent[]): Pick<RunResult, 'continuity' | 'undone'> {
  const continuity = told.flatMap((event) => (event.type === 'continuity' ? [event] : []));
  const undone = told.flatMap((event) => (event.type === 'undone' ? [event.host] : []));
  return {
    ...(continuity.length > 0 ? { continuity } : {}),
    ...(undone.length > 0 ? { undone: [...new Set(undone)] } : {}),
  };
}

/**
 * Said, per host that would be changed: what that does to what runs there. What must not be done is
 * refused here already, before anything is built, and so in a dry run, too.
 */
function planRings<V>(run: Run<V>): void {
  const { playbook, mode, emit } = run.input;
  if (playbook.rollout === undefined || mode === 'verify' || run.local?.failure) return;
  run.rings = ringsOf(run, playbook.rollout);
  for (const ring of run.rings) {
    for (const { name: host } of waitingIn(ring)) {
      const impact = ring.course.impacts.get(host);
      if (impact !== undefined) emit({ type: 'hostImpact', host, impact });
    }
    refuseRing(ring, ring.course.refusals);
  }
}

/** Connects everywhere at once; the nodes' one exchange waits for the control machine's answers. */
async function lookAtAll<V>({ input, local, nodes, checks }: Run<V>): Promise<void> {
  const forks = input.forks ?? nodes.length;
  const open = atOnce(forks, nodes, (node) => node.open());
  await local?.open();
  await local?.look([]);
  await local?.plan();
  await open;
  if (local?.failure !== undefined) return;
  await atOnce(forks, nodes, async (node) => {
    const looks = input.mode === 'dry-run' ? [] : checks;
    const reads = looks.flatMap((check) => Object.values(check.readsFor(node.name)));
    await node.look(input.mode === 'apply' ? [...reads, openRun] : reads);
    if (input.mode !== 'verify' && input.targets.has(node.name)) await node.plan();
  });
}

async function applyAll<V>(run: Run<V>): Promise<void> {
  const { local } = run;
  await local?.apply(0);
  if (local?.failure !== undefined) return;
  const targets = run.nodes.filter(({ name }) => run.input.targets.has(name));
  const forks = run.input.forks ?? targets.length;
  await atOnce(forks, targets, (node) => node.apply(0, 1));
  const { rollout } = run.input.playbook;
  if (rollout !== undefined) {
    // What the leases had to undo first, and what was prepared, may call for another course.
    run.rings = ringsOf(run, rollout);
    await rollOut(run, rollout);
  } else await atOnce(forks, targets, (node) => node.apply(1));
}
