import { expect, test } from 'vitest';
import { ringCheck } from '#tasks/keepalived/ring-check.ts';
import { guideNodes } from '../../keepalived/members.ts';

const mustRun = () => true;

test('a gate waits for a minute, or for as long as the inventory says', () => {
  const waits = [{}, { keepalived_gate_seconds: 90 }].map(
    (vars) => ringCheck(guideNodes(vars), { basis: 'loaded', mustRun }).deadlineMs,
  );
  expect(waits).toEqual([60_000, 90_000]);
});
