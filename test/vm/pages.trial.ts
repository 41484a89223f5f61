import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, onTestFinished, test } from 'vitest';
import { tryChange } from '../e2e/support/page-trial.ts';
import { TaskTrial } from '../e2e/support/task-trial.ts';
import { taskPages } from '../task-pages.ts';
import { BEFORE_PAGES } from './before-pages.ts';
import { VirtualMachine } from './virtual-machine.ts';
import { vmPlace } from './vm-place.ts';

const pages = taskPages().filter(({ name }) => name in BEFORE_PAGES);
const results = new Map<string, string>();
let vm: VirtualMachine;
let trial: TaskTrial;

beforeAll(async () => {
  vm = await VirtualMachine.boot();
  trial = new TaskTrial(vmPlace(vm));
});

afterAll(async () => {
  if (results.size === pages.length) writeFileSync('docs/vm-trials.md', report());
  await trial?.end();
  await vm?.[Symbol.asyncDispose]();
});

test.for(pages)('$name: as its page promises, on a machine with systemd', async (page) => {
  onTestFinished(({ task }) => {
    results.set(page.name, task.result?.state === 'pass' ? 'as its page promises' : 'failed');
  });
  const before = BEFORE_PAGES[page.name];
  before?.prepare?.(vm);
  await tryChange(trial, page);
  vm.sh(before?.holds ?? '');
});

function report(): string {
  const rows = [...results].map(([name, result]) => `| [${name}](tasks/${name}.md) | ${result} |`);
  const machine = vm.sh(
    '. /etc/os-release; echo "$PRETTY_NAME, Linux $(uname -r), $(systemctl --version | head -n 1)"',
  );
  return `# Tasks on a machine of its own

A node of the lab shares the kernel of the machine that it is on, and has no systemd. What that cannot show is tried in a
virtual machine by \`npm run vm-trials\`, outside of \`npm test\`: the example of the task's page is planned, done, undone,
done again, found done, upset and mended, and then the machine itself is asked.

Last tried on ${new Date().toISOString().slice(0, 10)}, on ${machine.trim()}:

| task | result |
| --- | --- |
${rows.join('\n')}
`;
}
