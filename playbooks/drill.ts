import type { Answers } from '#engine/model/answers.ts';
import type { Drill, Fault } from '#engine/model/drill.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import { drillTrials, hideScript, KILL_SCRIPT, putBackScript } from '#keepalived/drill-trials.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { ringsOf } from '#keepalived/ring.ts';
import type { Node } from '#keepalived/vars.ts';
import { vipsHeldOnce } from '#tasks/keepalived/vips-held-once.ts';
import { watchVips } from '#tasks/keepalived/watch-vips.ts';

/** What is asked of every host before the trials are made. */
export const DRILL_READS = { drained: drainedBy };

export interface DrillOptions {
  readonly vip?: number | undefined;
  readonly hard: boolean;
  /** Commands of the control machine, which get the node's name. */
  readonly break?: { readonly cause: string; readonly mend: string };
}

/** A manifest that is put back sooner than 3 s after the pod has gone costs kubelet 15 s. */
const REST_MS = 5000;

/** A drill per ring. `answers` are those to DRILL_READS. */
export function drills(
  members: readonly Node[],
  answers: ReadonlyMap<string, Answers>,
  options: DrillOptions,
): readonly Drill[] {
  return ringsOf(members).map((ring) => {
    const able = ring
      .map(({ host }) => host.name)
      .filter((name) => answers.get(name)?.get(drainedBy) === undefined);
    const { vip } = options;
    return {
      ring: ring.map(({ host }) => host.name),
      check: vipsHeldOnce(ring, { targets: new Set(able), options: CAREFUL }),
      newWatch: () => watchVips(ring),
      trials: drillTrials(ring, {
        able: new Set(able),
        graceful: !options.hard && options.break === undefined,
        faultFor: (node) => faultFor(node, options),
        vip,
      }),
    };
  });
}

function faultFor({ vars }: Node, { hard, break: commands }: DrillOptions): Fault {
  if (commands !== undefined) {
    const { cause, mend } = commands;
    const title = `broken with ${cause}`;
    return { title, on: 'control machine', cause, mend, leastMs: 0, holdsOn: true };
  }
  if (hard) {
    const title = 'keepalived killed';
    return { title, on: 'host', cause: KILL_SCRIPT, leastMs: 0, holdsOn: true };
  }
  const manifest = `${vars.keepalived_manifest_dir}/keepalived.yaml`;
  return {
    title: 'keepalived stopped',
    on: 'host',
    cause: hideScript(manifest),
    mend: putBackScript(manifest),
    leastMs: REST_MS,
    holdsOn: false,
  };
}
