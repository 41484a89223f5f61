import { basename } from 'node:path';
import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import { type Playbook, playbook } from '#engine/model/playbook.ts';
import { familyOf } from '#keepalived/address.ts';
import {
  CONFIGURATION,
  CONFIGURATION_FOLDER,
  manifestPath,
  NOTIFY_LOGS,
  NOTIFY_SCRIPT,
  notifies,
} from '#keepalived/files.ts';
import { imageSourceOf } from '#keepalived/image-source.ts';
import { vipsOf } from '#keepalived/node-address.ts';
import { DRAINED_PATH } from '#keepalived/reads/drained.ts';
import { interfaces } from '#keepalived/reads/interfaces.ts';
import { MARK_PATH } from '#keepalived/reads/surroundings.ts';
import { ringsOf } from '#keepalived/ring.ts';
import type { KeepalivedVars, Node } from '#keepalived/vars.ts';
import { noNodeImage } from '#tasks/containers/no-image.ts';
import { absent, noEmptyFolder } from '#tasks/files/absent.ts';
import { noPod } from '#tasks/keepalived/no-pod.ts';
import { rootAccess } from '#tasks/keepalived/requirements.ts';
import { noSysctl } from '#tasks/system/no-sysctl.ts';
import { sysctlFile } from '#tasks/system/sysctl.ts';
import { stayingOf } from './departure.ts';
import { controllers } from './ring.ts';

/** What sysctls() of deploy sets; both are 0 by default. */
const NONLOCAL_BIND = ['net.ipv4.ip_nonlocal_bind', 'net.ipv6.ip_nonlocal_bind'] as const;

/** Takes away what rota has put on nodes, on all at once, and nothing else: no ring counts on them. */
export const cleanUp: Playbook<KeepalivedVars> = playbook<KeepalivedVars>({
  ...controllers,
  name: 'clean up',
  prepare: () => [rootAccess()],
  tasks: (node) => [
    noPod(node),
    ...[CONFIGURATION, NOTIFY_SCRIPT].map((path) => absent({ path })),
    noEmptyFolder(CONFIGURATION_FOLDER, [basename(CONFIGURATION), basename(NOTIFY_SCRIPT)]),
    absent({ path: NOTIFY_LOGS, tree: true }),
    ...NONLOCAL_BIND.map((name) => noSysctl(name, '0')),
    noNodeImage(imageSourceOf(node.vars), node.vars.keepalived_runtime),
    absent({ path: DRAINED_PATH }),
    absent({ path: MARK_PATH }),
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
    ...(notifies(node.vars) ? [NOTIFY_SCRIPT, NOTIFY_LOGS] : []),
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
