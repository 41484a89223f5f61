import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reveal } from '#engine/model/secret.ts';
import { courseOf } from '#keepalived/course.ts';
import { instancesIn } from '#keepalived/instances.ts';
import { type NodeChange, nodeChange } from '#keepalived/node-change.ts';
import { planRing } from '#keepalived/plan-ring.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import type { Node } from '#keepalived/vars.ts';
import { ringNode } from './changes.ts';
import { mastersOf, routersFor } from './election.ts';
import { someNodes } from './members.ts';

/** What a node is before and after; `stopping`: drained, with its pod still there. */
type Role = 'absent' | 'new' | 'running' | 'drained' | 'drained anew' | 'stopping';
const ROLES: readonly Role[] = ['absent', 'new', 'running', 'drained', 'drained anew', 'stopping'];
const OLD: readonly Role[] = ['running', 'drained', 'stopping'];

interface Change {
  readonly roles: readonly Role[];
  readonly vips: readonly [before: number, after: number];
  readonly ladders: readonly [before: readonly number[] | null, after: readonly number[] | null];
}

const ladder = fc.option(
  fc.uniqueArray(fc.integer({ min: 1, max: 254 }), { minLength: 7, maxLength: 7 }),
);
const vipCount = fc.integer({ min: 1, max: 5 });
const changes: fc.Arbitrary<Change> = fc
  .record({
    roles: fc.array(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 7 }),
    vips: fc.tuple(vipCount, vipCount),
    ladders: fc.oneof(fc.constant([null, null] as const), fc.tuple(ladder, ladder)),
  })
  .filter(
    ({ roles }) =>
      roles.some((role) => role === 'running' || role === 'stopping') &&
      roles.some((role) => role === 'running' || role === 'new'),
  );

interface Ring {
  readonly after: readonly Node[];
  readonly changes: readonly NodeChange[];
  /** What runs, by node, before the change; and who holds what. */
  readonly texts: ReadonlyMap<string, string>;
  readonly masters: ReadonlyMap<string, readonly string[]>;
  readonly vips: readonly string[];
}

function ringIn({ roles, vips, ladders }: Change): Ring {
  const [before = [], after = []] = [0, 1].map((side) => {
    const own = ladders[side] ?? undefined;
    const addresses = addressesUpTo(vips[side] ?? 1);
    const nodes = someNodes(roles.length, {
      vrrp_vips: addresses,
      ...(own === undefined ? {} : { vrrp_ladder: own }),
    });
    const isThere = (role: Role | undefined) =>
      role !== undefined && (side === 0 ? OLD.includes(role) : role !== 'absent');
    return nodes.filter((_, index) => isThere(roles[index]));
  });
  const roleOf = ({ host }: Node) => roles[Number(host.name.slice(1)) - 1];
  const running = before.filter((node) => ['running', 'stopping'].includes(roleOf(node) ?? ''));
  const texts = new Map(
    running.map((node) => [node.host.name, reveal(renderConfig(node, before))]),
  );
  const all = addressesUpTo(Math.max(...vips));
  const masters = new Map(all.map((vip) => [vip, mastersOf(routersFor(vip, texts), []).masters]));
  return { after, texts, masters, vips: all, changes: after.map(changeOf) };

  function changeOf(node: Node): NodeChange {
    const { name } = node.host;
    const isDrained = !['running', 'new'].includes(roleOf(node) ?? '');
    const now = ringNode(node, after, {
      runs: texts.get(name),
      holds: all.filter((vip) => masters.get(vip)?.includes(name)),
      isDrained,
      target: true,
    });
    return nodeChange(now, {
      configuration: renderConfig(node, after),
      isOtherPod: false,
      mark: 'mark',
      reloadable: true,
      drained: isDrained ? 'ada@desk at noon' : undefined,
    });
  }
}

function addressesUpTo(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `fd02:9a01::${index + 1}`);
}

/** The change as the election model has it: who is master of each VIP after each step, and who became it. */
function electionsIn({ after, changes: ring, vips, ...ringNow }: Ring) {
  const { order, phases } = planRing(ring, { allowOutage: false });
  const texts = new Map(ringNow.texts);
  const masters = new Map(ringNow.masters);
  const became = new Map(vips.map((vip): [string, string[]] => [vip, []]));
  const seen = phases.flatMap(({ meanwhile }) =>
    order.map((name) => {
      const node = after.find(({ host }) => host.name === name);
      const change = ring.find((one) => one.name === name);
      if (node === undefined || change === undefined) throw new Error(`no ${name}`);
      const own = meanwhile.get(name) ?? new Map();
      const runs = change.to.drained === undefined && instancesIn(node, after, own).length > 0;
      if (runs) texts.set(name, reveal(renderConfig(node, after, own)));
      else texts.delete(name);
      for (const vip of vips) {
        const election = mastersOf(routersFor(vip, texts), masters.get(vip) ?? []);
        masters.set(vip, election.masters);
        became.get(vip)?.push(...election.became);
      }
      return Object.fromEntries(masters);
    }),
  );
  const ordered = order.flatMap((name) => ring.filter((one) => one.name === name));
  return { seen, became, phases, ordered };
}

test('however a ring changes, each VIP goes straight to its new holder, and as was said', () => {
  fc.assert(
    fc.property(changes, (change) => {
      const ring = ringIn(change);
      const { seen, became, phases, ordered } = electionsIn(ring);
      const said = courseOf(ordered, phases).map(({ after }) =>
        Object.fromEntries(
          ring.vips.map((vip) => [
            vip,
            [after.holders.get(vip)].filter((one) => one !== undefined),
          ]),
        ),
      );
      expect(said).toEqual(seen);
      // What is to run no more does not learn of new peers, and ends before they begin.
      if (change.roles.includes('stopping') && change.roles.includes('new')) return;
      for (const vip of addressesUpTo(change.vips[1])) {
        const before = ring.masters.get(vip);
        const last = seen.at(-1)?.[vip];
        const moves = before?.[0] === last?.[0] ? [] : last;
        expect([vip, became.get(vip)]).toEqual([vip, moves]);
      }
    }),
    { numRuns: 150 },
  );
});
