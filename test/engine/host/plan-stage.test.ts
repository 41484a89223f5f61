import { expect, test } from 'vitest';
import { planStage } from '#engine/host/plan-stage.ts';
import { Answers } from '#engine/model/answers.ts';
import type { Command } from '#engine/model/command.ts';
import { Secret } from '#engine/model/secret.ts';
import { task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { formatFailure } from '#engine/report/failure.ts';
import { file } from '#tasks/files/file.ts';

test('a path that an undo could not find again is refused in the plan', () => {
  const failuresOf = (path: string) => {
    const absent = { fact: { type: 'absent' }, status: 0, bytes: Buffer.of() };
    const answers = new Answers(new Map([[fileAt(path).key, absent]]));
    return planStage([file({ path, body: '' })], answers).flatMap(({ failure }) => failure ?? []);
  };
  for (const path of ['/etc/a b', '/a', '/etc/-n', '/etc/ü']) expect(failuresOf(path)).toEqual([]);
  for (const path of ['etc/a', '', '/etc/a ', '/etc/a\t', '/etc/a\n2 file /etc/shadow'])
    expect(failuresOf(path)).toHaveLength(1);
  expect(
    failuresOf('/etc/a ')
      .map((failure) => formatFailure(failure))
      .join(''),
  ).toMatchInlineSnapshot(`
    "✖ A path on a host is absolute, one line, and ends in no blank
      where  "/etc/a "
      fix    Give the file another path."
  `);
});

test('what no program can be given is refused in the plan, wherever in a command it is, and not shown', () => {
  const write = { kind: 'write', path: '/a', body: '', mode: '0644', owner: 'root:root' } as const;
  const commands: readonly Command[] = [
    { ...write, path: '/a\0b' },
    { ...write, body: new Secret('pass\0word') },
    { ...write, owner: 'root\0:root' },
    { kind: 'run', title: 'run', script: 'echo \0' },
    { kind: 'remove', path: '/a\0b' },
  ];
  const tasks = commands.map((command, index) =>
    task({
      title: `${index}`,
      desired: { is: true },
      reads: {},
      inspect: () => undefined,
      apply: () => [command],
    }),
  );
  const failures = planStage(tasks, new Answers()).flatMap(({ failure }) => failure ?? []);
  expect(new Set(failures.map((failure) => formatFailure(failure)))).toMatchInlineSnapshot(`
    Set {
      "✖ A NUL character cannot be given to a host
      fix    Take it out of the variable or the task that it comes from.",
    }
  `);
  expect(failures).toHaveLength(commands.length);
});
