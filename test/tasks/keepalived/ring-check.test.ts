import { expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import type { Check, Sample } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import { ringCheck } from '#tasks/keepalived/ring-check.ts';
import { ringReady, vipsHeldOnce } from '#tasks/keepalived/vips-held-once.ts';
import { guideNodes } from '../../keepalived/members.ts';
import { wholeLooks, wholeProbe, words } from '../../keepalived/node-samples.ts';

const mustRun = () => true;
const nodes = guideNodes();
const gate = ringCheck(nodes, { basis: 'loaded', mustRun });

/** A whole ring, but for the runs of the check: node1's came out so, and those of the others well. */
function looked(passes: boolean, { others = true, probed = false } = {}): Sample {
  const entries = wholeLooks(nodes).map(({ member, seen, process }, index) => {
    const { name } = member.host;
    const checks = { chk_api_service: index === 0 ? passes : others };
    const look = seen instanceof Failure ? seen : { ...seen, checks, process };
    const facts = {
      [gate.readsFor(name)['vips']?.key ?? '']: look,
      [gate.readsFor(name)['drained']?.key ?? '']: undefined,
      ...(probed ? { [gate.probesFor?.(name)['vrrp']?.key ?? '']: wholeProbe(member, nodes) } : {}),
    };
    const answers = Object.entries(facts).map(
      ([key, fact]) => [key, { fact, status: 0, bytes: Buffer.alloc(0) }] as const,
    );
    return [name, new Answers(new Map(answers))] as const;
  });
  return new Map(entries);
}

function judged(check: Check, samples: readonly Sample[]) {
  return samples.map((sample, index) => words(check.judge(sample, samples.slice(0, index))));
}

const FAILING = expect.arrayContaining([
  'chk_api_service on node1: expected to pass, seen failing',
]);

test('our own runs of a check count as those of keepalived do: by rise and fall', () => {
  const runs = [true, false, false, true, false, false, false, true, true];
  expect(
    judged(
      gate,
      runs.map((run) => looked(run)),
    ),
  ).toEqual([[], [], [], [], [], [], FAILING, FAILING, []]);
});

test('a check that fails from the start fails, unless keepalived itself says that all is well', () => {
  const samples = [looked(false), looked(false), looked(false, { probed: true })];
  expect(judged(gate, samples)).toEqual([FAILING, FAILING, []]);
});

test('--bootstrap is advised where a check has failed on every node, and every time', () => {
  const none = looked(false, { others: false });
  const hint = (earlier: readonly Sample[]) =>
    (gate.explain?.(none, earlier) ?? []).filter((line) => line.includes('--bootstrap'));
  expect(hint([none])).toEqual([
    'chk_api_service fails on every node. Where it needs the VIP first, add --bootstrap.',
  ]);
  expect(hint([looked(true, { others: false }), none, none])).toEqual([]);
});

test('a gate waits as long as its checks may take to fail and to rise, or as the inventory says', () => {
  const slow = {
    name: 'slow',
    command: ['/bin/true'],
    interval: 20,
    timeout: 10,
    rise: 2,
    fall: 4,
  };
  const waits = [{}, { keepalived_checks: [slow] }, { keepalived_gate_seconds: 90 }].map(
    (vars) => ringCheck(guideNodes(vars), { basis: 'loaded', mustRun }).deadlineMs,
  );
  expect(waits).toEqual([75_000, 210_000, 90_000]);
});

test('an empty ring passes where it may be empty, and it is said that no VIP is held', () => {
  const ready = ringReady(nodes, CAREFUL);
  const nobody = new Map(
    wholeLooks(nodes).map(({ member, seen }) => {
      const { vips, drained } = ready.readsFor(member.host.name);
      const look = { ...seen, running: 0, addresses: [], checks: {} };
      const answer = (fact: unknown) => ({ fact, status: 0, bytes: Buffer.alloc(0) });
      const answers = [
        [vips?.key ?? '', answer(look)],
        [drained?.key ?? '', answer(undefined)],
      ] as const;
      return [member.host.name, new Answers(new Map(answers))] as const;
    }),
  );
  expect(ready.judge(nobody, [])).toEqual([]);
  expect(ready.title).toBe('every VIP that is loaded is held once, by the right node');
  expect(ready.notes?.(nobody, [])).toEqual(['no VIP is held: keepalived runs on no node']);
  const targets = new Set(nodes.map(({ host }) => host.name));
  const deployed = vipsHeldOnce(nodes, { targets, options: CAREFUL });
  expect(deployed.title).toBe('every VIP is held once, by the right node');
  expect(words(deployed.judge(nobody, []))).toEqual(
    [...targets].map((name) => `keepalived on ${name}: expected to run, seen not running`),
  );
});

test('what explains a finding begins with what helps: the advice, and then the lines of the logs', () => {
  const none = looked(false, { others: false });
  expect(gate.explain?.(none, [])[0]).toContain('--bootstrap');
});
