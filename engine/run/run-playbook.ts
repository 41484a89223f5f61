import type { HostRun } from '#engine/host/host-run.ts';
import { EVERYTHING, isTagged } from '#engine/model/choice.ts';
import { atOnce } from '#engine/rollout/at-once.ts';
import {
  type Ring,
  type RolloutInput,
  refuseRing,
  ringsToChange,
  type Step,
  waitingIn,
} from '#engine/rollout/rings.ts';
import { isApproved, isStillApproved } from './approve.ts';
import type { HostSummary, RunResult } from './events.ts';
import { lookAtAll } from './look-at-all.ts';
import { prepareRun, type Run, type RunInput, rolloutOf } from './run.ts';
import { RunLog } from './run-log.ts';
import { planScript, runScript } from './run-script.ts';
import { takeLeases } from './take-leases.ts';
import { verifyAll } from './verify-all.ts';

/** Puts a playbook into effect, or only plans or verifies it. Never rejects for a host's sake. */
export async function runPlaybook<V>(input: RunInput<V>): Promise<RunResult> {
  const { playbook, runId, mode, stop } = input;
  const log = new RunLog(input.emit);
  const run = prepareRun({ ...input, emit: log.emit });
  const hosts = run.all.map(({ name }) => name);
  log.emit({ type: 'runStarted', runId, playbook: playbook.name, mode, hosts });
  const onStop = () => log.emit({ type: 'interrupted' });
  stop.addEventListener('abort', onStop, { once: true });
  let script: readonly HostSummary[] = [];
  try {
    script = await proceed(run);
  } finally {
    stop.removeEventListener('abort', onStop);
    await Promise.all(run.all.map((host) => host.connection.close()));
  }
  const summaries = [
    ...run.all.map((host) => ({ ...summaryOf(host, log), ...namesIn(run, host) })),
    ...script,
  ];
  for (const summary of summaries) log.emit({ type: 'hostFinished', summary });
  const result = log.result(input, summaries);
  log.emit({ type: 'runFinished', result });
  return result;
}

/** The story of a run. What its script came to, where the playbook has one that was run or planned. */
async function proceed<V>(run: Run<V>): Promise<readonly HostSummary[]> {
  const { mode } = run.input;
  await lookAtAll(run);
  const rings = planRings(run);
  if (mode === 'verify') {
    await verifyAll(run);
    return [];
  }
  if (!(await isApproved(run, rings))) return [];
  if (mode === 'dry-run') return scriptPlan(run);
  const goesOn = await isStillApproved(run, rings, () => takeLeases(run, rings));
  const steps = goesOn ? await applyAll(run) : new Map();
  const script = await scriptOf(run);
  await verifyAll(run, steps);
  return script;
}

function summaryOf(run: HostRun, log: RunLog): HostSummary {
  const { failure, failed, changed, tasks } = run.state;
  const states = [...tasks.values()];
  return {
    host: run.name,
    ok: states.filter((state) => state === 'ok').length,
    changed: changed.length,
    failed,
    pending: states.filter((state) => state === 'pending').length,
    unreachable: failure?.kind === 'unreachable',
    ...log.timeOf(run.name),
  };
}

/** Of a run that did not do all that it was to: what was done on a host, and what was not. */
function namesIn<V>(run: Run<V>, { state }: HostRun): Pick<HostSummary, 'done' | 'left'> {
  const { mode, stop } = run.input;
  const isCutShort = stop.aborted || run.all.some(({ failure }) => failure !== undefined);
  if (mode !== 'apply' || !isCutShort) return {};
  const left = [...state.tasks].flatMap(([title, is]) => (is === 'pending' ? [title] : []));
  return { done: [...state.changed], left };
}

/**
 * Said, per host that would be changed: what that does to what runs there. What must not be done is
 * refused here already, before anything is built, and so in a dry run, too.
 */
function planRings<V>(run: Run<V>): readonly Ring[] {
  const { mode, emit } = run.input;
  const rollout = rolloutOf(run);
  if (rollout === undefined || mode === 'verify' || run.local?.failure) return [];
  const rings = ringsToChange(rollout);
  for (const ring of rings) {
    const { duties } = ring.plan;
    if (duties) emit({ type: 'ringPlanned', ring: ring.hosts.map(({ name }) => name), ...duties });
    for (const { name: host } of waitingIn(ring)) {
      const impact = ring.plan.impacts.get(host);
      if (impact !== undefined) emit({ type: 'hostImpact', host, impact });
    }
    refuseRing(ring, ring.plan.refusals);
  }
  return rings;
}

/** Gives the steps of each ring that stay, unless what is verified at the end does not hold. */
async function applyAll<V>(run: Run<V>): Promise<ReadonlyMap<Ring, readonly Step[]>> {
  const { local, nodes, input } = run;
  await local?.apply(0);
  if (local?.failure !== undefined) return new Map();
  const targets = nodes.filter(({ name }) => input.targets.has(name));
  const onAll = (work: (node: HostRun) => Promise<void>) =>
    atOnce(input.forks ?? targets.length, targets, work);
  await onAll((node) => node.apply(0, 1));
  const rollout = rolloutOf(run);
  // What the leases had to undo first, and what was prepared, may call for another plan.
  if (rollout !== undefined) return await rollOutChanges(rollout);
  await onAll((node) => node.apply(1));
  return new Map();
}

async function rollOutChanges<V>(
  rollout: RolloutInput<V>,
): Promise<ReadonlyMap<Ring, readonly Step[]>> {
  const rings = ringsToChange(rollout);
  if (rings.every((ring) => waitingIn(ring).length === 0)) return new Map();
  // A run without changes, which most are, loads none of it.
  const { rollOut } = await import('#engine/rollout/roll-out.ts');
  return await rollOut(rollout, rings);
}

function scriptPlan<V>(run: Run<V>): readonly HostSummary[] {
  return hasScript(run) ? [planScript(run)] : [];
}

/** Not after a failure: a script counts on what the tasks before it brought about. */
async function scriptOf<V>(run: Run<V>): Promise<readonly HostSummary[]> {
  const isBroken = run.all.some(({ failure }) => failure !== undefined);
  if (isBroken || run.input.stop.aborted || !hasScript(run)) return [];
  return [await runScript(run, performance.now())];
}

function hasScript<V>({ input: { playbook, choice = EVERYTHING } }: Run<V>): boolean {
  return playbook.script !== undefined && isTagged([], choice);
}
