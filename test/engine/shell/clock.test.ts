import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { CLOCK } from '#engine/shell/program-functions.ts';

test('a wait is over by the clock, however few looks there was time for', () => {
  const script = `${CLOCK}
looks=0
start_clock 2
while has_time; do sleep 1.5; looks=$((looks + 1)); done
[ "$looks" -le 2 ] && [ "$waited" -ge 2 ] && echo over`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe('over\n');
});
