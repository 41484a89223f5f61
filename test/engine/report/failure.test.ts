import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import {
  formatFailure,
  formatFailures,
  formatFinding,
  formatWarning,
} from '#engine/report/failure.ts';
import { NO_ANSWER, REJECTED, VIP_1 } from './events.ts';

test('a failure says what, where, what ran and printed, and how to mend it', () => {
  expect(formatFailure(REJECTED)).toMatchInlineSnapshot(`
    "✖ The new configuration was rejected by its check
      where  playbooks/deploy.ts › /etc/keepalived/keepalived.conf › node2
      ran    keepalived --config-test -f … → exit 5
             (line 14) virtual_router_id 300 not in range 1-255
      fix    Set vrid in inventory/prod.yaml:21 to 1–255. The running configuration was not touched."
  `);
});

test('what a failure does not know takes no line', () => {
  expect(formatFailures([new Failure('Broken'), NO_ANSWER])).toMatchInlineSnapshot(`
    "✖ Broken

    ✖ The host does not answer
      where  node3 (192.0.2.13)
      fix    Look whether it is up: ssh root@192.0.2.13"
  `);
});

test('a warning has its own mark', () => {
  expect(
    formatWarning(new Failure('The image is not pinned', { where: 'a.yaml:1:2' })),
  ).toMatchInlineSnapshot(`
    "⚠ The image is not pinned
      where  a.yaml:1:2"
  `);
});

test('a host cannot steer the terminal through a failure', () => {
  const failure = new Failure('Bad\nthings', {
    ran: 'cat x\n\u009b31m',
    output: 'a\u001b]0;title\u0007b\r\nc\td\u202etxt.exe\n',
    fix: 'First\nSecond',
  });
  expect(formatFailure(failure)).toMatchInlineSnapshot(`
    "✖ Bad\\nthings
      ran    cat x
             \\x9b31m
             a\\x1b]0;title\\x07b
             c	d\\u202etxt.exe
      fix    First
             Second"
  `);
});

test('of a long output the last 20 lines are shown', () => {
  const output = Array.from({ length: 33 }, (_, index) => `line ${index + 1}`).join('\n');
  const lines = formatFailure(new Failure('Failed', { output })).split('\n');
  expect(lines.length).toBe(22);
  expect([lines[1], lines[2], lines.at(-1)]).toMatchInlineSnapshot(`
    [
      "         … 13 more before these",
      "         line 14",
      "         line 33",
    ]
  `);
});

test('a line without an end is cut', () => {
  const lines = formatFailure(new Failure('Failed', { output: 'x'.repeat(10_000) })).split('\n');
  expect(lines[1]?.length).toBe(9 + 400 + 1);
});

test('a finding says what was expected and what was seen', () => {
  expect(formatFinding(VIP_1)).toBe('VIP 1: expected on node1, seen on node2');
});
