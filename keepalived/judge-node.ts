import type { Finding } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import { ownAddresses } from './node-address.ts';
import { type NodeSample, reasonOf, type SeenNode } from './node-sample.ts';
import { othersText, type ProcessFact } from './reads/process.ts';
import type { VipSample } from './reads/vip-sample.ts';
import type { Node } from './vars.ts';

/** A keepalived that started less than this many seconds ago may be one that restarts for ever. */
const SETTLED_SECONDS = 3;

/** What is wrong on a node itself: its keepalived, its checks but those that are accepted, its addresses. */
export function judgeNode(
  sample: NodeSample,
  nodes: readonly SeenNode[],
  accepted: ReadonlySet<string>,
): readonly Finding[] {
  const { member, seen, mustRun, drained, process } = sample;
  const what = `keepalived on ${member.host.name}`;
  if (seen instanceof Failure) {
    return [{ what, expected: 'an answer', seen: seen.message.toLowerCase() }];
  }
  if (drained !== undefined) {
    const expected = `not to run, since the node was drained by ${drained}`;
    return seen.running === 0 ? [] : [{ what, expected, seen: 'running' }];
  }
  if (seen.running > 1) {
    return [{ what, expected: 'to run once', seen: `running ${seen.running} times` }];
  }
  if (!mustRun) return [];
  if (process !== undefined && process.others.length > 0)
    return [{ what, expected: 'to run in its pod alone', seen: othersText(process.others) }];
  if (seen.running === 0) return [{ what, expected: 'to run', seen: 'not running' }];
  return [
    ...judgeLoaded(what, process),
    ...judgeInterface(member, seen),
    ...(seen.uptime >= SETTLED_SECONDS
      ? []
      : [{ what, expected: 'to keep running', seen: `started ${seen.uptime.toFixed(1)} s ago` }]),
    ...judgeChecks(
      nodes.find(({ name }) => name === member.host.name),
      accepted,
    ),
  ];
}

function judgeLoaded(what: string, process: ProcessFact | undefined): readonly Finding[] {
  if (process?.isLoaded !== false) return [];
  return [{ what, expected: 'to have loaded what it has read', seen: 'an older configuration' }];
}

function judgeChecks(
  node: SeenNode | undefined,
  accepted: ReadonlySet<string>,
): readonly Finding[] {
  return Object.entries(node?.checks ?? {})
    .filter(([name, passes]) => !passes && !accepted.has(name))
    .map(([name]) => ({
      what: `${name} on ${node?.name}`,
      expected: 'to pass',
      seen: node === undefined ? 'failing' : failingWith(name, node),
    }));
}

/** By its last run alone no check fails. */
function failingWith(name: string, { member, seen }: SeenNode): string {
  const reason = reasonOf(name, member, seen);
  return reason === undefined ? 'failing' : `failing: ${reason}`;
}

function judgeInterface({ vars, host }: Node, seen: VipSample): readonly Finding[] {
  const name = vars.vrrp_interface;
  if (seen.mac === '') {
    return [{ what: `interface ${name} of ${host.name}`, expected: 'to be there', seen: 'absent' }];
  }
  return ownAddresses(vars).flatMap((address) => {
    const what = `${address} of ${host.name}`;
    const own = seen.addresses.find((held) => held.address === address);
    if (own === undefined) return [{ what, expected: `on ${name}`, seen: 'absent' }];
    if (own.interface !== name)
      return [{ what, expected: `on ${name}`, seen: `on ${own.interface}` }];
    return own.usable ? [] : [{ what, expected: 'usable', seen: 'tentative' }];
  });
}
