import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Check } from '#engine/model/check.ts';
import type { Connection, Host } from '#engine/model/host.ts';
import { startOf } from '#engine/model/host.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import type { Session } from '#engine/model/session.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import type { Mode } from '#engine/run/events.ts';
import { newRunId } from '#engine/run/run.ts';
import { runPlaybook } from '#engine/run/run-playbook.ts';
import { quote } from '#engine/shell/quote.ts';
import type { Lab } from '#lab/lab.ts';
import { Connections } from '#lib/ssh/index.ts';
import { onDisk } from './on-disk.ts';

/** How a run ended, in what its exit code and its summary say. */
interface Ended {
  readonly exit: number;
  readonly changed: number;
  readonly failures: readonly unknown[];
}

/** One node of a lab, on which playbooks run in this process, over one connection. */
export class TaskTrial {
  readonly node: string;
  /** Where playbooks are, with the files that they name. */
  readonly folder: string;
  readonly lab: Lab;
  readonly #connections = new Connections();
  readonly #session: Promise<Session>;

  constructor(lab: Lab, node: string, folder: string) {
    this.lab = lab;
    this.node = node;
    this.folder = folder;
    this.#session = this.#connections.connect(this.#host());
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
    const session = await this.#session;
    const result = await runPlaybook({
      playbook,
      members: [{ host: session.host, vars: vars?.success ? vars.data : {} }],
      targets: new Set([this.node]),
      mode,
      runId: newRunId(new Date()),
      about: { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: playbook.name },
      stop: new AbortController().signal,
      rollout: CAREFUL,
      connect: async (host) =>
        host.name === this.node
          ? { ...session, [Symbol.asyncDispose]: async () => undefined }
          : await this.#connections.connect(host),
      emit: () => undefined,
    });
    const changed = result.hosts.reduce((sum, one) => sum + one.changed + one.pending, 0);
    return { exit: exitCodeOf(result), changed, failures: result.failures };
  }

  /** Runs it, with a gate that never holds, so that all of it is undone. */
  async runAndUndo(playbook: Playbook<unknown>): Promise<Ended> {
    return await this.run({ ...playbook, rollout: { serial: 1, gate: () => NEVER } });
  }

  onDisk(): Readonly<Record<string, string>> {
    return onDisk(this.lab, this.node);
  }

  /** Runs sh on the node, and requires that it goes well. */
  async sh(script: string): Promise<string> {
    const { status, stdout, stderr } = await this.lab.run(this.node, `set -eu\n${script}`);
    if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
    return stdout;
  }

  async end(): Promise<void> {
    await this.#connections.close();
  }

  #host(): Host {
    const { address } = this.lab.node(this.node);
    // This process is not in the lab's network.
    const proxy = [...this.lab.prefix('control'), 'busybox', 'nc', address, '22'];
    const options = [
      `UserKnownHostsFile=${join(this.lab.dir, 'known_hosts')}`,
      `ProxyCommand=${proxy.map(quote).join(' ')}`,
    ];
    const connection: Connection = {
      transport: 'ssh',
      address,
      port: 22,
      user: 'root',
      keyFile: join(this.lab.dir, 'id'),
      sshArguments: options.flatMap((option) => ['-o', option]),
    };
    return {
      name: this.node,
      groups: [],
      variables: new Map(),
      connection,
      origin: startOf('inventory'),
    };
  }
}

const NEVER: Check = {
  title: 'never',
  spacingMs: 1,
  deadlineMs: 1,
  patienceMs: 1,
  readsFor: () => ({}),
  judge: () => [{ what: 'it', expected: 'well', seen: 'ill' }],
};
