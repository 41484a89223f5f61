import { attributesOf, element } from '#engine/report/junit.ts';
import { type Judgement, PROMISES, type Proof } from './promises.ts';
import { isBehind } from './report.ts';

/** For what reads test results: a suite per promise with a case per task, and one for what is no task's. */
export function junitOfProof({ playbook, tasks, judgements }: Proof): string {
  const suites = judgements.map((judgement) => suiteOf(judgement, tasks)).join('\n');
  const attributes = attributesOf({ name: `prove ${playbook}` });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${attributes}>\n${suites}\n</testsuites>\n`;
}

function suiteOf(judgement: Judgement, tasks: readonly string[]): string {
  const { promise, breaches, untried } = judgement;
  const name = PROMISES[promise];
  const broken = tasks.filter((title) => isBehind(judgement, title));
  const isNobodys = breaches.length > 0 && broken.length === 0;
  const lines = [...tasks, 'all hosts'].map((title) => {
    const isBroken = broken.includes(title) || (title === 'all hosts' && isNobodys);
    const open = `    <testcase ${attributesOf({ classname: name, name: title })}`;
    if (isBroken) return `${open}>${failureOf(judgement)}</testcase>`;
    return untried === undefined
      ? `${open}/>`
      : `${open}>${element('skipped', untried)}</testcase>`;
  });
  const attributes = attributesOf({
    name,
    tests: lines.length,
    failures: isNobodys ? 1 : broken.length,
    skipped: untried === undefined ? 0 : lines.length,
  });
  return [`  <testsuite ${attributes}>`, ...lines, '  </testsuite>'].join('\n');
}

function failureOf({ promise, breaches }: Judgement): string {
  const text = breaches.map(({ host, what }) => `${host}  ${what}`).join('\n');
  return element('failure', `Broken: ${PROMISES[promise]}`, text);
}
