import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '#engine/model/failure.ts';
import { BOOT_STATUS, bootScript } from '#engine/shell/lease.ts';
import type { HostConnection } from './connection.ts';
import type { LeaseRequest } from './lease.ts';
import { leaseLost } from './program-end.ts';

const RECONNECT_EVERY_MS = 2000;

/**
 * Waits until a host that is about to be booted is back, and takes its lease again, over a new session: also when
 * the run is stopped, for it is undone there then. The Failure of a host that answers and is not booted, or not
 * ours any more; rejects with one, kind `unreachable`, where it does not come back after so many seconds.
 */
export async function throughBoot(
  connection: HostConnection,
  request: Omit<LeaseRequest, 'session'>,
  seconds: number,
): Promise<Failure | undefined> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    await connection.close();
    await delay(RECONNECT_EVERY_MS);
    const why = await comeBack(connection, request);
    if (why?.kind !== 'unreachable') return why;
    if (performance.now() > until) throw notBack(connection, seconds, why);
  }
}

/** Why it is not back; kind `unreachable` where it may be yet. */
async function comeBack(
  connection: HostConnection,
  request: Omit<LeaseRequest, 'session'>,
): Promise<Failure | undefined> {
  try {
    const session = await connection.open();
    const limit = session.limits.sign;
    const { status, stdout } = await session.exec(bootScript(request.runId), { limit });
    if (status === BOOT_STATUS.back) {
      await connection.takeLease({ ...request, isBack: true });
      return undefined;
    }
    if (status === BOOT_STATUS.notYet)
      return new Failure('it is still up', { kind: 'unreachable' });
    return status === BOOT_STATUS.refused ? refused(`${stdout}`.trim()) : leaseLost();
  } catch (error) {
    if (error instanceof Failure && error.kind === 'unreachable') return error;
    throw error;
  }
}

function refused(output: string): Failure {
  return new Failure('The host could not be booted', {
    output,
    fix: 'See why its reboot fails: what holds it up is told by systemd-inhibit --list.',
  });
}

function notBack({ host }: HostConnection, seconds: number, why: Failure): Failure {
  return new Failure('The host did not come back from its boot', {
    kind: 'unreachable',
    where: host.name,
    ran: `within ${seconds} s: ${why.message}`,
    output: why.output,
    fix: `Look at its console. Run again once it has been up for ${seconds} s: until then it waits for this run, unless npm run unlock -- INVENTORY --force takes that away.`,
    cause: why,
  });
}
