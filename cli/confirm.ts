import { createInterface } from 'node:readline';
import { Failure } from '#engine/model/failure.ts';
import { paintFor } from '#engine/report/paint.ts';
import type { Report } from '#engine/report/report.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { print } from './print.ts';

/** Throws a Failure where nobody can be asked. */
export function requireTerminal(): void {
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  throw new Failure('--confirm has no terminal to ask on', {
    fix: 'Save the plan with --plan-out FILE, read it with npm run show, and apply it with npm run apply.',
  });
}

/** Shows what is planned, and asks whether to go on; nothing is asked where nothing would change. */
export async function askOnTerminal(
  plans: readonly HostPlan[],
  report: Report,
  stop: AbortSignal,
): Promise<readonly Failure[]> {
  const { formatPlan } = await import('#engine/report/plan.ts');
  const texts = plans.map((plan) => formatPlan(plan, paintFor(process.stdout)));
  if (texts.every((text) => text === '') || stop.aborted) return [];
  const answer = await report.suspend(async () => {
    for (const text of texts) print(text);
    return await ask('Apply these changes? [y/N] ', stop);
  });
  return /^y(es)?$/i.test(answer) || stop.aborted ? [] : [declined()];
}

function declined(): Failure {
  return new Failure('Nothing was changed: the answer was not yes', {
    fix: 'Run again, and answer y to make these changes.',
  });
}

/** A line of the terminal; empty for its end, or when it is stopped. */
async function ask(question: string, stop: AbortSignal): Promise<string> {
  // As no terminal of its own: Ctrl-C stays a signal, for the one who listens to it.
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  try {
    return await new Promise<string>((resolve) => {
      lines.once('close', () => resolve(''));
      stop.addEventListener('abort', () => resolve(''), { once: true });
      lines.question(question, resolve);
    });
  } finally {
    lines.close();
  }
}
