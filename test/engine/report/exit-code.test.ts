import { expect, test } from 'vitest';
import { Failure, type FailureKind } from '#engine/model/failure.ts';
import { exitCodeOf, exitCodeOfFailures } from '#engine/report/exit-code.ts';
import type { RunResult } from '#engine/run/events.ts';
import { result, summary } from './events.ts';

const failures = (...kinds: readonly FailureKind[]) =>
  kinds.map((kind) => new Failure('Failed', { kind }));
const pending = [summary('node1'), summary('node2', { pending: 2 })];

test.for<[number, string, RunResult]>([
  [0, 'nothing to do', result([summary('node1', { ok: 3 })])],
  [0, 'changed', result([summary('node1', { changed: 3 })])],
  [0, 'a dry run that finds nothing', result([summary('node1')], { mode: 'dry-run' })],
  [2, 'a dry run that finds changes', result(pending, { mode: 'dry-run' })],
  [0, 'hosts that --limit left out', result(pending)],
  [1, 'a task failed', result([summary('node1', { failed: 1 })], { failures: failures('failed') })],
  [
    1,
    'a failure beside changes',
    result(pending, { mode: 'dry-run', failures: failures('failed') }),
  ],
  [3, 'drift', result([], { failures: failures('failed', 'drift', 'unreachable') })],
  [4, 'unreachable', result([], { failures: failures('failed', 'unreachable') })],
  [4, 'unreachable, told by the host alone', result([summary('node1', { unreachable: true })])],
  [5, 'locked', result([], { failures: failures('drift', 'locked') })],
  [6, 'a check', result([], { failures: failures('locked', 'check', 'failed') })],
  [130, 'interrupted', result(pending, { interrupted: true, failures: failures('check') })],
])('%d: %s', ([code, , run]) => {
  expect(exitCodeOf(run)).toBe(code);
});

test('failures of an input have a code of their own', () => {
  expect(exitCodeOfFailures([])).toBe(0);
  expect(exitCodeOfFailures(failures('failed', 'failed'))).toBe(1);
  expect(exitCodeOfFailures(failures('failed', 'unreachable'))).toBe(4);
});
