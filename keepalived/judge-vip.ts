import type { Finding } from '#engine/model/check.ts';
import type { ExpectedHolder } from './expected-holders.ts';
import type { SeenNode } from './node-sample.ts';
import type { HeldAddress } from './reads/addresses.ts';

/** What is wrong with one VIP: how often and where it is held, and whether the others reach it there. */
export function judgeVip(expected: ExpectedHolder, nodes: readonly SeenNode[]): readonly Finding[] {
  const { vip, holder } = expected;
  const holders = nodes.flatMap((node) =>
    node.seen.addresses.filter(({ address }) => address === vip).map((held) => ({ node, held })),
  );
  const names = [...new Set(holders.map(({ node }) => node.name))];
  const should =
    holder === undefined ? `held by no node, ${whyNone(expected)}` : `held by ${holder}`;
  const finding = (seen: string) => [{ what: `VIP ${vip}`, expected: should, seen }];
  if (names.length > 1) return finding(`split brain: held by ${names.join(' and ')}`);
  const [held] = holders;
  if (held === undefined) return holder === undefined ? [] : finding('held by no node');
  if (held.node.seen.running === 0) {
    return finding(`stale on ${held.node.name}, where no keepalived runs`);
  }
  if (held.node.name !== holder) return finding(`held by ${held.node.name}`);
  const place = judgePlace(expected, held.node, held.held);
  if (place.length > 0) return place;
  return nodes
    .filter((one) => one.name !== holder && one.seen.mac !== '' && one.asked.includes(vip))
    .flatMap((node) => judgeReach(vip, held.node, node));
}

function judgePlace(
  { vip }: ExpectedHolder,
  { instances, name }: SeenNode,
  held: HeldAddress,
): readonly Finding[] {
  const instance = instances.find((one) => one.vip === vip);
  const { interface: wanted = held.interface, prefixLength: length = held.prefixLength } =
    instance ?? {};
  const what = `VIP ${vip} on ${name}`;
  return [
    ...(held.interface === wanted
      ? []
      : [{ what, expected: `on ${wanted}`, seen: `on ${held.interface}` }]),
    ...(held.prefixLength === length
      ? []
      : [{ what, expected: `prefix length ${length}`, seen: `${held.prefixLength}` }]),
    ...(held.usable ? [] : [{ what, expected: 'usable', seen: 'tentative, or a duplicate' }]),
  ];
}

/** An instance without a name is none: no node has the VIP in its configuration. */
function whyNone({ instance }: ExpectedHolder): string {
  return instance === '' ? 'since none has it in its configuration' : 'since none is able to';
}

function judgeReach(vip: string, holder: SeenNode, from: SeenNode): readonly Finding[] {
  const what = `VIP ${vip} from ${from.name}`;
  if (!from.seen.reached.includes(vip)) {
    return [{ what, expected: `answered by ${holder.name}`, seen: 'no answer' }];
  }
  const mac = from.seen.neighbours[vip];
  return mac === holder.seen.mac
    ? []
    : [
        {
          what,
          expected: `${holder.seen.mac}, ${holder.name}'s, in the neighbour table`,
          seen: mac ?? 'no entry',
        },
      ];
}
