import type { Answers } from '#engine/model/answers.ts';
import { type Boot, bootIn } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { Pending } from '#engine/model/state.ts';
import { differs, type PlannedTask, type StagePlan, type Task } from '#engine/model/task.ts';
import type { Frame } from '#engine/shell/read-frames.ts';
import { ask } from './ask.ts';
import type { HostEvent } from './events.ts';
import { planStage } from './plan-stage.ts';
import { drift, type ProgramEnd, stillDiffers } from './program-end.ts';
import { type ProgramResult, type ProgramRun, runProgram } from './run-program.ts';

/** One stage of one host, with all that its tasks have asked. */
export interface Stage {
  readonly host: string;
  readonly tasks: readonly Task[];
  readonly answers: Answers;
  /** What is to be done about the tasks by these answers. */
  readonly plan: StagePlan;
  /** What is asked after a change: the reads of this stage and of those after it. */
  readonly reads: readonly Read<unknown>[];
  /** Whether tasks may have been left out that this stage counts on. */
  readonly isPartial: boolean;
  /** Is asked for where there is something to change: a host without that need not be connected. */
  program(): Omit<ProgramRun, 'commands' | 'reads' | 'answers' | 'after' | 'onFrame'>;
  /** Waits until the host, which is about to be booted, is back. The Failure of one that answers and is not booted. */
  boot(command: Boot): Promise<Failure | undefined>;
  tell(event: HostEvent): void;
  /** Is told of each task that was changed, with what there was to change. */
  readonly onChanged?: ((host: string, task: PlannedTask) => void) | undefined;
}

/**
 * Makes the changes of one stage in one program, which asks again what came of them: one exchange, or
 * none when there is nothing to do. Gives what the host answers by then. A task that still differs
 * afterwards has failed. One that was as it should be, but differs now that the others were applied, is
 * applied after them, once: where what it asks changes by itself, such as what runs. What else differs
 * by now was changed by somebody, and is in no plan.
 */
export async function applyStage(stage: Stage): Promise<Answers> {
  const { plan } = stage;
  const broken = plan.filter(({ failure }) => failure !== undefined);
  for (const { title, failure } of broken) fail(stage, title, failure);
  if (broken.length > 0) return stage.answers;
  for (const planned of plan) if (!differs(planned)) tellTask(stage, 'taskOk', planned);
  const applied = new Set<string>();
  let { answers } = stage;
  let changes: readonly PlannedTask[] = plan.filter(differs);
  while (changes.length > 0) {
    for (const { title } of changes) applied.add(title);
    const made = await applyChanges({ ...stage, answers }, changes);
    answers = made.answers;
    const stuck = made.upset.filter(({ title }) => applied.has(title));
    for (const planned of stuck) fail(stage, planned.title, stillDiffers(planned));
    changes = stuck.length > 0 ? [] : made.upset;
    for (const planned of changes) tellTask(stage, 'taskUpset', planned);
  }
  return answers;
}

interface Made {
  readonly answers: Answers;
  /** If all went well: what differs by now of the other tasks that ask for what changes by itself. */
  readonly upset: readonly PlannedTask[];
}

/** Makes changes and says how each ended. */
async function applyChanges(stage: Stage, changes: readonly PlannedTask[]): Promise<Made> {
  const { tasks } = stage;
  const unknown = changes.flatMap((change) => unknownIn(stage, change));
  for (const { title, failure } of unknown) fail(stage, title, failure);
  if (unknown.length > 0) return { answers: stage.answers, upset: [] };
  const { end, answers: told } = await runChanges(stage, changes);
  const answers = stage.answers.with(told ?? (await ask(stage.program().session, stage.reads)));
  const now = planStage(tasks, answers);
  const hasFailed = tellEnd(stage, { now, changes, end });
  if (hasFailed || end.kind !== 'done') return { answers, upset: [] };
  const changed = new Set(changes.map(({ title }) => title));
  const upset = now.filter(
    (planned, at) => differs(planned) && !changed.has(planned.title) && isVolatile(tasks[at]),
  );
  return { answers, upset };
}

function isVolatile(task: Task | undefined): boolean {
  return task?.reads.some(({ volatile }) => volatile) === true;
}

/** A change with an unknown value in it is due to a task that was left out, or to a bug. */
function unknownIn({ isPartial }: Stage, { title, fields }: PlannedTask) {
  const pending = fields.find(({ after }) => after instanceof Pending);
  if (!(pending?.after instanceof Pending)) return [];
  if (!isPartial)
    throw new Error(`${title}: ${pending.name} is still unknown when it is to be applied`);
  const failure = new Failure('The task needs what one that was left out brings about', {
    ran: `${pending.name}: ${pending.after.preview} (${pending.after.reason})`,
    fix: 'Choose that task, too, with --tags, --skip-tags or --start-at, or leave these out.',
  });
  return [{ title, failure }];
}

async function runChanges(stage: Stage, changes: readonly PlannedTask[]): Promise<ProgramResult> {
  const changing = new Set(changes.map(({ title }) => title));
  const tasks = stage.tasks.filter(({ title }) => changing.has(title));
  const commands = changes.flatMap((change) => change.commands);
  const boot = bootIn(commands);
  const result = await runProgram({
    ...stage.program(),
    commands,
    reads: tasks.flatMap(({ reads }) => reads),
    answers: stage.answers,
    after: boot === undefined ? stage.reads : [],
    onFrame: frameTeller(stage, ownersOf(changes)),
  });
  if (boot === undefined || result.end.kind !== 'done') return result;
  const failure = await stage.boot(boot);
  return { end: failure ? { kind: 'failed', index: commands.length - 1, failure } : result.end };
}

/** The task that each command is of. */
function ownersOf(changes: readonly PlannedTask[]): readonly string[] {
  return changes.flatMap(({ title, commands }) => commands.map(() => title));
}

function frameTeller({ host, tell }: Stage, owners: readonly string[]): (frame: Frame) => void {
  let task = '';
  let startedAt = 0;
  return (frame) => {
    if (frame.kind === 'begin' && owners[frame.index] !== task) {
      task = owners[frame.index] ?? '';
      startedAt = performance.now();
      tell({ type: 'taskStarted', host, task });
    }
    if (frame.kind === 'line' && task !== '')
      tell({ type: 'taskOutput', host, task, line: frame.text });
    if (frame.kind === 'end' && frame.status === 0 && owners[frame.index + 1] !== task) {
      tell({ type: 'taskApplied', host, task, elapsedMs: performance.now() - startedAt });
    }
  };
}

interface End {
  readonly now: readonly PlannedTask[];
  readonly changes: readonly PlannedTask[];
  readonly end: ProgramEnd;
}

/** Says what became of each change; whether one of them failed. */
function tellEnd(stage: Stage, { now, changes, end }: End): boolean {
  const again = new Map(now.map((planned) => [planned.title, planned]));
  const [broken, reason] = end.kind === 'failed' ? [ownersOf(changes)[end.index], end.failure] : [];
  let hasFailed = false;
  for (const change of changes) {
    const { title } = change;
    const seen = again.get(title);
    const stuck = end.kind === 'done' && seen?.fields.length !== 0 ? stillDiffers(seen) : undefined;
    const failure = title === broken ? reason : (seen?.failure ?? stuck);
    if (failure !== undefined) fail(stage, title, failure);
    else if (seen?.fields.length === 0) {
      tellTask(stage, 'taskChanged', change);
      stage.onChanged?.(stage.host, change);
    }
    hasFailed ||= failure !== undefined;
  }
  if (end.kind !== 'drift') return hasFailed;
  fail(stage, changes[0]?.title ?? '', drift(again, changes));
  return true;
}

function tellTask(
  { host, tell }: Stage,
  type: 'taskOk' | 'taskUpset' | 'taskChanged',
  { title }: PlannedTask,
) {
  tell({ type, host, task: title });
}

function fail({ host, tell }: Stage, task: string, failure: Failure | undefined): void {
  if (failure === undefined) return;
  tell({ type: 'taskFailed', host, task, failure: failure.at(`${task} › ${host}`) });
}
