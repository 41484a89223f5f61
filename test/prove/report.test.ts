import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { junitOfProof } from '#prove/junit.ts';
import type { Judgement, Proof } from '#prove/promises.ts';
import { exitCodeOfProof, formatJudgement, formatProof } from '#prove/report.ts';

const breach = (what: string, ...tasks: readonly string[]) => ({ host: 'web1', what, tasks });

const judgements: readonly Judgement[] = [
  { promise: 'dry-run', breaches: [] },
  {
    promise: 'undo',
    breaches: [breach('/srv/<a>\u0007: file that was not there'), breach('/etc/x: mode', 'x')],
    smallest: { tasks: ['install "a"'], isMinimal: true },
  },
  {
    promise: 'killed',
    breaches: [breach('/b: gone')],
    smallest: { tasks: ['x', 'y'], isMinimal: false },
  },
  { promise: 'secrets', breaches: [], untried: 'the inventory has none' },
];

const proof: Proof = {
  ...{ playbook: 'site', hosts: ['web1'], tasks: ['install "a"', 'x', 'y'], seed: 7, kills: 5 },
  judgements,
};

test('each promise is said with what breaks it, and the fewest tasks that do', () => {
  const texts = judgements.map((judgement) => formatJudgement(judgement));
  expect(`\n${texts.join('\n')}\n\n${formatProof(proof)}\n`).toMatchInlineSnapshot(`
    "
    ✔ the dry run writes nothing
    ✖ undo brings every byte back
      web1  /srv/<a>\\x07: file that was not there
      web1  /etc/x: mode (x)
      smallest case: 1 task: install "a"
    ✖ a run that is killed converges when it is run again
      web1  /b: gone
      smallest case: 2 tasks: x, y (there may be a smaller one)
    - no secret is left behind: not tried, the inventory has none

    task         dry-run  undo  killed  secrets
    install "a"  ✔        ✖     ✔       -
    x            ✔        ✖     ✖       -
    y            ✔        ✔     ✖       -

    prove: 1 of 3 promises that were tried holds
    "
  `);
});

test('a promise that is broken is a check that does not hold', () => {
  expect(exitCodeOfProof(proof)).toBe(6);
  expect(exitCodeOfProof({ ...proof, judgements: judgements.slice(0, 1) })).toBe(0);
});

test('JUnit has a suite per promise, with a case per task and one for what is no task’s', () => {
  const xml = junitOfProof(proof);
  expect(XMLValidator.validate(xml)).toBe(true);
  const parsed = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(xml);
  const suites: readonly { readonly name: string; readonly testcase: readonly object[] }[] =
    parsed.testsuites.testsuite;
  const states = suites.map(({ name, testcase, ...counts }) => ({
    name,
    ...counts,
    cases: testcase.map(
      (one) => Object.keys(one).find((key) => /failure|skipped/.test(key)) ?? 'passed',
    ),
  }));
  expect(states).toMatchInlineSnapshot(`
    [
      {
        "cases": [
          "passed",
          "passed",
          "passed",
          "passed",
        ],
        "failures": "0",
        "name": "the dry run writes nothing",
        "skipped": "0",
        "tests": "4",
      },
      {
        "cases": [
          "failure",
          "failure",
          "passed",
          "passed",
        ],
        "failures": "2",
        "name": "undo brings every byte back",
        "skipped": "0",
        "tests": "4",
      },
      {
        "cases": [
          "passed",
          "failure",
          "failure",
          "passed",
        ],
        "failures": "2",
        "name": "a run that is killed converges when it is run again",
        "skipped": "0",
        "tests": "4",
      },
      {
        "cases": [
          "skipped",
          "skipped",
          "skipped",
          "skipped",
        ],
        "failures": "0",
        "name": "no secret is left behind",
        "skipped": "4",
        "tests": "4",
      },
    ]
  `);
});
