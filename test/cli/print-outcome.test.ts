import { expect, test } from 'vitest';
import { plansText } from '../../cli/print-outcome.ts';
import { plannedTask } from '../engine/report/events.ts';

test('what tasks say beside their changes is said once, also where there are none', async () => {
  const note = { ...plannedTask('duty', []), note: 'drained by ada@desk' };
  const plans = ['node1', 'node2'].map((host) => ({ host, stages: [[note], [note]] }));
  expect(await plansText(plans)).toBe('node[1-2]  drained by ada@desk');
});
