import { isPartial } from '#engine/model/choice.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import { Secret } from '#engine/model/secret.ts';
import { Pending } from '#engine/model/state.ts';
import type { Task } from '#engine/model/task.ts';
import type { Frame } from '#engine/shell/read-frames.ts';
import { ask } from './ask.ts';
import type { HostRun } from './host-run.ts';
import { differs, type PlannedTask, type StagePlan } from './plan.ts';
import { planStage, readsOf } from './plan-stage.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';

/**
 * Makes the changes of one stage in one program, and reads again: two exchanges, or none when there
 * is nothing to do. A task that still differs afterwards has failed. One that was as it should be, but
 * differs now that the others were applied, is applied after them, once: where what it asks changes by
 * itself, such as what runs. What else differs by now was changed by somebody, and is in no plan.
 */
export async function applyStage(run: HostRun, index: number): Promise<void> {
  await run.askMissing([]);
  const tasks = run.stages()[index] ?? [];
  const plan = planStage(tasks, run.answers);
  for (const { title, failure } of plan) if (failure !== undefined) run.fail(title, failure);
  if (run.failure !== undefined) return;
  for (const { title, fields } of plan) if (fields.length === 0) run.taskSeen(title, 'ok');
  const applied = new Set<string>();
  let changes = plan.filter(differs);
  while (changes.length > 0 && run.failure === undefined) {
    for (const { title } of changes) applied.add(title);
    const upset = await applyChanges({ run, index, tasks, changes });
    for (const planned of upset.filter(({ title }) => applied.has(title)))
      run.fail(planned.title, stillDiffers(planned));
    changes = upset.filter(({ title }) => !applied.has(title));
    for (const { title } of changes) run.taskSeen(title, 'pending');
  }
}

interface Changes {
  readonly run: HostRun;
  readonly index: number;
  readonly tasks: readonly Task[];
  readonly changes: readonly PlannedTask[];
}

/**
 * Makes changes and says how each ended. If all went well, gives what differs by now of the other
 * tasks that ask for what changes by itself.
 */
async function applyChanges(stage: Changes): Promise<readonly PlannedTask[]> {
  const { run, index, tasks, changes } = stage;
  for (const { title, failure } of changes.flatMap(pendingIn(run))) run.fail(title, failure);
  if (run.failure !== undefined) return [];
  const end = await runChanges(stage);
  await readAgain(run, index);
  const now = planStage(tasks, run.answers);
  report(run, { now, changes, end });
  if (run.failure !== undefined || end.kind !== 'done') return [];
  const changed = new Set(changes.map(({ title }) => title));
  return now.filter(
    (planned, at) => differs(planned) && !changed.has(planned.title) && isVolatile(tasks[at]),
  );
}

function isVolatile(task: Task | undefined): boolean {
  return Object.values(task?.reads ?? {}).some((read) => read.volatile === true);
}

/** A change with an unknown value in it is due to a task that was left out, or to a bug. */
function pendingIn({ input }: HostRun) {
  return ({ title, fields }: PlannedTask) => {
    const pending = fields.find(({ after }) => after instanceof Pending);
    if (!(pending?.after instanceof Pending)) return [];
    if (!isPartial(input.choice))
      throw new Error(`${title}: ${pending.name} is still unknown when it is to be applied`);
    const failure = new Failure('The task needs what one that was left out brings about', {
      ran: `${pending.name}: ${pending.after.preview} (${pending.after.reason})`,
      fix: 'Choose that task, too, with --tags, --skip-tags or --start-at, or leave these out.',
    });
    return [{ title, failure }];
  };
}

async function runChanges({ run, index, tasks, changes }: Changes): Promise<ProgramEnd> {
  const { runId, about, stop, armedFrom } = run.input;
  const armed = index >= armedFrom;
  const owners = changes.flatMap(({ title, commands }) => commands.map(() => title));
  const changing = new Set(changes.map(({ title }) => title));
  const emit = emitFrames(run, owners);
  return await runProgram({
    session: run.session,
    runId,
    about,
    armed,
    leased: run.lease !== undefined,
    commands: changes.flatMap(({ commands }) => commands),
    reads: precondition(run, readsOf(tasks.filter(({ title }) => changing.has(title)))),
    stop,
    onFrame: (frame) => {
      if (armed && frame.kind === 'begin') run.begun = true;
      emit(frame);
    },
  });
}

function precondition(run: HostRun, reads: readonly Read<unknown>[]) {
  const unique = [...new Map(reads.map((read) => [read.key, read])).values()];
  return unique.flatMap((read) => {
    if (read.volatile) return [];
    const answer = run.answers.raw(read.key);
    return answer === undefined ? [] : [{ read, answer }];
  });
}

function emitFrames(run: HostRun, owners: readonly string[]): (frame: Frame) => void {
  const { emit } = run.input;
  const host = run.name;
  let task = '';
  let startedAt = 0;
  return (frame) => {
    if (frame.kind === 'begin' && owners[frame.index] !== task) {
      task = owners[frame.index] ?? '';
      startedAt = performance.now();
      emit({ type: 'taskStarted', host, task });
    }
    if (frame.kind === 'line' && task !== '')
      emit({ type: 'taskOutput', host, task, line: frame.text });
    if (frame.kind === 'end' && frame.status === 0 && owners[frame.index + 1] !== task) {
      emit({ type: 'taskApplied', host, task, elapsedMs: performance.now() - startedAt });
    }
  };
}

async function readAgain(run: HostRun, index: number): Promise<void> {
  run.answers = run.answers.with(await ask(run.session, run.readsFrom(index)));
}

function report(
  run: HostRun,
  { now, changes, end }: { now: StagePlan; changes: readonly PlannedTask[]; end: ProgramEnd },
): void {
  const again = new Map(now.map((planned) => [planned.title, planned]));
  const owners = changes.flatMap(({ title, commands }) => commands.map(() => title));
  const failed = end.kind === 'failed' ? owners[end.index] : undefined;
  for (const change of changes) {
    const { title } = change;
    const seen = again.get(title);
    if (title === failed && end.kind === 'failed') run.fail(title, end.failure);
    else if (seen?.failure !== undefined) run.fail(title, seen.failure);
    else if (seen?.fields.length === 0) run.taskChanged(change);
    else if (end.kind === 'done') run.fail(title, stillDiffers(seen));
  }
  if (end.kind === 'drift') run.fail(changes[0]?.title ?? '', drift(again, changes));
}

function stillDiffers(planned: PlannedTask | undefined): Failure {
  const fields = (planned?.fields ?? []).map(({ name, before, after }) =>
    after instanceof Secret ? `${name}: secret` : `${name}: ${before ?? '(absent)'}, not ${after}`,
  );
  return new Failure('The task still differs after it was applied', {
    output: fields.join('\n'),
    fix: 'Look for another program on the host that sets it back.',
  });
}

function drift(again: ReadonlyMap<string, PlannedTask>, changes: readonly PlannedTask[]): Failure {
  return new Failure('The host no longer is what the plan saw', {
    kind: 'drift',
    output: changes
      .map(
        ({ title }) =>
          `${title}: ${again.get(title)?.fields.length === 0 ? 'no longer differs' : 'differs'}`,
      )
      .join('\n'),
    fix: 'Nothing was changed in this stage. Run again: the plan is then made from what is there now.',
  });
}
