import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reveal } from '#engine/model/secret.ts';
import { courseOf } from '#keepalived/course.ts';
import { type NodeChange, nodeChange } from '#keepalived/node-change.ts';
import { configurationIn } from '#keepalived/parse-config.ts';
import { planRing } from '#keepalived/plan-ring.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import type { Node } from '#keepalived/vars.ts';
import { prioritiesWithout, stayingOf } from '#playbooks/departure.ts';
import { ringNode } from './changes.ts';
import { electionsIn, type Ring, ringOf, type Step } from './election.ts';
import { someNodes } from './members.ts';

/** What a node is before and after; `stopping`: drained, with its pod still there. */
type Role = 'absent' | 'new' | 'running' | 'drained' | 'drained anew' | 'stopping';
const ROLES: readonly Role[] = ['absent', 'new', 'running', 'drained', 'drained anew', 'stopping'];
const OLD: readonly Role[] = ['running', 'drained', 'stopping'];
const RUNNING: readonly Role[] = ['running', 'stopping'];
const TO_RUN: readonly Role[] = ['running', 'new'];

const ladder = fc.option(
  fc.uniqueArray(fc.integer({ min: 1, max: 254 }), { minLength: 7, maxLength: 7 }),
);
const vipCount = fc.integer({ min: 1, max: 5 });
const changes = fc
  .record({
    roles: fc.array(fc.constantFrom(...ROLES), { minLength: 1, maxLength: 7 }),
    vips: fc.record({ before: vipCount, after: vipCount }),
    ladders: fc.oneof(
      fc.constant({ before: null, after: null }),
      fc.record({ before: ladder, after: ladder }),
    ),
  })
  .filter(
    ({ roles }) =>
      roles.some((role) => RUNNING.includes(role)) && roles.some((role) => TO_RUN.includes(role)),
  );

function vipsUpTo(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `fd02:9a01::${index + 1}`);
}

function nodesOf(count: number, vips: number, own: readonly number[] | null): readonly Node[] {
  const vars = { vrrp_vips: vipsUpTo(vips), ...(own === null ? {} : { vrrp_ladder: own }) };
  return someNodes(count, vars);
}

function textsOf(nodes: readonly Node[], running: (node: Node) => boolean) {
  const texts = nodes
    .filter(running)
    .map((node) => [node.host.name, reveal(renderConfig(node, nodes))] as const);
  return new Map(texts);
}

/** What a node runs now, and what it is to run; '': nothing. */
interface Wish {
  readonly members: readonly Node[];
  readonly wanted: string;
  readonly isDrained?: boolean;
}

function changeOf(node: Node, { texts, masters }: Ring, wish: Wish): NodeChange {
  const { name } = node.host;
  const { members, wanted, isDrained = false } = wish;
  const holds = [...masters].flatMap(([vip, names]) => (names.includes(name) ? [vip] : []));
  const now = { runs: texts.get(name), holds, isDrained, target: true };
  return nodeChange(ringNode(node, members, now), {
    configuration: wanted,
    isOtherPod: false,
    mark: 'mark',
    reloadable: true,
    drained: isDrained ? 'ada@desk at noon' : undefined,
  });
}

/** Plays a planned change through, both as it was said and by the model, which must agree. */
function played(ring: Ring, all: readonly NodeChange[]) {
  const { order, phases } = planRing(all, { allowOutage: false });
  const ordered = order.flatMap((name) => all.filter((one) => one.name === name));
  const steps = phases.flatMap(({ meanwhile }) =>
    ordered.map(({ name, to }): Step => {
      const text = configurationIn(reveal(to.configuration), meanwhile.get(name) ?? new Map());
      return [name, to.drained !== undefined || !text.includes('vrrp_instance') ? undefined : text];
    }),
  );
  const elections = electionsIn(ring, steps);
  const said = courseOf(ordered, phases).map(({ after: { holders } }) =>
    Object.fromEntries(
      [...ring.masters.keys()].map((vip) => [
        vip,
        [holders.get(vip)].filter((name) => name !== undefined),
      ]),
    ),
  );
  expect(said).toEqual(elections.seen);
  return elections;
}

test('however a ring changes, each VIP goes straight to its new holder, and as was said', () => {
  fc.assert(
    fc.property(changes, ({ roles, vips, ladders }) => {
      const roleOf = ({ host }: Node) => roles[Number(host.name.slice(1)) - 1] ?? 'absent';
      const before = nodesOf(roles.length, vips.before, ladders.before);
      const after = nodesOf(roles.length, vips.after, ladders.after);
      const old = before.filter((node) => OLD.includes(roleOf(node)));
      const members = after.filter((node) => roleOf(node) !== 'absent');
      const texts = textsOf(old, (node) => RUNNING.includes(roleOf(node)));
      const ring = ringOf(texts, vipsUpTo(Math.max(vips.before, vips.after)));
      const all = members.map((node) =>
        changeOf(node, ring, {
          members,
          wanted: reveal(renderConfig(node, members)),
          isDrained: !TO_RUN.includes(roleOf(node)),
        }),
      );
      const { became, after: end } = played(ring, all);
      // What is to run no more does not learn of new peers, and ends before they begin.
      if (roles.includes('stopping') && roles.includes('new')) return;
      for (const vip of vipsUpTo(vips.after)) {
        const [first] = ring.masters.get(vip) ?? [];
        const [last] = end.masters.get(vip) ?? [];
        expect([vip, became.get(vip)]).toEqual([vip, first === last ? [] : [last]]);
      }
    }),
    { numRuns: 150 },
  );
});

const departures = fc
  .record({
    leaves: fc.array(fc.boolean(), { minLength: 2, maxLength: 7 }),
    vips: vipCount,
    own: ladder,
  })
  .filter(({ leaves }) => leaves.includes(false) && leaves.includes(true));

test('whoever leaves a ring, each VIP goes straight to its new holder, and as was said', () => {
  fc.assert(
    fc.property(departures, ({ leaves, vips, own }) => {
      const members = nodesOf(leaves.length, vips, own);
      const leaving = new Set(members.map(({ host }) => host.name).filter((_, at) => leaves[at]));
      const ring = ringOf(
        textsOf(members, () => true),
        vipsUpTo(vips),
      );
      const parting = members.map((node) => {
        const priorities = prioritiesWithout(leaving, { ...node, members });
        const text = reveal(renderConfig(node, members, priorities));
        return changeOf(node, ring, { members, wanted: leaving.has(node.host.name) ? '' : text });
      });
      const { became, after: parted } = played(ring, parting);
      const staying = stayingOf(leaving, members);
      const forgetting = staying.map((node) =>
        changeOf(node, parted, { members: staying, wanted: reveal(renderConfig(node, staying)) }),
      );
      const forgot = played(parted, forgetting);
      for (const [vip, [first]] of ring.masters) {
        const [last] = forgot.after.masters.get(vip) ?? [];
        expect([vip, became.get(vip), forgot.became.get(vip)]).toEqual([
          vip,
          first === last ? [] : [last],
          [],
        ]);
      }
    }),
    { numRuns: 150 },
  );
});

test('nodes that go as those who stay forget them, in a rollback, end first: no VIP is on two nodes', () => {
  fc.assert(
    fc.property(departures, ({ leaves, vips, own }) => {
      const members = nodesOf(leaves.length, vips, own);
      const leaving = new Set(members.map(({ host }) => host.name).filter((_, at) => leaves[at]));
      const ring = ringOf(
        textsOf(members, () => true),
        vipsUpTo(vips),
      );
      const staying = stayingOf(leaving, members);
      const wantedOf = (name: string) => staying.find(({ host }) => host.name === name);
      const all = members.map((node) => {
        const old = wantedOf(node.host.name);
        const wanted = old === undefined ? '' : reveal(renderConfig(old, staying));
        return changeOf(node, ring, { members, wanted });
      });
      const { seen, after } = played(ring, all);
      const counts = seen.flatMap((moment) => Object.values(moment).map(({ length }) => length));
      expect(Math.max(...counts)).toBe(1);
      expect(after.texts.keys().toArray().toSorted()).toEqual(staying.map(({ host }) => host.name));
    }),
    { numRuns: 150 },
  );
});
