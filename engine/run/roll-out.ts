import { Failure } from '#engine/model/failure.ts';
import type { Rollout } from '#engine/model/playbook.ts';
import type { HostRun } from './host-run.ts';
import type { Run } from './run-playbook.ts';
import { settleCheck } from './settle-check.ts';

/** Rings at once, the hosts of a ring one after the other, each step gated. */
export async function rollOut<V>(run: Run<V>, rollout: Rollout<V>): Promise<void> {
  const rings = rollout.rings(run.input.members);
  await Promise.all(rings.map((ring) => rollOutRing(run, rollout, ring)));
}

async function rollOutRing<V>(
  run: Run<V>,
  rollout: Rollout<V>,
  ring: readonly string[],
): Promise<void> {
  const { input } = run;
  const hosts = run.nodes.filter(({ name }) => ring.includes(name));
  // One that is down and left out with --limit must not hold up the others.
  const seen = hosts.filter(
    ({ name, failure }) => input.targets.has(name) || failure === undefined,
  );
  const members = input.members.filter(({ host }) => ring.includes(host.name));
  const targets = hosts.filter(({ name }) => input.targets.has(name));
  const waiting = targets.filter((host) => host.failure === undefined && host.hasChangesFrom(1));
  const broken = targets.find(({ failure }) => failure !== undefined);
  if (broken !== undefined) return refuse(waiting, broken);
  for (const { name } of waiting) input.emit({ type: 'hostQueued', host: name });
  const done: string[] = [];
  for (const host of targets) {
    if (input.stop.aborted) return;
    const before = host.changed;
    await host.apply(1);
    done.push(host.name);
    if (host.failure === undefined && host.changed > before) {
      const check = rollout.gate({ ring: members, done, phase: WHOLE, options: input.rollout });
      const { emit, stop } = input;
      host.failure = await settleCheck({
        check,
        hosts: seen,
        changed: host.name,
        afterChange: true,
        emit,
        stop,
      });
    }
    if (host.failure !== undefined) return;
  }
}

const WHOLE = { title: 'change', without: new Set<string>() };

/** The hosts of a ring must agree, so none is changed while one of them cannot be. */
function refuse(waiting: readonly HostRun[], broken: HostRun): void {
  for (const host of waiting) {
    const failure = new Failure('Not changed, since another host of its ring failed', {
      where: host.name,
      ran: `${broken.name}: ${broken.failure?.message ?? ''}`,
      fix: `Mend ${broken.name}, or leave it out with --limit, and run again.`,
    });
    host.failure = failure;
    host.input.emit({ type: 'hostFailed', host: host.name, failure });
  }
}
