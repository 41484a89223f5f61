import { Failure } from '#engine/model/failure.ts';
import type { HostSummary, RunEvent, RunResult } from '#engine/run/events.ts';
import { readText, removeText, replaceText } from './text-files.ts';

/** The names in a file for --limit @FILE, as one pattern: one a line, with comments from `#` on. */
export async function namesInFile(path: string): Promise<string> {
  const text = await readText(path);
  if (text === undefined)
    throw new Failure('The file of --limit is not there', {
      where: path,
      fix: 'Check its path. A run that went well leaves no retry file: then there is nothing to retry.',
    });
  const names = text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
  if (names.length > 0) return names.join(',');
  throw new Failure('The file of --limit names no host', {
    where: path,
    fix: 'Write one name a line, or leave --limit out for all hosts.',
  });
}

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
