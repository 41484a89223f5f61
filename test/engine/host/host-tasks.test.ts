import { expect, test } from 'vitest';
import { planStage } from '#engine/host/host-tasks.ts';
import { Answers } from '#engine/model/answers.ts';
import { fileAt } from '#engine/reads/file.ts';
import { formatFailure } from '#engine/report/failure.ts';
import { file } from '#tasks/file.ts';

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
