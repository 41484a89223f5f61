import { setTimeout as delay } from 'node:timers/promises';
import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Session } from '#engine/model/session.ts';
import { sh } from '#engine/shell/quote.ts';
import { disarmScript, SILENCE_SECONDS, UNDO_STATUS, undoScript } from '#engine/shell/undo.ts';
import { ask } from './ask.ts';
import type { HostRun } from './host-run.ts';

/** Longer than the host's own watchdog waits, so that what it did is seen. */
const RECONNECT_MS = (SILENCE_SECONDS + 10) * 1000;
const RECONNECT_EVERY_MS = 1000;

/** What became of a host that had to be undone: nothing had been changed, or it is as it was. */
export type Undone = 'unchanged' | 'undone';

/**
 * Makes a host be again as it was before the run, and sees that it is. Over a new connection where
 * the old one is gone; the watchdog of the host may have been faster. A Failure, kind `undo`, else.
 */
export async function undoHost(run: HostRun, before: Answers): Promise<Undone | Failure> {
  const { emit } = run.input;
  // Of a host that is lost it is not known how far it came.
  if (run.begun || run.failure?.kind === 'unreachable')
    emit({ type: 'undoStarted', host: run.name });
  try {
    const { status, stdout, stderr } = await onHost(run, (session) =>
      session.exec('sh -s', { stdin: undoScript(run.input.runId) }),
    );
    if (status === UNDO_STATUS.notArmed && !run.begun) return 'unchanged';
    const output = `${stdout}${stderr}`.trim();
    if (status !== UNDO_STATUS.undone) return notUndone(run, output);
    const different = await stillDifferent(run, before);
    if (different.length > 0) return notAsBefore(run, different);
    emit({ type: 'undone', host: run.name });
    return 'undone';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return notReached(run, error);
  }
}

/** Makes the changes of a host stay, over a new connection: that it can be had is a part of the gate. */
export async function disarm(run: HostRun): Promise<void> {
  await using session = await run.input.connect(run.input.host);
  const { status, stderr } = await session.exec(sh`sh -c ${disarmScript(run.input.runId)}`);
  if (status === 0) return;
  throw new Failure('The host has undone the run by itself', {
    kind: 'vips',
    where: run.name,
    output: stderr.toString().trim(),
    fix: 'Its heartbeat was silent for too long: look at the network between here and there, and run again.',
  });
}

/** Over the session that there is, or over new ones until the host must have helped itself. */
async function onHost<T>(run: HostRun, work: (session: Session) => Promise<T>): Promise<T> {
  const until = performance.now() + RECONNECT_MS;
  for (let first = true; ; first = false) {
    try {
      return await work(first ? run.session : await run.reconnect());
    } catch (error) {
      const isGone = error instanceof Failure && error.kind === 'unreachable';
      if (!isGone || (!first && performance.now() > until)) throw error;
      await delay(first ? 0 : RECONNECT_EVERY_MS);
    }
  }
}

/** The keys of what was asked before the run, and has another answer now. */
async function stillDifferent(run: HostRun, before: Answers): Promise<readonly string[]> {
  const reads = run.readsFrom(0).filter(({ key, volatile }) => !volatile && before.raw(key));
  const now = await ask(run.session, reads);
  run.answers = before.with(now);
  return reads
    .filter(({ key }) => {
      const [was, is] = [before.raw(key), run.answers.raw(key)];
      return was?.status !== is?.status || !was?.bytes.equals(is?.bytes ?? Buffer.of(0));
    })
    .map(({ key }) => key);
}

function notUndone(run: HostRun, output: string): Failure {
  return new Failure('The host could not be undone', {
    kind: 'undo',
    where: run.name,
    output,
    fix: `Its files as they were are on the host, in /var/lib/rota/runs/${run.input.runId}. Mend what is named above, and run again.`,
  });
}

function notAsBefore(run: HostRun, keys: readonly string[]): Failure {
  return new Failure('The host was undone, and yet is not as before', {
    kind: 'undo',
    where: run.name,
    output: keys.join('\n'),
    fix: 'Look for another program on the host that changes these, and run again.',
  });
}

function notReached(run: HostRun, cause: Failure): Failure {
  return new Failure('The host cannot be reached to see that it was undone', {
    kind: 'undo',
    where: run.name,
    ran: cause.message,
    fix: `It undoes the run by itself within ${SILENCE_SECONDS} s, or when it is next deployed to. Look at it with npm run verify.`,
    cause,
  });
}
