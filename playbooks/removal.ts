import { basename } from 'node:path';
import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { type Playbook, playbook, type RingNode } from '#engine/model/playbook.ts';
import type { Meanwhile } from '#engine/model/rollout.ts';
import { familyOf } from '#keepalived/address.ts';
import { type Departure, prioritiesWithout, stayingOf } from '#keepalived/departure.ts';
import { CONFIGURATION, CONFIGURATION_FOLDER, manifestPath, mountOf } from '#keepalived/files.ts';
import { imageOf, imageSourceOf } from '#keepalived/image-source.ts';
import { vipsOf } from '#keepalived/node-address.ts';
import { type NodeChange, nodeChange, wantedOf } from '#keepalived/node-change.ts';
import { planRing } from '#keepalived/plan-ring.ts';
import { DRAINED_PATH, drainedBy } from '#keepalived/reads/drained.ts';
import { interfaces } from '#keepalived/reads/interfaces.ts';
import { MARK_PATH } from '#keepalived/reads/surroundings.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { ringsOf } from '#keepalived/ring.ts';
import type { KeepalivedVars, Node } from '#keepalived/vars.ts';
import { drainNote } from '#tasks/keepalived/drained.ts';
import { noPod } from '#tasks/keepalived/no-pod.ts';
import { requireRoot } from '#tasks/keepalived/requirements.ts';
import { ringStep } from '#tasks/keepalived/vips-held-once.ts';
import { noEmptyFolder, noFile } from '#tasks/no-file.ts';
import { noNodeImage } from '#tasks/no-image.ts';
import { noSysctl } from '#tasks/no-sysctl.ts';
import { imageReference } from '#tasks/node-image.ts';
import { sysctlFile } from '#tasks/sysctl.ts';
import deploy from './deploy.ts';
import { controllers, inRings } from './ring.ts';

/** What sysctls() of deploy sets; both are 0 by default. */
const NONLOCAL_BIND = ['net.ipv4.ip_nonlocal_bind', 'net.ipv6.ip_nonlocal_bind'] as const;

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
      isLeaving(node) ? [drainNote(), requireRoot()] : (deploy.prepare?.(node) ?? []),
    tasks: (node) =>
      isLeaving(node)
        ? [noPod(node)]
        : (deploy.tasks?.({ ...node, ...meanwhileIn(node, departure) }) ?? []),
    rollout: {
      ...inRings((ring, options) =>
        planRing(
          ring.map((node) => changeOf(node, departure)),
          options,
        ),
      ),
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

/** Takes away what rota has put on nodes, on all at once, and nothing else: no ring counts on them. */
export const cleanUp: Playbook<KeepalivedVars> = playbook<KeepalivedVars>({
  ...controllers,
  name: 'clean up',
  prepare: () => [requireRoot()],
  tasks: (node) => [
    noPod(node),
    noFile(CONFIGURATION),
    noEmptyFolder(CONFIGURATION_FOLDER, [basename(CONFIGURATION)]),
    ...NONLOCAL_BIND.map((name) => noSysctl(name, '0')),
    noNodeImage(imageSourceOf(node.vars), node.vars.keepalived_runtime),
    noFile(DRAINED_PATH),
    noFile(MARK_PATH),
  ],
});

/** The nodes of the rings that nodes leave. */
export function affectedBy(
  leaving: ReadonlySet<string>,
  members: readonly Node[],
): readonly Node[] {
  return ringsOf(members)
    .filter((ring) => ring.some(({ host }) => leaving.has(host.name)))
    .flat();
}

/** VIPs that no node holds any more: where their number is that of the nodes. */
export function vipsLost(
  leaving: ReadonlySet<string>,
  members: readonly Node[],
): readonly string[] {
  const kept = new Set(vipsIn(stayingOf(leaving, members)));
  return vipsIn(members).filter((vip) => !kept.has(vip));
}

function vipsIn(members: readonly Node[]): readonly string[] {
  const all = ringsOf(members).flatMap((ring) =>
    ring.flatMap(({ vars }) => vipsOf(vars, ring.length)),
  );
  return [...new Set(all)];
}

/** Rings that would have no node left. */
export function emptied(
  leaving: ReadonlySet<string>,
  members: readonly Node[],
): readonly Failure[] {
  return ringsOf(members)
    .filter((ring) => ring.every(({ host }) => leaving.has(host.name)))
    .map(
      (ring) =>
        new Failure('The ring would have no node left', {
          where: ring.map(({ host }) => host.name).join(', '),
          fix: 'Leave a node in it, or take all rings of the inventory down: --all',
        }),
    );
}

/** What tells whether a node holds VIPs. */
export function holdingReads(members: readonly Node[]) {
  return { interfaces: interfaces([...new Set(vipsIn(members).map(familyOf))]) };
}

/** The VIPs that would go away, where nobody has allowed it. */
export function outages(
  members: readonly Node[],
  looks: ReadonlyMap<string, Answers | Failure>,
): readonly Failure[] {
  const vips = new Set(vipsIn(members));
  return members.flatMap(({ host }) => {
    const look = looks.get(host.name);
    if (look === undefined || look instanceof Failure) return look === undefined ? [] : [look];
    const found = look.facts(holdingReads(members)).interfaces.addresses;
    const held = found.map(({ address }) => address).filter((address) => vips.has(address));
    if (held.length === 0) return [];
    return [
      new Failure('The node holds VIPs, which would go away', {
        where: host.name,
        ran: held.join(', '),
        fix: 'Say --allow-outage, once nobody needs them any more.',
      }),
    ];
  });
}

/** What is still on a node that is left out since it could not be reached. */
export function leftOn(node: Node, reason: Failure): Failure {
  const things = [
    manifestPath(node),
    CONFIGURATION,
    ...NONLOCAL_BIND.map(sysctlFile),
    `the image ${node.vars.image_name}`,
    '/var/lib/rota',
  ];
  return new Failure('A host is out of reach, and keeps what rota has put on it', {
    kind: 'unreachable',
    where: node.host.name,
    ran: reason.message,
    output: things.join('\n'),
    fix: 'Never let it start again as it is: it would take VIPs. Remove these files first.',
  });
}
