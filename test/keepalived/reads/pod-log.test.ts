import { expect, test } from 'vitest';
import { lastLines } from '#keepalived/reads/pod-log.ts';

/** As keepalived 2.2.7 writes it, and its runtime keeps it. */
function logOf(...lines: readonly string[]): string {
  return lines
    .map(
      (line, at) =>
        `2026-11-29T14:09:5${at}.1+00:00 stderr F Sun Nov 29 14:09:5${at} 2026: ${line}\n`,
    )
    .join('');
}

const OLD = '(VI_1) ip address associated with VRID 10 not present in MASTER advert';

test('of a log counts what came since keepalived was started or read its configuration anew', () => {
  const log = logOf(
    OLD,
    'Reloading ...',
    'Reloading',
    'VRRP_Script(check) timed out',
    'Reload complete',
  );
  expect(lastLines(log)).toEqual(['Sun Nov 29 14:09:53 2026: VRRP_Script(check) timed out']);
  expect(lastLines(logOf(OLD, 'Starting Keepalived v2.2.7'))).toEqual([]);
});

test('of what keepalived says again and again one line is enough, and of its work none', () => {
  const line = logOf('(VI_2) Receive advertisement timeout');
  expect(lastLines(line + line + logOf('(VI_2) Entering MASTER STATE'))).toEqual([
    'Sun Nov 29 14:09:50 2026: (VI_2) Receive advertisement timeout',
  ]);
});
