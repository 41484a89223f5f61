import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { connectQueue, type Queue } from '#queue/connect.ts';
import type { Description } from '#queue/messages.ts';

/** A nats-server of a test file's own, with its streams on disk, which may be killed and started again. */
export class NatsServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rota-nats-'));
  #process: ChildProcess | undefined;
  #port = '-1';

  /** With one user for all, who may not do some things. */
  async start(permissions?: string): Promise<void> {
    const words = ['-a', '127.0.0.1', '-p', this.#port, '-js', '-sd', this.#folder];
    if (permissions !== undefined) {
      const config = join(this.#folder, 'nats.conf');
      const user = `{ user: all, password: all, permissions: { ${permissions} } }`;
      writeFileSync(config, `authorization { users: [${user}] }\nno_auth_user: all\n`);
      words.push('-c', config);
    }
    const server = spawn('nats-server', words);
    this.#process = server;
    const said: string[] = [];
    for await (const line of createInterface({ input: server.stderr as Readable })) {
      said.push(line);
      this.#port = /client connections on 127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? this.#port;
      if (line.includes('Server is ready')) break;
    }
    if (said.at(-1)?.includes('Server is ready') !== true) throw new Error(said.join('\n'));
    server.stderr?.resume();
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  async connect(say: (text: string) => void = () => {}): Promise<Queue> {
    return await connectQueue(this.url, say);
  }

  async kill(): Promise<void> {
    const server = this.#process;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true });
  }
}

/** A run of three hosts, each a slice. */
export function described(run: string): Description {
  const work = {
    rota: '1.0.0',
    run,
    commit: 'a'.repeat(40),
    inventory: ['hosts.yaml'],
    mode: 'apply' as const,
    options: {},
  };
  return { owner: 'me', playbook: 'site', slices: [['node1'], ['node2'], ['node3']], work };
}

/** What a process that ran a slice prints. */
export function printed({ run: runId, mode }: Description['work'], host: string): Buffer {
  const summary = { host, ok: 1, changed: 0, failed: 0, pending: 0, unreachable: false };
  const hosts = [{ ...summary, elapsedMs: 1 }];
  const result = { runId, mode, hosts, failures: [], interrupted: false, elapsedMs: 1 };
  const events = [
    { type: 'hostFinished', summary: hosts[0] },
    { type: 'runFinished', result },
  ];
  const time = '2026-11-29T14:19:10Z';
  return Buffer.from(events.map((event) => `${JSON.stringify({ time, ...event })}\n`).join(''));
}
