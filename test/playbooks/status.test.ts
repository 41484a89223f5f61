import { expect, test } from 'vitest';
import { type Answer, Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { ringInstances } from '#keepalived/instances.ts';
import { notifyLog, type Transition } from '#keepalived/reads/notify-log.ts';
import type { VipSample } from '#keepalived/reads/vip-sample.ts';
import { nodeReads, sysctlReads } from '#playbooks/node-status.ts';
import { statusOf, statusReads } from '#playbooks/status.ts';
import { first, guideNodes } from '../keepalived/members.ts';
import { wholeLooks } from '../keepalived/node-samples.ts';

const members = guideNodes({ image_registry: 'registry.example', image_ref: 'v1' });
const now = new Date('2026-11-24T10:00:00Z');

const fact = <T>(read: Read<T>, value: T): readonly [string, Answer] => [
  read.key,
  { fact: value, status: 0, bytes: Buffer.alloc(0) },
];

/** What the nodes answer in a whole ring, but for what one of them has otherwise. */
function answersWith(name = '', more: Partial<VipSample> = {}, drained?: string) {
  const looks = wholeLooks(members).map(({ member, seen, process }) => {
    if (seen instanceof Failure || process === undefined) throw new Error('it is whole');
    const reads = nodeReads(member, members);
    const isOther = member.host.name === name;
    const states = ringInstances(member, members).map(({ name: instance, priority }) => ({
      ...{ name: instance, priority, seconds: priority },
      state: priority === 200 ? 'MASTER' : 'BACKUP',
    }));
    const facts = [
      fact(reads.drained, isOther ? drained : undefined),
      fact(reads.lease, undefined),
      fact(reads.process, process),
      fact(reads.sample, isOther ? { ...seen, ...more } : seen),
      fact(reads.states, states),
      fact(reads.configuration, { type: 'absent' }),
      fact(reads.manifest, { type: 'absent' }),
      ...Object.values(sysctlReads(member)).map((read) => fact(read, '1')),
    ];
    return [member.host.name, new Answers(new Map(facts))] as const;
  });
  return new Map<string, Answers | Failure>(looks);
}

function ringWith(answers: ReadonlyMap<string, Answers | Failure>) {
  const [ring] = statusOf(members, { answers, local: new Answers(), now });
  if (ring === undefined) throw new Error('there is a ring');
  const vips = ring.vips.map(({ parts: _, ...vip }) => vip);
  return { vips, unable: ring.unable, parts: ring.vips[0]?.parts };
}

test('a VIP has its holder, since when, and who would be next; all by what keepalived says', () => {
  const { vips, parts } = ringWith(answersWith());
  const since = '2026-11-24T09:56:40.000Z';
  expect(vips).toEqual([
    { vip: 'fd02:9a01::1', expected: 'node1', holders: ['node1'], heir: 'node3', since },
    { vip: 'fd02:9a01::2', expected: 'node2', holders: ['node2'], heir: 'node1', since },
    { vip: 'fd02:9a01::3', expected: 'node3', holders: ['node3'], heir: 'node2', since },
  ]);
  expect(parts).toEqual([
    { node: 'node1', priority: 200, state: 'MASTER', since },
    { node: 'node3', priority: 150, state: 'BACKUP', since: '2026-11-24T09:57:30.000Z' },
    { node: 'node2', priority: 50, state: 'BACKUP', since: '2026-11-24T09:59:10.000Z' },
  ]);
});

test('a node whose check fails is nobody’s heir, and why is said', () => {
  const failing = {
    checks: { chk_api_service: false },
    statuses: { chk_api_service: 22 },
    answers: { chk_api_service: 503 },
  };
  const { vips, unable } = ringWith(answersWith('node3', failing));
  expect(vips.map(({ expected, heir }) => [expected, heir])).toEqual([
    ...[
      ['node1', 'node2'],
      ['node2', 'node1'],
      ['node2', 'node2'],
    ],
  ]);
  expect(unable).toEqual([{ node: 'node3', why: ['chk_api_service: HTTP 503'] }]);
});

test('neither is one that is drained, whose keepalived does not run, or that is out of reach', () => {
  const why = (answers: ReturnType<typeof answersWith>) => ringWith(answers).unable;
  expect(why(answersWith('node2', {}, 'ada@desk'))).toEqual([{ node: 'node2', why: ['drained'] }]);
  expect(why(answersWith('node2', { running: 0 }))).toEqual([
    { node: 'node2', why: ['keepalived does not run'] },
  ]);
  const gone = new Failure('Gone', { kind: 'unreachable' });
  const { vips } = ringWith(answersWith().set('node3', gone));
  expect(vips.map(({ holders, heir }) => [holders, heir])).toEqual([
    ...[
      [['node1'], 'node2'],
      [['node2'], 'node1'],
      [[], 'node2'],
    ],
  ]);
});

const NOTIFYING = guideNodes({ keepalived_profile: 'default', keepalived_notify: true });

/** The part of node1 in its first VIP, whose keepalived runs for 100 s and tells nothing itself. */
function partWith(told: readonly Transition[]) {
  const answers = answersWith('node1', { uptime: 100 });
  for (const [name, look] of answers) {
    const [read, states] = [notifyLog, nodeReads(first(members), members).states];
    const facts = [fact(read, name === 'node1' ? told : []), fact(states, undefined)];
    if (look instanceof Answers) answers.set(name, look.with(new Map(facts)));
  }
  const { vips, parts } = ringWith(answers);
  return { since: vips[0]?.since, part: parts?.find(({ node }) => node === 'node1') };
}

test('where keepalived itself does not tell, since when is what its notify script wrote', () => {
  const asks = (nodes: typeof members) =>
    Object.values(statusReads(first(nodes), nodes)).some(({ key }) => key === notifyLog.key);
  expect([NOTIFYING, members].map(asks)).toEqual([true, false]);
  const [time, instance] = ['2026-11-24T09:59:00Z', 'VI_1'];
  const before = { time: '2026-11-24T09:00:00Z', instance, state: 'MASTER' } as const;
  const part = { node: 'node1', priority: 200 };
  expect(partWith([before, { time, instance, state: 'MASTER' }])).toEqual({
    since: time,
    part: { ...part, state: 'MASTER', since: time },
  });
  expect(partWith([{ time, instance: 'VI_2', state: 'MASTER' }]).part).toEqual(part);
  expect(partWith([{ time, instance, state: 'STOP' }]).part).toEqual(part);
  // Of a keepalived before the one that runs, and of no time at all.
  expect(partWith([before]).part).toEqual(part);
  expect(partWith([{ ...before, time: '2026-99-99T99:99:99Z' }]).part).toEqual(part);
});
