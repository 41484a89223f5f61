import { type Judgement, PROMISES, type Proof } from './promises.ts';
import { isBehind } from './report.ts';

/** As JUnit's XML: a suite per promise with a case per task, and one for the hosts as a whole. */
export function formatJUnit({ playbook, tasks, judgements }: Proof): string {
  const suites = judgements.map((judgement) => suite(judgement, tasks)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${attribute(playbook)}">\n${suites}</testsuites>\n`;
}

function suite(judgement: Judgement, tasks: readonly string[]): string {
  const { promise, breaches, untried } = judgement;
  const name = PROMISES[promise];
  const cases = tasks.map((title) => ({ title, isBroken: isBehind(judgement, title) }));
  const isUnowned = breaches.length > 0 && cases.every(({ isBroken }) => !isBroken);
  const all = [...cases, { title: 'all hosts', isBroken: isUnowned }];
  const failures = all.filter(({ isBroken }) => isBroken).length;
  const skipped = untried === undefined ? 0 : all.length;
  const body = all.map(({ title, isBroken }) => {
    const inner = isBroken ? failure(judgement) : skippedBy(untried);
    return `    <testcase classname="${attribute(name)}" name="${attribute(title)}">${inner}</testcase>\n`;
  });
  return `  <testsuite name="${attribute(name)}" tests="${all.length}" failures="${failures}" skipped="${skipped}">\n${body.join('')}  </testsuite>\n`;
}

function failure({ promise, breaches }: Judgement): string {
  const text = breaches.map(({ host, what }) => `${host}  ${what}`).join('\n');
  return `<failure message="${attribute(`broken: ${PROMISES[promise]}`)}">${escaped(text)}</failure>`;
}

function skippedBy(untried: string | undefined): string {
  return untried === undefined ? '' : `<skipped message="${attribute(untried)}"/>`;
}

function attribute(text: string): string {
  return escaped(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}

/** Characters that XML 1.0 has not, escaped or not, become question marks. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
