import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import {
  ExecOutput,
  exitAsJson,
  exitCodeOfExits,
  failuresIn,
  formatExecProgress,
  type HostExit,
  type Shown,
} from '#engine/report/exec.ts';
import { formatFailure } from '#engine/report/failure.ts';
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

function outputOf(exits: readonly HostExit[], stream: 'stdout' | 'stderr', shown?: Shown): Buffer {
  const output = new ExecOutput(stream, shown);
  const told = exits.map((each) => output.tell(each));
  return Buffer.concat([...told, output.rest(exits.map(({ host }) => host))]);
}

test('what hosts print is shown as it comes in, and those that print the same are named at the end', () => {
  const exits = [
    exit('node1', 0, 'a\n', 'warning\n'),
    exit('node2', 0, 'b'),
    exit('node3', 0, 'a\n'),
    exit('node4', 1, 'a\n', 'warning\n'),
    exit('node5', 0),
    LATE,
    exit('node6', 0, 'a\n'),
    exit('node7', 0),
    GONE,
  ];
  expect(outputOf(exits, 'stdout').toString()).toMatchInlineSnapshot(`
    "node1  exit 0
    a

    node2  exit 0
    b

    node4  exit 1
    a

    node8  ended by --timeout
    part

    node[3,6]  exit 0, the same as node1

    node[5,7]  exit 0

    node9  unreachable
    "
  `);
  expect(outputOf(exits, 'stderr').toString()).toMatchInlineSnapshot(`
    "node1  exit 0
    warning

    node4  exit 1
    warning
    "
  `);
  expect(new ExecOutput('stdout').tell(exit('node1', 0, 'a\n')).toString()).toBe(
    'node1  exit 0\na\n',
  );
});

test('a host that has printed more than is kept is named, with how much was cut', () => {
  expect(
    failuresIn({ ...exit('node1', 0, 'a'), cut: 70_000_000 }).map((each) => formatFailure(each)),
  ).toMatchInlineSnapshot(`
    [
      "✖ The host answered too much
      where  node1
      ran    67 MB more were cut off; what is kept of one command, or of all reads: 24 MB at most (--at-most output=SIZE)
      fix    Let the command write into a file on the host, and fetch what is wanted of it.",
    ]
  `);
});

test('a file gets every byte, and a terminal nothing that steers it', () => {
  const exits = [exit('node1', 0, 'x\x1b[31m\xff\n')];
  expect(outputOf(exits, 'stdout').toString('latin1')).toBe('node1  exit 0\nx\x1b[31m\xff\n');
  const shown = outputOf(exits, 'stdout', { columns: 80, paint: noPaint });
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
  const text = formatExecProgress(['node1', 'node2', 'node3'], new Set(['node1']), {
    elapsedMs: 4000,
    columns: 80,
  });
  expect(text).toBe('4.0 s: 1 of 3 ended, waiting for node[2-3]');
});

test('a narrow terminal breaks the lines about hosts between words, and cuts what is waited for', () => {
  const names = [1, 2, 3].map((number) => `controller-${number}.frankfurt.example.com`);
  const exits = names.map((name) => exit(name, 3, 'the quick brown fox jumps over the lazy dog\n'));
  const shown = { columns: 40, paint: noPaint };
  expect(outputOf(exits, 'stdout', shown).toString()).toMatchInlineSnapshot(`
    "controller-1.frankfurt.example.com
        exit 3
    the quick brown fox jumps over the lazy dog

    controller-[2-3].frankfurt.example.com
        exit 3, the same as
        controller-1.frankfurt.example.com
    "
  `);
  expect(formatExecProgress(names, new Set(), { elapsedMs: 2500, columns: 40 })).toBe(
    '2.5 s: 0 of 3 ended, waiting for contro…',
  );
});
