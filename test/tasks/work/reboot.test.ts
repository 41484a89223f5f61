import { expect, test } from 'vitest';
import { planStage } from '#engine/host/plan-stage.ts';
import { Answers } from '#engine/model/answers.ts';
import { task } from '#engine/model/task.ts';
import { formatFailure, formatFailures } from '#engine/report/failure.ts';
import { reboot } from '#tasks/work/reboot.ts';
import { book, runOn, TemporaryHost } from '../../engine/run/temporary-host.ts';

const nothing = task({
  title: 'nothing',
  desired: {},
  reads: {},
  inspect: () => ({}),
  apply: () => [],
});

function planned(fact: boolean) {
  const tasks = [nothing, reboot({ when: 'true', within: 10.5 })];
  const answers = tasks.flatMap(({ reads }) =>
    reads.map(({ key }) => [key, { fact, status: 0, bytes: Buffer.of() }] as const),
  );
  return planStage(tasks, new Answers(new Map(answers))).at(-1);
}

test('a host is booted where its question says so', () => {
  expect(planned(false)).toMatchObject({ fields: [], commands: [] });
  expect(planned(true)).toMatchObject({
    fields: [{ name: 'a boot is needed', before: 'yes', after: 'no' }],
    commands: [{ kind: 'boot', title: 'reboot', when: 'true', seconds: 11 }],
  });
});

test('what it cannot work with is refused when the task is made', () => {
  expect(() => reboot({ when: ' ', within: 4000 })).toThrow(
    expect.objectContaining({
      where: 'reboot',
      output: 'when must be a script of sh\nwithin must be seconds, 3600 at most',
    }),
  );
});

test('a task behind it in its stage is refused by name, needed or not', () => {
  const failures = planStage([reboot(), nothing], new Answers()).flatMap(
    ({ failure }) => failure ?? [],
  );
  expect(failures.map((failure) => formatFailure(failure))).toMatchInlineSnapshot(`
    [
      "✖ A host is booted at the end of a stage
      fix    Put the tasks behind it into a stage of their own: tasks: () => [[…, reboot()], […]].",
    ]
  `);
});

test('it is refused where no host is to be booted: at preparing, and on the machine that rota runs on', async () => {
  const [host, other] = [new TemporaryHost('node1'), new TemporaryHost('node2')];
  const prepare = await runOn([host], book({ prepare: () => [reboot()] }));
  const here = await runOn([other], book({ tasks: () => [[nothing], [reboot()]] }));
  const local = await runOn([other], book({ local: () => [reboot()] }));
  for (const one of [host, other]) one.remove();
  expect(formatFailures(prepare.result.failures)).toMatchInlineSnapshot(`
    "✖ No host is booted here
      where  reboot › node1
      fix    Have it in the tasks of a playbook: not in prepare, which is done on all hosts at once, nor on the machine that rota runs on."
  `);
  expect(
    [here, local].flatMap(({ result }) =>
      result.failures.map(({ message, where }) => [message, where]),
    ),
  ).toMatchInlineSnapshot(`
    [
      [
        "No host is booted here",
        "reboot › node2",
      ],
      [
        "No host is booted here",
        "reboot › localhost",
      ],
    ]
  `);
});
