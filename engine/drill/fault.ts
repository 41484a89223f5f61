import { setTimeout as delay } from 'node:timers/promises';
import type { HostRun } from '#engine/host/host-run.ts';
import type { Fault } from '#engine/model/drill.ts';
import { Failure, orFailure } from '#engine/model/failure.ts';
import type { Limits } from '#engine/model/limits.ts';
import type { Session } from '#engine/model/session.ts';
import { quote } from '#engine/shell/quote.ts';

/** Where a fault can be brought about. */
export interface Places {
  readonly host: HostRun;
  readonly controlMachine: Session;
}

const RETRY_MS = 1000;

export async function causeFault(fault: Fault, { host, controlMachine }: Places): Promise<void> {
  if (fault.on === 'host') await runScript(host, fault.cause);
  else await runCommand(controlMachine, fault.cause, host.name);
}

/** Mends it, and waits until the host answers. */
export async function mendFault(fault: Fault, { host, controlMachine }: Places): Promise<void> {
  const { on, mend } = fault;
  if (on === 'control machine' && mend !== undefined)
    await runCommand(controlMachine, mend, host.name);
  await reach(host, controlMachine.limits);
  if (on === 'host' && mend !== undefined) await runScript(host, mend);
}

/** The host's name is the last word of the command. */
async function runCommand(session: Session, command: string, host: string): Promise<void> {
  const { status, stdout, stderr } = await session.exec(`${command} ${quote(host)}`, {
    limit: session.limits.drill,
  });
  if (status === 0) return;
  throw new Failure('A command of the drill failed', {
    where: host,
    ran: `${command} ${host} → exit ${status}`,
    output: `${stdout}${stderr}`.trim(),
    fix: 'Mend the host by hand, and look at the ring: npm run verify -- INVENTORY',
  });
}

async function runScript({ name, connection }: HostRun, script: string): Promise<void> {
  const { status, stderr } = await connection.session.exec('sh -s', {
    stdin: script,
    limit: connection.session.limits.drill,
  });
  if (status === 0) return;
  throw new Failure('A step of the drill failed', {
    where: name,
    ran: `exit ${status}`,
    output: stderr.toString().trim(),
    fix: 'Look at the ring before you try again: npm run verify -- INVENTORY',
  });
}

/** Connects anew where the connection went with the fault. */
async function reach(host: HostRun, limits: Limits): Promise<void> {
  const deadlineMs = performance.now() + limits.reach.most;
  while (!(await answers(host))) {
    try {
      await host.connection.open();
    } catch (error) {
      if (!(error instanceof Failure) || performance.now() > deadlineMs) throw error;
      await delay(RETRY_MS);
    }
  }
}

async function answers({ name, connection: { session } }: HostRun): Promise<boolean> {
  const sign = async () => await session.exec(':', { limit: session.limits.sign });
  return !((await orFailure(name, sign)) instanceof Failure);
}
