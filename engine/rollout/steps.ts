import type { HostRun } from '#engine/host/host-run.ts';
import type { RolloutInput, Step } from './rings.ts';

/** Changes hosts at once. A step of each where there was something to change. */
export async function change<V>(
  { stop }: Pick<RolloutInput<V>, 'stop'>,
  hosts: readonly HostRun[],
): Promise<readonly Step[]> {
  const steps = hosts.map(async (host) => {
    const { answers: before } = host;
    const changed = host.state.changed.length;
    await host.apply(1);
    const isStopped = stop.aborted && host.state.isBegun;
    const isStep = host.failure !== undefined || host.state.changed.length > changed || isStopped;
    return isStep ? [{ host, before }] : [];
  });
  return (await Promise.all(steps)).flat();
}

/** Makes what was changed on hosts stay; `goesOn`: more may be changed there later. Those where it does not fail. */
export async function keep(hosts: readonly HostRun[], goesOn: boolean): Promise<boolean> {
  const failures = await Promise.all(hosts.map((host) => host.keep(goesOn)));
  for (const [index, host] of hosts.entries()) {
    const failure = failures[index];
    if (failure !== undefined) host.fail(failure);
  }
  return failures.every((failure) => failure === undefined);
}
