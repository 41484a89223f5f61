import type { Answer, Answers } from '#engine/model/answers.ts';
import type { Command } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { reveal, Secret } from '#engine/model/secret.ts';
import { HostContent, LocalFile, type Scalar } from '#engine/model/state.ts';
import type { PlannedTask, StagePlan, Task } from '#engine/model/task.ts';
import { type FileFact, fileAt } from '#engine/reads/file.ts';
import { requireNoNul } from '#engine/shell/quote.ts';

/**
 * What is to be done about tasks, by what their host has answered; of a file that a task before writes, by
 * what that will have made of it.
 */
export function planStage(tasks: readonly Task[], answers: Answers): StagePlan {
  const titles = new Set<string>();
  const secrets = new Set<string>();
  let seen = answers;
  return tasks.map((task, at) => {
    const isAgain = titles.has(task.title);
    titles.add(task.title);
    const isBefore = task.boots === true && at < tasks.length - 1;
    const refused = isAgain ? sameTitle(task) : isBefore && notLast(task);
    const planned = refused || planTask(task, seen);
    if (planned.commands.length > 0) seen = seen.with(answersBehind(planned.commands));
    const isSecret = task.reads.some(({ key }) => secrets.has(key));
    for (const key of planned.commands.flatMap(secretKeys)) secrets.add(key);
    return isSecret ? concealed(planned) : planned;
  });
}

/** Of a file that is written with a secret nothing is shown to whoever reads it behind that. */
function secretKeys(command: Command): readonly string[] {
  const isSecret = command.kind === 'write' && command.body instanceof Secret;
  return isSecret ? [fileAt(command.path).key] : [];
}

function concealed(planned: PlannedTask): PlannedTask {
  const hidden = <V extends Scalar | undefined>(value: V) =>
    typeof value === 'string' ? new Secret(value) : value;
  const fields = planned.fields.map(({ name, before, after }) => ({
    ...{ name, before: hidden(before), after: hidden(after) },
  }));
  const commands = planned.commands.map((command) =>
    command.kind === 'write' && typeof command.body === 'string'
      ? { ...command, body: new Secret(command.body) }
      : command,
  );
  return { ...planned, fields, commands };
}

/** What is at the paths of these commands once they are done. */
function answersBehind(commands: readonly Command[]): ReadonlyMap<string, Answer> {
  return new Map(
    commands.flatMap((command) => {
      const fact = factBehind(command);
      if (fact === undefined || !('path' in command)) return [];
      const answer = fact instanceof Failure ? fact : { fact, status: 0, bytes: Buffer.of() };
      return [[fileAt(command.path).key, answer]];
    }),
  );
}

function factBehind(command: Command): FileFact | Failure | undefined {
  switch (command.kind) {
    case 'write': {
      const { path, mode, owner, body } = command;
      if (body instanceof LocalFile || body instanceof HostContent) return notYetKnown(path);
      return { type: 'file', mode, owner, content: reveal(body) };
    }
    case 'link':
      return { type: 'link', target: command.target };
    case 'folder':
      return { type: 'folder', mode: command.mode, owner: command.owner };
    case 'remove':
      return { type: 'absent' };
    default:
      return undefined;
  }
}

/** Made of what is there now, an edit would go over what comes. */
function notYetKnown(path: string): Failure {
  return new Failure('What an earlier task of the stage puts into the file is not known before', {
    where: path,
    fix: 'Put what asks for that file into a later stage, or leave one of the two out.',
  });
}

function planTask(task: Task, answers: Answers): PlannedTask {
  const { title } = task;
  try {
    const plan = task.plan(answers);
    for (const command of plan.commands) requireGivable(command);
    return { title, ...plan };
  } catch (error) {
    if (error instanceof Failure) return { title, fields: [], commands: [], failure: error };
    throw error;
  }
}

/** That there is a program which makes a command: nothing is begun where one of them has none. */
function requireGivable(command: Command): void {
  for (const value of Object.values(command))
    if (typeof value === 'string' || value instanceof Secret) requireNoNul(reveal(value));
  if ('path' in command) requireOneLine(command.path);
}

/** What a host keeps for an undo has a line per path, as read(1) of its sh reads it. */
function requireOneLine(path: string): void {
  if (/^\/(.*\S)?$/.test(path)) return;
  throw new Failure('A path on a host is absolute, one line, and ends in no blank', {
    where: JSON.stringify(path),
    fix: 'Give the file another path.',
  });
}

function sameTitle({ title }: Task): PlannedTask {
  const failure = new Failure('Two tasks of a stage have one title', {
    fix: 'Give each a title of its own, or leave one out: they may be about the same thing.',
  });
  return { title, fields: [], commands: [], failure };
}

function notLast({ title }: Task): PlannedTask {
  const failure = new Failure('A host is booted at the end of a stage', {
    fix: 'Put the tasks behind it into a stage of their own: tasks: () => [[…, reboot()], […]].',
  });
  return { title, fields: [], commands: [], failure };
}
