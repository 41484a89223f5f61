import type { Answers } from '#engine/model/answers.ts';
import { type Playbook, playbook, type RingNode } from '#engine/model/playbook.ts';
import type { Meanwhile } from '#engine/model/rollout.ts';
import { mountOf } from '#keepalived/files.ts';
import { imageOf } from '#keepalived/image-source.ts';
import { ringInstances } from '#keepalived/instances.ts';
import { type NodeChange, nodeChange, wantedOf } from '#keepalived/node-change.ts';
import { planDrain } from '#keepalived/plan-drain.ts';
import { planRing } from '#keepalived/plan-ring.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import type { KeepalivedVars, Node } from '#keepalived/vars.ts';
import { imageReference } from '#tasks/containers/node-image.ts';
import { drainNote } from '#tasks/keepalived/drained.ts';
import { noPod } from '#tasks/keepalived/no-pod.ts';
import { rootAccess } from '#tasks/keepalived/requirements.ts';
import { ringStep } from '#tasks/keepalived/vips-held-once.ts';
import deploy from './deploy.ts';
import { inRings } from './ring.ts';

/** Nodes that are taken out of their rings. */
export interface Departure {
  readonly leaving: ReadonlySet<string>;
  /** Those of them that do not run: nobody has them for peers any more. */
  readonly left: ReadonlySet<string>;
}

/** Ends nodes that leave their rings. Who stays is told before what he is to hold then. */
export function partFrom(departure: Departure): Playbook<KeepalivedVars> {
  const { leaving } = departure;
  const isLeaving = ({ host }: Node) => leaving.has(host.name);
  const staying = (nodes: readonly Node[]) => nodes.filter((node) => !isLeaving(node));
  return playbook<KeepalivedVars>({
    ...deploy,
    name: 'remove',
    local: ({ members, facts }) => deploy.local?.({ members: staying(members), facts }) ?? [],
    prepare: (node) =>
      isLeaving(node) ? [drainNote(), rootAccess()] : (deploy.prepare?.(node) ?? []),
    tasks: (node) =>
      isLeaving(node)
        ? [noPod(node)]
        : (deploy.tasks?.({ ...node, ...meanwhileIn(node, departure) }) ?? []),
    rollout: {
      ...inRings((ring, options) => {
        const changes = ring.map((node) => changeOf(node, departure));
        const plan = planRing(changes, options);
        const ending = ring.map((node) => ({ ...node, target: isLeaving(node) }));
        return { ...plan, refusals: [...plan.refusals, ...planDrain(ending, options).refusals] };
      }),
      // What is done with those who leave is that they do not run.
      gate: (step) => ringStep({ ...step, done: step.done.filter((name) => !leaving.has(name)) }),
    },
    verify: () => [],
  });
}

/** What a node that stays has beside those who leave: its peers yet, and the priorities to be. */
function meanwhileIn(
  node: Pick<RingNode<KeepalivedVars>, 'host' | 'vars' | 'members'> & {
    readonly meanwhile?: Meanwhile;
  },
  { leaving, left }: Departure,
) {
  // Where it takes another pod, its VIPs would move for it.
  const priorities = mountOf(node) === 'directory' ? prioritiesWithout(leaving, node) : [];
  return {
    members: node.members.filter(({ host }) => !left.has(host.name)),
    meanwhile: new Map([...priorities, ...(node.meanwhile ?? [])]),
  };
}

function changeOf(node: RingNode<KeepalivedVars>, departure: Departure): NodeChange {
  const wanted = wantedOf(node, imageReference(imageOf(node)), node.facts.find(drainedBy));
  const { members, meanwhile } = meanwhileIn(node, departure);
  const isLeaving = departure.leaving.has(node.host.name);
  const configuration = isLeaving ? '' : renderConfig(node, members, meanwhile);
  return nodeChange(node, { ...wanted, configuration });
}

/** Deploys to who stays, as a dry run tells it: what that does to what runs shows once the others have gone. */
export const withoutForecast: Playbook<KeepalivedVars> = unforeseen(deploy);

function unforeseen<V>({ rollout: _, ...others }: Playbook<V>): Playbook<V> {
  return others;
}

/** What tells whether a node runs keepalived. */
export const dutyReads = { process: keepalivedProcess } as const;

/** Whether it does, by what it answered; one that cannot tell may. */
export function isOnDuty(look: Answers): boolean {
  return look.find(keepalivedProcess)?.running !== 0;
}

/** The nodes that stay, as if the inventory had no others. */
export function stayingOf(leaving: ReadonlySet<string>, members: readonly Node[]): readonly Node[] {
  return members
    .filter(({ host }) => !leaving.has(host.name))
    .map(({ host, vars }) => {
      const { vrrp_peer_order: order } = vars;
      if (order === undefined) return { host, vars };
      const kept = order.filter((name) => !leaving.has(name));
      return { host, vars: { ...vars, vrrp_peer_order: kept } };
    });
}

/**
 * The priorities that a node that stays is to have once the others have gone, beside them: so each VIP
 * of theirs goes straight to its new holder. A VIP that goes with them is left out.
 */
export function prioritiesWithout(
  leaving: ReadonlySet<string>,
  { host, members }: Node & { readonly members: readonly Node[] },
): Meanwhile {
  const [now = [], then = []] = [members, stayingOf(leaving, members)].map((nodes) => {
    const node = nodes.find((one) => one.host.name === host.name);
    return node === undefined ? [] : ringInstances(node, nodes);
  });
  const priorities = new Map(then.map(({ name, priority }) => [name, priority]));
  return new Map(now.map(({ name }) => [name, priorities.get(name) ?? 0]));
}
