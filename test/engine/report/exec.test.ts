import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import {
  exitAsJson,
  exitCodeOfExits,
  formatExecProgress,
  groupedOutput,
  type HostExit,
} from '#engine/report/exec.ts';
import { noPaint } from '#engine/report/paint.ts';

function exit(host: string, status: number, stdout = '', stderr = ''): HostExit {
  const output = { stdout: Buffer.from(stdout, 'latin1'), stderr: Buffer.from(stderr, 'latin1') };
  return { host, status, ...output, elapsedMs: 12.3 };
}

const GONE: HostExit = {
  ...exit('node9', 0),
  status: undefined,
  failure: new Failure('The host does not answer', { kind: 'unreachable' }),
};
const LATE: HostExit = { ...exit('node8', 0, 'part'), status: undefined, givenUp: 'timeout' };

test('hosts that print the same and end alike are one group, in the order of the first of each', () => {
  const exits = [
    exit('node1', 0, 'a\n', 'warning\n'),
    exit('node2', 0, 'b'),
    exit('node3', 0, 'a\n'),
    exit('node4', 1, 'a\n', 'warning\n'),
    LATE,
    GONE,
  ];
  expect(groupedOutput(exits, 'stdout').toString()).toMatchInlineSnapshot(`
    "node[1,3]  exit 0
    a

    node2  exit 0
    b

    node4  exit 1
    a

    node8  ended by --timeout
    part

    node9  unreachable
    "
  `);
  expect(groupedOutput(exits, 'stderr').toString()).toMatchInlineSnapshot(`
    "node1  exit 0
    warning

    node4  exit 1
    warning
    "
  `);
});

test('a file gets every byte, and a terminal nothing that steers it', () => {
  const exits = [exit('node1', 0, 'x\x1b[31m\xff\n')];
  expect(groupedOutput(exits, 'stdout').toString('latin1')).toBe('node1  exit 0\nx\x1b[31m\xff\n');
  const shown = groupedOutput(exits, 'stdout', { forTerminal: true, paint: noPaint });
  expect(shown.toString()).toBe('node1  exit 0\nx\\x1b[31m\ufffd\n');
});

test('the exit code is the largest one, unless a host was out of reach or the run interrupted', () => {
  const interrupted: HostExit = { ...LATE, givenUp: 'interrupted' };
  expect(exitCodeOfExits([exit('a', 0), exit('b', 0)])).toBe(0);
  expect(exitCodeOfExits([exit('a', 3)])).toBe(3);
  expect(exitCodeOfExits([exit('a', 1), exit('b', 17), exit('c', 0)])).toBe(17);
  expect(exitCodeOfExits([exit('a', 1), LATE])).toBe(124);
  expect(exitCodeOfExits([exit('a', 17), GONE])).toBe(4);
  expect(exitCodeOfExits([GONE, interrupted])).toBe(130);
});

test('a line of JSON tells all of a host', () => {
  expect(JSON.parse(exitAsJson(exit('node1', 2, 'a\n', '\x1b')))).toEqual({
    host: 'node1',
    status: 2,
    stdout: 'a\n',
    stderr: '\x1b',
    elapsedMs: 12,
  });
  expect(exitAsJson(GONE)).toMatchInlineSnapshot(
    `"{"host":"node9","status":null,"failure":{"what":"The host does not answer","kind":"unreachable"},"elapsedMs":12,"stdout":"","stderr":""}"`,
  );
});

test('it is said which hosts are waited for', () => {
  const text = formatExecProgress(['node1', 'node2', 'node3'], new Set(['node1']), 4000);
  expect(text).toBe('4.0 s: 1 of 3 ended, waiting for node[2-3]');
});
