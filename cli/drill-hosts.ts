import { HostRun } from '#engine/host/host-run.ts';
import { Answers } from '#engine/model/answers.ts';
import { EVERYTHING } from '#engine/model/choice.ts';
import type { Failure } from '#engine/model/failure.ts';
import { Failures } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Member } from '#engine/model/playbook.ts';
import type { Reads } from '#engine/model/read.ts';
import type { Emit } from '#engine/run/events.ts';
import { newRunId } from '#engine/run/run.ts';
import type { Connections } from '#lib/ssh/index.ts';
import { aboutRun } from './run-loaded.ts';

export interface DrillHostsOptions {
  readonly connections: Connections;
  readonly emit: Emit;
  readonly stop: AbortSignal;
}

/** The hosts of a drill, connected and leased, so that no other run changes them meanwhile. */
export class DrillHosts implements AsyncDisposable {
  readonly #hosts: readonly HostRun[];

  constructor(members: readonly Member<unknown>[], options: DrillHostsOptions) {
    const { connections, emit, stop } = options;
    const about = aboutRun('drill');
    const runId = newRunId(new Date());
    const connect = async (host: Host) => await connections.connect(host);
    const common = { runId, about, armedFrom: Number.POSITIVE_INFINITY, connect, emit, stop };
    this.#hosts = members.map(
      ({ host }) => new HostRun({ ...common, choice: EVERYTHING, host, stagesFor: () => [] }),
    );
  }

  /** Throws the Failures of all that cannot be connected or leased. */
  async open(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.open()));
    this.#throwFailures();
    // One after the other, as every run does: of two that want the same hosts, one gets all of them.
    for (const host of this.#hosts) {
      await host.takeLease();
      this.#throwFailures();
    }
  }

  async ask(reads: Reads): Promise<ReadonlyMap<string, Answers>> {
    const entries = this.#hosts.map(async (host) => {
      const answers = await host.sample(reads);
      if (!(answers instanceof Answers)) throw answers;
      return [host.name, answers] as const;
    });
    return new Map(await Promise.all(entries));
  }

  of(names: readonly string[]): readonly HostRun[] {
    return this.#hosts.filter(({ name }) => names.includes(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.connection.close()));
  }

  #throwFailures(): void {
    const failures = this.#hosts.flatMap(({ failure }): readonly Failure[] =>
      failure === undefined ? [] : [failure],
    );
    if (failures.length > 0) throw new Failures(failures);
  }
}
