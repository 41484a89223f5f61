import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Host } from '#engine/model/host.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import type { Session } from '#engine/model/session.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import type { Mode, RunEvent } from '#engine/run/events.ts';
import { newRunId } from '#engine/run/run.ts';
import { runPlaybook } from '#engine/run/run-playbook.ts';
import { Connections } from '#lib/ssh/index.ts';
import { NEVER } from '../../never.ts';

/** How a run ended, in what its exit code and its summary say. */
interface Ended {
  readonly exit: number;
  readonly changed: number;
  readonly failures: readonly unknown[];
}

/** A host to try tasks on. */
export interface TrialPlace {
  readonly host: Host;
  /** Where playbooks are, with the files that they name. */
  readonly folder: string;
  /** Runs sh on it, and requires that it goes well. */
  sh(script: string): Promise<string>;
  /** All that a task could have written: by path its kind, mode, owner and content. */
  onDisk(): Promise<Readonly<Record<string, string>>>;
}

/** A host on which playbooks run in this process, over one connection. */
export class TaskTrial {
  readonly node: string;
  readonly folder: string;
  readonly sh: TrialPlace['sh'];
  readonly onDisk: TrialPlace['onDisk'];
  /** Of the last run. */
  events: RunEvent[] = [];
  readonly #connections = new Connections();
  readonly #host: Host;
  #session: Session | undefined;

  constructor({ host, folder, sh, onDisk }: TrialPlace) {
    this.node = host.name;
    this.#host = host;
    this.folder = folder;
    this.sh = sh;
    this.onDisk = onDisk;
  }

  /** The playbook of a file with this text, as rota would load it. */
  async playbook(name: string, text: string): Promise<Playbook<unknown>> {
    const path = join(this.folder, `${name}.ts`);
    const own = (_: string, part = 'rota') => `from '${resolve('api', `${part}.ts`)}'`;
    writeFileSync(path, text.replaceAll(/from 'rota(?:\/(\w+))?'/g, own));
    return (await import(path)).default;
  }

  async run(playbook: Playbook<unknown>, mode: Mode = 'apply'): Promise<Ended> {
    const vars = playbook.vars?.safeParse({});
    this.events = [];
    const result = await runPlaybook({
      playbook,
      members: [{ host: this.#host, vars: vars?.success ? vars.data : {} }],
      targets: new Set([this.node]),
      mode,
      runId: newRunId(new Date()),
      about: { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: playbook.name },
      stop: new AbortController().signal,
      rollout: CAREFUL,
      connect: async (host) =>
        host.name === this.node
          ? { ...(await this.#open()), [Symbol.asyncDispose]: () => this.#leave() }
          : await this.#connections.connect(host),
      emit: (event) => void this.events.push(event),
    });
    const changed = result.hosts.reduce((sum, one) => sum + one.changed + one.pending, 0);
    return { exit: exitCodeOf(result), changed, failures: result.failures };
  }

  async #open(): Promise<Session> {
    this.#session ??= await this.#connections.connect(this.#host);
    return this.#session;
  }

  /** The connection stays for the next run, unless the host was booted. */
  async #leave(): Promise<void> {
    if (!this.events.some(({ type }) => type === 'hostBooting')) return;
    await this.#session?.[Symbol.asyncDispose]();
    this.#session = undefined;
  }

  /** Runs it, with a gate that never holds, so that all of it is undone. */
  async runAndUndo(playbook: Playbook<unknown>): Promise<Ended> {
    return await this.run({ ...playbook, rollout: { serial: 1, gate: () => NEVER } });
  }

  async end(): Promise<void> {
    await this.#connections.close();
  }
}
