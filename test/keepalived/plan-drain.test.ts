import { describe, expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import type { RingNode } from '#engine/model/playbook.ts';
import { CAREFUL, type DutyPart } from '#engine/model/rollout.ts';
import { reveal } from '#engine/model/secret.ts';
import { planDrain } from '#keepalived/plan-drain.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { ringNode } from './changes.ts';
import { guideNodes } from './members.ts';

/** The guide's ring, in which nodes run unless they are said to be otherwise. */
function ring(
  targets: readonly string[],
  states: Readonly<Record<string, 'off' | 'drained' | 'half drained' | 'gone'>> = {},
): readonly RingNode<KeepalivedVars>[] {
  const members = guideNodes();
  return members.map((member) => {
    const state = states[member.host.name];
    const isOff = state !== undefined && state !== 'half drained';
    const answer = (fact: unknown) => ({ fact, status: 0, bytes: Buffer.alloc(0) });
    const answers = new Answers(
      new Map([
        [keepalivedProcess.key, answer({ running: isOff ? 0 : 1, pod: '' })],
        [drainedBy.key, answer(state?.endsWith('drained') ? 'ada@desk at noon' : undefined)],
      ]),
    );
    return {
      ...member,
      members,
      local: new Answers(),
      facts: state === 'gone' ? new Answers() : answers,
      target: targets.includes(member.host.name),
    };
  });
}

function refusals(nodes: readonly RingNode<KeepalivedVars>[], allowOutage = false) {
  return planDrain(nodes, { ...CAREFUL, allowOutage }).refusals.map(({ message }) => message);
}

test('a node says where its VIPs will be', () => {
  const { impacts } = planDrain(ring(['node2']), CAREFUL);
  expect([...impacts]).toEqual([
    [
      'node2',
      {
        text: 'fd02:9a01::2 moves to node1',
        moves: ['fd02:9a01::2'],
        gapMs: 500,
      },
    ],
  ]);
});

test('who is on duty for what is told as it is, and as it will be', () => {
  const { duties } = planDrain(ring(['node2']), CAREFUL);
  const ofTwo = (parts: readonly DutyPart[] = []) =>
    parts
      .filter(({ duty }) => duty === 'fd02:9a01::2')
      .map(({ host, rank, peers, isHolder }) => [host, rank, peers.join(' '), isHolder]);
  expect([ofTwo(duties?.before), ofTwo(duties?.after)]).toEqual([
    [
      ['node1', 150, 'node2 node3', false],
      ['node2', 200, 'node1 node3', false],
      ['node3', 50, 'node1 node2', false],
    ],
    [
      ['node1', 150, 'node2 node3', true],
      ['node3', 50, 'node1 node2', false],
    ],
  ]);
});

describe('a node on which another run left priorities of its own', () => {
  /** The guide's ring, of whose second VIP these have priorities in what they have loaded. */
  const handedOver = (priorities: Readonly<Record<string, number>>, holder: string) => {
    const members = guideNodes();
    return members.map((member) => {
      const { name } = member.host;
      const priority = priorities[name];
      const meanwhile = new Map(priority === undefined ? [] : [['VI_2', priority]]);
      return ringNode(member, members, {
        runs: reveal(renderConfig(member, members, meanwhile)),
        holds: name === holder ? ['fd02:9a01::2'] : [],
        isDrained: false,
        target: name === 'node2',
      });
    });
  };
  const words = (ring: readonly RingNode<KeepalivedVars>[]) =>
    planDrain(ring, CAREFUL).impacts.get('node2')?.text;

  test('has the heirs that these make', () => {
    expect(words(handedOver({}, 'node2'))).toBe('fd02:9a01::2 moves to node1');
    expect(words(handedOver({ node3: 180 }, 'node2'))).toBe('fd02:9a01::2 moves to node3');
  });

  test('has no heirs for what is not its own by now', () => {
    expect(words(handedOver({ node2: 100 }, 'node1'))).toBe('no VIP moves');
    expect(words(handedOver({ node1: 200 }, 'node1'))).toBe('no VIP moves');
  });
});

test('a node whose drain was cut short before its pod ended has VIPs to give away', () => {
  const nodes = ring(['node2'], { node2: 'half drained' });
  expect(planDrain(nodes, CAREFUL).impacts.get('node2')?.text).toBe('fd02:9a01::2 moves to node1');
  expect(refusals(ring(['node1', 'node3'], { node2: 'half drained' }))).toHaveLength(1);
});

test('the second of two nodes takes with it what the first one left', () => {
  const { impacts } = planDrain(ring(['node1', 'node3']), CAREFUL);
  expect([...impacts.values()].map(({ text }) => text)).toEqual([
    'fd02:9a01::1 moves to node3',
    'fd02:9a01::1 moves to node2, fd02:9a01::3 moves to node2',
  ]);
});

test('the last nodes on duty are refused, whatever the others are', () => {
  const last = ['No node would be left to hold the VIPs'];
  expect(refusals(ring(['node1', 'node2', 'node3']))).toEqual(last);
  expect(refusals(ring(['node1'], { node2: 'drained', node3: 'gone' }))).toEqual(last);
  expect(refusals(ring(['node1', 'node2'], { node3: 'off' }))).toEqual(last);
  expect(refusals(ring(['node1'], { node2: 'drained', node3: 'gone' }), true)).toEqual([]);
});

test('a node on which nothing runs can always be drained', () => {
  expect(refusals(ring(['node1'], { node1: 'off', node2: 'off', node3: 'off' }))).toEqual([]);
  const { impacts } = planDrain(ring(['node2'], { node2: 'drained' }), CAREFUL);
  expect([...impacts]).toEqual([]);
});

test('VIPs that nobody will hold are said to go away', () => {
  const nodes = ring(['node1'], { node2: 'drained', node3: 'off' });
  const { impacts } = planDrain(nodes, { ...CAREFUL, allowOutage: true });
  expect(impacts.get('node1')?.text).toBe(
    'fd02:9a01::1 goes away, fd02:9a01::2 goes away, fd02:9a01::3 goes away',
  );
});
