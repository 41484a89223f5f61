import { $, type Options, type ProcessPromise } from 'zx/core';
import type { Session } from '#engine/model/session.ts';
import { quote } from '#engine/shell/quote.ts';
import { RemoteChild, spawnOn } from './remote-child.ts';

/** zx's `$`, as far as it can go over SSH: there is no `sync`, and `cwd` and `env` stay behind. */
export interface HostShell {
  (pieces: TemplateStringsArray, ...values: unknown[]): ProcessPromise;
  (options: Partial<Options>): HostShell;
}

/**
 * zx's `$` over a session: the commands run on its host, by sh, with values quoted for it. `kill`,
 * `timeout` and `signal` end the processes there. A template given to `.pipe` is zx's own, and runs
 * on the control machine; pipe into `$` of a host to go on there. What fails by its connection
 * rejects with the Failure as `cause`.
 */
export function shellOn(session: Session): HostShell {
  return endingOnHost(
    $({
      spawn: spawnOn(session) as unknown as Options['spawn'],
      // zx quotes for bash by itself, which sh reads as something else.
      quote,
      shell: '/bin/sh',
      prefix: '',
      postfix: '',
      stdio: 'pipe',
      // With it, zx would signal a process group of the control machine.
      detached: false,
      preferLocal: false,
      nothrow: false,
      quiet: true,
      verbose: false,
    }) as HostShell,
  );
}

/** zx ends a process by its pid, and one that has none by an exception, inside a timer even. */
function endingOnHost(shell: HostShell): HostShell {
  const wrapped = (first: TemplateStringsArray | Partial<Options>, ...values: unknown[]) => {
    if (!Array.isArray(first)) return endingOnHost(shell(first as Partial<Options>));
    const process = shell(first as unknown as TemplateStringsArray, ...values);
    process.kill = async (signal) => {
      const child: unknown = process.child;
      // zx's timer heeds no rejection, and a host that cannot be told tells the command's own promise.
      if (child instanceof RemoteChild) await child.signal(signal ?? 'SIGTERM').catch(() => {});
    };
    return process;
  };
  return wrapped as HostShell;
}
