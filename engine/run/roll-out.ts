import { Failure } from '#engine/model/failure.ts';
import type { Rollout } from '#engine/model/playbook.ts';
import { atOnce } from './at-once.ts';
import type { HostRun } from './host-run.ts';
import { mayStart, membersOf, type Ring, refuseRing, seenIn, waitingIn } from './rings.ts';
import { rollPhase } from './roll-phase.ts';
import type { Run } from './run-playbook.ts';
import { settleCheck } from './settle-check.ts';
import { startWatch } from './watch-ring.ts';

/** Rings at once, as many as allowed; the hosts of a ring one after the other, each step gated. */
export async function rollOut<V>(run: Run<V>, rollout: Rollout<V>): Promise<void> {
  const waiting = run.rings.filter((ring) => waitingIn(ring).length > 0);
  await atOnce(run.input.rollout.ringsAtOnce, waiting, (ring) => rollOutRing(run, rollout, ring));
}

async function rollOutRing<V>(run: Run<V>, rollout: Rollout<V>, ring: Ring): Promise<void> {
  const broken = ring.targets.find(({ failure }) => failure !== undefined);
  if (broken !== undefined) return refuseFor(broken, ring);
  if (ring.course.refusals.length > 0) return refuseRing(ring, ring.course.refusals);
  if (!mayStart(run)) return;
  for (const { name } of waitingIn(ring)) run.input.emit({ type: 'hostQueued', host: name });
  if (!(await isReady(run, rollout, ring))) return;
  await watching(run, rollout, ring, async () => {
    for (const phase of ring.course.phases) {
      ring.phase = phase;
      if (!(await rollPhase({ run, rollout, ring, phase }))) return;
    }
  });
}

/** Observes the ring while `work` changes it, where there is something to observe, and says how it fared. */
async function watching<V>(
  run: Run<V>,
  rollout: Rollout<V>,
  ring: Ring,
  work: () => Promise<void>,
): Promise<void> {
  const { emit, rollout: options } = run.input;
  if (rollout.watch === undefined || ring.course.isEmpty || !options.watch) return await work();
  const hosts = seenIn(run, ring).filter(({ failure }) => failure === undefined);
  await using watch = await startWatch({ watch: rollout.watch(membersOf(run, ring)), hosts });
  const startedAt = performance.now();
  const changing = waitingIn(ring).map(({ name }) => name);
  ring.watch = watch;
  await work();
  emit({
    type: 'continuity',
    ring: ring.hosts.map(({ name }) => name),
    vips: watch.report(startedAt, performance.now()),
    blind: [...watch.ended],
    impacts: [...ring.course.impacts].flatMap(([host, impact]) =>
      changing.includes(host) ? [impact] : [],
    ),
  });
}

/** The hosts of a ring must agree, so none is changed while one of them cannot be. */
function refuseFor(broken: HostRun, ring: Ring): void {
  for (const host of waitingIn(ring)) {
    host.failWith(
      new Failure('Not changed, since another host of its ring failed', {
        where: host.name,
        ran: `${broken.name}: ${broken.failure?.message ?? ''}`,
        fix: `Mend ${broken.name}, or leave it out with --limit, and run again.`,
      }),
    );
  }
}

/** Whether the ring may be changed at all: whole, or empty, unless it is to be repaired. */
async function isReady<V>(run: Run<V>, rollout: Rollout<V>, ring: Ring): Promise<boolean> {
  const { emit, stop, rollout: options } = run.input;
  const check = rollout.ready?.(membersOf(run, ring), options);
  if (check === undefined || options.repair) return true;
  const hosts = seenIn(run, ring);
  const found = await settleCheck({ check, hosts, depth: 'thorough', emit, stop });
  if (found === undefined) return true;
  refuseRing(ring, [stop.aborted ? found : notWhole(found)]);
  return false;
}

function notWhole(found: Failure): Failure {
  return new Failure('The ring is not whole, so nothing of it was changed', {
    kind: 'vips',
    ...(found.where === undefined ? {} : { where: found.where }),
    fix: 'Mend what is named above; or, to let this run mend it, add --repair.',
    cause: found,
  });
}
