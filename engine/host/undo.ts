import { setTimeout as delay } from 'node:timers/promises';
import type { Answers } from '#engine/model/answers.ts';
import { Failure, orFailure } from '#engine/model/failure.ts';
import type { Read } from '#engine/model/read.ts';
import type { Exit } from '#engine/model/session.ts';
import { disarmScript, SILENCE_SECONDS, UNDO_STATUS, undoScript } from '#engine/shell/undo.ts';
import { ask } from './ask.ts';
import type { HostConnection } from './connection.ts';
import type { HostState } from './host-state.ts';

/** Longer than the host's own watchdog waits, so that what it did is seen. */
const RECONNECT_MS = (SILENCE_SECONDS + 10) * 1000;
const RECONNECT_EVERY_MS = 1000;

/** What became of a host that had to be undone: nothing had been changed, or it is as it was. */
export type Undone = 'unchanged' | 'undone';

export interface UndoInput {
  readonly connection: HostConnection;
  readonly runId: string;
  /** Whether a command is known to have begun since changes were kept, and whether any were. */
  readonly state: Pick<HostState, 'isBegun' | 'kept'>;
  readonly before: Answers;
  /** What the host's tasks ask. */
  reads(): readonly Read<unknown>[];
}

/**
 * Makes a host be again as it was before what was not kept of the run, and gives what it answers then;
 * undefined: nothing had been changed. Over a new connection where the old one is gone; the watchdog of
 * the host may have been faster. A Failure, kind `undo`, where it is not seen to be as before.
 */
export async function undoRun(input: UndoInput): Promise<Answers | Failure | undefined> {
  const { connection, before, state } = input;
  try {
    const exit = await undoOn(input);
    if (exit.status === UNDO_STATUS.notArmed && !state.isBegun) return undefined;
    if (exit.status !== UNDO_STATUS.undone) return notUndone(input, exit);
    const reads = input.reads().filter(({ key, volatile }) => !volatile && before.raw(key));
    const answers = before.with(await ask(connection.session, reads));
    const different = reads.filter(({ key }) => !isSame(before, answers, key));
    return different.length > 0 ? notAsBefore(input, different) : answers;
  } catch (error) {
    if (error instanceof Failure) return notReached(input, error);
    throw error;
  }
}

/**
 * Makes the changes of a host stay, over a new connection: that it can be had is a part of the gate.
 * The Failure, when it cannot, or where the host was faster and has undone them.
 */
export async function keepRun(
  connection: HostConnection,
  runId: string,
): Promise<Failure | undefined> {
  return await orFailure(connection.host.name, async () => {
    await using session = await connection.connect(connection.host);
    const { status, stderr } = await session.exec(disarmScript(runId), {
      limit: session.limits.keeping,
    });
    return status === 0 ? undefined : undoneByItself(connection, stderr.toString().trim());
  });
}

/** Over the session that there is, or over new ones until the host must have helped itself. */
async function undoOn({ connection, runId, state }: UndoInput): Promise<Exit> {
  const until = performance.now() + RECONNECT_MS;
  const stdin = undoScript(runId, state.kept > 0 && !state.isBegun);
  for (let isFirst = true; ; isFirst = false) {
    try {
      const isThere = isFirst && connection.isOpen;
      const session = isThere ? connection.session : await connection.open();
      return await session.exec('sh -s', { stdin, limit: session.limits.undo });
    } catch (error) {
      const isGone = error instanceof Failure && error.kind === 'unreachable';
      if (!isGone || (!isFirst && performance.now() > until)) throw error;
      await delay(isFirst ? 0 : RECONNECT_EVERY_MS);
    }
  }
}

function isSame(before: Answers, now: Answers, key: string): boolean {
  const [was, is] = [before.raw(key), now.raw(key)];
  return was?.status === is?.status && was?.bytes.equals(is?.bytes ?? Buffer.of(0)) === true;
}

function undoneByItself({ host }: HostConnection, output: string): Failure {
  return new Failure('The host has undone the run by itself', {
    kind: 'check',
    where: host.name,
    output,
    fix: 'Its heartbeat was silent for too long: look at the network between here and there, and run again.',
  });
}

function notUndone({ connection, runId }: UndoInput, { stdout, stderr }: Exit): Failure {
  return new Failure('The host could not be undone', {
    kind: 'undo',
    where: connection.host.name,
    output: `${stdout}${stderr}`.trim(),
    fix: `Its files as they were are on the host, in /var/lib/rota/runs/${runId}. Mend what is named above, and run again.`,
  });
}

function notAsBefore({ connection }: UndoInput, reads: readonly Read<unknown>[]): Failure {
  return new Failure('The host was undone, and yet is not as before', {
    kind: 'undo',
    where: connection.host.name,
    output: reads.map(({ key }) => key).join('\n'),
    fix: 'Look for another program on the host that changes these, and run again.',
  });
}

function notReached({ connection }: UndoInput, cause: Failure): Failure {
  return new Failure('The host cannot be reached to see that it was undone', {
    kind: 'undo',
    where: connection.host.name,
    ran: cause.message,
    fix: `It undoes the run by itself within ${SILENCE_SECONDS} s, or, once it was booted, when it is next deployed to. Look at it with npm run verify.`,
    cause,
  });
}
