import { Failure } from '#engine/model/failure.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { noPaint, type Paint } from '#engine/report/paint.ts';
import { alignRows, countOf } from '#engine/report/words.ts';
import { type Judgement, PROMISES, type Proof } from './promises.ts';

const MOST_BREACHES = 20;

/** A promise with what came of it, in lines. */
export function formatJudgement(judgement: Judgement, paint: Paint = noPaint): string {
  const { promise, breaches, smallest, untried } = judgement;
  const title = PROMISES[promise];
  if (untried !== undefined) return paint('dim', `- ${title}: not tried, ${untried}`);
  if (breaches.length === 0) return `${paint('green', '✔')} ${title}`;
  const shown = breaches.slice(0, MOST_BREACHES).map(({ host, what, tasks }) => {
    const behind =
      tasks.length === 0 ? '' : paint('dim', ` (${tasks.map(escapeControl).join(', ')})`);
    return `  ${host}  ${escapeControl(what)}${behind}`;
  });
  const more = breaches.length - shown.length;
  return [
    paint('red', `✖ ${title}`),
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(smallest === undefined ? [] : [`  smallest case: ${smallestText(smallest)}`]),
  ].join('\n');
}

function smallestText({ tasks, isMinimal }: NonNullable<Judgement['smallest']>): string {
  const text = `${countOf(tasks.length, 'task')}: ${tasks.map(escapeControl).join(', ')}`;
  return isMinimal ? text : `${text} (there may be a smaller one)`;
}

/** Per task, which promises it keeps. */
function formatTasks({ tasks, judgements }: Proof): string {
  const head = ['task', ...judgements.map(({ promise }) => promise)];
  const rows = tasks.map((title) => [
    escapeControl(title),
    ...judgements.map((judgement) => markOf(judgement, title)),
  ]);
  return alignRows([head, ...rows]).join('\n');
}

function markOf(judgement: Judgement, title: string): string {
  if (judgement.untried !== undefined) return '-';
  return isBehind(judgement, title) ? '✖' : '✔';
}

/** Whether a task is behind what breaks a promise: as a part of its smallest case, or alone behind something. */
export function isBehind({ breaches, smallest }: Judgement, title: string): boolean {
  if (smallest?.tasks.includes(title)) return true;
  return breaches.some(({ tasks }) => tasks.length === 1 && tasks[0] === title);
}

/** What was shown as a whole: per task, and in one line. */
export function formatProof(proof: Proof): string {
  const tried = proof.judgements.filter(({ untried }) => untried === undefined);
  const kept = tried.filter(({ breaches }) => breaches.length === 0);
  const count = countOf(tried.length, 'promise');
  return `${formatTasks(proof)}\n\nprove: ${kept.length} of ${count} that ${tried.length === 1 ? 'was' : 'were'} tried ${kept.length === 1 ? 'holds' : 'hold'}`;
}

/** A promise that is broken is a check that does not hold. */
export function exitCodeOfProof({ judgements }: Proof): number {
  return exitCodeOfFailures(
    judgements.flatMap(({ promise, breaches }) =>
      breaches.length === 0 ? [] : [new Failure(PROMISES[promise], { kind: 'check' })],
    ),
  );
}
