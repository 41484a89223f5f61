import { compareAddresses } from './address.ts';
import { type Instance, ringInstances } from './instances.ts';
import type { Node } from './vars.ts';

/** Who should hold a VIP: nobody, when no node of its ring is able to. */
export interface ExpectedHolder {
  readonly vip: string;
  readonly instance: string;
  readonly holder: string | undefined;
}

/** An instance, with the node that has it. */
export interface Part {
  readonly host: string;
  readonly instance: Instance;
}

/** Who should hold each VIP of the inventory, once all of its ring is as the inventory says. */
export function expectedHolders(
  members: readonly Node[],
  able: ReadonlySet<string>,
): readonly ExpectedHolder[] {
  return holdersOf(desiredParts(members), able);
}

/** The instances that the inventory gives to these nodes. */
function desiredParts(members: readonly Node[]): readonly Part[] {
  return members.flatMap((member) =>
    ringInstances(member, members).map((instance) => ({ host: member.host.name, instance })),
  );
}

/**
 * Who should hold each VIP, by the rules of VRRP: of the nodes that are able to (the pod runs and
 * its checks pass), the one with the highest priority; between equals, the one that holds it, since
 * only a higher one takes it over; else the one with the higher address.
 */
export function holdersOf(
  parts: readonly Part[],
  able: ReadonlySet<string>,
  isHolder: (host: string, vip: string) => boolean = () => false,
): readonly ExpectedHolder[] {
  return [...Map.groupBy(parts, ({ instance }) => instance.vip)].map(([vip, ofVip]) => {
    const instance = ofVip.at(-1)?.instance.name ?? '';
    const [first, ...others] = ofVip
      .filter((part) => able.has(part.host))
      .toSorted((one, other) => byPrecedence(one.instance, other.instance));
    const equals = others.filter((part) => part.instance.priority === first?.instance.priority);
    const holding = [first, ...equals].find((part) => part && isHolder(part.host, vip));
    return { vip, instance, holder: (holding ?? first)?.host };
  });
}

function byPrecedence(one: Instance, other: Instance): number {
  return other.priority - one.priority || compareAddresses(other.source ?? '', one.source ?? '');
}
