import type { HostSummary, RunEvent, RunResult } from '#engine/run/events.ts';
import { removeText, replaceText } from './text-files.ts';

/** Collects what failed while a run goes on, for its retry file. */
export class RetryFile {
  readonly #path: string;
  readonly #failed = new Set<string>();

  constructor(path: string) {
    this.#path = path;
  }

  onEvent(event: RunEvent): void {
    if ('failure' in event && 'host' in event && event.host !== undefined)
      this.#failed.add(event.host);
  }

  /** Writes the names of hosts that failed or were not done; no file where all went well. */
  async write(result: RunResult, targets: ReadonlySet<string>): Promise<void> {
    const left = result.hosts.filter(({ host }) => targets.has(host)).filter(this.#isLeft(result));
    if (left.length === 0) return await removeText(this.#path);
    await replaceText(this.#path, left.map(({ host }) => `${host}\n`).join(''));
  }

  /** After a failure of the control machine no host was so much as looked at. */
  #isLeft({ interrupted }: RunResult): (host: HostSummary) => boolean {
    return ({ host, ok, changed, failed, pending, unreachable }) =>
      this.#failed.has(host) ||
      this.#failed.has('localhost') ||
      failed + pending > 0 ||
      unreachable ||
      (interrupted && ok + changed === 0);
  }
}
