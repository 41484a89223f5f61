import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inject } from 'vitest';
import { QUEUE_URL, serverFiles } from './queue-server.ts';
import { ended, type RotaOutput, type TestLab } from './test-lab.ts';

/** Whoever has not been heard of for so long is taken for dead; on a slow machine, for longer. */
const PATIENCE_MS = 2000;

/** A server of NATS, a repository, workers that trust it, and runs that they do, beside light hosts. */
export class QueueTrial {
  readonly #lab: TestLab;
  readonly #files: ReturnType<typeof serverFiles>;
  readonly #all: Told[] = [];
  #workers: Told[] = [];
  #server: Told | undefined;
  #turns = 0;

  constructor(lab: TestLab) {
    this.#lab = lab;
    this.#files = serverFiles(join(lab.folder, 'nats'));
    mkdirSync(this.repository);
    this.#git('init', '-q', '-b', 'main');
    writeFileSync(join(this.repository, 'package.json'), '{"type": "module"}\n');
    cpSync('test/e2e/playbooks/queued.ts', join(this.repository, 'site.ts'));
  }

  get repository(): string {
    return join(this.#lab.folder, 'site');
  }

  async begin(): Promise<void> {
    await this.startServer();
    const program = resolve('test/e2e/support/make-queue.ts');
    const patienceMs = Math.ceil(PATIENCE_MS * inject('machine').slowness);
    const words = [process.execPath, program, QUEUE_URL, `${patienceMs}`];
    const { status, stderr } = await this.#spawn(words, this.#files.coordinator).output;
    if (status !== 0) throw new Error(stderr);
  }

  async startServer(): Promise<void> {
    // Read to its end: what it can no longer write ends it.
    this.#server = this.#spawn(['nats-server', '-c', this.#files.config], {});
    await this.#server.until(/Server is ready/);
  }

  async killServer(): Promise<void> {
    await this.#server?.kill();
  }

  /** What each process has printed last, and what is in the queue: why a test has failed, or hangs. */
  async state(): Promise<string> {
    const told = this.#all.map((one) => one.last());
    const words = [process.execPath, resolve('test/e2e/support/queue-state.ts'), QUEUE_URL];
    const queue = this.#spawn(words, this.#files.coordinator);
    await queue.output;
    return [...told, queue.last()].join('\n');
  }

  /** Commits an inventory with which each host has something to do once more. */
  commit(variables: Readonly<Record<string, object>> = {}): string {
    const { dir, nodes } = this.#lab.lab;
    this.#turns += 1;
    const turn = `turn-${this.#turns}`;
    const hosts = nodes.map(({ name, address }) => [
      name,
      { ansible_host: address, ...variables[name] },
    ]);
    const vars = {
      ansible_user: 'root',
      ansible_ssh_private_key_file: `${dir}/id`,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${dir}/known_hosts`,
      turn,
    };
    const inventory = { all: { hosts: Object.fromEntries(hosts), vars } };
    writeFileSync(join(this.repository, 'hosts.yaml'), JSON.stringify(inventory));
    this.#git('add', '-A');
    this.#git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', turn);
    return turn;
  }

  #git(...words: readonly string[]): void {
    execFileSync('git', words, { cwd: this.repository });
  }

  /** Two workers: those of the tests before as far as they live. */
  workers(): readonly [Told, Told] {
    this.#workers = this.#workers.filter((one) => one.isAlive);
    while (this.#workers.length < 2) this.#workers.push(this.#work());
    const [one, other] = this.#workers.slice(-2) as [Told, Told];
    return [one, other];
  }

  /** One more, instead of one that was killed. */
  replace(): Told {
    const worker = this.#work();
    this.#workers.push(worker);
    return worker;
  }

  /** A worker with a checkout of its own. */
  #work(): Told {
    const own = {
      ...this.#files.worker,
      XDG_STATE_HOME: join(this.#lab.folder, `worker-${this.#all.length}`),
    };
    const trust = `${this.repository}#main`;
    return this.#rota(own, 'work', '--queue', QUEUE_URL, '--trust', trust);
  }

  run(...flags: readonly string[]): Told {
    return this.#coordinator('run', 'site.ts', 'hosts.yaml', ...flags);
  }

  attach(run: string): Told {
    return this.#coordinator('attach', run);
  }

  #coordinator(...args: readonly string[]): Told {
    const own = { ...this.#files.coordinator, XDG_STATE_HOME: join(this.#lab.folder, 'state') };
    return this.#rota(own, ...args, '--via', QUEUE_URL, '--json');
  }

  #rota(own: NodeJS.ProcessEnv, ...args: readonly string[]): Told {
    return this.#spawn([process.execPath, resolve('bin/rota.cjs'), ...args], own);
  }

  #spawn(words: readonly string[], own: NodeJS.ProcessEnv): Told {
    const [program = '', ...rest] = [...this.#lab.lab.prefix('control'), ...words];
    const env = { ...process.env, ...own, NO_COLOR: '1' };
    const told = new Told(spawn(program, rest, { cwd: this.repository, env }));
    this.#all.push(told);
    return told;
  }

  end(): void {
    for (const { child } of this.#all) child.kill('SIGKILL');
  }
}

/** A process, with all that it has printed until now. */
export class Told {
  readonly child: ChildProcess;
  readonly output: Promise<RotaOutput>;
  #text = '';
  #more = Promise.withResolvers<void>();

  constructor(child: ChildProcess) {
    this.child = child;
    this.output = ended(child);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (piece) => {
        this.#text += piece;
        this.#more.resolve();
        this.#more = Promise.withResolvers();
      });
    void this.output.then(() => this.#more.resolve());
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until it has printed so many times what fits. */
  async until(pattern: RegExp, times = 1): Promise<void> {
    const all = new RegExp(pattern, 'g');
    while ((this.#text.match(all) ?? []).length < times) {
      if (!this.isAlive) throw new Error(`It ended before ${pattern}: ${this.#text}`);
      await this.#more.promise;
    }
  }

  /** The id of the run that it tells. */
  get run(): string {
    return /"runId":"([^"]+)"/.exec(this.#text)?.[1] ?? '';
  }

  async kill(): Promise<void> {
    if (!this.isAlive) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  /** What it is, how it ended, and the last that it has printed. */
  last(): string {
    const { pid, spawnargs, exitCode, signalCode } = this.child;
    const what = spawnargs.slice(-7).join(' ');
    return `— ${pid} ${what} ended: ${exitCode ?? signalCode}\n${this.#text.slice(-2000)}`;
  }
}
